//! Sensitive acts ask for the password again when it was given a while ago (issue 3, item 8).

use std::time::Duration;

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, Role, UserId,
    access::{AccessChangeKind, AccessRule, ExplainAccess, Verdict},
    api_keys::RotateApiKey,
    audit::{Action, AuditFilter, ListAuditEvents, Outcome},
    auth::{Login, RefreshToken, StepUp},
    groups::ListGroups,
    me::ChangePassword,
    plans::{CreatePlan, PlanAction, Selection},
    sessions::{ClientKind, ListUserSessions},
    settings::UpdateSetting,
    users::{CreateUser, SetPassword, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};
use serde_json::{Value, json};

use crate::{
    api_keys::{key, made, with},
    groups::new_group,
    role_grants::custom,
    roles::new_role,
};

const RECENT: Duration = Duration::from_secs(15 * 60);
const A_SECOND: Duration = Duration::from_secs(1);

/// Somebody signed in, who goes on by the refresh token while the clock moves.
pub struct Kept {
    pub client: TestClient,
    token: String,
}

impl Kept {
    pub async fn sign_in(server: &Server, login: &str) -> Self {
        let client = server.anonymous();
        let (login, password) = (login.to_owned(), PASSWORD.to_owned());
        let body = Login { login, password, remember_me: false, client: ClientKind::Cli };
        let tokens = client.login(&body).await.unwrap();
        client.transport().set_token(Some(tokens.access_token));
        Self { client, token: tokens.refresh_token.unwrap() }
    }

    pub async fn advance(&mut self, server: &Server, by: Duration) {
        server.advance(by);
        let body = RefreshToken { refresh_token: Some(self.token.clone()) };
        let tokens = self.client.refresh_session(&body).await.unwrap();
        self.client.transport().set_token(Some(tokens.access_token));
        self.token = tokens.refresh_token.unwrap();
    }
}

pub async fn step_up(client: &TestClient, password: &str) -> Result<(), ClientError> {
    client.step_up(&StepUp { password: password.to_owned() }).await.map(drop)
}

async fn set(client: &TestClient, key: &str, value: Value) -> Result<(), ClientError> {
    client.update_setting(key, &UpdateSetting { value, reason: String::new() }, None).await.map(drop)
}

fn deletion(user: UserId) -> CreatePlan {
    CreatePlan { action: PlanAction::DeleteUsers { selection: Selection::ids([user]) } }
}

/// Asserts that the act is refused for want of a recent authentication alone.
#[track_caller]
fn assert_asked<T: std::fmt::Debug>(outcome: Result<T, ClientError>, act: &str) {
    let refused = outcome.expect_err(act);
    assert_eq!(refused.code(), "step-up-required", "{act}");
    let problem = refused.problem().unwrap();
    assert_eq!((problem.status, problem.max_age_seconds), (403, Some(900)), "{act}");
}

