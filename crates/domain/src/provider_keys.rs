//! Provider keys: secrets of users, organizations and the platform for model services. They go out with requests, and are
//! never shown again.

mod change;

use serde::{Deserialize, Serialize};

use crate::{
    OrganizationId, ProviderKeyId, Result, Timestamp, UserId,
    model_services::ModelProvider,
    names::named,
    page::{ListRequest, Sort},
    text,
};

pub use change::{CreateProviderKey, NewOwner, UpdateProviderKey};

/// Characters at the end of a secret that it is known by.
const HINT_CHARACTERS: usize = 4;

/// The end of a secret.
#[must_use]
pub fn hint(secret: &str) -> String {
    let end = secret.chars().skip(secret.chars().count().saturating_sub(HINT_CHARACTERS));
    std::iter::once('…').chain(end).collect()
}

named! {
    /// Kind of the owner of a provider key.
    KeyOwner {
        /// A user.
        User = "user",
        /// An organization.
        Organization = "organization",
        /// The platform.
        System = "system",
    }
}

/// A provider key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderKey {
    /// Id.
    pub id: ProviderKeyId,
    /// Whose services it opens.
    pub provider: ModelProvider,
    /// Kind of the owner.
    pub owner: KeyOwner,
    /// The user, if one owns it.
    pub user_id: Option<UserId>,
    /// The organization, if one owns it.
    pub organization_id: Option<OrganizationId>,
    /// Name of the owner; empty for the platform.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub owner_name: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "research account"))]
    pub name: String,
    /// End of the secret, to know it by.
    #[cfg_attr(feature = "openapi", schema(example = "…9f3c"))]
    pub hint: String,
    /// Whether requests may go out with it.
    pub is_active: bool,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Last request that went out with it; `null` before the first.
    pub last_used_at: Option<Timestamp>,
    /// Requests that went out with it.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1042))]
    pub use_count: u64,
    /// Bytes of their bodies.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 730_112))]
    pub sent_bytes: u64,
    /// Bytes of the bodies of their answers.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 9_106_342))]
    pub received_bytes: u64,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
}

/// Which keys are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ProviderKeyFilter {
    /// Part of the name of the key or of its owner, in any case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "research")
    )]
    pub q: Option<String>,
    /// Whose services they open.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub provider: Option<ModelProvider>,
    /// Kind of the owner.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub owner: Option<KeyOwner>,
    /// Of which user.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// Of which organization, and of its users.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Whether requests may go out with them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::flag")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub is_active: Option<bool>,
}

impl ProviderKeyFilter {
    /// Checks the search text.
    ///
    /// # Errors
    /// `Invalid` at `/q`.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}

named! {
    /// What keys can be sorted by.
    ProviderKeySort {
        /// When it was stored.
        CreatedAt = "created_at",
        /// Last use; those never used before all others.
        LastUsedAt = "last_used_at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<ProviderKeySort> = Sort::descending(ProviderKeySort::CreatedAt);

/// Which page of which keys is asked for.
pub type ListProviderKeys = ListRequest<ProviderKeyFilter, ProviderKeySort>;
