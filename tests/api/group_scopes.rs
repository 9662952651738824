//! Roles that are granted on one group (issue 3, item 1): they reach that group and nothing beside it.

use quarterdeck_domain::{
    Amount, GroupId, OrganizationId, Patch, Permission, Role, RoleId, UserId,
    access::{AccessResource, AccessRule, ExplainAccess, ReachKind, Verdict},
    allocations::GrantAllocation,
    audit::{Action, AuditFilter, ListAuditEvents},
    groups::{ListGroupMembers, ListGroups, Standing, UpdateGroup},
    organizations::ListOrganizations,
    plans::{CountKind, CreatePlan, Exclusion, PlanAction},
    role_grants::{CreateRoleGrant, ListRoleGrants, RevokeRoleGrant, RoleGrantFilter, ScopeKind},
    users::{ListUsers, SetPassword, UpdateUser},
};
use quarterdeck_testkit::{Server, TestClient, on_both};

use crate::{
    bin::{bin_users, done, restored},
    groups::{group_with, named},
    impersonation::code,
    organizations::with_admin,
    reset_links::{assert_dead, link},
    role_grants::{built_in, custom, member},
    roles::{new_role, shared},
};

/// A grant of a custom role on a group.
fn on_group(user: UserId, role: RoleId, group: GroupId) -> CreateRoleGrant {
    CreateRoleGrant { scope: ScopeKind::Group, scope_group_id: Some(group), ..custom(user, role, None) }
}

/// A grant of the built-in role of managers on a group.
fn manager_of(user: UserId, group: GroupId) -> CreateRoleGrant {
    CreateRoleGrant { scope: ScopeKind::Group, scope_group_id: Some(group), ..built_in(user, Role::GroupManager, None) }
}

async fn groups_of(client: &TestClient) -> Vec<String> {
    client.list_groups(&ListGroups::default()).await.unwrap().items.into_iter().map(|group| group.name).collect()
}

fn renamed(name: &str) -> UpdateGroup {
    UpdateGroup { display_name: Some(name.to_owned()), ..UpdateGroup::default() }
}

async fn three(admin: &TestClient, home: OrganizationId) -> [GroupId; 3] {
    let group = async |name: &str, home| group_with(admin, name, home, 10).await.id;
    [group("one", Some(home)).await, group("two", Some(home)).await, group("three", None).await]
}