on_both! {
    /// Fifteen minutes after the password was given, sensitive acts are refused, others not; after it was given again, the
    /// same requests are carried out. A refresh renews nothing.
    async fn sensitive_acts(server: Server) {
        let mut admin = Kept::sign_in(&server, "root").await;
        let (_, user) = server.signed_in(&admin.client, "bob", &[]).await;
        let root = &admin.client;
        let role = root.create_role(&new_role("Watch", &[Permission::UserRead])).await.unwrap();
        let own = root.create_api_key(&key("own", &[Permission::UserRead])).await.unwrap().api_key;
        let bob = server.sign_in("bob", PASSWORD).await.unwrap().0;
        let of_bob = bob.create_api_key(&key("of bob", &[Permission::ApiKeyRead])).await.unwrap().api_key;
        let group = root.create_group(&new_group("Crew", None)).await.unwrap();
        admin.advance(&server, RECENT / 2).await;
        let planned = admin.client.create_plan(&deletion(user.id())).await.unwrap();
        admin.advance(&server, RECENT / 2).await;

        let root = &admin.client;
        let id = user.id();
        let roles = UpdateUser { roles: Some([Role::Trainer].into_iter().collect()), ..UpdateUser::default() };
        let password = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: false, revoke_api_keys: None };
        assert_asked(root.update_user(id, &roles, None).await, "roles of a user");
        assert_asked(root.create_user(&new_user("ann", &[Role::Trainer])).await, "a user with roles");
        assert_asked(root.set_user_password(id, &password).await, "a password");
        assert_asked(root.create_password_reset_link(id).await, "a reset link");
        assert_asked(root.create_role(&new_role("Wide", &[Permission::UserRead])).await, "a role");
        assert_asked(root.create_role_grant(&custom(id, role.id, None)).await, "a grant");
        assert_asked(root.create_api_key(&key("another", &[Permission::UserRead])).await, "a key");
        assert_asked(root.rotate_api_key(own.id, &RotateApiKey { overlap_seconds: 0 }).await, "another secret");
        assert_asked(root.revoke_api_key(of_bob.id).await, "somebody's key");
        assert_asked(root.create_plan(&deletion(id)).await, "the plan of a deletion");
        assert_asked(root.execute_plan(&planned).await, "a deletion");
        assert_asked(root.create_plan(&CreatePlan { action: PlanAction::DeleteGroup { group_id: group.id } }).await, "a group's deletion");
        assert_asked(root.create_plan(&CreatePlan { action: PlanAction::DeleteGroups { group_ids: vec![group.id] } }).await, "a deletion of groups");
        assert_asked(set(root, "session.idle_seconds", json!(3_600)).await, "a setting that can lock out");
        assert_asked(set(root, "session.step_up_minutes", json!(0)).await, "this very setting");

        root.update_user(id, &UpdateUser { display_name: Some("Robert".to_owned()), ..UpdateUser::default() }, None).await.unwrap();
        root.update_user(id, &UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() }, None).await.unwrap();
        root.create_user(&CreateUser { password: None, ..new_user("eve", &[]) }).await.unwrap();
        root.revoke_api_key(own.id).await.unwrap();
        root.get_plan(planned.id).await.unwrap();
        root.list_groups(&ListGroups::default()).await.unwrap();
        set(root, "banner.message", json!("Maintenance at noon")).await.unwrap();

        step_up(root, PASSWORD).await.unwrap();
        root.update_user(id, &roles, None).await.unwrap();
        root.create_role(&new_role("Wide", &[Permission::UserRead])).await.unwrap();
        root.revoke_api_key(of_bob.id).await.unwrap();
        set(root, "session.idle_seconds", json!(3_600)).await.unwrap();
        let again = root.create_plan(&deletion(id)).await.unwrap();
        assert_eq!(root.execute_plan(&again).await.unwrap().succeeded, 1);
    }

    /// A session is recent for fifteen minutes, to the second, and each session for itself; a new own password counts.
    async fn how_long(server: Server) {
        let mut one = Kept::sign_in(&server, "root").await;
        one.advance(&server, RECENT - A_SECOND).await;
        one.client.create_role(&new_role("First", &[])).await.unwrap();
        one.advance(&server, A_SECOND).await;
        assert_asked(one.client.create_role(&new_role("Second", &[])).await, "after fifteen minutes");
        let other = Kept::sign_in(&server, "root").await;
        other.client.create_role(&new_role("Second", &[])).await.unwrap();
        assert_asked(one.client.create_role(&new_role("Third", &[])).await, "by another session");

        let change = ChangePassword { current_password: PASSWORD.to_owned(), new_password: "copper kettle four".to_owned(), keep_other_sessions: true };
        one.client.change_own_password(&change).await.unwrap();
        one.client.create_role(&new_role("Third", &[])).await.unwrap();
        let sessions = one.client.list_own_sessions(&ListUserSessions::default()).await.unwrap().items;
        let current = sessions.iter().find(|session| session.is_current).unwrap();
        assert_eq!(current.authenticated_at.seconds_since(current.created_at), 900);
    }

    /// With 0 nobody is asked; another number holds from the next second on.
    async fn the_setting(server: Server) {
        let mut admin = Kept::sign_in(&server, "root").await;
        set(&admin.client, "session.step_up_minutes", json!(0)).await.unwrap();
        admin.advance(&server, 10 * RECENT).await;
        admin.client.create_role(&new_role("First", &[])).await.unwrap();
        assert_eq!(admin.client.step_up(&StepUp { password: PASSWORD.to_owned() }).await.unwrap().recent_until, None);
        set(&admin.client, "session.step_up_minutes", json!(1)).await.unwrap();
        admin.advance(&server, Duration::from_secs(60)).await;
        let refused = admin.client.create_role(&new_role("Second", &[])).await.unwrap_err();
        assert_eq!(refused.problem().unwrap().max_age_seconds, Some(60));
    }

    /// The password is guessed no faster than at the sign-in, and each answer is an event.
    async fn guesses(server: Server) {
        let mut admin = Kept::sign_in(&server, "root").await;
        admin.advance(&server, RECENT).await;
        for _ in 0..5 {
            let wrong = step_up(&admin.client, "not it at all").await.unwrap_err();
            assert_eq!((wrong.code(), wrong.problem().unwrap().errors[0].pointer.as_str()), ("invalid", "/password"));
        }
        assert_eq!(step_up(&admin.client, PASSWORD).await.unwrap_err().code(), "rate-limited");
        assert_asked(admin.client.create_role(&new_role("First", &[])).await, "after wrong guesses");
        server.advance(Duration::from_secs(5));
        step_up(&admin.client, PASSWORD).await.unwrap();
        let filter = AuditFilter { action: Some(Action::SteppedUp), ..AuditFilter::default() };
        let events = admin.client.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let outcomes: Vec<_> = events.iter().map(|event| event.outcome).collect();
        assert_eq!((outcomes[0], outcomes.len()), (Outcome::Success, 6));
        assert!(outcomes[1..].iter().all(|outcome| *outcome == Outcome::Failure));
        assert!(!serde_json::to_string(&events).unwrap().contains("not it at all"));
    }

    /// A key neither steps up nor is asked: making it asked, and what it was given is what it may do. Nobody signed in is 401.
    async fn keys(server: Server) {
        let admin = server.admin().await;
        let (_, user) = server.signed_in(&admin, "bob", &[]).await;
        let scopes = [Permission::UserRead, Permission::UserDelete, Permission::UserSetPassword];
        let (script, _) = made(&server, &admin, &key("off-boarding", &scopes)).await;
        server.advance(10 * RECENT);
        assert_eq!(step_up(&script, PASSWORD).await.unwrap_err().code(), "forbidden");
        let planned = script.create_plan(&deletion(user.id())).await.unwrap();
        assert_eq!(script.execute_plan(&planned).await.unwrap().succeeded, 1);
        assert_eq!(step_up(&server.anonymous(), PASSWORD).await.unwrap_err().problem().unwrap().status, 401);
    }

    /// The refusal leads to its explanation, which names the rule and what turns it around (explain = enforce).
    async fn explained(server: Server) {
        let mut admin = Kept::sign_in(&server, "root").await;
        let id = admin.client.get_me().await.unwrap().user.id();
        admin.advance(&server, RECENT).await;
        let refused = admin.client.create_role(&new_role("First", &[])).await.unwrap_err();
        assert!(refused.problem().unwrap().explanation.is_some());
        let asked = ExplainAccess { subject: id.into(), permission: Permission::RoleWrite, resource: Some("platform".parse().unwrap()) };
        let explained = admin.client.explain_access(&asked).await.unwrap();
        assert_eq!((explained.verdict, explained.decided_by), (Verdict::Forbidden, AccessRule::Authentication));
        assert_eq!(explained.change.unwrap().kind, AccessChangeKind::StepUp);
        step_up(&admin.client, PASSWORD).await.unwrap();
        assert_eq!(admin.client.explain_access(&asked).await.unwrap().verdict, Verdict::Allowed);
    }

    /// A request that was refused is sent again with the same `Idempotency-Key`, and carried out.
    async fn repeated(server: Server) {
        let mut admin = Kept::sign_in(&server, "root").await;
        admin.advance(&server, RECENT).await;
        let send = || {
            let request = admin.client.transport().raw("POST", "/api/v1/roles").header("idempotency-key", "once");
            request.json(&new_role("First", &[Permission::UserRead])).send()
        };
        let refused = send().await.unwrap();
        assert_eq!(refused.status(), 403);
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("insufficient_user_authentication") && challenge.contains("max_age=\"900\""), "{challenge}");
        step_up(&admin.client, PASSWORD).await.unwrap();
        assert_eq!(send().await.unwrap().status(), 201);
    }

    /// Whoever is cut off, or whose password is another one by now, does not step up.
    async fn cut_off(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let script = made(&server, &bob, &key("of bob", &[Permission::ApiKeyRead])).await.1;
        admin.update_user(user.id(), &UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() }, None).await.unwrap();
        for client in [bob, with(&server, &script)] {
            assert_eq!(step_up(&client, PASSWORD).await.unwrap_err().problem().unwrap().status, 401);
        }
    }
}
