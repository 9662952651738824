//! Which users a list, an export or a bulk act is about.

use serde::{Deserialize, Serialize};

use super::{UserKind, UserStatus};
use crate::{OrganizationId, Result, Role, Timestamp, text};

/// Which users are meant. Fields that are absent do not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserFilter {
    /// Part of username, display name or e-mail address in any case, or an id.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "byron")
    )]
    pub q: Option<String>,
    /// Who acts by the account; both when absent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<UserKind>,
    /// Status.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<UserStatus>,
    /// Role held.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub role: Option<Role>,
    /// Organization.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Last sign-in before this time, or none at all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_login_before: Option<Timestamp>,
    /// Last sign-in at this time or later.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_login_after: Option<Timestamp>,
    /// Created before this time.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub created_before: Option<Timestamp>,
    /// Created at this time or later.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub created_after: Option<Timestamp>,
}

impl UserFilter {
    /// Checks the search text.
    ///
    /// # Errors
    /// `Invalid` at `/q`.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}
