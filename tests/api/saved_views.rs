//! Saved views (issue 3, item 10): kept for oneself or shared, seen by whom they are for, and never one that its list refuses.

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Patch, Permission, Problem, Role,
    audit::{Action, AuditFilter, ListAuditEvents},
    page::PageRequest,
    plans::{CountKind, CreatePlan, MembersFate, PlanAction, Selection},
    role_grants::{CreateRoleGrant, RevokeRoleGrant},
    roles::UpdateRole,
    saved_views::{
        CreateSavedView, ListSavedViews, SavedView, SavedViewFilter, UpdateSavedView, ViewRelation, ViewTable,
        ViewVisibility,
    },
};
use quarterdeck_testkit::{Server, TestClient, on_both};

use crate::{
    api_keys::{key, made},
    impersonation::{acting, code},
    organizations::with_admin,
    role_grants::{built_in, custom, end, member},
    roles::new_role,
};

/// A private view of users, or of API keys for who sees no users.
pub fn private(table: ViewTable, name: &str) -> CreateSavedView {
    CreateSavedView {
        table,
        name: name.to_owned(),
        query: [("q".to_owned(), "ada".to_owned())].into(),
        columns: None,
        visibility: None,
        role: None,
        role_id: None,
        organization_id: None,
    }
}

pub fn everyone(table: ViewTable, name: &str, organization: Option<OrganizationId>) -> CreateSavedView {
    let organization_id = organization;
    CreateSavedView { visibility: Some(ViewVisibility::Everyone), organization_id, ..private(table, name) }
}

fn holders(role: Role, name: &str) -> CreateSavedView {
    let visibility = Some(ViewVisibility::Role);
    CreateSavedView { visibility, role: Some(role), ..private(ViewTable::OwnApiKeys, name) }
}

fn rename(name: &str) -> UpdateSavedView {
    UpdateSavedView { name: Some(name.to_owned()), ..UpdateSavedView::default() }
}

async fn names(client: &TestClient, filter: SavedViewFilter) -> Vec<String> {
    let request = ListSavedViews { filter, ..ListSavedViews::default() };
    client.list_saved_views(&request).await.unwrap().items.into_iter().map(|view| view.name).collect()
}

async fn all(client: &TestClient) -> Vec<String> {
    names(client, SavedViewFilter::default()).await
}

async fn offered(client: &TestClient) -> Vec<String> {
    names(client, SavedViewFilter { relation: Some(ViewRelation::Offered), ..SavedViewFilter::default() }).await
}

/// Asserts that the view is not there for the client, whatever is done with it.
async fn assert_hidden(client: &TestClient, view: &SavedView) {
    assert_eq!(code(client.get_saved_view(view.id).await), "not-found", "{}", view.name);
    assert_eq!(code(client.update_saved_view(view.id, &rename("mine"), None).await), "not-found", "{}", view.name);
    assert_eq!(code(client.delete_saved_view(view.id).await), "not-found", "{}", view.name);
}

fn pointers(outcome: Result<SavedView, ClientError>) -> Vec<String> {
    let problem: Problem = outcome.unwrap_err().problem().unwrap().clone();
    assert_eq!(problem.status, 422, "{problem:?}");
    problem.errors.into_iter().map(|fault| fault.pointer).collect()
}

