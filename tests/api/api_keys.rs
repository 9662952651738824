//! API keys (S1-PLT-08, S1-PLT-09, S1-EXT-08, S3-KEY-01..03): what a key can do, and above all what it cannot.

use std::{collections::BTreeSet, time::Duration};

use quarterdeck_domain::{
    OrganizationId, Patch, Permission, PermissionSet, Role,
    api_keys::{
        ApiKeyFilter, ApiKeyState, ApiKeyWithSecret, CreateApiKey, ListApiKeys, RotateApiKey, UpdateApiKey,
        is_well_formed,
    },
    audit::{Action, ActorType, AuditFilter, ListAuditEvents},
    me::ChangePassword,
    plans::{CountKind, CreatePlan, PlanAction, Selection},
    roles::Roles,
    settings::UpdateSetting,
    users::{CreateUser, ListUsers, SetPassword, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{Backend, PASSWORD, Server, TestClient, new_user, on_both};
use serde_json::{Value, json};

use crate::organizations::with_admin;

const DAY: u64 = 86_400;

pub fn scopes(permissions: &[Permission]) -> PermissionSet {
    permissions.iter().copied().collect()
}

pub fn key(title: &str, permissions: &[Permission]) -> CreateApiKey {
    CreateApiKey { title: title.to_owned(), scopes: scopes(permissions), ..CreateApiKey::default() }
}

pub fn with(server: &Server, key: &ApiKeyWithSecret) -> TestClient {
    let client = server.anonymous();
    client.transport().set_token(Some(key.secret.clone()));
    client
}

/// Makes a key of `owner` and a client that sends it.
pub async fn made(server: &Server, owner: &TestClient, body: &CreateApiKey) -> (TestClient, ApiKeyWithSecret) {
    let key = owner.create_api_key(body).await.unwrap();
    (with(server, &key), key)
}

pub fn all(filter: ApiKeyFilter) -> ListApiKeys {
    ListApiKeys { filter, ..ListApiKeys::default() }
}

pub async fn set(admin: &TestClient, setting: &str, value: Value) {
    admin.update_setting(setting, &UpdateSetting { value, reason: String::new() }, None).await.unwrap();
}

async fn change(admin: &TestClient, user: &quarterdeck_domain::users::User, update: UpdateUser) {
    admin.update_user(user.id(), &update, None).await.unwrap();
}

/// Faults of a refused body.
pub async fn faults(client: &TestClient, body: &CreateApiKey) -> Vec<String> {
    let answer = client.transport().raw("POST", "/api/v1/api-keys").json(body).send().await.unwrap();
    assert_eq!(answer.status(), 422);
    let problem: quarterdeck_domain::Problem = answer.json().await.unwrap();
    problem.errors.into_iter().map(|fault| fault.pointer).collect()
}

on_both! {
    /// Made, shown once, used, changed and revoked; each step is an event, and what the key does names it.
    async fn life(server: Server) {
        let admin = server.admin().await;
        let body = CreateApiKey { ttl_seconds: Some(7 * DAY as i64), ..key("nightly export", &[Permission::UserRead, Permission::UserUpdate]) };
        let (script, made) = made(&server, &admin, &body).await;
        assert!(is_well_formed(&made.secret), "{}", made.secret);
        assert_eq!((made.api_key.state, made.api_key.use_count), (ApiKeyState::Active, 0));
        assert_eq!(made.api_key.expires_at.unwrap().seconds_since(made.api_key.created_at), 7 * DAY as i64);
        assert!(made.api_key.hint.starts_with(&made.secret[..8]) && !made.api_key.hint.contains(&made.secret[8..42]));
        let shown = admin.transport().raw("GET", &format!("/api/v1/api-keys/{}", made.api_key.id)).send().await.unwrap();
        assert!(!shown.text().await.unwrap().contains(&made.secret));
        assert_eq!(admin.list_api_keys(&ListApiKeys::default()).await.unwrap().items, std::slice::from_ref(&made.api_key));

        let bob = server.user(&admin, "bob", &[]).await;
        let rename = UpdateUser { display_name: Some("Robert".to_owned()), ..UpdateUser::default() };
        script.update_user(bob.id(), &rename, None).await.unwrap();
        let filter = AuditFilter { api_key_id: Some(made.api_key.id), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((event.action, event.actor.kind), (Action::UserUpdated, ActorType::ApiKey));
        assert_eq!((event.actor.label.as_str(), event.session_id), ("root (nightly export)", None));
        assert_eq!(event.actor.id, Some(made.api_key.user_id));

        let less = UpdateApiKey { scopes: Some(scopes(&[Permission::UserRead])), title: Some("export".to_owned()), ..UpdateApiKey::default() };
        let changed = admin.update_api_key(made.api_key.id, &less, Some(1)).await.unwrap();
        assert_eq!((changed.title.as_str(), changed.version), ("export", 2));
        assert_eq!(admin.update_api_key(made.api_key.id, &less, Some(1)).await.unwrap_err().code(), "stale");
        let again = UpdateUser { display_name: Some("Rob".to_owned()), ..UpdateUser::default() };
        assert_eq!(script.update_user(bob.id(), &again, None).await.unwrap_err().code(), "forbidden");
        admin.revoke_api_key(made.api_key.id).await.unwrap();
        assert_eq!(script.list_users(&ListUsers::default()).await.unwrap_err().code(), "api-key-invalid");
        assert_eq!(admin.get_api_key(made.api_key.id).await.unwrap_err().code(), "not-found");
        for action in [Action::ApiKeyCreated, Action::ApiKeyUpdated, Action::ApiKeyRevoked] {
            let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
            let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
            assert_eq!(events.total, 1, "{action}");
            assert!(!serde_json::to_string(&events.items).unwrap().contains(&made.secret));
        }
    }

    /// A key does what it was given and nothing else; scopes beyond the own rights are refused (S3-KEY-02).
    async fn scopes_are_its_limit(server: Server) {
        let admin = server.admin().await;
        let (script, _) = made(&server, &admin, &key("reader", &[Permission::UserRead])).await;
        let root = script.list_users(&ListUsers::default()).await.unwrap().items.remove(0);
        script.get_user(root.id).await.unwrap();
        assert_eq!(script.create_user(&new_user("bob", &[])).await.unwrap_err().code(), "forbidden");
        assert_eq!(script.list_settings().await.unwrap_err().code(), "forbidden");
        assert_eq!(script.get_me().await.unwrap_err().code(), "forbidden");
        let delete = PlanAction::DeleteUsers { selection: Selection::ids([root.id]) };
        assert_eq!(script.create_plan(&CreatePlan { action: delete }).await.unwrap_err().code(), "forbidden");
        // What changes a thing answers with it, so that it needs what shows it.
        assert_eq!(faults(&admin, &key("blind", &[Permission::UserDelete])).await, ["/scopes"]);
        let (own, _) = made(&server, &admin, &key("own", &[Permission::ProfileRead])).await;
        let me = own.get_me().await.unwrap();
        assert_eq!((me.permissions, me.session_id), (vec![Permission::ProfileRead], None));

        let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
        assert_eq!(faults(&bob, &key("more", &[Permission::ProfileRead, Permission::UserRead])).await, ["/scopes"]);
        assert_eq!(faults(&bob, &CreateApiKey { networks: vec!["home".to_owned()], ..key(" ", &[]) }).await, ["/title", "/scopes", "/networks/0"]);
        let kept = bob.create_api_key(&key("mine", &[Permission::ProfileRead])).await.unwrap();
        let more = UpdateApiKey { scopes: Some(scopes(&[Permission::UserRead])), ..UpdateApiKey::default() };
        assert_eq!(bob.update_api_key(kept.api_key.id, &more, None).await.unwrap_err().code(), "invalid");
    }

    /// A key makes no keys, changes none, and has no way to its owner's password or roles.
    async fn keys_make_no_keys(server: Server) {
        let admin = server.admin().await;
        let everything: Vec<Permission> = Permission::ALL.iter().copied().filter(|one| one.is_for_keys()).collect();
        let (script, made) = made(&server, &admin, &key("everything", &everything)).await;
        assert_eq!(faults(&admin, &key("maker", &[Permission::ApiKeyWrite])).await, ["/scopes"]);
        assert_eq!(faults(&admin, &key("changer", &[Permission::ProfileSetPassword])).await, ["/scopes"]);
        let refused = [
            script.create_api_key(&key("another", &[Permission::UserRead])).await.map(drop),
            script.update_api_key(made.api_key.id, &UpdateApiKey { networks: Some(Vec::new()), ..UpdateApiKey::default() }, None).await.map(drop),
            script.rotate_api_key(made.api_key.id, &RotateApiKey::default()).await.map(drop),
            script.change_own_password(&ChangePassword {
                current_password: PASSWORD.to_owned(), new_password: "copper kettle four".to_owned(), keep_other_sessions: true,
            }).await,
        ];
        for outcome in refused {
            assert_eq!(outcome.unwrap_err().code(), "forbidden");
        }
        let root = made.api_key.user_id;
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: false, revoke_api_keys: None };
        assert_eq!(script.set_user_password(root, &set).await.unwrap_err().code(), "own-account");
        assert_eq!(script.create_password_reset_link(root).await.unwrap_err().code(), "own-account");
        let email = UpdateUser { email: Patch::Value("mine@example.org".to_owned()), ..UpdateUser::default() };
        assert_eq!(script.update_user(root, &email, None).await.unwrap_err().code(), "own-account");
        assert_eq!(script.transport().raw("POST", "/api/v1/auth/refresh").json(&json!({"refresh_token": made.secret})).send().await.unwrap().status(), 401);
        // Nor by way of another account: a new administrator, or the password of one that is there.
        let (_, second) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        for role in [Role::Admin, Role::Developer, Role::OrganizationAdmin] {
            let evil = CreateUser { organization_id: Some(one), ..new_user("evil", &[role]) };
            assert_eq!(script.create_user(&evil).await.unwrap_err().code(), "privileged-account", "{role}");
        }
        let bob = server.user(&admin, "bob", &[]).await;
        let promote = UpdateUser { roles: Some(Roles::NONE.with(Role::Admin)), ..UpdateUser::default() };
        assert_eq!(script.update_user(bob.id(), &promote, None).await.unwrap_err().code(), "privileged-account");
        for powerful in [second.id(), one_admin.get_me().await.unwrap().user.id()] {
            assert_eq!(script.set_user_password(powerful, &set).await.unwrap_err().code(), "privileged-account");
            assert_eq!(script.create_password_reset_link(powerful).await.unwrap_err().code(), "privileged-account");
            assert_eq!(script.update_user(powerful, &email, None).await.unwrap_err().code(), "privileged-account");
        }
        script.set_user_password(bob.id(), &set).await.unwrap();
        // Each such attempt is in the log, once a minute, under the key.
        let filter = AuditFilter { api_key_id: Some(made.api_key.id), action: Some(Action::AccessDenied), ..AuditFilter::default() };
        let denied = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let permissions: BTreeSet<&str> = denied.iter().map(|event| event.permission.name()).collect();
        assert!(["api_key.write", "profile.set_password", "user.assign_roles"].iter().all(|name| permissions.contains(name)), "{permissions:?}");
        // A key that leaked can end itself.
        script.revoke_api_key(made.api_key.id).await.unwrap();
        assert_eq!(script.get_me().await.unwrap_err().code(), "api-key-invalid");
    }

    /// Never more than the owner has at the time of use: demoted, suspended, activated, promoted (issue's attack).
    async fn the_owner_is_its_limit(server: Server) {
        let admin = server.admin().await;
        let (second, user) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let (script, _) = made(&server, &second, &key("reader", &[Permission::UserRead, Permission::SettingRead])).await;
        script.list_settings().await.unwrap();
        let roles = |role| UpdateUser { roles: Some(Roles::NONE.with(role)), ..UpdateUser::default() };
        change(&admin, &user, roles(Role::Advocate)).await;
        assert_eq!(script.list_settings().await.unwrap_err().code(), "forbidden");
        script.list_users(&ListUsers::default()).await.unwrap();
        change(&admin, &user, roles(Role::User)).await;
        assert_eq!(script.list_users(&ListUsers::default()).await.unwrap_err().code(), "forbidden");
        change(&admin, &user, roles(Role::Admin)).await;
        script.list_settings().await.unwrap();
        let status = |status| UpdateUser { status: Some(status), ..UpdateUser::default() };
        change(&admin, &user, status(UserStatus::Suspended)).await;
        assert_eq!(script.list_settings().await.unwrap_err().code(), "api-key-expired");
        let states = admin.list_api_keys(&all(ApiKeyFilter { state: Some(ApiKeyState::Suspended), ..ApiKeyFilter::default() })).await.unwrap();
        assert_eq!(states.total, 1);
        change(&admin, &user, status(UserStatus::Active)).await;
        script.list_settings().await.unwrap();
    }

    /// A password set by an administrator revokes keys unless that is unticked (contradiction 2).
    async fn passwords_and_keys(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let (script, _) = made(&server, &bob, &key("mine", &[Permission::ProfileRead])).await;
        let set = |revoke_sessions, revoke_api_keys| SetPassword {
            password: "copper kettle four".to_owned(), must_change: true, revoke_sessions, revoke_api_keys,
        };
        admin.set_user_password(user.id(), &set(true, Some(false))).await.unwrap();
        script.get_me().await.unwrap();
        admin.set_user_password(user.id(), &set(false, None)).await.unwrap();
        script.get_me().await.unwrap();
        admin.set_user_password(user.id(), &set(true, None)).await.unwrap();
        assert_eq!(script.get_me().await.unwrap_err().code(), "api-key-invalid");
    }

    /// From where it may be used, and how often.
    async fn networks_and_limits(server: Server) {
        let admin = server.admin().await;
        let from = |networks: &[&str]| CreateApiKey {
            networks: networks.iter().map(|&network| network.to_owned()).collect(), ..key(&networks.join(" "), &[Permission::UserRead])
        };
        let (elsewhere, made_elsewhere) = made(&server, &admin, &from(&["192.0.2.7/24", "2001:db8::/32"])).await;
        assert_eq!(made_elsewhere.api_key.networks, ["192.0.2.0/24", "2001:db8::/32"]);
        assert_eq!(elsewhere.list_users(&ListUsers::default()).await.unwrap_err().code(), "address-not-allowed");
        let (here, made_here) = made(&server, &admin, &from(&["127.0.0.0/8"])).await;
        here.list_users(&ListUsers::default()).await.unwrap();
        let limit = |requests_per_minute| UpdateApiKey { requests_per_minute, ..UpdateApiKey::default() };
        admin.update_api_key(made_here.api_key.id, &limit(Patch::Value(2)), None).await.unwrap();
        for _ in 0..2 {
            here.list_users(&ListUsers::default()).await.unwrap();
        }
        let refused = here.transport().raw("GET", "/api/v1/users").send().await.unwrap();
        assert_eq!((refused.status().as_u16(), refused.headers()["ratelimit-policy"].to_str().unwrap()), (429, "\"api-key\";q=2;w=60"));
        admin.list_users(&ListUsers::default()).await.unwrap();
        admin.update_api_key(made_here.api_key.id, &limit(Patch::Null), None).await.unwrap();
        here.list_users(&ListUsers::default()).await.unwrap();
    }

    /// Everybody sees the own keys; an organization's administrator those of its members and no others; who may not see a
    /// key gets the answer of one that does not exist.
    async fn isolation(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (_, two_admin) = with_admin(&server, &admin, "two").await;
        let member = |name: &str, organization: OrganizationId| CreateUser { organization_id: Some(organization), ..new_user(name, &[]) };
        admin.create_user(&member("ann", one)).await.unwrap();
        let (ann, _) = server.sign_in("ann", PASSWORD).await.unwrap();
        let made = ann.create_api_key(&key("of ann", &[Permission::ProfileRead])).await.unwrap().api_key;
        let root = admin.create_api_key(&key("of root", &[Permission::UserRead])).await.unwrap().api_key;
        for (client, seen) in [(&ann, 1), (&one_admin, 1), (&two_admin, 0), (&admin, 2)] {
            assert_eq!(client.list_api_keys(&ListApiKeys::default()).await.unwrap().total, seen);
        }
        let nobody = two_admin.get_api_key(quarterdeck_domain::ApiKeyId(uuid::Uuid::from_u128(7))).await.unwrap_err();
        for client in [&two_admin, &ann] {
            assert_eq!(client.get_api_key(root.id).await.unwrap_err().to_string(), nobody.to_string());
            assert_eq!(client.revoke_api_key(root.id).await.unwrap_err().to_string(), nobody.to_string());
        }
        assert_eq!(two_admin.get_api_key(made.id).await.unwrap_err().to_string(), nobody.to_string());
        // A key is changed by its owner alone, and revoked by administrators too.
        let title = UpdateApiKey { title: Some("theirs".to_owned()), ..UpdateApiKey::default() };
        for client in [&one_admin, &admin] {
            assert_eq!(client.update_api_key(made.id, &title, None).await.unwrap_err().code(), "forbidden");
            assert_eq!(client.rotate_api_key(made.id, &RotateApiKey::default()).await.unwrap_err().code(), "forbidden");
        }
        let of_one = admin.list_api_keys(&all(ApiKeyFilter { organization_id: Some(one), ..ApiKeyFilter::default() })).await.unwrap();
        assert_eq!(of_one.items.iter().map(|key| key.id).collect::<Vec<_>>(), [made.id]);
        one_admin.revoke_api_key(made.id).await.unwrap();
        assert_eq!(ann.list_api_keys(&ListApiKeys::default()).await.unwrap().total, 0);
    }

    /// The plan of a deletion counts the keys that go with the user.
    async fn deletion(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let (script, _) = made(&server, &bob, &key("mine", &[Permission::ProfileRead])).await;
        let action = PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        let keys = plan.counts.iter().find(|count| count.kind == CountKind::ApiKey).map(|count| count.count);
        assert_eq!(keys, Some(1), "{:?}", plan.counts);
        admin.delete_user(user.id(), plan.id).await.unwrap();
        assert_eq!(script.get_me().await.unwrap_err().code(), "api-key-invalid");
    }

    /// Titles are unique by user in any case, and the number of keys has a bound, also for two requests at once.
    async fn one_title_one_key(server: Server) {
        let admin = server.admin().await;
        let body = key("Twice", &[Permission::UserRead]);
        let other_case = key("tWICE", &[Permission::UserRead]);
        let (a, b) = futures::join!(admin.create_api_key(&body), admin.create_api_key(&other_case));
        let codes: Vec<String> = [a, b].into_iter().filter_map(Result::err).map(|error| error.code().to_owned()).collect();
        assert_eq!(codes, ["api-key-title-taken"]);
        let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
        bob.create_api_key(&key("Twice", &[Permission::ProfileRead])).await.unwrap();
        set(&admin, "api_keys.max_per_user", json!(2)).await;
        let (one, two) = (key("one", &[Permission::ProfileRead]), key("two", &[Permission::ProfileRead]));
        let (a, b) = futures::join!(bob.create_api_key(&one), bob.create_api_key(&two));
        let codes: Vec<String> = [a, b].into_iter().filter_map(Result::err).map(|error| error.code().to_owned()).collect();
        assert_eq!(codes, ["too-many-api-keys"]);
    }
}

/// What looks like a key and is none, and what is none at all.
#[tokio::test]
async fn no_keys() {
    let server = Server::start(Backend::Sqlite).await;
    let admin = server.admin().await;
    let secret = admin.create_api_key(&key("real", &[Permission::UserRead])).await.unwrap().secret;
    let client = server.anonymous();
    let mut forged = secret.clone();
    forged.replace_range(10..11, if &secret[10..11] == "a" { "b" } else { "a" });
    for wrong in [forged, secret[..45].to_owned(), "qdk_".to_owned(), format!("{secret}x"), secret.to_uppercase()] {
        client.transport().set_token(Some(wrong.clone()));
        let code = client.list_users(&ListUsers::default()).await.unwrap_err().code().to_owned();
        assert!(["api-key-invalid", "token-invalid"].contains(&code.as_str()), "{wrong}: {code}");
    }
    for (body, status) in [
        (json!({"title": "x", "scopes": ["user.fly"]}), 400),
        (json!({"title": "x", "scopes": "user.read"}), 400),
        (json!({"title": "x".repeat(256), "scopes": ["user.read"]}), 422),
        (json!({"title": "x", "scopes": ["user.read"], "ttl_seconds": 899}), 422),
        (json!({"title": "x", "scopes": ["user.read"], "ttl_seconds": 900, "expires_at": "2030-01-01T00:00:00Z"}), 422),
        (json!({"title": "x", "scopes": ["user.read"], "expires_at": "2020-01-01T00:00:00Z"}), 422),
        (json!({"title": "x", "scopes": ["user.read"], "user_id": "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"}), 400),
        (json!({"title": "x", "scopes": ["user.read"], "requests_per_minute": 0}), 422),
        (json!({"title": "x", "scopes": ["user.read"], "networks": vec!["10.0.0.0/8"; 51]}), 422),
    ] {
        let answer = admin.transport().raw("POST", "/api/v1/api-keys").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{body}");
    }
}

/// Revoked on one replica, a key is refused by the other within a second.
#[tokio::test]
async fn revoked_everywhere() {
    if !Backend::postgres_is_there() {
        return;
    }
    let one = Server::start(Backend::Postgres).await;
    let two = one.replica().await;
    let admin = one.admin().await;
    let key = admin.create_api_key(&key("both", &[Permission::UserRead])).await.unwrap();
    let there = with(&two, &key);
    there.list_users(&ListUsers::default()).await.unwrap();
    admin.revoke_api_key(key.api_key.id).await.unwrap();
    let began = tokio::time::Instant::now();
    while there.list_users(&ListUsers::default()).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(1), "the key still works on the other replica");
    }
}
