//! API keys: credentials of scripts. A key carries some of its owner's permissions and never more than the owner has at
//! the time of use.

mod cap;
mod change;
mod secret;

use serde::{Deserialize, Serialize};

use crate::{
    ApiKeyId, OrganizationId, PermissionSet, Result, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
    text,
    users::UserKind,
};

pub use cap::{ApiKeyCap, CAP_NOTICE_DAYS};
pub use change::{CreateApiKey, RotateApiKey, UpdateApiKey};
pub use secret::{PREFIX, RANDOM_CHARACTERS, hint, is_well_formed, secret};

/// Days in which the use of a scope counts as use.
pub const USED_DAYS: i64 = 90;
/// Days for which a key that has ended is still listed.
pub const KEEP_ENDED_DAYS: i64 = 90;

named! {
    /// Whether a key works.
    ApiKeyState {
        /// It does.
        Active = "active",
        /// Its owner is suspended.
        Suspended = "suspended",
        /// It is past its end.
        Expired = "expired",
    }
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Id.
    pub id: ApiKeyId,
    /// Whose key it is.
    pub user_id: UserId,
    /// Username of that user.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// Display name of that user.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// Whether that user is a person or a service account.
    pub user_kind: UserKind,
    /// What it is for; unique among the keys of its user, in any case.
    #[cfg_attr(feature = "openapi", schema(example = "nightly export"))]
    pub title: String,
    /// Beginning and end of the secret, to know it by.
    #[cfg_attr(feature = "openapi", schema(example = "qdk_7Hq2…x9Fb"))]
    pub hint: String,
    /// Whether it works.
    pub state: ApiKeyState,
    /// Permissions that it was given. It acts with those of them that its owner has at that time.
    pub scopes: PermissionSet,
    /// Those of them that it used in the last 90 days.
    pub used_scopes: PermissionSet,
    /// Networks that it may be used from, in CIDR notation; none for anywhere.
    #[cfg_attr(feature = "openapi", schema(example = json!(["192.0.2.0/24"])))]
    pub networks: Vec<String>,
    /// Requests a minute that it is held to; `null` for no limit of its own.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 600))]
    pub requests_per_minute: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `null` for never. A cap of the platform moves the end of keys that are to live longer.
    pub expires_at: Option<Timestamp>,
    /// Whether that end is the platform's cap and not what it was made with.
    pub is_capped: bool,
    /// Last use; `null` before the first.
    pub last_used_at: Option<Timestamp>,
    /// Address of the last use; empty before the first.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.7"))]
    pub last_used_address: String,
    /// Requests that it was used for.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1042))]
    pub use_count: u64,
    /// Until when a former secret works beside the present one; `null` when there is none.
    pub former_secret_until: Option<Timestamp>,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
}

/// A key with its secret, which is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyWithSecret {
    /// The key.
    pub api_key: ApiKey,
    /// What a script sends as bearer token. It begins with `qdk_` and ends with a checksum, so that scanners know it.
    #[cfg_attr(feature = "openapi", schema(example = "qdk_7Hq2mZc4Lr9TbXw1Ks8Vd5Gy3Np6Jf0QaEhuTo2Rix9Fb"))]
    pub secret: String,
}

/// Which keys are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ApiKeyFilter {
    /// Part of the title, or of the owner's username or display name, in any case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "export")
    )]
    pub q: Option<String>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// Of which organization's users.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Whether they work.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub state: Option<ApiKeyState>,
    /// Whether the platform's cap ends them sooner than they were made for.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::flag")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub is_capped: Option<bool>,
    /// Not used since; those never used included.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub unused_since: Option<Timestamp>,
    /// They end before.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_before: Option<Timestamp>,
}

impl ApiKeyFilter {
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
    ApiKeySort {
        /// Title, any case.
        Title = "title",
        /// When it was made.
        CreatedAt = "created_at",
        /// Last use; those never used before all others.
        LastUsedAt = "last_used_at",
        /// When it ends; those without end behind all others.
        ExpiresAt = "expires_at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<ApiKeySort> = Sort::descending(ApiKeySort::CreatedAt);

/// Which page of which keys is asked for.
pub type ListApiKeys = ListRequest<ApiKeyFilter, ApiKeySort>;