on_both! {
    /// What a role carries about groups counts on that group: in lists, singly, in plans and in explanations; what it carries
    /// about other things counts nowhere.
    async fn reach(server: Server) {
        let admin = server.admin().await;
        let (home, _) = with_admin(&server, &admin, "home").await;
        let (ann, user) = member(&server, &admin, "ann", home).await;
        let [one, two, three] = three(&admin, home).await;
        let keeper = [
            Permission::GroupRead, Permission::GroupUpdate, Permission::GroupDelete, Permission::GroupReadMembers,
            Permission::GroupManageMembers, Permission::AllocationRead, Permission::AllocationManage, Permission::UserRead,
            Permission::OrganizationRead,
        ];
        let keeper = admin.create_role(&new_role("Keeper", &keeper)).await.unwrap().id;
        let granted = admin.create_role_grant(&on_group(user.id(), keeper, one)).await.unwrap();
        assert_eq!((granted.scope, granted.scope_group_id, granted.organization_id), (ScopeKind::Group, Some(one), Some(home)));
        admin.create_role_grant(&on_group(user.id(), keeper, three)).await.unwrap();
        assert_eq!(groups_of(&ann).await, ["one", "three"]);
        ann.update_group(one, &renamed("First"), None).await.unwrap();
        ann.update_group(three, &renamed("Third"), None).await.unwrap();
        ann.add_group_member(one, &named("ann", Standing::Member)).await.unwrap();
        assert_eq!(ann.list_group_members(one, &ListGroupMembers::default()).await.unwrap().total, 1);
        let more = GrantAllocation { amount: Amount::from_parts(10_000), note: String::new() };
        ann.grant_allocation(one, &more).await.unwrap();
        assert_eq!(code(ann.update_group(two, &renamed("Second"), None).await), "not-found");
        assert_eq!(code(ann.grant_allocation(two, &more).await), "not-found");
        // Nothing of what is not about groups.
        assert_eq!(code(ann.list_users(&ListUsers::default()).await), "forbidden");
        assert_eq!(code(ann.list_organizations(&ListOrganizations::default()).await), "forbidden");
        let plan = ann.create_plan(&CreatePlan { action: PlanAction::DeleteGroups { group_ids: vec![one, two] } }).await.unwrap();
        assert_eq!((plan.row_count, plan.excluded[0].reason, plan.excluded[0].count), (1, Exclusion::NotFound, 1));

        let asked = |group| ExplainAccess { subject: user.id().into(), permission: Permission::GroupUpdate, resource: Some(AccessResource::Group(group)) };
        let told = admin.explain_access(&asked(one)).await.unwrap();
        assert_eq!((told.verdict, told.decided_by, told.reach), (Verdict::Allowed, AccessRule::RoleGrant, Some(ReachKind::Group)));
        assert!(told.steps.iter().any(|step| step.detail.contains("on the group one")), "{told:?}");
        assert_eq!(admin.explain_access(&asked(two)).await.unwrap().verdict, Verdict::Hidden);

        let on_one = RoleGrantFilter { scope_group_id: Some(one), ..RoleGrantFilter::default() };
        let on_one = ListRoleGrants { filter: on_one, ..ListRoleGrants::default() };
        assert_eq!(admin.list_role_grants(&on_one).await.unwrap().total, 1);
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        assert_eq!(code(ann.update_group(one, &renamed("Mine"), None).await), "forbidden", "a member still sees it");
    }

    /// An organization's administrator grants on the own groups what they hold there, and learns of no others.
    async fn delegation(server: Server) {
        let admin = server.admin().await;
        let (home, boss) = with_admin(&server, &admin, "home").await;
        let (other, _) = with_admin(&server, &admin, "other").await;
        let (ann, user) = member(&server, &admin, "ann", home).await;
        let [one, _, platform] = three(&admin, home).await;
        let foreign = group_with(&admin, "foreign", Some(other), 1).await.id;
        let granted = boss.create_role_grant(&manager_of(user.id(), one)).await.unwrap();
        assert_eq!(code(boss.create_role_grant(&manager_of(user.id(), one)).await), "role-granted");
        ann.add_group_member(one, &named("home.admin", Standing::Member)).await.unwrap();
        assert_eq!(code(ann.update_group(one, &renamed("Mine"), None).await), "forbidden");
        for hidden in [platform, foreign, GroupId(uuid::Uuid::from_u128(7))] {
            assert_eq!(code(boss.create_role_grant(&manager_of(user.id(), hidden)).await), "not-found");
        }
        for unfit in [Role::Admin, Role::Advocate, Role::OrganizationAdmin, Role::User] {
            let body = CreateRoleGrant { role: Some(unfit), ..manager_of(user.id(), one) };
            assert_eq!(code(admin.create_role_grant(&body).await), "invalid");
        }
        let without = CreateRoleGrant { scope_group_id: None, ..manager_of(user.id(), one) };
        let both = CreateRoleGrant { organization_id: Some(home), ..manager_of(user.id(), one) };
        for wrong in [without, both] {
            assert_eq!(code(admin.create_role_grant(&wrong).await), "invalid");
        }
        let elsewhere = shared(&admin, "Elsewhere", &[Permission::UserRead]).await.id;
        assert_eq!(code(boss.create_role_grant(&on_group(user.id(), elsewhere, one)).await), "invalid");
        // What the platform granted on a group of its own, the organization is not told of.
        admin.create_role_grant(&manager_of(user.id(), platform)).await.unwrap();
        let of_ann = RoleGrantFilter { user_id: Some(user.id()), ..RoleGrantFilter::default() };
        let of_ann = ListRoleGrants { filter: of_ann, ..ListRoleGrants::default() };
        let seen = boss.list_role_grants(&of_ann).await.unwrap().items;
        assert_eq!(seen.iter().map(|grant| grant.id).collect::<Vec<_>>(), [granted.id]);
        // Managing gives no power over the account; spending what others own does.
        let password = SetPassword { password: "another lantern 9".to_owned(), must_change: false, revoke_sessions: false, revoke_api_keys: None };
        boss.set_user_password(user.id(), &password).await.unwrap();
        let spender = shared(&admin, "Spender", &[Permission::GroupRead, Permission::AllocationRead, Permission::AllocationManage]).await.id;
        admin.create_role_grant(&on_group(user.id(), spender, platform)).await.unwrap();
        assert_eq!(code(boss.set_user_password(user.id(), &password).await), "privileged-account");
    }

    /// Whoever brings a group back brings back what is granted on it, to themselves as well: that takes the right to grant it. A
    /// link that was made for less meanwhile does not lead to it.
    async fn returning(server: Server) {
        let admin = server.admin().await;
        let (home, boss) = with_admin(&server, &admin, "home").await;
        let (keeper, user) = member(&server, &admin, "keeper", home).await;
        let [one, _, platform] = three(&admin, home).await;
        let restores = [Permission::GroupRead, Permission::UserRead, Permission::BinRead, Permission::BinRestore];
        let restores = admin.create_role(&new_role("Restorers", &restores)).await.unwrap().id;
        admin.create_role_grant(&custom(user.id(), restores, Some(home))).await.unwrap();
        let spends = [Permission::GroupRead, Permission::AllocationRead, Permission::AllocationManage];
        let spends = admin.create_role(&new_role("Spenders", &spends)).await.unwrap().id;
        admin.create_role_grant(&on_group(user.id(), spends, one)).await.unwrap();
        let bin = |id| CreatePlan { action: PlanAction::BinGroups { group_ids: vec![id], keep_days: 7, reason: String::new() } };
        done(&admin, bin(one)).await;
        let refused = keeper.restore_bin_item(one.0.into(), &Default::default()).await;
        assert_eq!(code(refused), "forbidden");
        restored(&admin, one).await;

        let (_, ann) = member(&server, &admin, "ann", home).await;
        admin.create_role_grant(&on_group(ann.id(), spends, platform)).await.unwrap();
        done(&admin, bin(platform)).await;
        let token = link(&boss, &ann).await;
        restored(&admin, platform).await;
        assert_dead(&server, token, "the return of a group with power").await;
    }

    /// Grants on a group end with it, and are counted and told; from the bin they come back, but not to who has left.
    async fn ends(server: Server) {
        let admin = server.admin().await;
        let (home, boss) = with_admin(&server, &admin, "home").await;
        let (other, _) = with_admin(&server, &admin, "other").await;
        let (ann, user) = member(&server, &admin, "ann", home).await;
        let (_, bob) = member(&server, &admin, "bob", home).await;
        let [one, two, _] = three(&admin, home).await;
        for (user, group) in [(user.id(), one), (bob.id(), one), (user.id(), two)] {
            boss.create_role_grant(&manager_of(user, group)).await.unwrap();
        }
        let bin = CreatePlan { action: PlanAction::BinGroups { group_ids: vec![one], keep_days: 7, reason: String::new() } };
        let plan = boss.create_plan(&bin).await.unwrap();
        assert_eq!(plan.counts.iter().find(|count| count.kind == CountKind::Role).map(|count| count.count), Some(2));
        done(&boss, bin).await;
        assert_eq!(groups_of(&ann).await, ["two"]);
        // Away themselves meanwhile, and moved to another organization.
        done(&admin, bin_users([user.id()])).await;
        let moved = UpdateUser { organization_id: Patch::Value(other), ..UpdateUser::default() };
        admin.update_user(bob.id(), &moved, None).await.unwrap();
        restored(&boss, one).await;
        restored(&admin, user.id()).await;
        let (ann, _) = server.sign_in("ann", quarterdeck_testkit::PASSWORD).await.unwrap();
        assert_eq!(groups_of(&ann).await, ["one", "two"]);
        let on_one = RoleGrantFilter { scope_group_id: Some(one), ..RoleGrantFilter::default() };
        assert_eq!(admin.list_role_grants(&ListRoleGrants { filter: on_one, ..ListRoleGrants::default() }).await.unwrap().total, 1);

        done(&boss, CreatePlan { action: PlanAction::DeleteGroup { group_id: two } }).await;
        let filter = AuditFilter { action: Some(Action::RoleRevoked), target_id: Some(user.id().to_string()), ..AuditFilter::default() };
        // Told to the organization as well, whose group and member they were.
        for teller in [&admin, &boss] {
            let told = ListAuditEvents { filter: filter.clone(), ..ListAuditEvents::default() };
            assert_eq!(teller.list_audit_events(&told).await.unwrap().total, 1);
        }
        assert_eq!(groups_of(&ann).await, ["one"]);
    }
}
