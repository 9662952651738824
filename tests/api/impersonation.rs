//! Acting as somebody else (S1-IMP-01..03, contradiction 28): each guard has its attack.

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, Role, SessionId,
    audit::{Action, AuditFilter, ListAuditEvents},
    auth::{RefreshToken, StepUp},
    impersonation::{StartImpersonation, StartedImpersonation},
    me::{ChangePassword, UpdateMe},
    sessions::ListUserSessions,
    settings::UpdateSetting,
    users::{ListUsers, SetPassword, UpdateUser, User, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, on_both};
use serde_json::json;

use crate::{
    api_keys::{key, made, with},
    role_grants::custom,
    roles::new_role,
    step_up::Kept,
};

pub fn asked(may_write: bool) -> StartImpersonation {
    StartImpersonation { reason: "ticket 4711".to_owned(), may_write, ttl_seconds: 3_600 }
}

/// Begins to act as `user`; the client that does.
pub async fn acting(
    server: &Server,
    who: &TestClient,
    user: &User,
    may_write: bool,
) -> Result<(TestClient, StartedImpersonation), ClientError> {
    let started = who.start_impersonation(user.id(), &asked(may_write)).await?;
    let client = server.anonymous();
    client.transport().set_token(Some(started.tokens.access_token.clone()));
    Ok((client, started))
}

/// Asserts that nothing is done as the user any more: not by the token, and no other one is to be had.
pub async fn assert_over(client: &TestClient, started: &StartedImpersonation, after: &str) {
    let refused = client.get_me().await.expect_err(after);
    assert_eq!(refused.problem().unwrap().status, 401, "{after}");
    let body = RefreshToken { refresh_token: started.tokens.refresh_token.clone() };
    assert_eq!(client.refresh_session(&body).await.expect_err(after).problem().unwrap().status, 401, "{after}");
}

pub fn code<T: std::fmt::Debug>(outcome: Result<T, ClientError>) -> String {
    outcome.unwrap_err().code().to_owned()
}

pub fn rename() -> UpdateMe {
    UpdateMe { display_name: Some("Robert".to_owned()), ..UpdateMe::default() }
}

fn wanted() -> UpdateUser {
    UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() }
}