on_both! {
    /// A view is saved, read, changed and deleted by its owner; a name is there once for each table, in any case.
    async fn life(server: Server) {
        let admin = server.admin().await;
        let body = CreateSavedView { columns: Some(vec!["name".to_owned(), "status".to_owned()]), ..private(ViewTable::Users, "Adas") };
        let view = admin.create_saved_view(&body).await.unwrap();
        assert_eq!((view.visibility, view.version, view.owner_name.as_deref()), (ViewVisibility::Private, 1, Some("root")));
        assert_eq!(admin.get_saved_view(view.id).await.unwrap(), view);
        assert_eq!(code(admin.create_saved_view(&private(ViewTable::Users, "ADAS")).await), "saved-view-name-taken");
        admin.create_saved_view(&private(ViewTable::Groups, "Adas")).await.unwrap();

        let changed = admin.update_saved_view(view.id, &rename("All Adas"), Some(1)).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.version, &changed.query), ("All Adas", 2, &view.query));
        assert_eq!(code(admin.update_saved_view(view.id, &rename("third"), Some(1)).await), "stale");
        assert_eq!(admin.update_saved_view(view.id, &rename("All Adas"), None).await.unwrap().version, 2);
        let plain = UpdateSavedView { columns: Patch::Null, query: Some([("status".to_owned(), "active".to_owned())].into()), ..UpdateSavedView::default() };
        let changed = admin.update_saved_view(view.id, &plain, None).await.unwrap();
        assert_eq!((changed.columns, changed.query.len()), (None, 1));

        let of_users = SavedViewFilter { table: Some(ViewTable::Users), ..SavedViewFilter::default() };
        assert_eq!(names(&admin, of_users).await, ["All Adas"]);
        assert_eq!(all(&admin).await, ["Adas", "All Adas"]);
        let csv = admin.transport().raw("GET", "/api/v1/saved-views").header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
        assert!(csv.contains("status=active"), "{csv}");
        admin.delete_saved_view(view.id).await.unwrap();
        assert_eq!(code(admin.get_saved_view(view.id).await), "not-found");
    }

    /// What a list would refuse is not stored, by creating or by changing; neither is a name or an audience that is none.
    async fn never_one_that_is_refused(server: Server) {
        let admin = server.admin().await;
        let view = admin.create_saved_view(&private(ViewTable::Users, "good")).await.unwrap();
        for (name, value) in [("colour", "red"), ("status", "asleep"), ("sort", "shoe_size"), ("cursor", "x"), ("limit", "5"), ("organization_id", "7"), ("q", &"x".repeat(201))] {
            let query = [(name.to_owned(), value.to_owned())];
            let bad = CreateSavedView { query: query.clone().into(), ..private(ViewTable::Users, "bad") };
            assert_eq!(pointers(admin.create_saved_view(&bad).await), [format!("/query/{name}")]);
            let change = UpdateSavedView { query: Some(query.into()), ..UpdateSavedView::default() };
            assert_eq!(pointers(admin.update_saved_view(view.id, &change, None).await), [format!("/query/{name}")]);
        }
        assert_eq!(pointers(admin.create_saved_view(&private(ViewTable::Users, " ")).await), ["/name"]);
        let stray = CreateSavedView { role: Some(Role::Admin), ..private(ViewTable::Users, "stray") };
        assert_eq!(pointers(admin.create_saved_view(&stray).await), ["/role"]);
        let unknown = CreateSavedView {
            visibility: Some(ViewVisibility::Role),
            role_id: Some(quarterdeck_domain::RoleId(uuid::Uuid::nil())),
            ..private(ViewTable::Users, "unknown")
        };
        assert_eq!(pointers(admin.create_saved_view(&unknown).await), ["/role_id"]);
        let nowhere = everyone(ViewTable::Users, "nowhere", Some(OrganizationId(uuid::Uuid::nil())));
        assert_eq!(pointers(admin.create_saved_view(&nowhere).await), ["/organization_id"]);
        // Each view that is stored is a request that its list answers.
        for (table, path) in [(ViewTable::Users, "users"), (ViewTable::Groups, "groups"), (ViewTable::Sessions, "sessions")] {
            let stored = admin.create_saved_view(&private(table, "fits")).await.unwrap();
            let query: Vec<String> = stored.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = admin.transport().raw("GET", &format!("/api/v1/{path}?{}", query.join("&"))).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{table}");
        }
    }

    /// A view that moves from one place to another is told in each, and in neither what the other knows.
    async fn moved(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let made = owner.create_saved_view(&everyone(ViewTable::Users, "ours", Some(one))).await.unwrap();
        let role = admin.create_role(&new_role("Hidden", &[Permission::UserRead])).await.unwrap();
        let moved = UpdateSavedView {
            name: Some("theirs".to_owned()),
            visibility: Some(ViewVisibility::Role),
            role_id: Some(role.id),
            ..UpdateSavedView::default()
        };
        admin.update_saved_view(made.id, &moved, None).await.unwrap();
        let filter = AuditFilter { target_id: Some(made.id.to_string()), ..AuditFilter::default() };
        let request = ListAuditEvents { filter, ..ListAuditEvents::default() };
        let told = serde_json::to_string(&owner.list_audit_events(&request).await.unwrap().items).unwrap();
        assert!(told.contains("ours") && !told.contains("theirs") && !told.contains("Hidden"), "{told}");
        assert_eq!(admin.list_audit_events(&request).await.unwrap().total, 3);
    }

    /// A private view is there for its owner alone, administrators of the platform included; the log does not tell its name.
    async fn private_ones(server: Server) {
        let admin = server.admin().await;
        let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
        let secret = bob.create_saved_view(&private(ViewTable::OwnApiKeys, "secret plans")).await.unwrap();
        assert_eq!(all(&bob).await, ["secret plans"]);
        assert!(all(&admin).await.is_empty());
        assert_hidden(&admin, &secret).await;
        bob.update_saved_view(secret.id, &rename("secret dreams"), None).await.unwrap();
        bob.delete_saved_view(secret.id).await.unwrap();
        let page = PageRequest { limit: Some(500), cursor: None };
        let events = admin.list_audit_events(&ListAuditEvents { page, ..ListAuditEvents::default() }).await.unwrap().items;
        let of = |action| events.iter().filter(|event| event.action == action).count();
        assert_eq!([Action::SavedViewCreated, Action::SavedViewUpdated, Action::SavedViewDeleted].map(of), [1, 1, 1]);
        assert!(!serde_json::to_string(&events).unwrap().contains("secret"));
        // Nobody keeps a view of a table that they do not see.
        assert_eq!(code(bob.create_saved_view(&private(ViewTable::Users, "users")).await), "forbidden");
    }

    /// A view that is shared with a role is seen by those who hold it now, whatever way; one for everybody by all; and either
    /// by those alone who see the table.
    async fn shared_with_roles(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let (dev, _) = server.signed_in(&admin, "dev", &[Role::Developer]).await;
        let of_developers = admin.create_saved_view(&holders(Role::Developer, "for developers")).await.unwrap();
        admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "for all", None)).await.unwrap();
        admin.create_saved_view(&everyone(ViewTable::Users, "of users", None)).await.unwrap();
        assert_eq!(all(&dev).await, ["for all", "for developers"]);
        assert_eq!(all(&bob).await, ["for all"]);
        assert_hidden(&bob, &of_developers).await;
        // Who sees it may not change it.
        assert_eq!(code(dev.update_saved_view(of_developers.id, &rename("mine"), None).await), "forbidden");
        assert_eq!(code(dev.delete_saved_view(of_developers.id).await), "forbidden");
        assert_eq!(code(bob.create_saved_view(&everyone(ViewTable::OwnApiKeys, "mine", None)).await), "forbidden");
        // It comes with a grant, and goes with it.
        let for_a_while = CreateRoleGrant { expires_at: end(user.summary.created_at, 3_600), ..built_in(user.id(), Role::Developer, None) };
        let granted = admin.create_role_grant(&for_a_while).await.unwrap();
        assert_eq!(all(&bob).await, ["for all", "for developers"]);
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant { reason: String::new() }).await.unwrap();
        assert_eq!(all(&bob).await, ["for all"]);
        // A custom role, which takes its views along.
        let desk = admin.create_role(&new_role("Desk", &[Permission::UserRead])).await.unwrap();
        let body = CreateSavedView { role: None, role_id: Some(desk.id), ..holders(Role::User, "for the desk") };
        let view = admin.create_saved_view(&body).await.unwrap();
        assert_eq!(view.role_name.as_deref(), Some("Desk"));
        let granted = admin.create_role_grant(&custom(user.id(), desk.id, None)).await.unwrap();
        assert_eq!(all(&bob).await, ["for all", "for the desk", "of users"]);
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant { reason: String::new() }).await.unwrap();
        assert_hidden(&bob, &view).await;
        // The administrator sees what is shared, and is offered what is meant for them.
        assert_eq!(all(&admin).await, ["for all", "for developers", "for the desk", "of users"]);
        assert_eq!(offered(&admin).await, ["for all", "of users"]);
        admin.delete_role(desk.id).await.unwrap();
        assert_eq!(code(admin.get_saved_view(view.id).await), "not-found");
        let filter = AuditFilter { action: Some(Action::SavedViewDeleted), ..AuditFilter::default() };
        let told = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        assert_eq!(told[0].target.label, "for the desk");
    }

    /// What an organization shares stays in it: nobody of another one sees it, shares there, or learns who shared.
    async fn organizations_apart(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let (ann, _) = member(&server, &admin, "ann", one).await;
        let of_one = one_admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "of one", Some(one))).await.unwrap();
        let of_two = two_admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "of two", Some(two))).await.unwrap();
        assert_eq!((all(&ann).await, all(&one_admin).await, all(&two_admin).await), (vec!["of one".to_owned()], vec!["of one".to_owned()], vec!["of two".to_owned()]));
        for client in [&one_admin, &ann] {
            assert_hidden(client, &of_two).await;
        }
        // Neither the other organization nor the platform is theirs, and one that is there answers as one that is not.
        let there = code(one_admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "x", Some(two))).await);
        let nowhere = code(one_admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "x", Some(OrganizationId(uuid::Uuid::nil())))).await);
        assert_eq!((there.as_str(), nowhere.as_str()), ("not-found", "not-found"));
        assert_eq!(code(one_admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "x", None)).await), "forbidden");
        let to = |organization_id| UpdateSavedView { visibility: Some(ViewVisibility::Everyone), organization_id, ..UpdateSavedView::default() };
        assert_eq!(code(one_admin.update_saved_view(of_one.id, &to(Some(two)), None).await), "not-found");
        assert_eq!(code(one_admin.update_saved_view(of_one.id, &to(None), None).await), "forbidden");
        // The owner of a view for the whole platform is nobody to them; one about a thing is for those who see all things.
        admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "for all", None)).await.unwrap();
        let query = [("organization_id".to_owned(), two.to_string())].into();
        let about = CreateSavedView { query, ..everyone(ViewTable::Users, "about two", None) };
        let about = admin.create_saved_view(&about).await.unwrap();
        let request = ListSavedViews::default();
        let seen = one_admin.list_saved_views(&request).await.unwrap();
        let of_all = seen.items.iter().find(|view| view.name == "for all").unwrap();
        assert_eq!((of_all.owner_id, of_all.owner_name.as_deref(), seen.total), (None, None, 2));
        assert_hidden(&one_admin, &about).await;
        let (advocate, _) = server.signed_in(&admin, "advocate", &[Role::Advocate]).await;
        assert_eq!(all(&advocate).await, ["about two", "for all"]);
        // A name is there once in an organization, not on the platform.
        one_admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "of two", Some(one))).await.unwrap();
        // A role that is not shared with organizations is none to share with in one.
        let role = admin.create_role(&new_role("Inner", &[Permission::UserRead])).await.unwrap();
        let inner = CreateSavedView { role: None, role_id: Some(role.id), organization_id: Some(one), ..holders(Role::User, "inner") };
        assert_eq!(pointers(admin.create_saved_view(&inner).await), ["/role_id"]);
        admin.update_role(role.id, &UpdateRole { is_shared: Some(true), ..UpdateRole::default() }, None).await.unwrap();
        one_admin.create_saved_view(&inner).await.unwrap();
    }

    /// A private view becomes shared and private again, by who made it; others who share change it and do not make it theirs.
    async fn there_and_back(server: Server) {
        let admin = server.admin().await;
        let (second, _) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let view = admin.create_saved_view(&private(ViewTable::Users, "mine")).await.unwrap();
        let to = |visibility| UpdateSavedView { visibility: Some(visibility), ..UpdateSavedView::default() };
        admin.update_saved_view(view.id, &to(ViewVisibility::Everyone), None).await.unwrap();
        assert_eq!(second.update_saved_view(view.id, &rename("ours"), None).await.unwrap().name, "ours");
        assert_eq!(pointers(second.update_saved_view(view.id, &to(ViewVisibility::Private), None).await), ["/visibility"]);
        admin.update_saved_view(view.id, &to(ViewVisibility::Private), None).await.unwrap();
        assert_hidden(&second, &view).await;
        let own = SavedViewFilter { relation: Some(ViewRelation::Own), ..SavedViewFilter::default() };
        assert_eq!((names(&admin, own.clone()).await, names(&second, own).await), (vec!["ours".to_owned()], vec![]));
    }

    /// Who acts to see only writes none of their views; a key does what it carries, and no more.
    async fn others_hands(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let view = bob.create_saved_view(&private(ViewTable::Groups, "mine")).await.unwrap();
        let (looking, _) = acting(&server, &admin, &user, false).await.unwrap();
        // Keys are hidden from them, and so are views of keys.
        bob.create_saved_view(&private(ViewTable::OwnApiKeys, "keys")).await.unwrap();
        assert_eq!(all(&looking).await, ["mine"]);
        assert_eq!(code(looking.create_saved_view(&private(ViewTable::Groups, "theirs")).await), "impersonated");
        assert_eq!(code(looking.update_saved_view(view.id, &rename("theirs"), None).await), "impersonated");
        assert_eq!(code(looking.delete_saved_view(view.id).await), "impersonated");

        let (reader, _) = made(&server, &bob, &key("reads", &[Permission::ProfileRead, Permission::GroupRead])).await;
        assert_eq!(all(&reader).await, ["mine"]);
        assert_eq!(code(reader.create_saved_view(&private(ViewTable::Groups, "more")).await), "forbidden");
        let (blind, _) = made(&server, &bob, &key("blind", &[Permission::ProfileRead])).await;
        assert!(all(&blind).await.is_empty());
        let (sharer, _) = made(&server, &admin, &key("writes", &[Permission::ProfileRead, Permission::ProfileUpdate, Permission::ApiKeyRead])).await;
        assert_eq!(code(sharer.create_saved_view(&everyone(ViewTable::OwnApiKeys, "all", None)).await), "forbidden");
    }

    /// Private views go with their owner, shared ones stay without one; those of an organization go with it, and are counted.
    async fn what_stays(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (ann, _) = member(&server, &admin, "ann", one).await;
        let id = one_admin.get_me().await.unwrap().user.id();
        let shared = one_admin.create_saved_view(&everyone(ViewTable::OwnApiKeys, "shared", Some(one))).await.unwrap();
        one_admin.create_saved_view(&private(ViewTable::OwnApiKeys, "private")).await.unwrap();
        let action = PlanAction::DeleteUsers { selection: Selection::ids([id]) };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        admin.delete_user(id, plan.id).await.unwrap();
        let left = ann.get_saved_view(shared.id).await.unwrap();
        assert_eq!((left.owner_id, left.owner_name), (None, None));
        assert_eq!(all(&admin).await, ["shared"]);
        admin.update_saved_view(shared.id, &rename("still shared"), None).await.unwrap();
        let action = PlanAction::DeleteOrganization { organization_id: one, members: MembersFate::Move, move_to: None };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        assert!(plan.counts.iter().any(|count| count.kind == CountKind::SavedView && count.count == 1), "{:?}", plan.counts);
        admin.delete_organization(one, plan.id).await.unwrap();
        assert!(all(&admin).await.is_empty());
    }

    /// At most a hundred of one owner, also when they come at once.
    async fn so_many(server: Server) {
        let admin = server.admin().await;
        for number in 0..96 {
            admin.create_saved_view(&private(ViewTable::Users, &format!("view {number}"))).await.unwrap();
        }
        let late: Vec<CreateSavedView> = (96..106).map(|number| private(ViewTable::Users, &format!("view {number}"))).collect();
        let outcomes = futures::future::join_all(late.iter().map(|body| admin.create_saved_view(body))).await;
        let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(stored, 4);
        assert!(outcomes.into_iter().filter(Result::is_err).all(|outcome| code(outcome) == "too-many-saved-views"));
    }
}
