//! What ends by itself (S4-SES-04, S2-SET-07, S0-USR-05): the test moves the server's clock.

use std::time::Duration;

use quarterdeck_domain::{
    UserId,
    auth::{Login, RefreshToken, ResetPassword, ResetToken},
    plans::{CreatePlan, PlanAction, PlanState, Selection},
    sessions::{ClientKind, ListSessions, SessionFilter},
    settings::UpdateSetting,
    users::{ListUsers, UpdateUser},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};
use serde_json::json;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A session that is kept alive by its refresh token, as the console does.
struct Kept {
    client: TestClient,
    token: String,
}

impl Kept {
    async fn sign_in(server: &Server, remember_me: bool) -> Self {
        let client = server.anonymous();
        let (login, password) = ("root".to_owned(), PASSWORD.to_owned());
        let tokens = client.login(&Login { login, password, remember_me, client: ClientKind::Cli }).await.unwrap();
        client.transport().set_token(Some(tokens.access_token));
        Self { client, token: tokens.refresh_token.unwrap() }
    }

    /// Refreshes; nothing, or the code of the refusal.
    async fn refresh(&mut self) -> Option<String> {
        let body = RefreshToken { refresh_token: Some(self.token.clone()) };
        match self.client.refresh_session(&body).await {
            Ok(tokens) => {
                self.client.transport().set_token(Some(tokens.access_token));
                self.token = tokens.refresh_token.unwrap();
                None
            }
            Err(error) => Some(error.code().to_owned()),
        }
    }

    /// Uses the session every `step` until it is refused; after how long that was, and why.
    async fn use_until_refused(&mut self, server: &Server, step: u64) -> (u64, String) {
        for steps in 1.. {
            server.advance(seconds(step));
            if let Some(code) = self.refresh().await {
                return (steps * step, code);
            }
        }
        unreachable!("the session never ends")
    }
}

async fn sessions_of(client: &TestClient, user: UserId) -> u64 {
    let filter = SessionFilter { user_id: Some(user), ..SessionFilter::default() };
    client.list_sessions(&ListSessions { filter, ..ListSessions::default() }).await.unwrap().total
}

