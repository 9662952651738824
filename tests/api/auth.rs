//! Signing in, refreshing, signing out (S4-ACC-01, S4-SES-04, S3-MNU-05, S3-USL-04, S0-USR-05).

use std::time::Duration;

use quarterdeck_domain::{
    audit::{Action, AuditFilter, ListAuditEvents},
    auth::{Login, RefreshToken, ResetPassword, ResetToken},
    sessions::ClientKind,
    users::{SetPassword, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, on_both};

fn refresh(token: &str) -> RefreshToken {
    RefreshToken { refresh_token: Some(token.to_owned()) }
}

on_both! {
    /// Username and e-mail address sign in, in any case; a wrong password and an unknown user answer the same.
    async fn logins(server: Server) {
        let admin = server.admin().await;
        let mut body = quarterdeck_testkit::new_user("Ada.Byron", &[]);
        body.email = Some("Ada@Example.org".to_owned());
        admin.create_user(&body).await.unwrap();
        for login in ["ada.byron", "ADA.BYRON", "ada@example.ORG"] {
            let (client, tokens) = server.sign_in(login, PASSWORD).await.unwrap();
            assert_eq!(tokens.token_type, "Bearer");
            assert_eq!(tokens.user.summary.username, "Ada.Byron");
            let me = client.get_me().await.unwrap().user;
            assert_eq!(serde_json::to_value(&tokens.user).unwrap(), serde_json::to_value(&me).unwrap());
            assert!(tokens.user.summary.last_login_at.is_some());
        }
        let wrong = server.sign_in("ada.byron", "not the password").await.unwrap_err();
        let unknown = server.sign_in("nobody.here", "not the password").await.unwrap_err();
        assert_eq!((wrong.code(), unknown.code()), ("wrong-credentials", "wrong-credentials"));
        assert_eq!(wrong.problem().unwrap().detail, unknown.problem().unwrap().detail);
    }

    /// A refresh gives new tokens; a lost answer is given again; a replay ends the session.
    async fn refreshing(server: Server) {
        let (client, first) = server.sign_in("root", PASSWORD).await.unwrap();
        let first = first.refresh_token.unwrap();
        let second = client.refresh_session(&refresh(&first)).await.unwrap().refresh_token.unwrap();
        // The answer was lost: the same successor again.
        let again = client.refresh_session(&refresh(&first)).await.unwrap().refresh_token.unwrap();
        assert_eq!(second, again);
        let third = client.refresh_session(&refresh(&second)).await.unwrap();
        client.transport().set_token(Some(third.access_token.clone()));
        client.get_me().await.unwrap();
        // The successor of the first was used: somebody replays it.
        let replay = server.anonymous().refresh_session(&refresh(&first)).await.unwrap_err();
        assert_eq!(replay.code(), "refresh-replayed");
        assert_eq!(client.get_me().await.unwrap_err().code(), "session-ended");
        let forged = server.anonymous().refresh_session(&refresh("qdr_AAAA")).await.unwrap_err();
        assert_eq!(forged.code(), "refresh-invalid");
        assert_eq!(forged.problem().unwrap().detail, "The refresh token is not valid. Sign in again.");
    }

    /// Signing out ends the session at once.
    async fn signing_out(server: Server) {
        let (client, tokens) = server.sign_in("root", PASSWORD).await.unwrap();
        client.logout(&refresh(&tokens.refresh_token.unwrap())).await.unwrap();
        assert_eq!(client.get_me().await.unwrap_err().code(), "session-ended");
    }

    /// The access token alone signs out as well, with an empty body or none; a second time is no error.
    async fn signing_out_by_access_token(server: Server) {
        let (client, _) = server.sign_in("root", PASSWORD).await.unwrap();
        let logout = async || client.transport().raw("POST", "/api/v1/auth/logout").send().await.unwrap().status();
        assert_eq!(logout().await, 204);
        assert_eq!(client.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(logout().await, 204);
        let (other, _) = server.sign_in("root", PASSWORD).await.unwrap();
        other.logout(&RefreshToken::default()).await.unwrap();
        assert_eq!(other.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(server.anonymous().logout(&RefreshToken::default()).await.unwrap_err().code(), "unauthenticated");
        let action = Some(Action::SignedOut);
        let request = ListAuditEvents { filter: AuditFilter { action, ..AuditFilter::default() }, ..ListAuditEvents::default() };
        assert_eq!(server.admin().await.list_audit_events(&request).await.unwrap().total, 2);
    }

    /// Suspension cuts access at the next request, and says why only to who knows the password (S2-USR-04).
    async fn suspension(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        bob.get_me().await.unwrap();
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), status_reason: Some("left".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &suspend, None).await.unwrap();
        assert_eq!(bob.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(server.sign_in("bob", PASSWORD).await.unwrap_err().code(), "account-suspended");
        assert_eq!(server.sign_in("bob", "wrong wrong wrong").await.unwrap_err().code(), "wrong-credentials");
        let activate = UpdateUser { status: Some(UserStatus::Active), ..UpdateUser::default() };
        admin.update_user(user.id(), &activate, None).await.unwrap();
        server.sign_in("bob", PASSWORD).await.unwrap();
    }

    /// Failures are slowed down for this account from this address, and nobody else is locked out.
    async fn delays(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob", &[]).await;
        let mut codes = Vec::new();
        for _ in 0..8 {
            codes.push(server.sign_in("bob", "not the password").await.unwrap_err().code().to_owned());
        }
        assert_eq!(codes[..5], ["wrong-credentials"; 5]);
        assert!(codes.contains(&"rate-limited".to_owned()), "{codes:?}");
        let limited = server.sign_in("bob", PASSWORD).await.unwrap_err();
        assert!(limited.problem().unwrap().retry_after_seconds.unwrap() >= 1);
        server.sign_in("root", PASSWORD).await.unwrap();
    }

    /// Many guesses at once are worth no more than one after the other.
    async fn parallel_guesses(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob", &[]).await;
        let guesses = futures::future::join_all((0..40).map(|index| {
            let server = &server;
            async move { server.sign_in("bob", &format!("not the password {index}")).await.unwrap_err().code().to_owned() }
        }))
        .await;
        let judged = guesses.iter().filter(|code| *code == "wrong-credentials").count();
        assert!((5..10).contains(&judged), "{guesses:?}");
        assert!(guesses.iter().all(|code| code == "wrong-credentials" || code == "rate-limited"), "{guesses:?}");
        // Right ones wait for each other and pass.
        let right = futures::future::join_all((0..24).map(|_| server.sign_in("root", PASSWORD))).await;
        assert!(right.iter().all(Result::is_ok));
        server.sign_in("root", PASSWORD).await.unwrap();
    }

    /// Failures of strangers behind the same address slow down strangers, not who has signed in from there, nor who was
    /// unlocked.
    async fn shared_address(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob", &[]).await;
        server.user(&admin, "carol", &[]).await;
        server.sign_in("bob", PASSWORD).await.unwrap();
        for stranger in 0..90 {
            let refused = server.sign_in(&format!("stranger{stranger}"), "not the password").await.unwrap_err();
            assert_eq!(refused.code(), "wrong-credentials");
            server.advance(Duration::from_secs(10));
        }
        server.sign_in("stranger", "not the password").await.unwrap_err();
        assert_eq!(server.sign_in("carol", PASSWORD).await.unwrap_err().code(), "rate-limited");
        server.sign_in("bob", PASSWORD).await.unwrap();
        server.admin().await;
        let said = server.command(&["admin", "unlock", "--username", "carol"], "");
        assert!(said.contains("for an hour"), "{said}");
        server.sign_in("carol", PASSWORD).await.unwrap();
    }

    /// A new password lifts the delays of its user, whichever name was tried.
    async fn lifted_delays(server: Server) {
        let admin = server.admin().await;
        let body = quarterdeck_testkit::new_user("bob", &[]);
        let body = quarterdeck_domain::users::CreateUser { email: Some("bob@example.org".to_owned()), ..body };
        let bob = admin.create_user(&body).await.unwrap();
        for login in ["bob@example.org", "bob"] {
            for _ in 0..7 {
                let _ = server.sign_in(login, "not the password").await;
            }
        }
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
        admin.set_user_password(bob.id(), &set).await.unwrap();
        server.sign_in("bob@example.org", "copper kettle four").await.unwrap();
        server.sign_in("bob", "copper kettle four").await.unwrap();
    }

    /// A reset link works once, and its page learns for whom it is (S0-USR-05).
    async fn reset_links(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let former = admin.create_password_reset_link(user.id()).await.unwrap();
        let link = admin.create_password_reset_link(user.id()).await.unwrap();
        let token = |url: &str| url.split_once("#token=").unwrap().1.to_owned();
        let visitor = server.anonymous();
        let inspected = visitor.inspect_password_reset(&ResetToken { token: token(&link.url) }).await.unwrap();
        assert_eq!(inspected.username, "bob");
        let weak = ResetPassword { token: token(&link.url), password: "short".to_owned() };
        assert_eq!(visitor.reset_password(&weak).await.unwrap_err().code(), "invalid");
        let reset = ResetPassword { token: token(&link.url), password: "copper kettle four".to_owned() };
        visitor.reset_password(&reset).await.unwrap();
        assert_eq!(visitor.reset_password(&reset).await.unwrap_err().code(), "one-time-token-invalid");
        let old = ResetToken { token: token(&former.url) };
        assert_eq!(visitor.inspect_password_reset(&old).await.unwrap_err().code(), "one-time-token-invalid");
        assert_eq!(bob.get_me().await.unwrap_err().code(), "session-ended");
        server.sign_in("bob", "copper kettle four").await.unwrap();
    }

    /// Somebody whose new password is due can do nothing else.
    async fn forced_change(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[quarterdeck_domain::Role::Admin]).await;
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: true, revoke_sessions: true, revoke_api_keys: None };
        admin.set_user_password(user.id(), &set).await.unwrap();
        let (bob, _) = server.sign_in("bob", "copper kettle four").await.unwrap();
        assert_eq!(bob.list_settings().await.unwrap_err().code(), "password-change-required");
        assert!(bob.get_me().await.unwrap().user.must_change_password);
        let stream = bob.transport().raw("GET", "/api/v1/events").header("last-event-id", "0").send().await.unwrap();
        assert_eq!(stream.status(), 403);
        let change = quarterdeck_domain::me::ChangePassword {
            current_password: "copper kettle four".to_owned(),
            new_password: "another lantern 5".to_owned(),
            keep_other_sessions: false,
        };
        bob.change_own_password(&change).await.unwrap();
        bob.list_settings().await.unwrap();
    }

    /// The refresh token of a browser travels in a cookie that scripts cannot read, and needs the console's header.
    async fn cookies(server: Server) {
        let http = &server.anonymous().transport().clone();
        let login = Login { login: "root".to_owned(), password: PASSWORD.to_owned(), remember_me: true, client: ClientKind::Browser };
        let answer = http.raw("POST", "/api/v1/auth/login").json(&login).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        for part in ["__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age="] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        let body: serde_json::Value = answer.json().await.unwrap();
        assert!(body.get("refresh_token").is_none());
        let pair = cookie.split(';').next().unwrap().to_owned();
        let post = |with_header: bool, origin: Option<&str>| {
            let mut request = http.raw("POST", "/api/v1/auth/refresh").header("cookie", &pair).json(&serde_json::json!({}));
            if with_header {
                request = request.header("x-quarterdeck-csrf", "1");
            }
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            request.send()
        };
        assert_eq!(post(false, None).await.unwrap().status(), 403);
        assert_eq!(post(true, Some("https://evil.example")).await.unwrap().status(), 403);
        assert_eq!(post(true, Some(&server.base)).await.unwrap().status(), 200);
    }
}
