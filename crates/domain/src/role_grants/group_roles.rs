//! The roles that a group carries, set as a list.

use serde::{Deserialize, Serialize};

use super::{CreateRoleGrant, RoleGrant, ScopeKind};
use crate::{Error, FieldError, GroupId, OrganizationId, Result, Role, RoleId, Timestamp, text};

/// Most roles that a group is given at once.
pub const MAX_GROUP_ROLES: usize = 50;

/// A role that a group is to carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "role": "organization_admin",
    "scope": "organization",
    "organization_id": "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"
})))]
#[serde(deny_unknown_fields)]
pub struct GroupRole {
    /// The built-in role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The custom role, instead of `role`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// Kind of scope.
    pub scope: ScopeKind,
    /// The organization, if the scope is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The group, if the scope is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_group_id: Option<GroupId>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl GroupRole {
    /// What was granted.
    #[must_use]
    pub const fn of(grant: &RoleGrant) -> Self {
        let RoleGrant { role, role_id, scope, scope_group_id, expires_at, .. } = *grant;
        // That of a group goes without saying.
        let organization_id = if scope_group_id.is_none() { grant.organization_id } else { None };
        Self { role, role_id, scope, organization_id, scope_group_id, expires_at }
    }
}

/// All the roles that a group is to carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetGroupRoles {
    /// The roles; those that are not named are taken from it.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub roles: Vec<GroupRole>,
    /// Why.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "new rota"))]
    pub reason: String,
}

/// What a group carries, as far as the caller sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupRoles {
    /// The grants to it that are in force.
    pub roles: Vec<RoleGrant>,
}

impl SetGroupRoles {
    /// The grants that give `group` these roles.
    ///
    /// # Errors
    /// `Invalid` at the faulty fields.
    pub fn grants(&self, group: GroupId, now: Timestamp) -> Result<Vec<CreateRoleGrant>> {
        if self.roles.len() > MAX_GROUP_ROLES {
            return Err(Error::field("/roles", "out-of-range", "must name at most 50"));
        }
        let order = |role: &GroupRole| CreateRoleGrant {
            user_id: None,
            group_id: Some(group),
            role: role.role,
            role_id: role.role_id,
            scope: role.scope,
            organization_id: role.organization_id,
            scope_group_id: role.scope_group_id,
            expires_at: role.expires_at,
            reason: String::new(),
        };
        let orders: Vec<CreateRoleGrant> = self.roles.iter().map(order).collect();
        let faults = orders.iter().enumerate().flat_map(|(index, order)| {
            order
                .faults(now)
                .into_iter()
                .map(move |fault| FieldError { pointer: format!("/roles/{index}{}", fault.pointer), ..fault })
        });
        let reason = text::check_optional_line("/reason", &self.reason, text::REASON_MAX).err();
        let faults: Vec<FieldError> = faults.chain(reason).collect();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        Ok(orders.into_iter().map(|order| CreateRoleGrant { reason: self.reason.clone(), ..order }).collect())
    }
}
