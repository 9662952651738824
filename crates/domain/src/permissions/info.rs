//! Permissions as a list tells of them.

use serde::{Deserialize, Serialize};

use super::Permission;
use crate::{
    Role,
    policy::{carried_in_organization, carried_on_own, is_grantable, platform_carriers, reaches_organizations},
    roles::Roles,
};

/// A permission, with what it allows and who has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PermissionInfo {
    /// Its name.
    pub name: Permission,
    /// What it allows.
    #[cfg_attr(feature = "openapi", schema(example = "Suspend and activate users."))]
    pub description: String,
    /// What it is about: the part of the name before the dot.
    #[cfg_attr(feature = "openapi", schema(example = "user"))]
    pub group: String,
    /// The permission that it needs beside it in roles and API keys.
    pub basis: Option<Permission>,
    /// Whether API keys may hold it.
    pub is_for_keys: bool,
    /// Whether a session whose authentication is old has to step up first.
    pub is_sensitive: bool,
    /// Whether custom roles may carry it.
    pub is_grantable: bool,
    /// Whether a role that is granted on one organization carries it there.
    pub reaches_organizations: bool,
    /// Built-in roles that carry it on the whole platform.
    pub platform_roles: Vec<Role>,
    /// Built-in roles that carry it on the organization on which they are held.
    pub organization_roles: Vec<Role>,
    /// Whether everybody has it on what is their own.
    pub is_for_all_on_own: bool,
}

/// All permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Permissions {
    /// Each of them, in groups.
    pub items: Vec<PermissionInfo>,
}

impl Permissions {
    /// All that there are.
    #[must_use]
    pub fn all() -> Self {
        Self { items: Permission::ALL.iter().copied().map(PermissionInfo::of).collect() }
    }
}

impl PermissionInfo {
    fn of(permission: Permission) -> Self {
        Self {
            name: permission,
            description: permission.description().to_owned(),
            group: permission.name().split('.').next().unwrap_or_default().to_owned(),
            basis: permission.basis(),
            is_for_keys: permission.is_for_keys(),
            is_sensitive: permission.is_sensitive(),
            is_grantable: is_grantable(permission),
            reaches_organizations: reaches_organizations(permission),
            platform_roles: platform_carriers(permission).to_vec(),
            organization_roles: carried_in_organization(permission)
                .then_some(Role::OrganizationAdmin)
                .into_iter()
                .collect(),
            is_for_all_on_own: carried_on_own(permission, Roles::NONE),
        }
    }
}
