//! Roles that a group carries (issue 3, items 1 and 4; S1-GRP-05): held by whoever is in it, for as long as they are, and
//! handed on by those alone who could grant them.

use std::time::Duration;

use quarterdeck_domain::{
    GroupId, Permission, Role, UserId,
    access::{AccessChangeKind, AccessResource, AccessRule, ExplainAccess, Verdict},
    api_keys::CreateApiKey,
    audit::{Action, AuditFilter, ListAuditEvents},
    groups::{ListGroupMembers, Standing},
    plans::{CountKind, CreatePlan, Exclusion, KindCount, PlanAction, Selection},
    role_grants::{
        CreateRoleGrant, GroupRole, ListRoleGrants, RevokeRoleGrant, RoleGrant, RoleGrantFilter, ScopeKind,
        SetGroupRoles,
    },
    roles::UpdateRole,
    saved_views::{CreateSavedView, ListSavedViews, ViewTable, ViewVisibility},
    users::{ListUsers, SetPassword},
};
use quarterdeck_testkit::{Server, TestClient, on_both};

use crate::{
    bin::done,
    groups::{group_with, named},
    impersonation::code,
    organizations::with_admin,
    reset_links::{assert_dead, link},
    role_grants::{built_in, custom, end, member, to_group},
    roles::{new_role, shared},
    saved_views::private,
};

/// Whom a grant is to when the group is said elsewhere.
pub const NOBODY: UserId = UserId(uuid::Uuid::nil());

pub async fn held(client: &TestClient, filter: RoleGrantFilter) -> Vec<RoleGrant> {
    client.list_role_grants(&ListRoleGrants { filter, ..ListRoleGrants::default() }).await.unwrap().items
}

pub fn of_group(group: GroupId) -> RoleGrantFilter {
    RoleGrantFilter { group_id: Some(group), ..RoleGrantFilter::default() }
}

pub fn roles_of(counts: &[KindCount]) -> u64 {
    counts.iter().find(|count| count.kind == CountKind::Role).map_or(0, |count| count.count)
}

pub fn new_password() -> SetPassword {
    let password = "another lantern 9".to_owned();
    SetPassword { password, must_change: false, revoke_sessions: true, revoke_api_keys: None }
}

