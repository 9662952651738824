//! Roles that a group carries when the group, or who is in it, goes, waits in the bin, or is replaced (issue 3, items 1, 4 and 9).

use std::time::Duration;

use quarterdeck_domain::{
    Permission, Role,
    departures::{KindFate, Offboarding, OwnedFate, OwnedKind},
    groups::{ListGroupMembers, Standing},
    plans::{CreatePlan, MembersFate, PlanAction, Selection},
    role_grants::{CreateRoleGrant, GroupRole, SetGroupRoles},
    users::{ListUsers, UpdateUser},
};
use quarterdeck_testkit::{PASSWORD, Server, new_user, on_both};

use crate::{
    bin::{bin_users, done, restored},
    group_roles::{NOBODY, held, of_group, roles_of},
    groups::{group_with, named},
    impersonation::code,
    organizations::with_admin,
    reset_links::{assert_dead, link},
    role_grants::{built_in, custom, end, member, to_group},
    roles::new_role,
};

on_both! {
    /// Plans count the roles that go with a group, and the bin brings them back, by those who may grant them.
    async fn deleting(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (ann, user) = member(&server, &admin, "ann", one).await;
        let group = group_with(&admin, "crew", Some(one), 1).await.id;
        let lost = admin.create_role(&new_role("Lost", &[Permission::SessionRead])).await.unwrap().id;
        admin.create_role_grant(&to_group(group, built_in(NOBODY, Role::Advocate, None))).await.unwrap();
        admin.create_role_grant(&to_group(group, custom(NOBODY, lost, Some(one)))).await.unwrap();
        admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::DeleteGroup { group_id: group } }).await.unwrap();
        assert_eq!(roles_of(&plan.counts), 2);
        let seen = boss.create_plan(&CreatePlan { action: PlanAction::DeleteGroup { group_id: group } }).await.unwrap();
        assert_eq!(roles_of(&seen.counts), 1, "what the platform granted is not told");
        let order = PlanAction::DeleteOrganization { organization_id: one, members: MembersFate::Move, move_to: None };
        let plan = admin.create_plan(&CreatePlan { action: order }).await.unwrap();
        assert_eq!(roles_of(&plan.counts), 3, "those of the group, and the administrator's");
        let bin = |group| CreatePlan { action: PlanAction::BinGroups { group_ids: vec![group], keep_days: 7, reason: String::new() } };
        done(&boss, bin(group)).await;
        assert_eq!(code(ann.list_users(&ListUsers::default()).await), "forbidden");
        admin.delete_role(lost).await.unwrap();
        assert_eq!(code(boss.restore_bin_item(group.0.into(), &Default::default()).await), "forbidden");
        let token = link(&boss, &user).await;
        assert_eq!(roles_of(&restored(&admin, group).await), 1);
        assert!(ann.list_users(&ListUsers::default()).await.is_ok());
        assert_dead(&server, token, "the return of a group that carries a role").await;
        // A user who comes back to it has its power again, and is for administrators alone.
        done(&admin, bin_users([user.id()])).await;
        restored(&admin, user.id()).await;
        let rename = UpdateUser { display_name: Some("Anna".to_owned()), ..UpdateUser::default() };
        assert_eq!(code(boss.update_user(user.id(), &rename, None).await), "privileged-account");
        done(&admin, CreatePlan { action: PlanAction::DeleteGroups { group_ids: vec![group] } }).await;
        boss.update_user(user.id(), &rename, None).await.unwrap();
        assert!(held(&admin, of_group(group)).await.is_empty());
    }

    /// Who was away in the bin while the group was given a role comes back with its power, so by administrators alone.
    async fn granted_meanwhile(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (_, user) = member(&server, &admin, "ann", one).await;
        let group = group_with(&admin, "crew", Some(one), 1).await.id;
        admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        done(&boss, bin_users([user.id()])).await;
        admin.create_role_grant(&to_group(group, built_in(NOBODY, Role::Advocate, None))).await.unwrap();
        assert_eq!(code(boss.restore_bin_item(user.id().0.into(), &Default::default()).await), "privileged-account");
        restored(&admin, user.id()).await;
    }

    /// A successor takes a leaver's place in a group only if whoever lets them leave could have put them there.
    async fn handing_over(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let plain = group_with(&admin, "plain", Some(one), 1).await.id;
        let carrying = group_with(&admin, "carrying", Some(one), 1).await.id;
        let (_, ann) = member(&server, &admin, "ann", one).await;
        let (_, bob) = member(&server, &admin, "bob", one).await;
        for group in [plain, carrying] {
            admin.add_group_member(group, &named("ann", Standing::Member)).await.unwrap();
        }
        let desk = admin.create_role(&new_role("Desk", &[Permission::OverviewRead])).await.unwrap().id;
        admin.create_role_grant(&to_group(carrying, custom(NOBODY, desk, Some(one)))).await.unwrap();
        let wide = admin.create_role(&new_role("Wide", &[Permission::OrganizationRead, Permission::SeatManage])).await.unwrap().id;
        admin.create_role_grant(&to_group(carrying, CreateRoleGrant { expires_at: end(ann.updated_at, 60), ..custom(NOBODY, wide, Some(one)) })).await.unwrap();
        server.advance(Duration::from_secs(90));
        let fates = vec![KindFate { kind: OwnedKind::Membership, fate: OwnedFate::Transfer }];
        let offboarding = Offboarding { hand_over_to: Some(bob.id()), fates, ..Offboarding::default() };
        done(&boss, CreatePlan { action: PlanAction::OffboardUsers { selection: Selection::ids([ann.id()]), offboarding: offboarding.clone() } }).await;
        let members = async |group| {
            let page = admin.list_group_members(group, &ListGroupMembers::default()).await.unwrap();
            page.items.into_iter().map(|member| member.username).collect::<Vec<_>>()
        };
        assert_eq!(members(plain).await, ["bob"]);
        // What has ended keeps nobody out; what is in force and not theirs to give would have.
        assert_eq!(members(carrying).await, ["bob"]);

        let (_, cat) = member(&server, &admin, "cat", one).await;
        let group = group_with(&admin, "platform-crew", Some(one), 1).await.id;
        admin.add_group_member(group, &named("cat", Standing::Member)).await.unwrap();
        let overview = CreateRoleGrant { expires_at: end(cat.updated_at, 86_400), ..built_in(NOBODY, Role::Developer, None) };
        admin.create_role_grant(&to_group(group, overview)).await.unwrap();
        let order = CreatePlan { action: PlanAction::OffboardUsers { selection: Selection::ids([cat.id()]), offboarding } };
        let plan = boss.create_plan(&order).await.unwrap();
        assert_eq!((plan.row_count, plan.excluded.len()), (0, 1), "who has power over the platform is for administrators");
        done(&admin, order).await;
        assert_eq!(members(group).await, ["bob"]);
    }

    /// Nobody signs in, or is read, as more than they are while a member comes and goes at once with a grant.
    async fn at_once(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let group = group_with(&admin, "crew", Some(one), 1).await.id;
        admin.create_user(&quarterdeck_domain::users::CreateUser { organization_id: Some(one), ..new_user("ann", &[]) }).await.unwrap();
        let (grant, member) = (to_group(group, built_in(NOBODY, Role::Developer, None)), named("ann", Standing::Member));
        let (granted, joined) = futures::join!(admin.create_role_grant(&grant), boss.add_group_member(group, &member));
        granted.unwrap();
        // The same list, set by several at once, is there once.
        let role = GroupRole::of(&held(&admin, of_group(group)).await[0]);
        let more = GroupRole { role: Some(Role::Advocate), ..role.clone() };
        let list = SetGroupRoles { roles: vec![role, more], reason: String::new() };
        for set in futures::future::join_all((0..4).map(|_| admin.set_group_roles(group, &list))).await {
            assert_eq!(set.unwrap().roles.len(), 2);
        }
        assert_eq!(held(&admin, of_group(group)).await.len(), 2);
        let (ann, _) = server.sign_in("ann", PASSWORD).await.unwrap();
        let me = ann.get_me().await.unwrap();
        match joined {
            Ok(_) => assert!(me.may(Permission::OverviewRead), "who was let in before the grant holds it"),
            Err(refused) => {
                assert_eq!(refused.code(), "forbidden");
                assert!(!me.may(Permission::OverviewRead));
            }
        }
    }
}
