//! Exports of all data of a user (issue 3, item 9): whole, without a secret, and nothing beyond the reach of who asks.

use std::time::Duration;

use quarterdeck_domain::{
    OrganizationId, Permission, Role, UserId,
    api_keys::ApiKey,
    audit::{Action, AuditEvent, AuditFilter, ListAuditEvents, OUTSIDER},
    groups::{GroupMember, Standing},
    impersonation::Impersonation,
    provider_keys::ProviderKey,
    role_grants::{CreateRoleGrant, RoleGrant},
    saved_views::{CreateSavedView, SavedView, ViewTable, ViewVisibility},
    sessions::Session,
    users::{Contact, CreateUser, UpdateUser, User},
};
use quarterdeck_testkit::{OpenedExport, PASSWORD, Server, TestClient, new_user, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api_keys::{key, made, set},
    groups::{named, new_group},
    impersonation::{acting, code},
    model_services::provider_key,
    organizations::with_admin,
    role_grants::{custom, end, member},
    roles::new_role,
    step_up::{Kept, step_up},
};

const PROVIDER_SECRET: &str = "sk-very-secret-00009f3c";

const KINDS: [&str; 9] = [
    "profile",
    "role_grants",
    "memberships",
    "sessions",
    "api_keys",
    "provider_keys",
    "saved_views",
    "impersonations",
    "audit_events",
];

async fn export(client: &TestClient, id: UserId) -> OpenedExport {
    OpenedExport::open(&client.export_user(id).await.unwrap())
}

/// How often data was exported, and what the newest event says.
async fn noted(admin: &TestClient) -> (u64, Option<AuditEvent>) {
    let filter = AuditFilter { action: Some(Action::UserDataExported), ..AuditFilter::default() };
    let page = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
    (page.total, page.items.into_iter().next())
}

fn view(name: &str, organization: Option<OrganizationId>) -> CreateSavedView {
    CreateSavedView {
        table: ViewTable::OwnApiKeys,
        name: name.to_owned(),
        query: [("q".to_owned(), "engine".to_owned())].into(),
        columns: None,
        visibility: organization.map(|_| ViewVisibility::Everyone),
        role: None,
        role_id: None,
        organization_id: organization,
    }
}

/// Grants `user` a custom role of these permissions.
async fn give(admin: &TestClient, user: &User, name: &str, carried: &[Permission], at: Option<OrganizationId>) {
    let role = admin.create_role(&new_role(name, carried)).await.unwrap();
    admin.create_role_grant(&custom(user.id(), role.id, at)).await.unwrap();
}

