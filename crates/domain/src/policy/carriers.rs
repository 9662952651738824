//! What each built-in role carries, and how far a permission can be handed on.

use crate::{
    Permission, PermissionSet, Role,
    groups::Standing,
    role_grants::ScopeKind,
    roles::{Power, Roles},
};

/// Platform roles that carry a permission everywhere. A new permission does not compile without its row.
#[must_use]
pub const fn platform_carriers(permission: Permission) -> &'static [Role] {
    use Permission as P;
    match permission {
        P::UserRead => &[Role::Admin, Role::Advocate],
        P::OverviewRead => &[Role::Admin, Role::Developer, Role::Advocate],
        P::OrganizationRead => &[Role::Admin, Role::BillingAdmin],
        P::GroupRead | P::AllocationRead => &[Role::Admin, Role::Advocate, Role::BillingAdmin],
        P::GroupReadMembers => &[Role::Admin, Role::Advocate],
        P::UserCreate
        | P::UserUpdate
        | P::UserReadContact
        | P::UserUpdateContact
        | P::UserSuspend
        | P::UserDelete
        | P::UserExport
        | P::BinRead
        | P::BinRestore
        | P::BinPurge
        | P::UserSetPassword
        | P::UserAssignRoles
        | P::UserMove
        | P::UserImpersonate
        | P::UserActAs
        | P::ServiceAccountManage
        | P::SessionRead
        | P::SessionRevoke
        | P::OrganizationCreate
        | P::OrganizationUpdate
        | P::OrganizationDelete
        | P::SeatManage
        | P::AuditRead
        | P::SettingRead
        | P::SettingUpdate
        | P::JobRead
        | P::JobControl
        | P::ProfileRead
        | P::ProfileUpdate
        | P::ProfileUpdatePlace
        | P::CredentialRead
        | P::ApiKeyRead
        | P::ApiKeyRevoke
        | P::ProviderKeyRead
        | P::ProviderKeyWrite
        | P::AccessExplain
        | P::RoleRead
        | P::RoleWrite
        | P::RoleGrant
        | P::SavedViewShare
        | P::GroupCreate
        | P::GroupUpdate
        | P::GroupDelete
        | P::GroupManageMembers
        | P::AllocationManage
        | P::AllocationReserve => &[Role::Admin],
        P::ProfileSetPassword | P::ProfileDelete | P::ApiKeyWrite | P::ModelServiceUse => &[],
    }
}

/// Whether the administrator of an organization holds the permission within it.
#[must_use]
pub const fn carried_in_organization(permission: Permission) -> bool {
    use Permission as P;
    match permission {
        P::OverviewRead
        | P::UserRead
        | P::UserCreate
        | P::UserUpdate
        | P::UserSuspend
        | P::UserDelete
        | P::UserExport
        | P::BinRead
        | P::BinRestore
        | P::BinPurge
        | P::UserSetPassword
        | P::ServiceAccountManage
        | P::SessionRead
        | P::SessionRevoke
        | P::OrganizationRead
        | P::OrganizationUpdate
        | P::AuditRead
        | P::CredentialRead
        | P::ApiKeyRead
        | P::ApiKeyRevoke
        | P::ProviderKeyRead
        | P::ProviderKeyWrite
        | P::AccessExplain
        | P::RoleRead
        | P::RoleGrant
        | P::SavedViewShare
        | P::GroupRead
        | P::GroupCreate
        | P::GroupUpdate
        | P::GroupDelete
        | P::GroupReadMembers
        | P::GroupManageMembers
        | P::AllocationRead
        | P::AllocationManage
        | P::AllocationReserve => true,
        P::UserReadContact
        | P::UserUpdateContact
        | P::UserAssignRoles
        | P::UserMove
        | P::UserImpersonate
        | P::UserActAs
        | P::OrganizationCreate
        | P::OrganizationDelete
        | P::SeatManage
        | P::SettingRead
        | P::SettingUpdate
        | P::JobRead
        | P::JobControl
        | P::ProfileRead
        | P::ProfileUpdate
        | P::ProfileUpdatePlace
        | P::ProfileSetPassword
        | P::ProfileDelete
        | P::ApiKeyWrite
        | P::ModelServiceUse
        | P::RoleWrite => false,
    }
}

/// Whether somebody with `roles` holds the permission on what is their own.
#[must_use]
pub const fn carried_on_own(permission: Permission, roles: Roles) -> bool {
    use Permission as P;
    match permission {
        P::ProfileRead
        | P::ProfileUpdate
        | P::ProfileSetPassword
        | P::ProfileDelete
        | P::JobRead
        | P::JobControl
        | P::ApiKeyRead
        | P::ApiKeyWrite
        | P::ApiKeyRevoke
        | P::ProviderKeyRead
        | P::ProviderKeyWrite
        | P::ModelServiceUse
        | P::AccessExplain
        | P::GroupRead
        | P::GroupReadMembers
        | P::GroupManageMembers
        | P::AllocationRead => true,
        P::ProfileUpdatePlace => roles.contains(Role::Developer),
        _ => false,
    }
}

