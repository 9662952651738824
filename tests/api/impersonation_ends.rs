//! What is open when an impersonation ends, ends with it: streams, other replicas, jobs (S1-IMP-02, 03).

use std::time::{Duration, Instant};

use quarterdeck_domain::{
    Role,
    audit::{Action, AuditFilter, ListAuditEvents},
    jobs::JobState,
    settings::UpdateSetting,
    users::{UpdateUser, User},
};
use quarterdeck_testkit::{Backend, PASSWORD, Server, TestClient, on_both};
use serde_json::json;

use crate::{
    impersonation::{acting, assert_over, code},
    jobs::{ended, suspend_all},
    role_grant_ends::Events,
};

const A_SECOND: Duration = Duration::from_secs(1);

fn roles(roles: &[Role]) -> UpdateUser {
    UpdateUser { roles: Some(roles.iter().copied().collect()), ..UpdateUser::default() }
}

/// Lets administrators be acted as: they alone have jobs to start that take a while.
async fn allow_administrators(admin: &TestClient, value: bool) {
    let body = UpdateSetting { value: json!(value), reason: String::new() };
    admin.update_setting("impersonation.administrators", &body, None).await.unwrap();
}

/// An administrator who acts as another one with write.
async fn boss_as(server: &Server, admin: &TestClient) -> (User, TestClient, User) {
    allow_administrators(admin, true).await;
    let (boss_client, boss) = server.signed_in(admin, "boss", &[Role::Admin]).await;
    let target = server.user(admin, "deputy", &[Role::Admin]).await;
    let client = acting(server, &boss_client, &target, true).await.unwrap().0;
    (boss, client, target)
}

on_both! {
    /// An open stream ends with the return and with the right at once, and with the time before it tells anything more.
    async fn streams(server: Server) {
        let admin = server.admin().await;
        let (_, user) = server.signed_in(&admin, "bob", &[]).await;
        let (_, boss) = server.signed_in(&admin, "boss", &[Role::Admin]).await;
        let own = || async { server.sign_in("boss", PASSWORD).await.unwrap().0 };

        let (client, _) = acting(&server, &own().await, &user, false).await.unwrap();
        let mut stream = Events::of(&client).await;
        stream.until("impersonation.started").await;
        client.end_impersonation(user.id()).await.unwrap();
        assert!(stream.ended().await < A_SECOND, "the return");

        let (client, _) = acting(&server, &own().await, &user, false).await.unwrap();
        let mut stream = Events::of(&client).await;
        stream.until("impersonation.started").await;
        admin.update_user(boss.id(), &roles(&[]), None).await.unwrap();
        assert!(stream.ended().await < A_SECOND, "the demotion");

        let (client, _) = acting(&server, &admin, &user, false).await.unwrap();
        let mut stream = Events::of(&client).await;
        stream.until("impersonation.started").await;
        server.advance(Duration::from_secs(3_600));
        server.admin().await;
        assert!(stream.ended().await < A_SECOND, "the time");
    }

    /// A job names both, in each of its events too. It goes on behind the return, as it does behind a sign-out.
    async fn jobs(server: Server) {
        server.command(&["demo", "--users", "400"], "");
        let admin = server.admin().await;
        let (_, client, target) = boss_as(&server, &admin).await;
        let plan = suspend_all(&client, "example").await;
        let job = client.execute_plan(&plan).await.unwrap();
        assert_eq!((job.created_by_name.as_str(), job.impersonator.as_deref()), ("deputy", Some("boss")));
        client.end_impersonation(target.id()).await.unwrap();
        assert_eq!(client.get_job(job.id).await.unwrap_err().problem().unwrap().status, 401);
        let job = ended(&admin, job).await;
        assert_eq!((job.state, job.failed, job.impersonator.as_deref()), (JobState::Succeeded, 0, Some("boss")));
        let (action, after) = (Some(Action::UserSuspended), Some(plan.created_at));
        let filter = AuditFilter { action, after, ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        assert_eq!(events.total, job.succeeded);
        let both = |event: &quarterdeck_domain::audit::AuditEvent| {
            event.actor.label == "deputy" && event.impersonator.as_ref().is_some_and(|by| by.label == "boss")
        };
        assert!(events.items.iter().all(both));
    }

    /// But it does not outlive the right: the rows behind a demotion are refused, and so is another try.
    async fn jobs_and_rights(server: Server) {
        server.command(&["demo", "--users", "2000"], "");
        let admin = server.admin().await;
        let (boss, client, target) = boss_as(&server, &admin).await;
        let plan = suspend_all(&client, "example").await;
        let job = client.execute_plan(&plan).await.unwrap();
        admin.update_user(boss.id(), &roles(&[]), None).await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!(job.succeeded + job.failed, plan.row_count);
        assert!(job.failed > 0, "{job:?}");
        assert_eq!(client.retry_job(job.id).await.unwrap_err().problem().unwrap().status, 401);
        let own = server.sign_in("deputy", PASSWORD).await.unwrap().0;
        let again = own.retry_job(job.id).await.unwrap();
        assert_eq!((again.created_by, again.impersonator), (Some(target.id()), None));
    }
}

/// Whoever loses the right acts as nobody on the other replica within a second, in an open stream neither.
#[tokio::test]
async fn on_the_other() {
    if !Backend::postgres_is_there() {
        return;
    }
    let one = Server::start(Backend::Postgres).await;
    let two = one.replica().await;
    let admin = one.admin().await;
    let (_, user) = one.signed_in(&admin, "bob", &[]).await;
    let boss = one.user(&admin, "boss", &[Role::Admin]).await;
    for _ in 0..10 {
        let own = one.sign_in("boss", PASSWORD).await.unwrap().0;
        let (client, started) = acting(&one, &own, &user, true).await.unwrap();
        let there = two.anonymous();
        there.transport().set_token(client.transport().token());
        there.get_me().await.unwrap();
        let mut stream = Events::of(&there).await;
        stream.until("impersonation.started").await;
        admin.update_user(boss.id(), &roles(&[]), None).await.unwrap();
        let began = Instant::now();
        while there.get_me().await.is_ok() {
            assert!(began.elapsed() < A_SECOND, "the demotion does not bite");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_over(&there, &started, "the demotion").await;
        stream.ended().await;
        assert!(began.elapsed() < A_SECOND, "the stream goes on for {:?}", began.elapsed());
        assert_eq!(code(there.get_me().await), "session-ended");
        admin.update_user(boss.id(), &roles(&[Role::Admin]), None).await.unwrap();
    }
}