on_both! {
    /// All that is stored of somebody, each line as the API shows it, and no secret; the log tells of it.
    async fn whole(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let contact = Contact { location: "Ockham Park".to_owned(), ..Contact::default() };
        let update = UpdateUser { contact: Some(contact.into()), ..UpdateUser::default() };
        admin.update_user(user.id(), &update, None).await.unwrap();
        give(&admin, &user, "Readers", &[Permission::UserRead], None).await;
        let group = admin.create_group(&new_group("engine", None)).await.unwrap();
        admin.add_group_member(group.id, &named("bob", Standing::Member)).await.unwrap();
        let (by_key, api_key) = made(&server, &bob, &key("script", &[Permission::ProfileRead])).await;
        by_key.get_me().await.unwrap();
        bob.create_provider_key(&provider_key(PROVIDER_SECRET)).await.unwrap();
        bob.create_saved_view(&view("Mine", None)).await.unwrap();
        set(&admin, "impersonation.administrators", json!(true)).await;
        let token = acting(&server, &admin, &user, false).await.unwrap().1.tokens.access_token;
        // Of others there is the same.
        let carol = server.signed_in(&admin, "carol", &[]).await.0;
        carol.create_saved_view(&view("Hers", None)).await.unwrap();

        let path = format!("/api/v1/users/{}/export", user.id());
        let answer = admin.transport().raw("GET", &path).header("accept-encoding", "gzip, br").send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!((header("content-type").as_deref(), header("cache-control").as_deref()), (Some("application/zip"), Some("no-store")));
        assert_eq!((answer.status().as_u16(), header("content-encoding")), (200, None));
        let name = header("content-disposition").unwrap();
        let date = name.strip_prefix("attachment; filename=\"bob-").and_then(|rest| rest.strip_suffix(".zip\"")).unwrap();
        assert_eq!(date.split('-').map(str::len).collect::<Vec<_>>(), [4, 2, 2], "{name}");
        let export = OpenedExport::open(&answer.bytes().await.unwrap());

        let manifest = &export.manifest;
        assert_eq!((&manifest["format"], &manifest["version"]), (&json!("quarterdeck.user-export"), &json!(1)));
        assert_eq!(manifest["user"], json!({ "id": user.id(), "username": "bob" }));
        let root = admin.get_me().await.unwrap().user;
        assert_eq!(manifest["exported_by"], json!({ "id": root.id(), "username": "root" }));
        assert_eq!(manifest["notes"], json!([]));
        let listed: Vec<String> = manifest["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(listed, KINDS.map(|kind| format!("{kind}.jsonl")));

        assert_eq!(export.rows::<User>("profile"), [admin.get_user(user.id()).await.unwrap()]);
        assert_eq!(export.rows::<User>("profile")[0].contact.as_ref().unwrap().location, "Ockham Park");
        let grants = export.rows::<RoleGrant>("role_grants");
        assert_eq!((grants.len(), grants[0].role_name.as_str(), grants[0].granted_by), (1, "Readers", Some(root.id())));
        let groups = export.rows::<GroupMember>("memberships");
        assert_eq!((groups.len(), groups[0].group_name.as_str()), (1, "engine"));
        let sessions = export.rows::<Session>("sessions");
        assert_eq!(sessions.iter().map(|session| session.impersonator.as_deref()).collect::<Vec<_>>(), [Some("root"), None]);
        let keys = export.rows::<ApiKey>("api_keys");
        assert_eq!((keys.len(), keys[0].id), (1, api_key.api_key.id));
        let keys = export.rows::<ProviderKey>("provider_keys");
        assert_eq!((keys.len(), keys[0].hint.as_str()), (1, "…9f3c"));
        let views = export.rows::<SavedView>("saved_views");
        assert_eq!((views.len(), views[0].name.as_str(), views[0].query["q"].as_str()), (1, "Mine", "engine"));
        let acted = export.rows::<Impersonation>("impersonations");
        assert_eq!((acted.len(), acted[0].impersonator_id, acted[0].is_running), (1, root.id(), true));
        let events = export.rows::<AuditEvent>("audit_events");
        let is_of_bob = |event: &AuditEvent| event.actor.id == Some(user.id()) || event.target.id == user.id().to_string();
        assert!(events.iter().all(is_of_bob) && events.is_sorted_by(|newer, older| newer.at >= older.at));
        for action in [Action::UserCreated, Action::SignedIn, Action::UserAddedToGroup, Action::ApiKeyCreated, Action::ProviderKeyCreated, Action::ImpersonationStarted] {
            assert!(events.iter().any(|event| event.action == action), "{action}");
        }

        let text = export.text();
        for secret in [PASSWORD, "$argon2", PROVIDER_SECRET, "very-secret", &api_key.secret, &token, "sealed", "carol", "Hers"] {
            assert!(!text.contains(secret), "{secret}");
        }
        let (count, event) = noted(&admin).await;
        let event = event.unwrap();
        assert_eq!((count, event.actor.label.as_str(), event.target.id.as_str()), (1, "root", user.id().to_string().as_str()));
        assert_eq!(event.permission, Permission::UserExport);
        assert_eq!((event.changes[0].field.as_str(), &event.changes[0].after), ("rows", &json!(export.row_count())));
        // Who has nothing has all files as well.
        let nobody = server.user(&admin, "dan", &[]).await;
        let empty = OpenedExport::open(&admin.export_user(nobody.id()).await.unwrap());
        assert!(empty.rows::<Value>("api_keys").is_empty() && empty.rows::<User>("profile").len() == 1);
    }

    /// The administrator of an organization exports its people and no others, and gets nothing of other organizations, nor of
    /// who of outside acted.
    async fn isolation(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let (bob, user) = member(&server, &admin, "bob", one).await;
        let (_, other) = member(&server, &admin, "other", two).await;
        // What bob has and does beyond his organization.
        let carried = [Permission::UserRead, Permission::UserUpdate, Permission::SavedViewShare];
        let role = admin.create_role(&new_role("Helpers of two", &carried)).await.unwrap();
        let for_a_while = CreateRoleGrant { expires_at: end(user.summary.created_at, 120), ..custom(user.id(), role.id, Some(two)) };
        admin.create_role_grant(&for_a_while).await.unwrap();
        give(&admin, &user, "Helpers of one", &[Permission::UserRead], Some(one)).await;
        let update = UpdateUser { first_name: Some("Ann".to_owned()), ..UpdateUser::default() };
        bob.update_user(other.id(), &update, None).await.unwrap();
        for (name, organization) in [("abroad", None), ("engine", Some(one))] {
            let group = admin.create_group(&new_group(name, organization)).await.unwrap();
            admin.add_group_member(group.id, &named("bob", Standing::Member)).await.unwrap();
        }
        let shared = CreateSavedView { table: ViewTable::Users, ..view("Shared in two", Some(two)) };
        bob.create_saved_view(&shared).await.unwrap();
        let query = [("q", "mine".to_owned()), ("organization_id", two.to_string())];
        let private = CreateSavedView {
            table: ViewTable::Users,
            query: query.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            ..view("Private", None)
        };
        bob.create_saved_view(&private).await.unwrap();
        // As long as it is in force, he is not in the hands of his organization alone.
        assert_eq!(code(one_admin.export_user(user.id()).await), "privileged-account");
        server.advance(Duration::from_secs(180));
        acting(&server, &admin, &user, false).await.unwrap();

        let export = export(&one_admin, user.id()).await;
        let notes = export.manifest["notes"].as_array().unwrap();
        assert!(notes.len() == 2 && notes[0].as_str().unwrap().starts_with("Contact info"), "{notes:?}");
        assert_eq!(export.rows::<User>("profile")[0].contact, None);
        let grants = export.rows::<RoleGrant>("role_grants");
        assert_eq!(grants.iter().map(|grant| grant.role_name.as_str()).collect::<Vec<_>>(), ["Helpers of one"]);
        let groups = export.rows::<GroupMember>("memberships");
        assert_eq!(groups.iter().map(|group| group.group_name.as_str()).collect::<Vec<_>>(), ["engine"]);
        let views = export.rows::<SavedView>("saved_views");
        assert_eq!(views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["Private"]);
        assert_eq!(views[0].query.keys().collect::<Vec<_>>(), ["q"]);
        let acted = export.rows::<Value>("impersonations");
        assert_eq!((&acted[0]["impersonator_id"], &acted[0]["impersonator_name"]), (&Value::Null, &json!(OUTSIDER)));
        let root = admin.get_me().await.unwrap().user;
        let text = export.text();
        for foreign in [two.to_string(), root.id().to_string(), other.id().to_string()] {
            assert!(!text.contains(&foreign), "{foreign}");
        }
        for foreign in ["\"two\"", "The two", "of two", "in two", "abroad", "\"root\"", "Ann"] {
            assert!(!text.contains(foreign), "{foreign}");
        }
        // To the platform's administrator all of it is there.
        let all = self::export(&admin, user.id()).await;
        assert_eq!((all.rows::<RoleGrant>("role_grants").len(), all.rows::<GroupMember>("memberships").len()), (2, 2));
        assert_eq!(all.rows::<SavedView>("saved_views").len(), 2);

        // Those of others are not there, like nobody at all.
        let told = async |client: &TestClient, id: UserId| client.export_user(id).await.unwrap_err().to_string();
        let nobody = told(&two_admin, UserId(Uuid::from_u128(7))).await;
        for id in [user.id(), root.id()] {
            assert_eq!(told(&two_admin, id).await, nobody);
            assert_eq!(code(two_admin.export_user(id).await), "not-found");
        }
        let (count, event) = noted(&one_admin).await;
        // The newer one is by somebody of outside.
        assert_eq!((count, event.unwrap().actor.label.as_str()), (2, OUTSIDER));
        assert_eq!(noted(&two_admin).await.0, 0);
    }

    /// Nobody without the right; by no key that was not given it, not in somebody's name, and not long after the password was
    /// given. What is refused is not noted as done.
    async fn refusals(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let carol = server.user(&admin, "carol", &[]).await;
        let advocate = server.signed_in(&admin, "advocate", &[Role::Advocate]).await.0;
        for (client, id) in [(&bob, user.id()), (&bob, carol.id()), (&advocate, carol.id())] {
            assert_eq!(code(client.export_user(id).await), "forbidden");
        }
        let anonymous = server.anonymous().export_user(carol.id()).await.unwrap_err();
        assert_eq!(anonymous.problem().unwrap().status, 401);
        let reader = made(&server, &admin, &key("reader", &[Permission::UserRead, Permission::UserDelete])).await.0;
        assert_eq!(code(reader.export_user(carol.id()).await), "forbidden");
        let second = server.user(&admin, "second", &[Role::Admin]).await;
        set(&admin, "impersonation.administrators", json!(true)).await;
        step_up(&admin, PASSWORD).await.unwrap();
        let as_second = acting(&server, &admin, &second, true).await.unwrap().0;
        assert_eq!(code(as_second.export_user(carol.id()).await), "impersonated");
        let mut kept = Kept::sign_in(&server, "second").await;
        kept.advance(&server, Duration::from_secs(16 * 60)).await;
        assert_eq!(code(kept.client.export_user(carol.id()).await), "step-up-required");
        assert_eq!(noted(&server.admin().await).await.0, 0);
        // With the right: a key sees no contact info unless it carries that as well.
        step_up(&kept.client, PASSWORD).await.unwrap();
        let exporter = made(&server, &kept.client, &key("exporter", &[Permission::UserRead, Permission::UserExport])).await.0;
        let by_key = export(&exporter, carol.id()).await;
        assert_eq!(by_key.rows::<User>("profile")[0].contact, None);
        assert_eq!(by_key.manifest["exported_by"]["username"], "second (exporter)");
        assert_eq!(noted(&server.admin().await).await.0, 1);
    }

    /// Accounts with power over others are exported by administrators alone, those with power over an organization by its own
    /// as well.
    async fn privileged_people(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let root = admin.get_me().await.unwrap().user.id();
        let (exporter, user) = server.signed_in(&admin, "exporter", &[]).await;
        give(&admin, &user, "Exporters", &[Permission::UserRead, Permission::UserExport], None).await;
        let plain = server.user(&admin, "plain", &[]).await;
        export(&exporter, plain.id()).await;
        let of_one = async |name: &str, role| {
            let body = CreateUser { organization_id: Some(one), ..new_user(name, &[role]) };
            admin.create_user(&body).await.unwrap().id()
        };
        let (peer, advocate) = (of_one("peer", Role::OrganizationAdmin).await, of_one("advocate", Role::Advocate).await);
        for id in [root, peer, advocate] {
            assert_eq!(code(exporter.export_user(id).await), "privileged-account");
        }
        assert_eq!(code(one_admin.export_user(advocate).await), "privileged-account");
        export(&one_admin, peer).await;
        for id in [root, peer, advocate] {
            export(&admin, id).await;
        }
    }
}
