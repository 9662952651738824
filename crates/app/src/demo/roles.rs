//! Roles that groups carry: some of the platform's own making, and a built-in one.

use quarterdeck_domain::{
    Permission::{self, AllocationManage, AllocationRead, GroupRead, GroupReadMembers, SessionRead, UserRead},
    PermissionSet, Result, Role, RoleId,
    groups::Group,
    role_grants::{CreateRoleGrant, ScopeKind},
    roles::CreateRole,
};

use crate::{Ctx, role_grants::create_role_grant, roles::create_role};

/// Full name of the group that carries it, name of the role, what it is for, and what it carries.
const MADE: [(&str, &str, &str, &[Permission]); 2] = [
    (
        "Onboarding",
        "Service desk",
        "Finds people and says where they are signed in.",
        &[UserRead, SessionRead, GroupRead, GroupReadMembers],
    ),
    (
        "Customs Desk",
        "Budget keepers",
        "Gives groups what they may use.",
        &[GroupRead, AllocationRead, AllocationManage],
    ),
];
/// Full name of the group that carries it on the platform, and the built-in role.
const BUILT_IN: (&str, Role) = ("Documentation Sprint", Role::Trainer);

/// Lets groups of the load `run` carry roles; how many grants.
pub async fn roles(ctx: &Ctx, run: u64, groups: &[Group]) -> Result<u64> {
    let called = |name: &str| groups.iter().find(|group| group.display_name == name);
    let mut count = 0;
    for (holder, name, description, permissions) in MADE {
        let Some(group) = called(holder) else { continue };
        let id = made(ctx, run, name, description, permissions).await?;
        create_role_grant(ctx, &carried(group, None, Some(id))).await?;
        count += 1;
    }
    let (holder, role) = BUILT_IN;
    if let Some(group) = called(holder) {
        let on_platform =
            CreateRoleGrant { scope: ScopeKind::Platform, organization_id: None, ..carried(group, Some(role), None) };
        create_role_grant(ctx, &on_platform).await?;
        count += 1;
    }
    Ok(count)
}

async fn made(ctx: &Ctx, run: u64, name: &str, description: &str, permissions: &[Permission]) -> Result<RoleId> {
    let body = CreateRole {
        name: if run > 1 { format!("{name} {run}") } else { name.to_owned() },
        description: description.to_owned(),
        permissions: permissions.iter().copied().collect::<PermissionSet>(),
        is_shared: true,
        ..CreateRole::default()
    };
    Ok(create_role(ctx, &body).await?.id)
}

/// A role that `group` carries where it belongs.
fn carried(group: &Group, role: Option<Role>, role_id: Option<RoleId>) -> CreateRoleGrant {
    let scope = if group.organization_id.is_some() { ScopeKind::Organization } else { ScopeKind::Platform };
    CreateRoleGrant {
        user_id: None,
        group_id: Some(group.id),
        role,
        role_id,
        scope,
        organization_id: group.organization_id,
        scope_group_id: None,
        expires_at: None,
        reason: "what the group is for".to_owned(),
    }
}
