//! Members of groups (S1-GRP-06) and taking users out of all of them (S1-UED-12).

use futures::future::join_all;
use quarterdeck_domain::{
    Amount, Patch, Permission, Role, UserId,
    access::{AccessResource, ExplainAccess, Verdict},
    audit::{Action, AuditEvent, AuditFilter, ListAuditEvents},
    groups::{AddGroupMember, ListGroupMembers, ListGroups, ListUserGroups, MemberFilter, Standing, UpdateGroupMember},
    plans::{CountKind, CreatePlan, PlanAction, Selection},
    users::{CreateUser, UpdateUser},
};
use quarterdeck_testkit::{Server, TestClient, new_user, on_both};

use crate::{
    groups::{group_with, named, new_group},
    organizations::with_admin,
};

async fn events(client: &TestClient, action: Action, user: UserId) -> Vec<AuditEvent> {
    let filter = AuditFilter { action: Some(action), target_id: Some(user.to_string()), ..AuditFilter::default() };
    client.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items
}

const NO_MANAGER: UpdateGroupMember = UpdateGroupMember { standing: Some(Standing::Member) };

on_both! {
    /// Added by username or id, listed, made a manager, removed; each is told by an event of the user.
    async fn changing(server: Server) {
        let admin = server.admin().await;
        let group = group_with(&admin, "engines", None, 1).await.id;
        let (ada, bob) = (server.user(&admin, "ada", &[]).await.id(), server.user(&admin, "bob", &[]).await.id());
        let member = admin.add_group_member(group, &named("ADA", Standing::Member)).await.unwrap();
        assert_eq!((member.user_id, member.standing, member.group_name.as_str()), (ada, Standing::Member, "engines"));
        let by_id = AddGroupMember { user_id: Some(bob), username: None, standing: Standing::Manager };
        admin.add_group_member(group, &by_id).await.unwrap();
        assert_eq!(admin.add_group_member(group, &by_id).await.unwrap_err().code(), "group-member-exists");
        let both = AddGroupMember { username: Some("bob".to_owned()), ..by_id.clone() };
        assert_eq!(admin.add_group_member(group, &both).await.unwrap_err().code(), "invalid");
        let page = admin.list_group_members(group, &ListGroupMembers::default()).await.unwrap();
        let names: Vec<_> = page.items.iter().map(|member| member.username.as_str()).collect();
        assert_eq!((names, page.total), (vec!["ada", "bob"], 2));
        let rename = UpdateUser { username: Some("zoe".to_owned()), ..UpdateUser::default() };
        admin.update_user(ada, &rename, None).await.unwrap();
        let page = admin.list_group_members(group, &ListGroupMembers::default()).await.unwrap();
        assert_eq!(page.items.iter().map(|member| member.username.as_str()).collect::<Vec<_>>(), ["bob", "zoe"]);
        let filter = MemberFilter { standing: Some(Standing::Manager), q: Some("BO".to_owned()) };
        assert_eq!(admin.list_group_members(group, &ListGroupMembers { filter, ..ListGroupMembers::default() }).await.unwrap().total, 1);
        assert_eq!(admin.update_group_member(group, bob, &NO_MANAGER).await.unwrap().standing, Standing::Member);
        assert_eq!(admin.get_group(group).await.unwrap().member_count, 2);
        admin.remove_group_member(group, bob).await.unwrap();
        assert_eq!(admin.remove_group_member(group, bob).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.get_group_member(group, bob).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.get_group(group).await.unwrap().member_count, 1);
        for action in [Action::UserAddedToGroup, Action::UserGroupChanged, Action::UserRemovedFromGroup] {
            assert_eq!(events(&admin, action, bob).await.len(), 1, "{action}");
        }
    }

    /// A manager manages members, and neither makes managers nor takes another one out; a member manages nobody.
    async fn managers(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let group = owner.create_group(&new_group("engines", None)).await.unwrap().id;
        let mut clients = Vec::new();
        for name in ["chief", "deputy", "ada", "bob"] {
            let body = CreateUser { organization_id: Some(one), ..new_user(name, &[]) };
            admin.create_user(&body).await.unwrap();
            clients.push(server.sign_in(name, quarterdeck_testkit::PASSWORD).await.unwrap().0);
        }
        for name in ["chief", "deputy"] {
            owner.add_group_member(group, &named(name, Standing::Manager)).await.unwrap();
        }
        let [chief, deputy, ada, _] = &clients[..] else { panic!("four people") };
        chief.add_group_member(group, &named("ada", Standing::Member)).await.unwrap();
        assert_eq!(chief.add_group_member(group, &named("bob", Standing::Manager)).await.unwrap_err().code(), "forbidden");
        let ids = join_all(clients.iter().map(|client| async { client.get_me().await.unwrap().user.id() })).await;
        let promote = UpdateGroupMember { standing: Some(Standing::Manager) };
        assert_eq!(chief.update_group_member(group, ids[2], &promote).await.unwrap_err().code(), "forbidden");
        assert_eq!(chief.remove_group_member(group, ids[1]).await.unwrap_err().code(), "forbidden");
        assert_eq!(chief.list_group_members(group, &ListGroupMembers::default()).await.unwrap().total, 3);
        for refused in [
            ada.list_group_members(group, &ListGroupMembers::default()).await.map(drop),
            ada.add_group_member(group, &named("bob", Standing::Member)).await.map(drop),
            ada.remove_group_member(group, ids[2]).await,
        ] {
            assert_eq!(refused.unwrap_err().code(), "forbidden");
        }
        // A manager may go, and manages nothing from then on.
        deputy.remove_group_member(group, ids[1]).await.unwrap();
        assert_eq!(deputy.get_group(group).await.unwrap_err().code(), "not-found");
        // Who has lost the standing has lost the right.
        owner.update_group_member(group, ids[0], &NO_MANAGER).await.unwrap();
        assert_eq!(chief.add_group_member(group, &named("bob", Standing::Member)).await.unwrap_err().code(), "forbidden");
        chief.remove_user_from_groups(ids[0]).await.unwrap_err();
        assert_eq!(owner.get_group(group).await.unwrap().member_count, 2);
    }

    /// Who manages a group of the platform adds people of the own organization, and learns of no others.
    async fn platform_groups(server: Server) {
        let admin = server.admin().await;
        let (_, one) = with_admin(&server, &admin, "one").await;
        with_admin(&server, &admin, "two").await;
        let group = group_with(&admin, "platform", None, 1).await.id;
        admin.add_group_member(group, &named("one.admin", Standing::Manager)).await.unwrap();
        let told = async |name: &str| {
            let error = one.add_group_member(group, &named(name, Standing::Member)).await.unwrap_err();
            error.problem().unwrap().errors.clone()
        };
        assert_eq!(told("two.admin").await, told("nobody").await);
        assert_eq!(one.list_groups(&ListGroups::default()).await.unwrap().total, 1);
        let spy = CreateUser { ..new_user("colleague", &[]) };
        let colleague = one.create_user(&spy).await.unwrap();
        one.add_group_member(group, &named("colleague", Standing::Member)).await.unwrap();
        // As an administrator of the organization they see no group of the platform in anybody's list.
        assert_eq!(one.list_user_groups(colleague.id(), &ListUserGroups::default()).await.unwrap().total, 0);
        assert_eq!(admin.list_user_groups(colleague.id(), &ListUserGroups::default()).await.unwrap().total, 1);
    }

    /// Out of all groups at once, with an event for each (S1-UED-12); an organization's administrator reaches the own ones.
    async fn out_of_all(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let ada = admin.create_user(&CreateUser { organization_id: Some(one), ..new_user("ada", &[]) }).await.unwrap().id();
        let mut groups = Vec::new();
        for (name, organization) in [("a", Some(one)), ("b", Some(one)), ("c", None)] {
            let group = group_with(&admin, name, organization, 1).await.id;
            admin.add_group_member(group, &named("ada", Standing::Manager)).await.unwrap();
            groups.push(group);
        }
        owner.remove_user_from_groups(ada).await.unwrap();
        let left = admin.list_user_groups(ada, &ListUserGroups::default()).await.unwrap();
        assert_eq!((left.total, left.items[0].group_id), (1, groups[2]));
        assert_eq!(events(&admin, Action::UserRemovedFromGroup, ada).await.len(), 2);
        let selection = Selection::ids([ada, admin.get_me().await.unwrap().user.id()]);
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::RemoveFromGroups { selection } }).await.unwrap();
        let count = |kind| plan.counts.iter().find(|count| count.kind == kind).map(|count| count.count);
        assert_eq!([CountKind::User, CountKind::Membership].map(count), [Some(1), Some(1)]);
        let job = admin.execute_plan(&plan).await.unwrap();
        assert_eq!((job.succeeded, job.failed), (1, 0));
        assert_eq!(events(&admin, Action::UserRemovedFromGroup, ada).await.len(), 3);
        for group in groups {
            assert_eq!(admin.get_group(group).await.unwrap().member_count, 0);
        }
    }

    /// Who leaves an organization leaves its groups, and a deleted user all; counts and events say so.
    async fn moved_and_deleted(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let ada = admin.create_user(&CreateUser { organization_id: Some(one), ..new_user("ada", &[]) }).await.unwrap().id();
        let (own, platform) = (group_with(&admin, "own", Some(one), 1).await.id, group_with(&admin, "all", None, 1).await.id);
        for group in [own, platform] {
            admin.add_group_member(group, &named("ada", Standing::Member)).await.unwrap();
        }
        let moved = UpdateUser { organization_id: Patch::Value(two), ..UpdateUser::default() };
        admin.update_user(ada, &moved, None).await.unwrap();
        assert_eq!(admin.get_group(own).await.unwrap().member_count, 0);
        assert_eq!(admin.get_group(platform).await.unwrap().member_count, 1);
        assert_eq!(events(&admin, Action::UserRemovedFromGroup, ada).await.len(), 1);
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::DeleteUsers { selection: Selection::ids([ada]) } }).await.unwrap();
        let memberships = plan.counts.iter().find(|count| count.kind == CountKind::Membership).unwrap();
        assert_eq!(memberships.count, 1);
        admin.execute_plan(&plan).await.unwrap();
        assert_eq!(admin.get_group(platform).await.unwrap().member_count, 0);
        assert_eq!(events(&admin, Action::UserRemovedFromGroup, ada).await.len(), 2);
    }

    /// Additions and removals at once: the number of members is that of the list.
    async fn counts_at_once(server: Server) {
        let admin = server.admin().await;
        let group = group_with(&admin, "engines", None, 1).await.id;
        let mut ids = Vec::new();
        for index in 0..12 {
            let body = CreateUser { password: None, ..new_user(&format!("user{index}"), &[]) };
            ids.push(admin.create_user(&body).await.unwrap().id());
        }
        let add = |id: &UserId| AddGroupMember { user_id: Some(*id), username: None, standing: Standing::Member };
        let bodies: Vec<_> = ids.iter().chain(&ids).map(add).collect();
        let added = join_all(bodies.iter().map(|body| admin.add_group_member(group, body))).await;
        assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 12);
        join_all(ids[..5].iter().chain(&ids[..5]).map(|id| admin.remove_group_member(group, *id))).await;
        let listed = admin.list_group_members(group, &ListGroupMembers::default()).await.unwrap().total;
        assert_eq!((admin.get_group(group).await.unwrap().member_count, listed), (7, 7));
    }

    /// The explanation of access to a group is what real calls answer.
    async fn explained(server: Server) {
        let admin = server.admin().await;
        let group = group_with(&admin, "engines", None, 1).await.id;
        for (name, roles, standing) in
            [("ada", vec![], Some(Standing::Member)), ("bob", vec![], Some(Standing::Manager)), ("eve", vec![Role::Developer], None)]
        {
            let (client, user) = server.signed_in(&admin, name, &roles).await;
            if let Some(standing) = standing {
                admin.add_group_member(group, &named(name, standing)).await.unwrap();
            }
            for (permission, code) in [
                (Permission::GroupRead, client.get_group(group).await.err().map(|error| error.code().to_owned())),
                (Permission::AllocationRead, client.get_allocation(group).await.err().map(|error| error.code().to_owned())),
            ] {
                let resource = Some(AccessResource::Group(group));
                let asked = ExplainAccess { subject: user.id().0, permission, resource };
                let verdict = admin.explain_access(&asked).await.unwrap().verdict;
                let expected = match code.as_deref() {
                    None => Verdict::Allowed,
                    Some("forbidden") => Verdict::Forbidden,
                    Some(_) => Verdict::Hidden,
                };
                assert_eq!(verdict, expected, "{name} {permission}");
            }
        }
        assert_eq!(admin.get_allocation(group).await.unwrap().allocation.total, Amount::from(1));
    }
}
