//! Nobody hands on more than they have, nor for longer: by roles, by groups, by links.

use quarterdeck_domain::{
    Permission, Role,
    access::{AccessResource, ExplainAccess, Verdict},
    allocations::{AllocationState, LimitKind, SettleReservation, UpdateAllocation},
    groups::{GroupFilter, GroupSort, ListGroups, Standing, UpdateGroupMember},
    page::Sort,
    plans::{CreatePlan, PlanAction, Selection},
    role_grants::CreateRoleGrant,
    roles::{Roles, UpdateRole},
    users::{UpdateUser, UserFilter},
};
use quarterdeck_testkit::{Server, new_user, on_both};

use crate::{
    allocations::reserve,
    groups::{group_with, named, new_group},
    organizations::with_admin,
    reset_links::{assert_dead, link},
    role_grants::{built_in, custom, end, member},
    roles::new_role,
};

on_both! {
    /// A reset link that was made for an account without power ends with the power that it is granted.
    async fn links(server: Server) {
        let admin = server.admin().await;
        let (one, maker) = with_admin(&server, &admin, "one").await;
        let user = maker.create_user(&new_user("riser", &[])).await.unwrap();
        let token = link(&maker, &user).await;
        let role = admin.create_role(&new_role("Watch", &[Permission::UserRead])).await.unwrap();
        admin.create_role_grant(&custom(user.id(), role.id, Some(one))).await.unwrap();
        assert_dead(&server, token, "a grant").await;
        let token = link(&admin, &user).await;
        let wider = [Permission::UserRead, Permission::UserSetPassword].into_iter().collect();
        admin.update_role(role.id, &UpdateRole { permissions: Some(wider), ..UpdateRole::default() }, None).await.unwrap();
        assert_dead(&server, token, "a wider role").await;
    }

    /// Whoever stands in until a day hands nothing on beyond it, nor what has no end at all.
    async fn not_for_longer(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (cover, user) = server.signed_in(&admin, "cover", &[]).await;
        let friend = member(&server, &admin, "friend", one).await.1.id();
        let now = user.summary.created_at;
        let until = |seconds| CreateRoleGrant { expires_at: end(now, seconds), ..built_in(user.id(), Role::OrganizationAdmin, Some(one)) };
        admin.create_role_grant(&until(3_600)).await.unwrap();
        let hand_on = |seconds: Option<i64>| CreateRoleGrant {
            user_id: Some(friend),
            expires_at: seconds.and_then(|seconds| end(now, seconds)),
            ..until(0)
        };
        for beyond in [None, Some(3_601)] {
            let error = cover.create_role_grant(&hand_on(beyond)).await.unwrap_err();
            assert!(["not-held", "privileged-account"].contains(&error.code()), "{}", error.code());
        }
        cover.create_role_grant(&hand_on(Some(3_000))).await.unwrap();
        let deputy = CreateRoleGrant { expires_at: end(now, 3_600), ..built_in(user.id(), Role::Admin, None) };
        admin.create_role_grant(&deputy).await.unwrap();
        let for_good = UpdateUser { roles: Some(Roles::NONE.with(Role::User).with(Role::Admin)), ..UpdateUser::default() };
        for target in [user.id(), friend] {
            assert_eq!(cover.update_user(target, &for_good, None).await.unwrap_err().code(), "privileged-account");
        }
    }

    /// Who may change groups makes no managers, themselves included, who would hold more than they do; nor do they learn of
    /// users whom they do not see.
    async fn changing_groups(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (changer, user) = member(&server, &admin, "changer", one).await;
        let role = new_role("Changers", &[Permission::GroupRead, Permission::GroupUpdate]);
        let role = admin.create_role(&role).await.unwrap().id;
        admin.create_role_grant(&custom(user.id(), role, Some(one))).await.unwrap();
        let group = group_with(&admin, "engines", Some(one), 1).await.id;
        admin.add_group_member(group, &named("changer", Standing::Member)).await.unwrap();
        for body in [UpdateGroupMember { standing: Some(Standing::Manager) }, UpdateGroupMember::default()] {
            let refused = changer.update_group_member(group, user.id(), &body).await.unwrap_err();
            assert_eq!(refused.code(), "forbidden");
        }
        let action = PlanAction::RemoveFromGroups { selection: Selection { ids: None, filter: Some(UserFilter::default()) } };
        let refused = changer.create_plan(&CreatePlan { action }).await.unwrap_err();
        assert_eq!(refused.problem().unwrap().permission.as_deref(), Some("user.read"));
    }

    /// Who is merely in a group learns neither of its allocation, by order or filter, nor of who else is in it.
    async fn merely_in(server: Server) {
        let admin = server.admin().await;
        let (one, maker) = with_admin(&server, &admin, "one").await;
        group_with(&admin, "own", Some(one), 1).await;
        let group = group_with(&admin, "platform", None, 7).await.id;
        let (_, user) = member(&server, &admin, "colleague", one).await;
        for name in ["one.admin", "colleague"] {
            admin.add_group_member(group, &named(name, Standing::Member)).await.unwrap();
        }
        let by = |sort| ListGroups { sort: Some(Sort::ascending(sort)), ..ListGroups::default() };
        assert_eq!(maker.list_groups(&by(GroupSort::Name)).await.unwrap().total, 2);
        let by_total = maker.list_groups(&by(GroupSort::Total)).await.unwrap();
        assert_eq!((by_total.total, by_total.items[0].name.as_str()), (1, "own"));
        let filter = GroupFilter { state: Some(AllocationState::Normal), ..GroupFilter::default() };
        assert_eq!(maker.list_groups(&ListGroups { filter, ..ListGroups::default() }).await.unwrap().total, 1);
        let asked = ExplainAccess {
            subject: user.id().0,
            permission: Permission::GroupRead,
            resource: Some(AccessResource::Group(group)),
        };
        assert_eq!(maker.explain_access(&asked).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.explain_access(&asked).await.unwrap().verdict, Verdict::Allowed);
    }

    /// A manager of a platform's group without an organization reaches nobody by name.
    async fn strangers(server: Server) {
        let admin = server.admin().await;
        let (manager, _) = server.signed_in(&admin, "manager", &[]).await;
        let group = group_with(&admin, "platform", None, 1).await.id;
        admin.add_group_member(group, &named("manager", Standing::Manager)).await.unwrap();
        let told = async |name: &str| {
            let error = manager.add_group_member(group, &named(name, Standing::Member)).await.unwrap_err();
            error.problem().unwrap().errors.clone()
        };
        assert_eq!(told("root").await, told("nobody").await);
    }

    /// What is used and reserved together stays an amount that can be told.
    async fn amounts_in_range(server: Server) {
        let admin = server.admin().await;
        let group = admin.create_group(&new_group("engines", None)).await.unwrap().id;
        let soft = UpdateAllocation { limit: Some(LimitKind::Soft), ..UpdateAllocation::default() };
        admin.update_allocation(group, &soft, None).await.unwrap();
        let most = "999999999999.9999";
        let reservation = admin.create_reservation(group, &reserve(most)).await.unwrap();
        admin.settle_reservation(reservation.id, &SettleReservation::default()).await.unwrap();
        let refused = admin.create_reservation(group, &reserve(most)).await.unwrap_err();
        assert_eq!(refused.problem().unwrap().errors[0].code, "out-of-range");
        assert_eq!(admin.get_allocation(group).await.unwrap().allocation.used.to_string(), most);
    }
}
