//! The inventory of credentials: whatever somebody, or a machine, can act by at present. None of it shows a secret.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, OrganizationId, PermissionSet, Result, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
    text,
    users::UserKind,
};

/// Most days without use that can be asked for.
pub const UNUSED_DAYS_MAX: u32 = 3_650;

named! {
    /// Kind of a credential.
    CredentialKind {
        /// An API key.
        ApiKey = "api_key",
        /// A session, which its refresh token keeps alive.
        Session = "session",
        /// A link to choose a new password with, which is not used yet.
        ResetLink = "reset_link",
    }
}

/// A credential that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credential {
    /// Kind.
    pub kind: CredentialKind,
    /// Id of the API key or of the session; of a link the id of its user, who has one at most.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: UserId,
    /// Username of that user.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// Display name of that user.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// Whether that user is a person or a service account.
    pub user_kind: UserKind,
    /// Whether that user is suspended, so that it does not work.
    pub is_suspended: bool,
    /// Organization of that user.
    pub organization_id: Option<OrganizationId>,
    /// Title of the key, device of the session; empty for a link.
    #[cfg_attr(feature = "openapi", schema(example = "nightly export"))]
    pub title: String,
    /// Beginning and end of the key's secret; empty for others.
    #[cfg_attr(feature = "openapi", schema(example = "qdk_7Hq2…x9Fb"))]
    pub hint: String,
    /// Permissions that the key was given; `null` for others, which carry all that their user has.
    pub scopes: Option<PermissionSet>,
    /// Those of them that it used in the last 90 days; `null` for others.
    pub used_scopes: Option<PermissionSet>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last use; `null` before the first.
    pub last_used_at: Option<Timestamp>,
    /// Address of the last use; empty before the first.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.7"))]
    pub last_used_address: String,
    /// When it ends, of a session unless it is used; `null` for never.
    pub expires_at: Option<Timestamp>,
    /// Whether that end is the platform's cap and not what it was made with.
    pub is_capped: bool,
}

impl Credential {
    /// Whether it was given more than it used in the last 90 days.
    #[must_use]
    pub fn is_over_scoped(&self) -> bool {
        let count = |set: Option<PermissionSet>| set.map_or(0, PermissionSet::len);
        count(self.used_scopes) < count(self.scopes)
    }
}

/// Which credentials are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CredentialFilter {
    /// Part of the title, or of the owner's username, display name or e-mail address, in any case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "export")
    )]
    pub q: Option<String>,
    /// Kind.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<CredentialKind>,
    /// Whether the owner is a person or a service account.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_kind: Option<UserKind>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// Of which organization's users.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Made and last used more than so many days ago.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::digits")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 1, maximum = 3_650, example = 90))]
    pub unused_days: Option<u32>,
    /// Whether it was given more than it used in the last 90 days; only keys are.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::flag")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub is_over_scoped: Option<bool>,
    /// Whether the platform's cap ends it sooner than it was made for; only keys are.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::flag")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub is_capped: Option<bool>,
    /// It ends before.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_before: Option<Timestamp>,
}

impl CredentialFilter {
    /// Checks the search text and the number of days.
    ///
    /// # Errors
    /// `Invalid` at the faulty parameter.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())?;
        match self.unused_days {
            Some(days) if !(1..=UNUSED_DAYS_MAX).contains(&days) => {
                let message = format!("must be from 1 to {UNUSED_DAYS_MAX}");
                Err(Error::field("/unused_days", "out-of-range", message))
            }
            _ => Ok(()),
        }
    }

    /// Whether credentials of this kind may be among those that are meant.
    #[must_use]
    pub fn takes(&self, kind: CredentialKind) -> bool {
        let is_of_keys = self.is_over_scoped == Some(true) || self.is_capped == Some(true);
        self.kind.is_none_or(|wanted| wanted == kind) && (kind == CredentialKind::ApiKey || !is_of_keys)
    }
}

named! {
    /// What credentials can be sorted by.
    CredentialSort {
        /// When it was made.
        CreatedAt = "created_at",
        /// Last use; those never used before all others.
        LastUsedAt = "last_used_at",
        /// When it ends; those without end behind all others.
        ExpiresAt = "expires_at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<CredentialSort> = Sort::descending(CredentialSort::CreatedAt);

/// Which page of which credentials is asked for.
pub type ListCredentials = ListRequest<CredentialFilter, CredentialSort>;
