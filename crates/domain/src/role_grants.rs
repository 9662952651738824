//! Grants of roles: who holds which role where, until when, and why.

mod group_roles;
mod held;
mod scope;

use serde::{Deserialize, Serialize};

use crate::{
    FieldError, GroupId, OrganizationId, Role, RoleGrantId, RoleId, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
    text,
};

pub use group_roles::{GroupRole, GroupRoles, MAX_GROUP_ROLES, SetGroupRoles};
pub use held::{HeldGrant, NamedGroup};
pub use scope::{GrantHolder, GrantScope, ScopeKind};

/// Days for which a grant that has ended is still listed.
pub const KEEP_ENDED_DAYS: i64 = 90;

named! {
    /// Whether a grant is in force.
    RoleGrantState {
        /// It is.
        Active = "active",
        /// It is past its end.
        Expired = "expired",
    }
}

/// A grant of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleGrant {
    /// Id.
    pub id: RoleGrantId,
    /// Who holds it; `null` for a grant to a group.
    pub user_id: Option<UserId>,
    /// Username of that user.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: Option<String>,
    /// The group whose members hold it; `null` for a grant to a user.
    pub group_id: Option<GroupId>,
    /// Name of that group.
    #[cfg_attr(feature = "openapi", schema(example = "night-shift"))]
    pub group_name: Option<String>,
    /// Display name of the user or of the group.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// The built-in role; `null` for a custom one.
    pub role: Option<Role>,
    /// The custom role; `null` for a built-in one.
    pub role_id: Option<RoleId>,
    /// Name of the role.
    #[cfg_attr(feature = "openapi", schema(example = "Help desk"))]
    pub role_name: String,
    /// Kind of scope.
    pub scope: ScopeKind,
    /// The organization, if the scope is one, or that of the group.
    pub organization_id: Option<OrganizationId>,
    /// Display name of that organization.
    #[cfg_attr(feature = "openapi", schema(example = "Analytical Engines"))]
    pub organization_name: Option<String>,
    /// The group, if the scope is one.
    pub scope_group_id: Option<GroupId>,
    /// Name of that group.
    #[cfg_attr(feature = "openapi", schema(example = "difference-engine"))]
    pub scope_group_name: Option<String>,
    /// Why, in the granter's words.
    #[cfg_attr(feature = "openapi", schema(example = "holiday cover"))]
    pub reason: String,
    /// Who granted it; `null` for the platform itself, or for somebody whom the caller may not see.
    pub granted_by: Option<UserId>,
    /// Username of who granted it, at that time.
    #[cfg_attr(feature = "openapi", schema(example = "root"))]
    pub granted_by_name: String,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// When it ends; `null` for never.
    pub expires_at: Option<Timestamp>,
    /// Whether it is in force.
    pub state: RoleGrantState,
}

impl RoleGrant {
    /// Who holds it.
    #[must_use]
    pub fn holder(&self) -> Option<GrantHolder> {
        GrantHolder::of(self.user_id, self.group_id)
    }

    /// Where it counts.
    #[must_use]
    pub const fn place(&self) -> GrantScope {
        GrantScope::of(self.organization_id, self.scope_group_id)
    }
}

/// What a new grant is made of: a built-in role or a custom one, on the platform, an organization or a group, to a user or to
/// the members of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "user_id": "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e",
    "role": "organization_admin",
    "scope": "organization",
    "organization_id": "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e",
    "reason": "holiday cover"
})))]
#[serde(deny_unknown_fields)]
pub struct CreateRoleGrant {
    /// To which user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// To the members of which group, instead of `user_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The built-in role. Without an end, those of the whole platform are held as roles of the user instead.
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
    /// Why.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "holiday cover")
    )]
    pub reason: String,
}

impl CreateRoleGrant {
    /// To whom, if that is said.
    #[must_use]
    pub fn holder(&self) -> Option<GrantHolder> {
        GrantHolder::of(self.user_id, self.group_id)
    }

    /// All faults that need no look at anything else.
    #[must_use]
    pub fn faults(&self, now: Timestamp) -> Vec<FieldError> {
        let fault = |is_wrong: bool, pointer: &str, code: &str, message: &str| {
            is_wrong.then(|| FieldError::new(pointer, code, message))
        };
        let is_lasting = self.scope == ScopeKind::Platform && self.expires_at.is_none() && self.role.is_some();
        let kept = is_lasting && self.user_id.is_some();
        let unfit = self.role.is_some_and(|role| !role.fits(self.scope));
        [
            fault(self.holder().is_none(), "/user_id", "required", "must be given, or else group_id"),
            fault(self.role.is_some() == self.role_id.is_some(), "/role", "required", "must be given, or else role_id"),
            fault(unfit, "/role", "unfit", "is not granted on a scope of this kind"),
            fault(
                kept && !unfit,
                "/role",
                "base-role",
                "without an end, this is one of the user's own roles: change those",
            ),
            fault(
                self.organization_id.is_some() != (self.scope == ScopeKind::Organization),
                "/organization_id",
                "required",
                "must be given for the scope organization, and for no other",
            ),
            fault(
                self.scope_group_id.is_some() != (self.scope == ScopeKind::Group),
                "/scope_group_id",
                "required",
                "must be given for the scope group, and for no other",
            ),
            fault(self.expires_at.is_some_and(|end| end <= now), "/expires_at", "past", "must be in the future"),
            text::check_optional_line("/reason", &self.reason, text::REASON_MAX).err(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The end of a grant before its time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct RevokeRoleGrant {
    /// Why; kept in the audit event.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        param(required = false, max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "back from holiday")
    )]
    pub reason: String,
}

/// Which grants are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RoleGrantFilter {
    /// What this user holds, by a group as well.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// What this group carries.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub group_id: Option<GroupId>,
    /// Of this built-in role.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub role: Option<Role>,
    /// Of this custom role.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub role_id: Option<RoleId>,
    /// On scopes of this kind.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub scope: Option<ScopeKind>,
    /// On this organization, its groups included.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// On this group.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub scope_group_id: Option<GroupId>,
    /// In force or not.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub state: Option<RoleGrantState>,
}

named! {
    /// What grants can be sorted by.
    RoleGrantSort {
        /// When it was granted.
        GrantedAt = "granted_at",
        /// When it ends; those without end behind all others.
        ExpiresAt = "expires_at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<RoleGrantSort> = Sort::descending(RoleGrantSort::GrantedAt);

/// Which page of which grants is asked for.
pub type ListRoleGrants = ListRequest<RoleGrantFilter, RoleGrantSort>;
