//! Two servers on one PostgreSQL database: news reaches the other within a second.

use std::time::{Duration, Instant};

use quarterdeck_domain::{
    settings::UpdateSetting,
    users::{UpdateUser, UserStatus},
};
use quarterdeck_testkit::{Backend, Server};

/// A suspension and a setting bite on the other replica within a second, and a token of one is good for the other.
#[tokio::test]
async fn news_reaches_the_other() {
    if !Backend::postgres_is_there() {
        return;
    }
    let one = Server::start(Backend::Postgres).await;
    let two = one.replica().await;
    let admin = one.admin().await;
    let (bob, user) = two.signed_in(&admin, "bob", &[]).await;
    bob.get_me().await.unwrap();
    let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
    admin.update_user(user.id(), &suspend, None).await.unwrap();
    let began = Instant::now();
    while bob.get_me().await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(1), "the suspension does not bite");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let name = UpdateSetting { value: "Two of them".into(), reason: String::new() };
    admin.update_setting("platform.name", &name, None).await.unwrap();
    let began = Instant::now();
    while two.anonymous().get_meta().await.unwrap().platform_name != "Two of them" {
        assert!(began.elapsed() < Duration::from_secs(1), "the setting does not reach the other");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A job goes on within seconds when the replica that worked on it was killed, and none of its rows is done twice.
#[tokio::test]
async fn the_other_goes_on_with_a_job() {
    if !Backend::postgres_is_there() {
        return;
    }
    let one = Server::start(Backend::Postgres).await;
    one.command(&["demo", "--users", "1000"], "");
    let two = one.replica().await;
    let admin = one.admin().await;
    let plan = crate::jobs::suspend_all(&admin, "example").await;
    let job = admin.execute_plan(&plan).await.unwrap();
    while admin.get_job(job.id).await.unwrap().succeeded < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let taken = |server: &Server| server.log().contains("job taken");
    while !taken(&one) && !taken(&two) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (mut worker, other) = if taken(&one) { (one, two) } else { (two, one) };
    worker.kill();
    let killed = Instant::now();
    other.logged("job taken").await;
    assert!(killed.elapsed() < Duration::from_secs(8), "{:?}", killed.elapsed());
    let admin = other.admin().await;
    let job = admin.get_job(job.id).await.unwrap();
    assert!(!job.state.is_final() && job.succeeded < plan.row_count, "the job was interrupted: {job:?}");
    crate::jobs::done_once(&admin, &plan, job).await;
}
