//! Service accounts (S0-USR-07): machines act by keys alone, and nobody gains by making them.

use std::time::Duration;

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Permission, PermissionSet, Role, UserId,
    api_keys::{ApiKeyWithSecret, CreateApiKey, ListApiKeys, RotateApiKey, UpdateApiKey},
    audit::{Action, AuditFilter, ListAuditEvents},
    groups::Standing,
    impersonation::StartImpersonation,
    plans::{CreatePlan, PlanAction, Selection},
    role_grants::CreateRoleGrant,
    roles::Roles,
    users::{CreateServiceAccount, ListUsers, SetPassword, UpdateUser, User, UserFilter, UserKind, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, on_both};
use serde_json::json;

use crate::{
    api_keys::{key, scopes, with},
    groups::{named, new_group},
    organizations::with_admin,
    role_grants::{built_in, custom, end, member},
    roles::new_role,
};

/// A new service account.
pub fn account(name: &str, organization: Option<OrganizationId>) -> CreateServiceAccount {
    CreateServiceAccount {
        username: name.to_owned(),
        display_name: format!("{name} the machine"),
        organization_id: organization,
        ..CreateServiceAccount::default()
    }
}

fn of(role: Role, account: CreateServiceAccount) -> CreateServiceAccount {
    CreateServiceAccount { roles: Roles::NONE.with(role), ..account }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, ClientError>) -> String {
    outcome.unwrap_err().code().to_owned()
}

/// Makes a key of the account; the fields that are refused when it is not made.
async fn made(client: &TestClient, id: UserId, body: &CreateApiKey) -> Result<ApiKeyWithSecret, Vec<String>> {
    let refused = match client.create_service_account_key(id, body).await {
        Ok(made) => return Ok(made),
        Err(refused) => refused,
    };
    let problem = refused.problem().unwrap();
    let faults = problem.errors.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<Vec<_>>();
    Err(if faults.is_empty() { vec![problem.code.clone()] } else { faults })
}

fn of_kind(kind: UserKind) -> ListUsers {
    ListUsers { filter: UserFilter { kind: Some(kind), ..UserFilter::default() }, ..ListUsers::default() }
}

async fn usernames(client: &TestClient, request: &ListUsers) -> (Vec<String>, u64) {
    let page = client.list_users(request).await.unwrap();
    (page.items.into_iter().map(|user| user.username).collect(), page.total)
}

/// A custom role of these permissions, granted to `user`.
async fn give(admin: &TestClient, user: &User, name: &str, permissions: &[Permission], at: Option<OrganizationId>) {
    let role = admin.create_role(&new_role(name, permissions)).await.unwrap();
    admin.create_role_grant(&custom(user.id(), role.id, at)).await.unwrap();
}

const NOT_ALLOWED: &str = "/scopes not-allowed";

