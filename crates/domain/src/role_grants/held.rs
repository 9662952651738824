//! What somebody holds by grants.

use serde::{Deserialize, Serialize};

use super::GrantScope;
use crate::{GroupId, OrganizationId, PermissionSet, Role, RoleGrantId, Timestamp};

/// A group whose members hold a role by it, or on which one is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedGroup {
    /// Id.
    pub id: GroupId,
    /// Short name.
    #[cfg_attr(feature = "openapi", schema(example = "night-shift"))]
    pub name: String,
    /// Organization that it belongs to; `null` for a group of the platform.
    pub organization_id: Option<OrganizationId>,
}

/// A grant as somebody has it, by themselves or by a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldGrant {
    /// The grant.
    pub id: RoleGrantId,
    /// The built-in role; `null` for a custom one.
    pub role: Option<Role>,
    /// Name of the role.
    #[cfg_attr(feature = "openapi", schema(example = "Help desk"))]
    pub role_name: String,
    /// On which organization; the group's for one on a group, `null` for the whole platform.
    pub organization_id: Option<OrganizationId>,
    /// Display name of that organization.
    #[cfg_attr(feature = "openapi", schema(example = "Analytical Engines"))]
    pub organization_name: Option<String>,
    /// On which group; `null` for more than one group.
    pub scope_group: Option<NamedGroup>,
    /// What it carries there.
    pub permissions: PermissionSet,
    /// The group that carries it for its members; `null` for a grant to the user.
    pub group: Option<NamedGroup>,
    /// When it ends; `null` for never.
    pub expires_at: Option<Timestamp>,
}

impl HeldGrant {
    /// Where it counts.
    #[must_use]
    pub fn scope(&self) -> GrantScope {
        GrantScope::of(self.organization_id, self.scope_group.as_ref().map(|group| group.id))
    }
}
