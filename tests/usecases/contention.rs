//! Transactions that wait for each other.

use quarterdeck_domain::Error;
use quarterdeck_store::Subject;
use quarterdeck_testkit::{Backend, Platform};

/// PostgreSQL ends one of the two. That is no fault of ours, and the same request may come again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_is_told_to_come_again() {
    if !Backend::postgres_is_there() {
        return;
    }
    let platform = Platform::start(Backend::Postgres).await;
    let (first, second) = (platform.app.db.begin().await.unwrap(), platform.app.db.begin().await.unwrap());
    first.serialize(Subject::SetUp).await.unwrap();
    second.serialize(Subject::Settings).await.unwrap();
    let outcomes = tokio::join!(first.serialize(Subject::Settings), async {
        second.serialize(Subject::SetUp).await.map(|()| second)
    });
    let ((Err(error), Ok(_)) | (Ok(()), Err(error))) = outcomes else { panic!("one must be ended") };
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
}