on_both! {
    /// To see only, for a reason; both names stand in the token, the event and the account of who is seen. A return ends it.
    async fn to_see(server: Server) {
        let admin = server.admin().await;
        let root = admin.get_me().await.unwrap().user.id();
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let nameless = StartImpersonation { reason: " ".to_owned(), ..asked(false) };
        assert_eq!(code(admin.start_impersonation(user.id(), &nameless).await), "invalid");
        let endless = StartImpersonation { ttl_seconds: 3_601, ..asked(false) };
        assert_eq!(code(admin.start_impersonation(user.id(), &endless).await), "invalid");

        let (client, started) = acting(&server, &admin, &user, false).await.unwrap();
        let me = client.get_me().await.unwrap();
        assert_eq!((me.user.id(), me.impersonation.unwrap().impersonator_id), (user.id(), root));
        assert!(!me.permissions.contains(&Permission::ProfileUpdate));
        assert_eq!(code(client.list_users(&ListUsers::default()).await), "forbidden");
        assert_eq!(code(client.update_me(&rename(), None).await), "impersonated");

        let seen = bob.get_me().await.unwrap();
        assert!(seen.impersonation.is_none() && seen.impersonations[0].is_running);
        assert_eq!((seen.impersonations[0].impersonator_name.as_str(), seen.impersonations[0].reason.as_str()), ("root", "ticket 4711"));
        let sessions = bob.list_own_sessions(&ListUserSessions::default()).await.unwrap().items;
        assert!(sessions.iter().any(|session| session.impersonator.as_deref() == Some("root")));

        client.end_impersonation(user.id()).await.unwrap();
        assert_over(&client, &started, "the return").await;
        assert!(bob.get_me().await.unwrap().impersonations[0].ended_at.is_some());
        assert_eq!(code(admin.end_impersonation(user.id()).await), "not-found");
    }

    /// With write, what the user may change is changed, and each event names both; the log does too.
    async fn to_change(server: Server) {
        let admin = server.admin().await;
        let (_, user) = server.signed_in(&admin, "bob", &[]).await;
        let (client, _) = acting(&server, &admin, &user, true).await.unwrap();
        client.update_me(&rename(), None).await.unwrap();
        let filter = AuditFilter { action: Some(Action::UserUpdated), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        assert_eq!((events[0].actor.label.as_str(), events[0].impersonator.as_ref().unwrap().label.as_str()), ("bob", "root"));
        server.logged("impersonator.id=").await;
        assert!(server.try_command(&["audit", "verify"]).0);
    }

    /// Neither passwords nor keys are in reach, with write either; nor a third person, nor the password for sensitive acts.
    async fn nothing_that_lasts(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let (_, third) = server.signed_in(&admin, "carol", &[]).await;
        let own = bob.create_api_key(&key("own", &[Permission::ProfileRead])).await.unwrap().api_key;
        let change = ChangePassword { current_password: PASSWORD.to_owned(), new_password: "copper kettle four".to_owned(), keep_other_sessions: false };
        for may_write in [false, true] {
            let (client, _) = acting(&server, &admin, &user, may_write).await.unwrap();
            assert_eq!(code(client.change_own_password(&change).await), "impersonated");
            assert_eq!(code(client.create_api_key(&key("more", &[Permission::ProfileRead])).await), "impersonated");
            assert_eq!(code(client.revoke_api_key(own.id).await), "impersonated");
            assert_eq!(code(client.step_up(&StepUp { password: PASSWORD.to_owned() }).await), "impersonated");
            assert_eq!(code(client.start_impersonation(third.id(), &asked(false)).await), "impersonated", "nested");
        }
        let script = made(&server, &admin, &key("script", &[Permission::UserRead])).await.1;
        assert_eq!(code(with(&server, &script).start_impersonation(user.id(), &asked(false)).await), "forbidden", "by key");
        let scoped = key("scoped", &[Permission::UserRead, Permission::UserImpersonate]);
        assert_eq!(code(admin.create_api_key(&scoped).await), "invalid");
    }

    /// Nobody acts as an administrator, unless a setting allows it; nobody as who has more power, nor as oneself, nor without
    /// the right. What the setting allowed ends with it.
    async fn of_power(server: Server) {
        let admin = server.admin().await;
        let (_, boss) = server.signed_in(&admin, "boss", &[Role::Admin]).await;
        let (helper, desk) = server.signed_in(&admin, "helper", &[]).await;
        let (_, user) = server.signed_in(&admin, "bob", &[]).await;
        let own = admin.get_me().await.unwrap().user;
        assert_eq!(code(acting(&server, &admin, &boss, false).await), "privileged-account");
        assert_eq!(code(acting(&server, &admin, &own, false).await), "own-account");
        assert_eq!(code(acting(&server, &helper, &user, false).await), "forbidden");

        let role = admin.create_role(&new_role("Help desk", &[Permission::UserRead, Permission::UserImpersonate])).await.unwrap();
        admin.create_role_grant(&custom(desk.id(), role.id, None)).await.unwrap();
        let (client, started) = acting(&server, &helper, &user, false).await.unwrap();
        assert_eq!(code(acting(&server, &helper, &user, true).await), "forbidden");
        client.get_me().await.unwrap();
        let promoted = UpdateUser { roles: Some([Role::Admin].into_iter().collect()), ..UpdateUser::default() };
        admin.update_user(user.id(), &promoted, None).await.unwrap();
        assert_over(&client, &started, "a promotion of the user").await;

        let allow = |value: bool| UpdateSetting { value: json!(value), reason: String::new() };
        admin.update_setting("impersonation.administrators", &allow(true), None).await.unwrap();
        let (client, started) = acting(&server, &admin, &boss, false).await.unwrap();
        client.list_users(&ListUsers::default()).await.unwrap();
        assert_eq!(code(acting(&server, &helper, &boss, false).await), "privileged-account");
        admin.update_setting("impersonation.administrators", &allow(false), None).await.unwrap();
        assert_over(&client, &started, "the setting").await;
    }

    /// It ends at the next request after its impersonator lost the right, was suspended, was cut off or signed out, and when its
    /// user was suspended or its time is over.
    async fn ends(server: Server) {
        let admin = server.admin().await;
        let (_, user) = server.signed_in(&admin, "bob", &[]).await;
        let roles = |roles: &[Role]| UpdateUser { roles: Some(roles.iter().copied().collect()), ..UpdateUser::default() };
        let (_, boss) = server.signed_in(&admin, "boss", &[Role::Admin]).await;
        let own = || async { server.sign_in("boss", PASSWORD).await.unwrap().0 };

        let (client, started) = acting(&server, &own().await, &user, false).await.unwrap();
        client.get_me().await.unwrap();
        admin.update_user(boss.id(), &roles(&[]), None).await.unwrap();
        assert_over(&client, &started, "the demotion").await;
        admin.update_user(boss.id(), &roles(&[Role::Admin]), None).await.unwrap();

        let boss_client = own().await;
        let (client, started) = acting(&server, &boss_client, &user, false).await.unwrap();
        client.get_me().await.unwrap();
        let session: SessionId = boss_client.get_me().await.unwrap().session_id.unwrap();
        admin.revoke_session(session).await.unwrap();
        assert_over(&client, &started, "the cut").await;

        let boss_client = own().await;
        let (client, started) = acting(&server, &boss_client, &user, false).await.unwrap();
        client.get_me().await.unwrap();
        boss_client.logout(&RefreshToken::default()).await.unwrap();
        assert_over(&client, &started, "the sign-out").await;

        let (client, started) = acting(&server, &own().await, &user, false).await.unwrap();
        client.get_me().await.unwrap();
        admin.update_user(user.id(), &wanted(), None).await.unwrap();
        assert_over(&client, &started, "the user's suspension").await;
        assert_eq!(code(acting(&server, &own().await, &user, false).await), "user-suspended");
        admin.update_user(user.id(), &UpdateUser { status: Some(UserStatus::Active), ..UpdateUser::default() }, None).await.unwrap();

        let (client, started) = acting(&server, &own().await, &user, false).await.unwrap();
        client.get_me().await.unwrap();
        admin.update_user(boss.id(), &wanted(), None).await.unwrap();
        assert_over(&client, &started, "the suspension").await;

        let (client, started) = acting(&server, &admin, &user, false).await.unwrap();
        let (newer, _) = acting(&server, &admin, &user, false).await.unwrap();
        assert_over(&client, &started, "the next one").await;
        newer.logout(&RefreshToken::default()).await.unwrap();
        assert_eq!(newer.get_me().await.unwrap_err().problem().unwrap().status, 401);
        admin.get_me().await.unwrap();
    }

    /// Write asks for the password again; sixty minutes is the end, refreshed or not.
    async fn time(server: Server) {
        let mut admin = Kept::sign_in(&server, "root").await;
        let (_, user) = server.signed_in(&admin.client, "bob", &[]).await;
        admin.advance(&server, std::time::Duration::from_secs(900)).await;
        assert_eq!(code(acting(&server, &admin.client, &user, true).await), "step-up-required");
        let (client, started) = acting(&server, &admin.client, &user, false).await.unwrap();
        admin.advance(&server, std::time::Duration::from_secs(3_599)).await;
        let body = RefreshToken { refresh_token: started.tokens.refresh_token.clone() };
        let tokens = client.refresh_session(&body).await.unwrap();
        client.transport().set_token(Some(tokens.access_token));
        assert!(client.get_me().await.unwrap().impersonation.is_some());
        admin.advance(&server, std::time::Duration::from_secs(1)).await;
        assert_over(&client, &started, "an hour").await;
    }

    /// An answer that was kept for the user, a secret in it, is not given again to who acts as the user.
    async fn no_replay(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let send = |client: TestClient| async move {
            let request = client.transport().raw("POST", "/api/v1/api-keys").header("idempotency-key", "once");
            request.json(&key("own", &[Permission::ProfileRead])).send().await.unwrap().status()
        };
        assert_eq!(send(bob).await, 201);
        let (client, _) = acting(&server, &admin, &user, true).await.unwrap();
        assert_eq!(send(client.clone()).await, 403);
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
        assert_eq!(code(client.set_user_password(user.id(), &set).await), "impersonated");
    }
}