/// Whether somebody of `standing` in a group holds the permission on it.
#[must_use]
pub const fn carried_in_group(permission: Permission, standing: Standing) -> bool {
    use Permission as P;
    match standing {
        Standing::Member => matches!(permission, P::GroupRead),
        Standing::Manager => {
            matches!(permission, P::GroupRead | P::GroupReadMembers | P::GroupManageMembers | P::AllocationRead)
        }
    }
}

/// Whether a role that is granted on one organization carries the permission there. The others are about the platform, or
/// about oneself.
#[must_use]
pub const fn reaches_organizations(permission: Permission) -> bool {
    use Permission as P;
    carried_in_organization(permission)
        || matches!(
            permission,
            P::SeatManage
                | P::UserReadContact
                | P::UserUpdateContact
                | P::UserAssignRoles
                | P::UserMove
                | P::UserImpersonate
                | P::UserActAs
        )
}

/// Whether a role that is granted on one group carries the permission there. The others are about more than a group.
#[must_use]
pub const fn reaches_groups(permission: Permission) -> bool {
    use Permission as P;
    matches!(
        permission,
        P::GroupRead
            | P::GroupUpdate
            | P::GroupDelete
            | P::GroupReadMembers
            | P::GroupManageMembers
            | P::AllocationRead
            | P::AllocationManage
            | P::AllocationReserve
    )
}

/// Whether a custom role may carry the permission. Defining roles is for administrators alone, and what everybody has on
/// the own account, nobody has on others'.
#[must_use]
pub const fn is_grantable(permission: Permission) -> bool {
    use Permission as P;
    !platform_carriers(permission).is_empty() && !matches!(permission, P::RoleWrite | P::ProfileRead | P::ProfileUpdate)
}

/// What the built-in `role` carries where it is granted.
#[must_use]
pub fn carried_by(role: Role, scope: ScopeKind) -> PermissionSet {
    let carries = |permission: &Permission| {
        let everywhere = platform_carriers(*permission).contains(&role);
        match scope {
            ScopeKind::Platform => everywhere,
            ScopeKind::Organization => {
                let as_administrator = role == Role::OrganizationAdmin && carried_in_organization(*permission);
                as_administrator || everywhere && reaches_organizations(*permission)
            }
            ScopeKind::Group => role == Role::GroupManager && carried_in_group(*permission, Standing::Manager),
        }
    };
    Permission::ALL.iter().copied().filter(carries).collect()
}

/// What is left of `permissions` where they are granted.
#[must_use]
pub fn narrowed(permissions: PermissionSet, scope: ScopeKind) -> PermissionSet {
    match scope {
        ScopeKind::Platform => permissions,
        ScopeKind::Organization => permissions.iter().filter(|one| reaches_organizations(*one)).collect(),
        ScopeKind::Group => permissions.iter().filter(|one| reaches_groups(*one)).collect(),
    }
}

/// What a grant of the built-in `role`, or of a custom one that carries `custom`, carries where it is granted.
#[must_use]
pub fn granted(role: Option<Role>, custom: PermissionSet, scope: ScopeKind) -> PermissionSet {
    role.map_or_else(|| narrowed(custom, scope), |role| carried_by(role, scope))
}

/// How much power somebody has by `permissions` that are granted on `scope`, the own organization or its group if it is one.
/// Managing a group gives none, as being its manager gives none.
#[must_use]
pub fn power_of(permissions: PermissionSet, scope: ScopeKind) -> Power {
    match scope {
        _ if permissions.is_empty() => Power::None,
        ScopeKind::Group if permissions.iter().all(|one| carried_in_group(one, Standing::Manager)) => Power::None,
        ScopeKind::Group => Power::Organization,
        ScopeKind::Organization if permissions.iter().all(carried_in_organization) => Power::Organization,
        _ => Power::Platform,
    }
}

/// Permissions that only an administrator holds on an account with privileged roles.
pub(super) const fn guarded_on_privileged(permission: Permission) -> bool {
    use Permission as P;
    matches!(
        permission,
        P::UserUpdate
            | P::UserUpdateContact
            | P::UserSuspend
            | P::UserDelete
            | P::UserExport
            | P::BinRestore
            | P::BinPurge
            | P::UserSetPassword
            | P::UserAssignRoles
            | P::UserMove
            | P::UserImpersonate
            | P::UserActAs
            | P::ServiceAccountManage
            | P::SessionRevoke
            | P::ApiKeyRevoke
            | P::ProviderKeyWrite
            | P::RoleGrant
    )
}

/// Permissions that lead to somebody's account. With them a key would outlive its scopes, so that it holds them neither on
/// its owner's account nor on one with roles over others.
pub(super) const fn takes_over(permission: Permission) -> bool {
    use Permission as P;
    matches!(
        permission,
        P::UserUpdate
            | P::UserUpdateContact
            | P::UserSetPassword
            | P::UserAssignRoles
            | P::UserMove
            | P::RoleGrant
            | P::BinRestore
    )
}