on_both! {
    /// Members hold what their group carries from the next request on, and no longer than they are in it; lists, the own
    /// page and explanations say by which way.
    async fn held_by_members(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (ann, user) = member(&server, &admin, "ann", one).await;
        let desk = admin.create_role(&new_role("Desk", &[Permission::UserRead, Permission::AuditRead])).await.unwrap().id;
        let group = group_with(&admin, "night-shift", Some(one), 1).await.id;
        let granted = admin.create_role_grant(&to_group(group, custom(NOBODY, desk, Some(one)))).await.unwrap();
        assert_eq!((granted.user_id, granted.group_id, granted.group_name.as_deref()), (None, Some(group), Some("night-shift")));
        assert_eq!(code(admin.create_role_grant(&to_group(group, custom(NOBODY, desk, Some(one)))).await), "role-granted");
        assert_eq!(code(ann.list_users(&ListUsers::default()).await), "forbidden");

        admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        assert_eq!(ann.list_users(&ListUsers::default()).await.unwrap().total, 2);
        let own = ann.get_me().await.unwrap().grants;
        assert_eq!(own[0].group.as_ref().map(|group| group.name.as_str()), Some("night-shift"));
        let by_user = RoleGrantFilter { user_id: Some(user.id()), ..RoleGrantFilter::default() };
        for client in [&admin, &boss] {
            assert_eq!(held(client, by_user.clone()).await[0].id, granted.id);
            assert_eq!(held(client, of_group(group)).await.len(), 1);
        }
        let asked = ExplainAccess { subject: user.id().into(), permission: Permission::UserRead, resource: Some(AccessResource::Organization(one)) };
        let told = boss.explain_access(&asked).await.unwrap();
        assert_eq!((told.verdict, told.decided_by), (Verdict::Allowed, AccessRule::RoleGrant));
        assert!(told.steps.iter().any(|step| step.detail.contains("granted to the group night-shift")), "{told:?}");
        let change = told.change.unwrap();
        assert_eq!((change.kind, change.group_id, change.grant_id), (AccessChangeKind::LeaveGroup, Some(group), None));
        let filter = AuditFilter { action: Some(Action::RoleGranted), organization_id: Some(one), ..AuditFilter::default() };
        let events = boss.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        assert_eq!(events[0].target.label, "night-shift");

        admin.remove_group_member(group, user.id()).await.unwrap();
        assert_eq!(code(ann.list_users(&ListUsers::default()).await), "forbidden");
        assert!(held(&admin, by_user.clone()).await.is_empty());
        admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        assert!(ann.list_users(&ListUsers::default()).await.is_ok());
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        assert_eq!(code(ann.list_users(&ListUsers::default()).await), "forbidden");
    }

    /// A role of the platform may be carried for good, or until a time; with its end it is gone.
    async fn ends(server: Server) {
        let admin = server.admin().await;
        let (carrier, user) = server.signed_in(&admin, "carrier", &[]).await;
        let group = group_with(&admin, "advocates", None, 1).await.id;
        admin.add_group_member(group, &named("carrier", Standing::Member)).await.unwrap();
        let until = CreateRoleGrant { expires_at: end(user.summary.created_at, 120), ..built_in(NOBODY, Role::Advocate, None) };
        admin.create_role_grant(&to_group(group, until)).await.unwrap();
        assert!(carrier.list_users(&ListUsers::default()).await.is_ok());
        server.advance(Duration::from_secs(200));
        assert_eq!(code(carrier.list_users(&ListUsers::default()).await), "forbidden");
        let developer = admin.create_role_grant(&to_group(group, built_in(NOBODY, Role::Developer, None))).await.unwrap();
        assert_eq!((developer.role, developer.expires_at), (Some(Role::Developer), None));
        let neither = CreateRoleGrant { user_id: None, ..built_in(NOBODY, Role::Developer, None) };
        let both = CreateRoleGrant { group_id: Some(group), ..built_in(user.id(), Role::Developer, None) };
        for wrong in [neither, both] {
            assert_eq!(code(admin.create_role_grant(&wrong).await), "invalid");
        }
    }

    /// Whoever lets somebody in hands on what the group carries: it takes the right to grant that, on all ways in.
    async fn joining(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (_, ann) = member(&server, &admin, "ann", one).await;
        let (manager, lead) = member(&server, &admin, "lead", one).await;
        let group = group_with(&admin, "crew", Some(one), 1).await.id;
        admin.add_group_member(group, &named("lead", Standing::Manager)).await.unwrap();
        manager.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        manager.remove_group_member(group, ann.id()).await.unwrap();

        // On the own organization, what its administrator holds is theirs to hand on; a manager of the group holds none of it.
        let desk = shared(&admin, "Desk", &[Permission::UserRead]).await;
        boss.create_role_grant(&to_group(group, custom(NOBODY, desk.id, Some(one)))).await.unwrap();
        assert_eq!(code(manager.add_group_member(group, &named("ann", Standing::Member)).await), "forbidden");
        let token = link(&boss, &ann).await;
        boss.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        assert_dead(&server, token, "joining a group that carries a role").await;
        assert_eq!(code(manager.remove_group_member(group, ann.id()).await), "forbidden");
        boss.remove_group_member(group, ann.id()).await.unwrap();

        // What the platform gave is the platform's to hand on.
        admin.create_role_grant(&to_group(group, built_in(NOBODY, Role::Developer, None))).await.unwrap();
        assert_eq!(code(boss.add_group_member(group, &named("ann", Standing::Member)).await), "forbidden");
        admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        assert_eq!(code(boss.remove_group_member(group, ann.id()).await), "privileged-account");
        // The group gives power: its members are out of reach of the organization's administrator.
        for user in [ann.id(), lead.id()] {
            assert_eq!(code(boss.set_user_password(user, &new_password()).await), "privileged-account");
        }
        // Who manages it may leave, and is in reach again.
        manager.remove_group_member(group, lead.id()).await.unwrap();
        boss.set_user_password(lead.id(), &new_password()).await.unwrap();
    }

    /// By a plan as well: the own account and those with power over others are left out, and what is granted to the group
    /// before it is executed refuses it.
    async fn joining_by_plan(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (_, ann) = member(&server, &admin, "ann", one).await;
        let (_, bob) = member(&server, &admin, "bob", one).await;
        let (_, cat) = member(&server, &admin, "cat", one).await;
        let until = CreateRoleGrant { expires_at: end(bob.updated_at, 86_400), ..built_in(bob.id(), Role::Advocate, None) };
        admin.create_role_grant(&until).await.unwrap();
        let group = group_with(&admin, "crew", Some(one), 1).await.id;
        let desk = shared(&admin, "Desk", &[Permission::UserRead]).await;
        admin.create_role_grant(&to_group(group, custom(NOBODY, desk.id, Some(one)))).await.unwrap();
        let order = |users: &[UserId]| {
            let selection = Selection::ids(users.iter().copied());
            CreatePlan { action: PlanAction::AddToGroup { selection, group_id: group, standing: Standing::Member } }
        };
        let own = boss.get_me().await.unwrap().user.id();
        let plan = boss.create_plan(&order(&[ann.id(), bob.id(), own])).await.unwrap();
        let left_out: Vec<Exclusion> = plan.excluded.iter().map(|rows| rows.reason).collect();
        assert_eq!((plan.row_count, left_out), (1, vec![Exclusion::OwnAccount, Exclusion::PrivilegedAccount]));
        assert_eq!(boss.execute_plan(&plan).await.unwrap().succeeded, 1);
        let plan = boss.create_plan(&order(&[cat.id()])).await.unwrap();
        admin.create_role_grant(&to_group(group, built_in(NOBODY, Role::Developer, None))).await.unwrap();
        assert_eq!(code(boss.execute_plan(&plan).await), "forbidden");
        assert_eq!(code(boss.create_plan(&order(&[cat.id()])).await), "forbidden");
        done(&admin, order(&[cat.id(), bob.id()])).await;
        assert_eq!(admin.list_group_members(group, &ListGroupMembers::default()).await.unwrap().total, 3);
    }

    /// A grant to a group is held to what a grant to a user is: what is one's own to give, where one sees, and never to
    /// oneself.
    async fn granting(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let own = group_with(&admin, "own", Some(one), 1).await.id;
        let (foreign, common) = (group_with(&admin, "foreign", Some(two), 1).await.id, group_with(&admin, "common", None, 1).await.id);
        let watch = shared(&admin, "Watch", &[Permission::UserRead]).await.id;
        let wide = shared(&admin, "Wide", &[Permission::OrganizationRead, Permission::SeatManage]).await.id;
        let to = |group, role, place| to_group(group, custom(NOBODY, role, place));
        assert_eq!(code(boss.create_role_grant(&to(own, watch, None)).await), "forbidden");
        assert_eq!(code(boss.create_role_grant(&to(own, wide, Some(one))).await), "not-held");
        for hidden in [foreign, common, GroupId(uuid::Uuid::from_u128(7))] {
            assert_eq!(code(boss.create_role_grant(&to(hidden, watch, Some(one))).await), "not-found");
        }
        boss.create_role_grant(&to_group(own, built_in(NOBODY, Role::OrganizationAdmin, Some(one)))).await.unwrap();
        boss.add_group_member(own, &named("one.admin", Standing::Member)).await.unwrap_err();
        admin.add_group_member(own, &named("one.admin", Standing::Member)).await.unwrap();
        assert_eq!(code(boss.create_role_grant(&to(own, watch, Some(one))).await), "own-account");
        let carried = held(&boss, of_group(own)).await;
        assert_eq!(code(boss.revoke_role_grant(carried[0].id, &RevokeRoleGrant::default()).await), "own-account");

        // Of a group of the platform, its grants and its part in an explanation, an organization's administrator learns nothing.
        let (_, ann) = member(&server, &admin, "ann", one).await;
        admin.add_group_member(common, &named("ann", Standing::Member)).await.unwrap();
        let hidden = admin.create_role_grant(&to(common, watch, Some(one))).await.unwrap();
        assert_eq!(code(boss.get_role_grant(hidden.id).await), "not-found");
        assert!(held(&boss, RoleGrantFilter::default()).await.iter().all(|grant| grant.id != hidden.id));
        let asked = ExplainAccess { subject: ann.id().into(), permission: Permission::UserRead, resource: None };
        let told = boss.explain_access(&asked).await.unwrap();
        let text = serde_json::to_string(&told).unwrap();
        assert!(told.verdict == Verdict::Allowed && !text.contains("common") && !text.contains(&common.to_string()), "{text}");
    }

    /// Setting replaces the list in one act: what stays is not touched, what is beyond the reach of who sets it neither, and a
    /// fault leaves all as it was (S1-GRP-05).
    async fn set(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (ann, _) = member(&server, &admin, "ann", one).await;
        let group = group_with(&admin, "crew", Some(one), 1).await.id;
        admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        let watch = shared(&admin, "Watch", &[Permission::UserRead]).await.id;
        let on_one = |role, role_id| GroupRole { role, role_id, scope: ScopeKind::Organization, organization_id: Some(one), scope_group_id: None, expires_at: None };
        let hidden = Some(group_with(&admin, "hidden", None, 1).await.id);
        let platform = GroupRole { role: Some(Role::GroupManager), role_id: None, scope: ScopeKind::Group, organization_id: None, scope_group_id: hidden, expires_at: None };
        let all = |roles: &[GroupRole]| SetGroupRoles { roles: roles.to_vec(), reason: "new rota".to_owned() };
        let (watching, advocate) = (on_one(None, Some(watch)), on_one(Some(Role::Advocate), None));
        let first = admin.set_group_roles(group, &all(&[platform.clone(), watching.clone()])).await.unwrap().roles;
        assert_eq!(first.len(), 2);
        // Whose reach ends at the organization sees and sets its part.
        let second = boss.set_group_roles(group, &all(&[watching.clone(), advocate.clone()])).await.unwrap().roles;
        let kept = second.iter().find(|grant| grant.role_id == Some(watch)).unwrap();
        assert!(second.len() == 2 && first.iter().any(|grant| grant.id == kept.id && grant.granted_at == kept.granted_at));
        assert_eq!(held(&admin, of_group(group)).await.len(), 3);
        assert!(ann.list_users(&ListUsers::default()).await.is_ok());
        let refused = boss.set_group_roles(group, &all(std::slice::from_ref(&platform))).await;
        assert_eq!(code(refused), "not-found");
        let unknown = GroupRole { role_id: Some(quarterdeck_domain::RoleId(uuid::Uuid::nil())), ..watching.clone() };
        let fault = admin.set_group_roles(group, &all(&[platform.clone(), unknown])).await.unwrap_err();
        assert_eq!(fault.problem().unwrap().errors[0].pointer, "/roles/1/role_id");
        assert_eq!(code(admin.set_group_roles(group, &all(&vec![watching.clone(); 51])).await), "invalid");
        assert_eq!(held(&admin, of_group(group)).await.len(), 3, "nothing was changed by halves");
        let twice = boss.set_group_roles(group, &all(&[watching.clone(), advocate.clone(), watching])).await.unwrap().roles;
        assert_eq!(twice.len(), 2, "what is named twice is carried once");
        assert!(boss.set_group_roles(group, &all(&[])).await.unwrap().roles.is_empty());
        assert_eq!(code(ann.list_users(&ListUsers::default()).await), "forbidden");
        let left = admin.set_group_roles(group, &all(&[platform])).await.unwrap().roles;
        assert_eq!(left[0].id, first.iter().find(|grant| grant.role.is_some()).unwrap().id);
        let filter = AuditFilter { action: Some(Action::RoleRevoked), target_id: Some(group.to_string()), ..AuditFilter::default() };
        assert_eq!(admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total, 2);
    }

    /// The roles of a group that gives power are for those alone who may touch its members, and to others no more is told of
    /// what it carries beyond their reach than that it is (issue 3, item 1).
    async fn guarded(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (clerk, user) = member(&server, &admin, "clerk", one).await;
        let granting = [Permission::GroupRead, Permission::RoleRead, Permission::RoleGrant, Permission::UserRead];
        let clerks = admin.create_role(&new_role("Clerks", &granting)).await.unwrap().id;
        admin.create_role_grant(&custom(user.id(), clerks, Some(one))).await.unwrap();
        let group = group_with(&admin, "board", Some(one), 1).await.id;
        let granted = boss.create_role_grant(&to_group(group, built_in(NOBODY, Role::OrganizationAdmin, Some(one)))).await.unwrap();
        let nothing = SetGroupRoles { roles: Vec::new(), reason: String::new() };
        assert_eq!(code(clerk.set_group_roles(group, &nothing).await), "privileged-account");
        assert_eq!(code(clerk.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await), "privileged-account");
        boss.set_group_roles(group, &nothing).await.unwrap();

        let common = group_with(&admin, "common", None, 1).await.id;
        admin.add_group_member(common, &named("one.admin", Standing::Manager)).await.unwrap();
        boss.add_group_member(common, &named("clerk", Standing::Member)).await.unwrap();
        boss.remove_group_member(common, user.id()).await.unwrap();
        let watch = admin.create_role(&new_role("Watch", &[Permission::UserRead])).await.unwrap().id;
        let mut answers = Vec::new();
        for place in [None, Some(two), Some(one)] {
            let grant = admin.create_role_grant(&to_group(common, custom(NOBODY, watch, place))).await.unwrap();
            let refused = boss.add_group_member(common, &named("clerk", Standing::Member)).await.unwrap_err();
            answers.push(refused.problem().map(|problem| (problem.code.clone(), problem.detail.clone())).unwrap());
            admin.revoke_role_grant(grant.id, &RevokeRoleGrant::default()).await.unwrap();
        }
        assert!(answers[0].0 == "forbidden" && answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }

    /// A key of a member is worth no more than the member.
    async fn keys_and_views(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (ann, user) = member(&server, &admin, "ann", one).await;
        let desk = admin.create_role(&new_role("Desk", &[Permission::UserRead, Permission::SessionRead])).await.unwrap().id;
        let group = group_with(&admin, "desk", Some(one), 1).await.id;
        admin.create_role_grant(&to_group(group, custom(NOBODY, desk, Some(one)))).await.unwrap();
        admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        let scopes = [Permission::UserRead].into_iter().collect();
        let made = ann.create_api_key(&CreateApiKey { title: "desk".to_owned(), scopes, ..CreateApiKey::default() }).await.unwrap();
        let key = server.anonymous();
        key.transport().set_token(Some(made.secret));
        assert!(key.list_users(&ListUsers::default()).await.is_ok());
        // A view that is shared with the role is theirs to see.
        let view = CreateSavedView { visibility: Some(ViewVisibility::Role), role_id: Some(desk), ..private(ViewTable::Sessions, "of the desk") };
        admin.create_saved_view(&view).await.unwrap();
        let views = async || ann.list_saved_views(&ListSavedViews::default()).await.unwrap().total;
        assert_eq!(views().await, 1);
        // A link that was made for less ends when the role carries more.
        let token = link(&admin, &user).await;
        let wider = UpdateRole { permissions: Some([Permission::UserRead, Permission::UserSuspend, Permission::SessionRead].into_iter().collect()), ..UpdateRole::default() };
        admin.update_role(desk, &wider, None).await.unwrap();
        assert_dead(&server, token, "a wider role of the group").await;
        assert_eq!(code(admin.delete_role(desk).await), "role-held");

        admin.remove_user_from_groups(user.id()).await.unwrap();
        assert_eq!(code(key.list_users(&ListUsers::default()).await), "forbidden");
        assert_eq!(views().await, 0);
    }
}
