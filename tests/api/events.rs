//! Live changes: what the actor may see, resumed without gaps, ended with the session.

use std::time::Duration;

use futures::StreamExt as _;
use quarterdeck_domain::users::{UpdateUser, UserStatus};
use quarterdeck_testkit::{Server, TestClient, on_both};

use crate::jobs::{ended, suspend_all};

/// Reads the stream until `text` came, or it ended; what came.
pub async fn read_until(client: &TestClient, last: Option<&str>, text: &str) -> String {
    let mut request = client.transport().raw("GET", "/api/v1/events");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let mut stream = Box::pin(futures::stream::unfold(answer, |mut answer| async move {
        let chunk = answer.chunk().await.ok()??;
        Some((chunk, answer))
    }));
    let mut seen = String::new();
    let read = async {
        while let Some(chunk) = stream.next().await {
            seen.push_str(&String::from_utf8_lossy(&chunk));
            if seen.contains(text) {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), read).await;
    seen
}

on_both! {
    /// A change arrives, and can be had again by its number.
    async fn changes(server: Server) {
        let admin = server.admin().await;
        let reader = tokio::spawn({ let admin = admin.clone(); async move { read_until(&admin, None, "user.created").await } });
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.user(&admin, "bob", &[]).await;
        let seen = reader.await.unwrap();
        assert!(seen.contains("user.created") && seen.contains("\"bob\""), "{seen}");
        let again = read_until(&admin, Some("0"), "user.created").await;
        assert!(again.contains("user.created"), "{again}");
    }

    /// Who may not read the audit log sees what is about themselves only; the stream ends with the session.
    async fn narrowed(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let reader = tokio::spawn(async move { read_until(&bob, None, "never to come").await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.user(&admin, "carol", &[]).await;
        let rename = UpdateUser { display_name: Some("Robert".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename, None).await.unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
        admin.update_user(user.id(), &suspend, None).await.unwrap();
        let seen = tokio::time::timeout(Duration::from_secs(4), reader).await.expect("the stream ends with the session").unwrap();
        assert!(seen.contains("user.updated") && !seen.contains("carol"), "{seen}");
    }

    /// Who was away for long is told of a gap and then led through the end of the chain, each by what they may see.
    async fn gaps(server: Server) {
        server.command(&["demo", "--users", "1300"], "");
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let plan = suspend_all(&admin, "example").await;
        assert!(plan.row_count > 1_000);
        let job = admin.execute_plan(&plan).await.unwrap();
        ended(&admin, job).await;
        let rename = UpdateUser { display_name: Some("Robert".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename, None).await.unwrap();
        let seen = read_until(&admin, Some("1"), "user.updated").await;
        assert_eq!(seen.matches("event: gap").count(), 1);
        assert!(seen.matches("user.suspended").count() > 900 && seen.contains("user.updated"));
        let seen = read_until(&bob, Some("1"), "user.updated").await;
        assert!(seen.contains("event: gap") && !seen.contains("user.suspended") && seen.contains("user.updated"), "{seen}");
    }
}
