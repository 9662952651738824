//! The bin (issue 3, item 9): what was deleted for a while is nowhere meanwhile, and comes back with all that hung on it.

use quarterdeck_domain::{
    BinItemId, GroupId, Patch, Permission, Role, UserId,
    audit::{Action, AuditFilter, ListAuditEvents},
    bin::{BinFilter, BinKind, ListBin, RestoreBinItem},
    departures::Offboarding,
    groups::{ListGroupMembers, Standing},
    jobs::Job,
    organizations::UpdateOrganization,
    plans::{CountKind, CreatePlan, Exclusion, KindCount, MembersFate, PlanAction, Selection},
    role_grants::{CreateRoleGrant, ListRoleGrants, RoleGrantFilter},
    roles::{Roles, UpdateRole},
    saved_views::{ListSavedViews, ViewTable},
    sessions::ListUserSessions,
    users::{CreateUser, ListUsers, UpdateUser, UserFilter},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};

use crate::{
    api_keys::{key, made, set},
    groups::{group_with, named},
    impersonation::code,
    organizations::with_admin,
    role_grants::{built_in, custom, end, member},
    roles::{new_role, shared},
    saved_views::{everyone, private},
};

pub fn bin_users(users: impl IntoIterator<Item = UserId>) -> CreatePlan {
    let selection = Selection::ids(users);
    CreatePlan { action: PlanAction::BinUsers { selection, keep_days: 30, reason: "left".to_owned() } }
}

fn bin_groups(group_ids: Vec<GroupId>) -> CreatePlan {
    CreatePlan { action: PlanAction::BinGroups { group_ids, keep_days: 7, reason: "over".to_owned() } }
}

pub async fn done(client: &TestClient, order: CreatePlan) -> Job {
    let plan = client.create_plan(&order).await.unwrap();
    let job = client.execute_plan(&plan).await.unwrap();
    assert_eq!(job.failed, 0, "{job:?}");
    job
}

pub async fn restored(client: &TestClient, id: impl Into<uuid::Uuid>) -> Vec<KindCount> {
    let restored = client.restore_bin_item(BinItemId(id.into()), &RestoreBinItem::default()).await.unwrap();
    restored.returned
}

fn of(counts: &[KindCount], kind: CountKind) -> u64 {
    counts.iter().find(|count| count.kind == kind).map_or(0, |count| count.count)
}

async fn labels(client: &TestClient, filter: BinFilter) -> Vec<String> {
    let page = client.list_bin_items(&ListBin { filter, ..ListBin::default() }).await.unwrap();
    page.items.into_iter().map(|item| item.label).collect()
}

async fn told(client: &TestClient, action: Action) -> usize {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    client.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items.len()
}