on_both! {
    /// An access token holds for ten minutes, and the refresh token gives the next one.
    async fn access_tokens(server: Server) {
        let mut kept = Kept::sign_in(&server, false).await;
        server.advance(seconds(9 * MINUTE + 50));
        kept.client.get_me().await.unwrap();
        server.advance(seconds(11));
        assert_eq!(kept.client.get_me().await.unwrap_err().code(), "token-expired");
        assert_eq!(kept.refresh().await, None);
        kept.client.get_me().await.unwrap();
    }

    /// A session ends a day after its last use, and is no longer listed.
    async fn idle_sessions(server: Server) {
        let (_, other) = server.sign_in("root", PASSWORD).await.unwrap();
        let mut kept = Kept::sign_in(&server, false).await;
        for _ in 0..3 {
            server.advance(seconds(23 * HOUR));
            assert_eq!(kept.refresh().await, None);
        }
        assert_eq!(sessions_of(&kept.client, other.user.id()).await, 1, "the other one was never used");
        server.advance(seconds(DAY + 1));
        assert_eq!(kept.refresh().await.as_deref(), Some("session-ended"));
    }

    /// However much it is used, a session ends after seven days, and after thirty when it is remembered.
    async fn absolute_lifetimes(server: Server) {
        let mut kept = Kept::sign_in(&server, false).await;
        assert_eq!(kept.use_until_refused(&server, 12 * HOUR).await, (7 * DAY, "session-ended".to_owned()));
        let mut remembered = Kept::sign_in(&server, true).await;
        assert_eq!(remembered.use_until_refused(&server, 5 * DAY).await, (30 * DAY, "session-ended".to_owned()));
        let mut forgotten = Kept::sign_in(&server, true).await;
        server.advance(seconds(13 * DAY));
        assert_eq!(forgotten.refresh().await, None);
        server.advance(seconds(14 * DAY + 1));
        assert_eq!(forgotten.refresh().await.as_deref(), Some("session-ended"));
    }

    /// A use shortly before the end counts at once, although uses are written in batches.
    async fn late_uses(server: Server) {
        let admin = server.admin().await;
        let body = UpdateSetting { value: 300.into(), reason: String::new() };
        admin.update_setting("session.idle_seconds", &body, None).await.unwrap();
        let mut kept = Kept::sign_in(&server, false).await;
        server.advance(seconds(290));
        kept.client.get_me().await.unwrap();
        server.advance(seconds(20));
        kept.client.get_me().await.unwrap();
        server.advance(seconds(301));
        assert_eq!(kept.refresh().await.as_deref(), Some("session-ended"));
    }

    /// A stream of live changes ends with its session, even while changes flow.
    async fn streams(server: Server) {
        let kept = Kept::sign_in(&server, false).await;
        let mut stream = kept.client.transport().raw("GET", "/api/v1/events").send().await.unwrap();
        assert_eq!(stream.status(), 200);
        server.advance(seconds(DAY + 1));
        let admin = server.admin().await;
        let changes = async {
            for index in 0.. {
                admin.create_user(&quarterdeck_domain::users::CreateUser { password: None, ..new_user(&format!("user{index}"), &[]) }).await.unwrap();
            }
        };
        let ended = async { while let Ok(Some(_)) = stream.chunk().await {} };
        tokio::select! {
            () = changes => {}
            outcome = tokio::time::timeout(seconds(10), ended) => outcome.expect("the stream goes on"),
        }
    }

    /// A reset link works for 24 hours.
    async fn reset_links(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        let link = admin.create_password_reset_link(user.id()).await.unwrap();
        let token = link.url.split_once("#token=").unwrap().1.to_owned();
        let inspect = || async { server.anonymous().inspect_password_reset(&ResetToken { token: token.clone() }).await };
        let reset = || async {
            let body = ResetPassword { token: token.clone(), password: "short".to_owned() };
            server.anonymous().reset_password(&body).await.unwrap_err().code().to_owned()
        };
        server.advance(seconds(DAY - MINUTE));
        assert_eq!(inspect().await.unwrap().username, "bob");
        assert_eq!(reset().await, "invalid");
        server.advance(seconds(MINUTE + 1));
        assert_eq!(inspect().await.unwrap_err().code(), "one-time-token-invalid");
        assert_eq!(reset().await, "one-time-token-invalid");
    }

    /// A plan can be executed for ten minutes.
    async fn plans(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        let make = || async {
            let action = PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) };
            admin.create_plan(&CreatePlan { action }).await.unwrap()
        };
        let late = make().await;
        server.advance(seconds(10 * MINUTE + 1));
        let admin = &server.admin().await;
        assert_eq!(admin.get_plan(late.id).await.unwrap().state, PlanState::Expired);
        assert_eq!(admin.execute_plan(&late).await.unwrap_err().code(), "plan-expired");
        assert_eq!(admin.delete_user(user.id(), late.id).await.unwrap_err().code(), "plan-expired");
        let action = PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) };
        let timely = admin.create_plan(&CreatePlan { action }).await.unwrap();
        server.advance(seconds(9 * MINUTE + 50));
        admin.execute_plan(&timely).await.unwrap();
    }

    /// A former username is reserved for 90 days, then it is free (contradiction 9).
    async fn former_names(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "ada", &[]).await;
        let rename = UpdateUser { username: Some("countess".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename, None).await.unwrap();
        server.advance(seconds(90 * DAY - HOUR));
        let admin = server.admin().await;
        assert_eq!(admin.create_user(&new_user("Ada", &[])).await.unwrap_err().code(), "username-reserved");
        server.advance(seconds(HOUR + 1));
        server.admin().await.create_user(&new_user("Ada", &[])).await.unwrap();
    }

    /// So is the username of somebody who was deleted, and each former one of theirs.
    async fn names_of_the_deleted(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "ada", &[]).await;
        let rename = UpdateUser { username: Some("countess".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename, None).await.unwrap();
        let action = PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        admin.delete_user(user.id(), plan.id).await.unwrap();
        server.advance(seconds(90 * DAY - HOUR));
        let admin = server.admin().await;
        for name in ["ada", "Countess"] {
            assert_eq!(admin.create_user(&new_user(name, &[])).await.unwrap_err().code(), "username-reserved");
        }
        server.advance(seconds(HOUR + 1));
        let admin = server.admin().await;
        for name in ["ada", "Countess"] {
            admin.create_user(&new_user(name, &[])).await.unwrap();
        }
    }

    /// An idempotency key is kept for 24 hours; after that the request is a new one.
    async fn idempotency_keys(server: Server) {
        let post = || async {
            let admin = server.admin().await;
            let request = admin.transport().raw("POST", "/api/v1/users").header("idempotency-key", "one");
            request.json(&json!({"username": "ada", "display_name": "Ada"})).send().await.unwrap()
        };
        assert_eq!(post().await.status(), 201);
        server.advance(seconds(DAY - MINUTE));
        let again = post().await;
        assert_eq!((again.status().as_u16(), again.headers()["idempotent-replayed"].as_bytes()), (201, &b"true"[..]));
        server.advance(seconds(MINUTE + 1));
        assert_eq!(post().await.status(), 409, "the name is taken by the first one");
        assert_eq!(server.admin().await.list_users(&ListUsers::default()).await.unwrap().total, 2);
    }

    /// Delays after failed sign-ins double with each failure up to five minutes, and are forgotten after an hour.
    async fn sign_in_delays(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob", &[]).await;
        let fail = || async { server.sign_in("bob", "not the password").await.unwrap_err() };
        for _ in 0..9 {
            assert_eq!(fail().await.code(), "wrong-credentials");
            server.advance(seconds(20));
        }
        for expected in [32, 64, 128, 256, 300, 300] {
            assert_eq!(fail().await.code(), "wrong-credentials");
            let refused = fail().await;
            assert_eq!(refused.code(), "rate-limited");
            let wait = u64::from(refused.problem().unwrap().retry_after_seconds.unwrap());
            // The attempts themselves take their time.
            assert!((expected - 5..=expected).contains(&wait), "{wait} instead of {expected}");
            server.advance(seconds(wait));
        }
        server.advance(seconds(HOUR));
        assert_eq!(fail().await.code(), "wrong-credentials");
        server.sign_in("bob", PASSWORD).await.unwrap();
    }
}