on_both! {
    /// Made, listed apart from people, given a key, used, suspended and deleted; people are counted without it.
    async fn life(server: Server) {
        let admin = server.admin().await;
        let before = admin.get_overview().await.unwrap().counts;
        let robot = admin.create_service_account(&of(Role::Advocate, account("nightly.export", None))).await.unwrap();
        assert_eq!((robot.summary.kind, robot.has_password), (UserKind::Service, false));
        assert_eq!(admin.get_user(robot.id()).await.unwrap(), robot);
        assert_eq!(usernames(&admin, &of_kind(UserKind::Service)).await, (vec!["nightly.export".to_owned()], 1));
        assert_eq!(usernames(&admin, &of_kind(UserKind::Person)).await, (vec!["root".to_owned()], 1));
        assert_eq!(admin.list_users(&ListUsers::default()).await.unwrap().total, 2);
        let counts = admin.get_overview().await.unwrap().counts;
        assert_eq!((counts.users, counts.active_users, counts.service_accounts), (before.users, before.active_users, 1));

        let made = made(&admin, robot.id(), &key("export", &[Permission::UserRead, Permission::ProfileRead])).await.unwrap();
        assert_eq!((made.api_key.user_id, made.api_key.user_kind), (robot.id(), UserKind::Service));
        let script = with(&server, &made);
        assert_eq!(script.get_me().await.unwrap().user.summary.kind, UserKind::Service);
        script.list_users(&ListUsers::default()).await.unwrap();
        let filter = AuditFilter { action: Some(Action::ApiKeyCreated), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        assert_eq!(events[0].actor.label, "root");
        let of = events[0].changes.iter().find(|change| change.field == "user_id").unwrap();
        assert_eq!(of.after, json!(robot.id()));

        // Its keys are changed, rotated and revoked by whoever manages it.
        let title = UpdateApiKey { title: Some("renamed".to_owned()), ..UpdateApiKey::default() };
        assert_eq!(admin.update_api_key(made.api_key.id, &title, None).await.unwrap().title, "renamed");
        let rotated = admin.rotate_api_key(made.api_key.id, &RotateApiKey { overlap_seconds: 0 }).await.unwrap();
        assert_eq!(code(script.get_me().await), "api-key-expired");
        let script = with(&server, &rotated);
        script.get_me().await.unwrap();
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
        admin.update_user(robot.id(), &suspend, None).await.unwrap();
        assert_eq!(code(script.get_me().await), "api-key-expired");
        let delete = PlanAction::DeleteUsers { selection: Selection::matching(UserFilter { kind: Some(UserKind::Service), ..UserFilter::default() }) };
        let plan = admin.create_plan(&CreatePlan { action: delete }).await.unwrap();
        assert_eq!(plan.row_count, 1);
        admin.execute_plan(&plan).await.unwrap();
        assert_eq!(admin.list_users(&ListUsers::default()).await.unwrap().total, 1);
        assert_eq!(code(script.get_me().await), "api-key-invalid");
    }

    /// No way leads to a password or to a session: each is refused by the same code, and the database refuses too.
    async fn nobody_signs_in(server: Server) {
        let admin = server.admin().await;
        let robot = admin.create_service_account(&account("robot", None)).await.unwrap();
        let id = robot.id();
        let password = SetPassword { password: PASSWORD.to_owned(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
        let must_change = UpdateUser { must_change_password: Some(true), ..UpdateUser::default() };
        let acting = StartImpersonation { reason: "a look".to_owned(), may_write: false, ttl_seconds: 3_600 };
        for refused in [
            admin.set_user_password(id, &password).await,
            admin.create_password_reset_link(id).await.map(drop),
            admin.update_user(id, &must_change, None).await.map(drop),
            admin.start_impersonation(id, &acting).await.map(drop),
        ] {
            let problem = refused.unwrap_err();
            assert_eq!((problem.code(), problem.problem().unwrap().status), ("service-account", 409));
        }
        let (went_well, printed) = server.try_command(&["admin", "reset-password", "--username", "robot", "--link"]);
        assert!(!went_well && printed.contains("service account"), "{printed}");
        // As for anybody without a password: nobody learns what kind of account it is.
        assert_eq!(code(server.sign_in("robot", PASSWORD).await.map(drop)), "wrong-credentials");
        // Kind and password are no fields.
        for (path, body) in [
            ("/api/v1/service-accounts", json!({"username": "other", "display_name": "x", "password": PASSWORD})),
            ("/api/v1/service-accounts", json!({"username": "other", "display_name": "x", "kind": "person"})),
            ("/api/v1/users", json!({"username": "other", "display_name": "x", "kind": "service"})),
        ] {
            let answer = admin.transport().raw("POST", path).json(&body).send().await.unwrap();
            assert_eq!(answer.status(), 400, "{body}");
        }
        let patch = admin.transport().raw("PATCH", &format!("/api/v1/users/{id}")).json(&json!({"kind": "person"})).send().await.unwrap();
        assert_eq!(patch.status(), 400);
        let forced = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            server.sql("UPDATE users SET password_hash = 'x' WHERE username = 'robot'");
        }));
        assert!(forced.is_err(), "the database took a password");
    }

    /// It may be an administrator, and is never the last one.
    async fn never_the_last_administrator(server: Server) {
        let admin = server.admin().await;
        let robot = admin.create_service_account(&of(Role::Admin, account("robot", None))).await.unwrap();
        assert_eq!(admin.get_overview().await.unwrap().counts.administrators, 1);
        let made = made(&admin, robot.id(), &key("all", &[Permission::UserRead, Permission::UserDelete, Permission::UserSuspend])).await.unwrap();
        let script = with(&server, &made);
        let root = admin.get_me().await.unwrap().user;
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
        assert_eq!(code(script.update_user(root.id(), &suspend, None).await), "last-administrator");
        let delete = PlanAction::DeleteUsers { selection: Selection::ids([root.id()]) };
        let plan = script.create_plan(&CreatePlan { action: delete }).await.unwrap();
        assert_eq!(code(script.delete_user(root.id(), plan.id).await), "last-administrator");
    }

    /// Whoever manages a service account gains nothing by it: no scope beyond what the account has, none beyond their own
    /// wherever the account has it, by no making, changing or rotating (the attacks).
    async fn nobody_raises_themselves(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        // Not by the roles of the account, nor in another organization.
        for role in [Role::Admin, Role::OrganizationAdmin] {
            assert_eq!(code(one_admin.create_service_account(&of(role, account("raised", None))).await), "forbidden");
        }
        assert_eq!(code(one_admin.create_service_account(&account("abroad", Some(two))).await), "forbidden");
        let robot = one_admin.create_service_account(&account("robot", None)).await.unwrap();
        assert_eq!(robot.summary.organization_id, Some(one));
        // The account has less than its maker.
        let reader = key("reader", &[Permission::UserRead]);
        assert_eq!(made(&one_admin, robot.id(), &reader).await, Err(vec![NOT_ALLOWED.to_owned()]));
        let own = made(&one_admin, robot.id(), &key("own", &[Permission::ProfileRead])).await.unwrap();
        let more = UpdateApiKey { scopes: Some(scopes(&[Permission::ProfileRead, Permission::UserRead])), ..UpdateApiKey::default() };
        assert_eq!(code(one_admin.update_api_key(own.api_key.id, &more, None).await), "invalid");
        one_admin.rotate_api_key(own.api_key.id, &RotateApiKey::default()).await.unwrap();
        // What reaches beyond its organization is for administrators, by whatever way.
        give(&admin, &robot, "Readers of two", &[Permission::UserRead], Some(two)).await;
        let theirs = made(&admin, robot.id(), &reader).await.unwrap();
        assert_eq!(made(&one_admin, robot.id(), &reader).await, Err(vec!["privileged-account".to_owned()]));
        for key in [own.api_key.id, theirs.api_key.id] {
            assert_eq!(code(one_admin.update_api_key(key, &more, None).await), "privileged-account");
            assert_eq!(code(one_admin.rotate_api_key(key, &RotateApiKey::default()).await), "privileged-account");
        }
        // Others learn nothing of it; people are no service accounts.
        let nobody = UserId(uuid::Uuid::from_u128(7));
        let answer = |outcome: Result<ApiKeyWithSecret, ClientError>| outcome.unwrap_err().to_string();
        let none = answer(two_admin.create_service_account_key(nobody, &reader).await);
        let root = admin.get_me().await.unwrap().user.id();
        for id in [robot.id(), root] {
            assert_eq!(answer(two_admin.create_service_account_key(id, &reader).await), none);
        }
        let (bob, bob_user) = member(&server, &admin, "bob", one).await;
        assert_eq!(answer(one_admin.create_service_account_key(bob_user.id(), &reader).await), none);
        assert_eq!(code(bob.create_service_account(&account("mine", None)).await), "forbidden");
        assert_eq!(code(bob.create_service_account_key(robot.id(), &reader).await), "forbidden");
        // A key makes no keys and no accounts, whatever it carries.
        let everything: PermissionSet = Permission::ALL.iter().copied().filter(|one| one.is_for_keys()).collect();
        let script = with(&server, &admin.create_api_key(&CreateApiKey { scopes: everything, ..key("everything", &[]) }).await.unwrap());
        assert_eq!(code(script.create_service_account(&account("more", None)).await), "forbidden");
        assert_eq!(code(script.create_service_account_key(robot.id(), &reader).await), "forbidden");
        assert_eq!(made(&admin, robot.id(), &key("maker", &[Permission::UserRead, Permission::ServiceAccountManage])).await, Err(vec![NOT_ALLOWED.to_owned()]));
    }

    /// What is lent for a while makes no key that outlives it; a standing in a group counts as well.
    async fn lent_rights(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let robot = admin.create_service_account(&account("robot", Some(one))).await.unwrap();
        let (bob, bob_user) = member(&server, &admin, "bob", one).await;
        let permissions = [Permission::UserRead, Permission::ServiceAccountManage];
        let keeper = admin.create_role(&new_role("Keepers", &permissions)).await.unwrap();
        let until = end(admin.get_me().await.unwrap().user.summary.created_at, 10 * 86_400);
        admin.create_role_grant(&CreateRoleGrant { expires_at: until, ..custom(bob_user.id(), keeper.id, Some(one)) }).await.unwrap();
        give(&admin, &robot, "Readers", &[Permission::UserRead], Some(one)).await;
        // Power over the organization is for its administrators.
        let reader = key("reader", &[Permission::UserRead]);
        assert_eq!(made(&bob, robot.id(), &reader).await, Err(vec!["privileged-account".to_owned()]));
        let own = key("own", &[Permission::ProfileRead]);
        let plain = bob.create_service_account(&account("plain", None)).await.unwrap();
        made(&bob, plain.id(), &own).await.unwrap();
        // The administrator of the organization for a while: the key may not last longer.
        let deputy = member(&server, &admin, "deputy", one).await;
        admin.create_role_grant(&CreateRoleGrant { expires_at: until, ..built_in(deputy.1.id(), Role::OrganizationAdmin, Some(one)) }).await.unwrap();
        assert_eq!(made(&deputy.0, robot.id(), &reader).await, Err(vec![NOT_ALLOWED.to_owned()]));
        made(&deputy.0, robot.id(), &CreateApiKey { ttl_seconds: Some(86_400), ..reader }).await.unwrap();
        server.advance(Duration::from_secs(11 * 86_400));
        let (deputy, _) = server.sign_in("deputy", PASSWORD).await.unwrap();
        assert_eq!(made(&deputy, robot.id(), &own).await, Err(vec!["forbidden".to_owned()]));
        // A manager of a group that its own manager does not manage.
        let admin = server.admin().await;
        let group = admin.create_group(&new_group("engines", None)).await.unwrap();
        admin.add_group_member(group.id, &named("plain", Standing::Manager)).await.unwrap();
        let manager = key("manager", &[Permission::GroupRead, Permission::GroupReadMembers, Permission::GroupManageMembers]);
        let (one_admin, _) = server.sign_in("one.admin", PASSWORD).await.unwrap();
        assert_eq!(made(&one_admin, plain.id(), &manager).await, Err(vec![NOT_ALLOWED.to_owned()]));
        made(&admin, plain.id(), &manager).await.unwrap();
        assert_eq!(one_admin.list_api_keys(&ListApiKeys::default()).await.unwrap().total, 3);
    }
}
