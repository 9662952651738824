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