on_both! {
    /// All of a user comes back: roles, grants, memberships, keys that work again, views, the password; but no session.
    async fn comes_back(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let body = CreateUser { organization_id: Some(one), email: Some("ada@example.org".to_owned()), ..new_user("ada", &[Role::Trainer, Role::OrganizationAdmin]) };
        let ada = admin.create_user(&body).await.unwrap().id();
        let own = server.sign_in("ada", PASSWORD).await.unwrap().0;
        let (script, _) = made(&server, &own, &key("script", &[Permission::ProfileRead])).await;
        own.create_saved_view(&private(ViewTable::OwnApiKeys, "mine")).await.unwrap();
        let ours = everyone(ViewTable::OwnApiKeys, "ours", Some(one));
        let ours = own.create_saved_view(&ours).await.unwrap();
        let role = admin.create_role(&new_role("helper", &[Permission::UserRead])).await.unwrap();
        admin.create_role_grant(&custom(ada, role.id, None)).await.unwrap();
        let group = group_with(&admin, "engines", Some(one), 10).await.id;
        admin.add_group_member(group, &named("ada", Standing::Manager)).await.unwrap();
        let before = admin.get_user(ada).await.unwrap();

        let plan = admin.create_plan(&bin_users([ada])).await.unwrap();
        assert!(!plan.irreversible && plan.confirmation.is_none());
        assert_eq!((of(&plan.counts, CountKind::ApiKey), of(&plan.counts, CountKind::Membership)), (1, 1));
        assert_eq!(admin.execute_plan(&plan).await.unwrap().succeeded, 1);
        assert_eq!(code(admin.get_user(ada).await), "not-found");
        assert_eq!(code(own.get_me().await), "session-ended");
        assert_eq!(code(script.get_me().await), "api-key-invalid");
        assert!(server.sign_in("ada", PASSWORD).await.is_err());
        assert_eq!(admin.get_group(group).await.unwrap().member_count, 0);
        assert_eq!(admin.list_users(&ListUsers { filter: UserFilter { q: Some("ada".to_owned()), ..UserFilter::default() }, ..ListUsers::default() }).await.unwrap().total, 0);
        assert_eq!(code(admin.create_user(&new_user("Ada", &[])).await), "username-reserved");
        assert_eq!(admin.get_saved_view(ours.id).await.unwrap().owner_id, None);
        let item = admin.get_bin_item(BinItemId(ada.0)).await.unwrap();
        assert_eq!((item.kind, item.label.as_str(), item.reason.as_str()), (BinKind::User, "ada", "left"));
        assert_eq!((of(&item.contents, CountKind::Role), of(&item.contents, CountKind::SavedView)), (3, 1));
        assert_eq!(item.purge_at, item.deleted_at.plus_seconds(30 * 86_400));

        let back = admin.restore_bin_item(item.id, &RestoreBinItem::default()).await.unwrap();
        assert_eq!((of(&back.returned, CountKind::Role), of(&back.returned, CountKind::Membership)), (3, 1));
        assert_eq!((of(&back.returned, CountKind::ApiKey), of(&back.returned, CountKind::SavedView)), (1, 2));
        assert!(back.waiting.is_empty() && back.lost.is_empty(), "{back:?}");
        let after = admin.get_user(ada).await.unwrap();
        assert_eq!((after.summary.roles, after.summary.organization_id), (before.summary.roles, Some(one)));
        assert_eq!((after.summary.email, after.summary.active_sessions), (before.summary.email, 0));
        assert_eq!(after.summary.created_at, before.summary.created_at);
        assert_eq!(script.get_me().await.unwrap().user.id(), ada);
        assert_eq!(code(own.get_me().await), "session-ended");
        let again = server.sign_in("ada", PASSWORD).await.unwrap().0;
        assert_eq!(again.list_saved_views(&ListSavedViews::default()).await.unwrap().total, 2);
        assert_eq!(admin.get_saved_view(ours.id).await.unwrap().owner_id, Some(ada));
        assert_eq!(admin.get_group_member(group, ada).await.unwrap().standing, Standing::Manager);
        assert_eq!(admin.get_group(group).await.unwrap().member_count, 1);
        let grants = ListRoleGrants { filter: RoleGrantFilter { user_id: Some(ada), ..RoleGrantFilter::default() }, ..ListRoleGrants::default() };
        assert_eq!(admin.list_role_grants(&grants).await.unwrap().total, 1);
        assert!(again.list_users(&ListUsers::default()).await.unwrap().total > 1, "the grant is in force");
        assert_eq!(code(admin.get_bin_item(item.id).await), "not-found");
        assert_eq!(code(admin.restore_bin_item(item.id, &RestoreBinItem::default()).await), "not-found");
        assert_eq!((told(&admin, Action::UserBinned).await, told(&admin, Action::UserRestored).await), (1, 1));
        assert_eq!(admin.list_user_sessions(ada, &ListUserSessions::default()).await.unwrap().total, 1);
    }

    /// A group comes back with its ledger, to the cent, its reservations and its members.
    async fn groups_come_back(server: Server) {
        let admin = server.admin().await;
        let bob = server.user(&admin, "bob", &[]).await.id();
        let group = group_with(&admin, "engines", None, 100).await.id;
        admin.add_group_member(group, &named("bob", Standing::Member)).await.unwrap();
        let before = admin.get_group(group).await.unwrap();
        done(&admin, bin_groups(vec![group])).await;
        assert_eq!(code(admin.get_group(group).await), "not-found");
        // Another group of that name keeps it from coming back, until it is gone itself.
        let other = group_with(&admin, "Engines", None, 1).await.id;
        assert_eq!(code(admin.restore_bin_item(BinItemId(group.0), &RestoreBinItem::default()).await), "group-name-taken");
        done(&admin, bin_groups(vec![other])).await;
        let returned = restored(&admin, group).await;
        assert_eq!((of(&returned, CountKind::Membership), of(&returned, CountKind::LedgerEntry)), (1, 1));
        let after = admin.get_group(group).await.unwrap();
        assert_eq!((after.allocation, after.member_count), (before.allocation, 1));
        assert!(admin.get_group_member(group, bob).await.is_ok());
        assert_eq!(labels(&admin, BinFilter::default()).await, ["Engines"]);
    }

    /// The e-mail address that somebody else took, and the seat, keep a user from coming back; without the address they do.
    async fn taken_meanwhile(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let body = |name: &str| CreateUser { organization_id: Some(one), email: Some("post@example.org".to_owned()), ..new_user(name, &[]) };
        let ada = admin.create_user(&body("ada")).await.unwrap().id();
        done(&admin, bin_users([ada])).await;
        admin.create_user(&body("bob")).await.unwrap();
        let id = BinItemId(ada.0);
        assert_eq!(code(admin.restore_bin_item(id, &RestoreBinItem::default()).await), "email-taken");
        let organization = UpdateOrganization { seats: Some(2), ..UpdateOrganization::default() };
        admin.update_organization(one, &organization, None).await.unwrap();
        let without = RestoreBinItem { without_email: true };
        assert_eq!(code(admin.restore_bin_item(id, &without).await), "seats-taken");
        let organization = UpdateOrganization { seats: Some(3), ..UpdateOrganization::default() };
        admin.update_organization(one, &organization, None).await.unwrap();
        admin.restore_bin_item(id, &without).await.unwrap();
        let ada = admin.get_user(ada).await.unwrap();
        assert_eq!((ada.summary.email, ada.summary.organization_id), (None, Some(one)));
        let found = ListUsers { filter: UserFilter { q: Some("post@".to_owned()), ..UserFilter::default() }, ..ListUsers::default() };
        assert_eq!(admin.list_users(&found).await.unwrap().total, 1);
    }

    /// Whose organization is gone comes back without it, without what it made of them; its groups in the bin go with it.
    async fn organization_gone(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (_, ada) = member(&server, &admin, "ada", one).await;
        let both = CreateUser { organization_id: Some(one), ..new_user("both", &[Role::OrganizationAdmin, Role::User]) };
        let both = admin.create_user(&both).await.unwrap().id();
        let head = CreateUser { organization_id: Some(one), ..new_user("head", &[Role::OrganizationAdmin]) };
        let head = admin.create_user(&head).await.unwrap().id();
        let role = shared(&admin, "helper", &[Permission::UserRead]).await;
        admin.create_role_grant(&custom(ada.id(), role.id, Some(one))).await.unwrap();
        admin.create_role_grant(&custom(ada.id(), role.id, Some(two))).await.unwrap();
        let group = group_with(&admin, "engines", Some(one), 1).await.id;
        admin.add_group_member(group, &named("ada", Standing::Member)).await.unwrap();
        done(&admin, bin_users([ada.id(), head, both])).await;
        done(&admin, bin_groups(vec![group])).await;
        let action = PlanAction::DeleteOrganization { organization_id: one, members: MembersFate::Delete, move_to: None };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        assert_eq!(of(&plan.counts, CountKind::BinItem), 1);
        admin.delete_organization(one, plan.id).await.unwrap();
        assert_eq!(code(admin.get_bin_item(BinItemId(group.0)).await), "not-found");
        let back = admin.restore_bin_item(BinItemId(ada.id().0), &RestoreBinItem::default()).await.unwrap();
        assert_eq!((of(&back.lost, CountKind::Organization), of(&back.lost, CountKind::Role), of(&back.lost, CountKind::Membership)), (1, 1, 1));
        assert_eq!(of(&back.returned, CountKind::Role), 2);
        assert_eq!(admin.get_user(ada.id()).await.unwrap().summary.organization_id, None);
        restored(&admin, both).await;
        assert_eq!(admin.get_user(both).await.unwrap().summary.roles, Roles::NONE.with(Role::User));
        admin.restore_bin_item(BinItemId(head.0), &RestoreBinItem::default()).await.unwrap();
        let head = admin.get_user(head).await.unwrap();
        assert_eq!((head.summary.organization_id, head.summary.roles), (None, Roles::NONE.with(Role::User)));
        let admins = ListUsers { filter: UserFilter { role: Some(Role::User), q: Some("head".to_owned()), ..UserFilter::default() }, ..ListUsers::default() };
        assert_eq!(admin.list_users(&admins).await.unwrap().total, 1);
    }

    /// An organization's administrator sees, brings back and purges the own, and learns of nothing else, nor of who deleted it.
    async fn within_the_organization(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let (_, ada) = member(&server, &admin, "ada", one).await;
        let (_, bob) = member(&server, &admin, "bob", two).await;
        let (plain, _) = member(&server, &admin, "plain", one).await;
        done(&admin, bin_users([ada.id(), bob.id()])).await;
        assert_eq!(labels(&one_admin, BinFilter::default()).await, ["ada"]);
        assert_eq!(labels(&one_admin, BinFilter { q: Some("bob".to_owned()), ..BinFilter::default() }).await, Vec::<String>::new());
        assert_eq!(labels(&one_admin, BinFilter { organization_id: Some(two), ..BinFilter::default() }).await, Vec::<String>::new());
        let item = one_admin.get_bin_item(BinItemId(ada.id().0)).await.unwrap();
        assert_eq!((item.deleted_by, item.deleted_by_name.as_str()), (None, "administrator"));
        let foreign = BinItemId(bob.id().0);
        assert_eq!(code(one_admin.get_bin_item(foreign).await), "not-found");
        assert_eq!(code(one_admin.restore_bin_item(foreign, &RestoreBinItem::default()).await), "not-found");
        let purge = one_admin.create_plan(&CreatePlan { action: PlanAction::PurgeBin { ids: vec![foreign] } }).await.unwrap();
        assert_eq!((purge.row_count, purge.excluded[0].reason), (0, Exclusion::NotFound));
        assert_eq!(purge.excluded[0].sample[0].label, foreign.to_string());
        assert_eq!(code(plain.list_bin_items(&ListBin::default()).await), "forbidden");
        assert_eq!(code(plain.restore_bin_item(item.id, &RestoreBinItem::default()).await), "forbidden");
        restored(&one_admin, ada.id()).await;
        assert_eq!(labels(&two_admin, BinFilter::default()).await, ["bob"]);
        done(&two_admin, CreatePlan { action: PlanAction::PurgeBin { ids: vec![foreign] } }).await;
        assert_eq!(code(admin.get_bin_item(foreign).await), "not-found");
        assert_eq!(told(&admin, Action::UserPurged).await, 1);
    }

    /// Who had power over others is brought back and purged by administrators alone; so is who has it meanwhile, because a
    /// role of theirs carries more than it did.
    async fn power(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (_, ada) = member(&server, &admin, "ada", one).await;
        let (_, bob) = member(&server, &admin, "bob", one).await;
        let advocate = CreateRoleGrant { expires_at: end(ada.updated_at, 86_400), ..built_in(ada.id(), Role::Advocate, None) };
        admin.create_role_grant(&advocate).await.unwrap();
        let role = shared(&admin, "helper", &[Permission::OverviewRead]).await;
        admin.create_role_grant(&custom(bob.id(), role.id, Some(one))).await.unwrap();
        done(&admin, bin_users([ada.id(), bob.id()])).await;
        let wider = UpdateRole { permissions: Some([Permission::UserRead, Permission::UserMove].into_iter().collect()), ..UpdateRole::default() };
        admin.update_role(role.id, &wider, None).await.unwrap();
        for user in [ada.id(), bob.id()] {
            assert_eq!(code(one_admin.restore_bin_item(BinItemId(user.0), &RestoreBinItem::default()).await), "privileged-account");
        }
        let purge = CreatePlan { action: PlanAction::PurgeBin { ids: vec![BinItemId(ada.id().0)] } };
        assert_eq!(one_admin.create_plan(&purge).await.unwrap().excluded[0].reason, Exclusion::PrivilegedAccount);
        restored(&admin, ada.id()).await;
        restored(&admin, bob.id()).await;
        // And the guard stands again.
        let suspend = UpdateUser { display_name: Some("Bobby".to_owned()), ..UpdateUser::default() };
        assert_eq!(code(one_admin.update_user(bob.id(), &suspend, None).await), "privileged-account");
    }

    /// Nobody moves the own account, or the last administrator, into the bin.
    async fn not_these(server: Server) {
        let admin = server.admin().await;
        let own = admin.get_me().await.unwrap().user.id();
        let plan = admin.create_plan(&bin_users([own])).await.unwrap();
        assert_eq!((plan.row_count, plan.excluded[0].reason), (0, Exclusion::OwnAccount));
        for keep_days in [0, 91] {
            let action = PlanAction::BinUsers { selection: Selection::ids([own]), keep_days, reason: String::new() };
            assert_eq!(code(admin.create_plan(&CreatePlan { action }).await), "invalid");
        }
    }

    /// Two who bring the same back at once: one does.
    async fn at_once(server: Server) {
        let admin = server.admin().await;
        let ada = server.user(&admin, "ada", &[]).await.id();
        done(&admin, bin_users([ada])).await;
        let orders = (0..8).map(|_| admin.restore_bin_item(BinItemId(ada.0), &RestoreBinItem { without_email: false }));
        let outcomes = futures::future::join_all(orders).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.into_iter().filter(Result::is_err).all(|outcome| code(outcome) == "not-found"));
        assert_eq!(told(&admin, Action::UserRestored).await, 1);
    }

    /// A group comes back without who has left its organization meanwhile, and without who was taken out of all groups.
    async fn members_meanwhile(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let group = group_with(&admin, "engines", Some(one), 1).await.id;
        let mut users = Vec::new();
        for name in ["moved", "out", "left", "renamed"] {
            let (_, user) = member(&server, &admin, name, one).await;
            admin.add_group_member(group, &named(name, Standing::Manager)).await.unwrap();
            users.push(user.id());
        }
        done(&admin, bin_groups(vec![group])).await;
        let away = UpdateUser { organization_id: Patch::Value(two), ..UpdateUser::default() };
        admin.update_user(users[0], &away, None).await.unwrap();
        admin.remove_user_from_groups(users[1]).await.unwrap();
        let leaving = PlanAction::OffboardUsers { selection: Selection::ids([users[2]]), offboarding: Offboarding::default() };
        done(&admin, CreatePlan { action: leaving }).await;
        let renamed = UpdateUser { username: Some("abc".to_owned()), ..UpdateUser::default() };
        admin.update_user(users[3], &renamed, None).await.unwrap();
        let back = admin.restore_bin_item(BinItemId(group.0), &RestoreBinItem::default()).await.unwrap();
        assert_eq!((of(&back.returned, CountKind::Membership), of(&back.lost, CountKind::Membership)), (1, 1));
        let members = admin.list_group_members(group, &ListGroupMembers::default()).await.unwrap();
        assert_eq!(members.items.iter().map(|one| one.username.as_str()).collect::<Vec<_>>(), ["abc"]);
        assert_eq!(admin.get_group(group).await.unwrap().member_count, 1);
    }

    /// A maximum that was set meanwhile holds for keys that come back.
    async fn capped_meanwhile(server: Server) {
        let admin = server.admin().await;
        let (ada, user) = server.signed_in(&admin, "ada", &[]).await;
        let (_, made) = made(&server, &ada, &key("script", &[Permission::ProfileRead])).await;
        assert_eq!(made.api_key.expires_at, None);
        done(&admin, bin_users([user.id()])).await;
        set(&admin, "api_keys.maximum_days", 30.into()).await;
        set(&admin, "api_keys.enforce_maximum", true.into()).await;
        restored(&admin, user.id()).await;
        assert!(admin.get_api_key(made.api_key.id).await.unwrap().expires_at.is_some());
    }

    /// Whoever had power over others is not brought back by a key, whoever owns it.
    async fn by_key(server: Server) {
        let admin = server.admin().await;
        let (script, _) = made(&server, &admin, &key("script", &[Permission::BinRead, Permission::BinRestore])).await;
        let root = server.user(&admin, "second", &[Role::Admin]).await.id();
        let plain = server.user(&admin, "plain", &[]).await.id();
        done(&admin, bin_users([root, plain])).await;
        assert_eq!(code(script.restore_bin_item(BinItemId(root.0), &RestoreBinItem::default()).await), "privileged-account");
        restored(&script, plain).await;
    }
}
