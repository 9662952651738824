//! The end of a grant, by its time or by revocation: in open streams and on other replicas.

use std::time::{Duration, Instant};

use quarterdeck_domain::{
    Permission,
    role_grants::{CreateRoleGrant, RevokeRoleGrant},
    users::{ListUsers, UpdateUser},
};
use quarterdeck_testkit::{Backend, Server, TestClient, on_both};

use crate::{
    role_grants::{custom, end},
    roles::new_role,
};

on_both! {
    /// A grant that ends in the middle of a stream ends what the stream shows by it.
    async fn ends_in_a_stream(server: Server) {
        let admin = server.admin().await;
        let (watcher, user) = server.signed_in(&admin, "watcher", &[]).await;
        let watch = admin.create_role(&new_role("Watch", &[Permission::AuditRead])).await.unwrap().id;
        let expires_at = end(user.summary.created_at, 120);
        admin.create_role_grant(&CreateRoleGrant { expires_at, ..custom(user.id(), watch, None) }).await.unwrap();
        let mut stream = Events::of(&watcher).await;
        server.user(&admin, "before", &[]).await;
        stream.until("\"before\"").await;
        server.advance(Duration::from_secs(200));
        server.user(&admin, "behind", &[]).await;
        let rename = UpdateUser { username: Some("renamed".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename, None).await.unwrap();
        stream.until("user.updated").await;
        assert!(!stream.seen.contains("behind"), "{}", stream.seen);
    }

    /// So does one that is revoked.
    async fn revoked_in_a_stream(server: Server) {
        let admin = server.admin().await;
        let (watcher, user) = server.signed_in(&admin, "watcher", &[]).await;
        let watch = admin.create_role(&new_role("Watch", &[Permission::AuditRead])).await.unwrap().id;
        let granted = admin.create_role_grant(&custom(user.id(), watch, None)).await.unwrap();
        let mut stream = Events::of(&watcher).await;
        server.user(&admin, "before", &[]).await;
        stream.until("\"before\"").await;
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        server.user(&admin, "behind", &[]).await;
        let rename = UpdateUser { username: Some("renamed".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename, None).await.unwrap();
        stream.until("user.updated").await;
        assert!(!stream.seen.contains("behind"), "{}", stream.seen);
    }
}

/// An open stream of live changes, from the first on.
pub struct Events {
    answer: reqwest::Response,
    seen: String,
}

impl Events {
    pub async fn of(client: &TestClient) -> Self {
        let request = client.transport().raw("GET", "/api/v1/events").header("last-event-id", "0");
        Self { answer: request.send().await.unwrap(), seen: String::new() }
    }

    pub async fn until(&mut self, text: &str) {
        let read = async {
            while !self.seen.contains(text) {
                let chunk = self.answer.chunk().await.unwrap().expect("the stream goes on");
                self.seen.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        tokio::time::timeout(Duration::from_secs(5), read).await.unwrap_or_else(|_| panic!("{text} does not come"));
    }

    /// Reads to the end; how long that took.
    pub async fn ended(&mut self) -> Duration {
        let began = Instant::now();
        let read = async {
            while let Some(chunk) = self.answer.chunk().await.unwrap() {
                self.seen.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        tokio::time::timeout(Duration::from_secs(20), read).await.expect("the end of the stream");
        began.elapsed()
    }
}

/// A revoked grant is refused on the other replica within a second.
#[tokio::test]
async fn revoked_on_the_other() {
    if !Backend::postgres_is_there() {
        return;
    }
    let one = Server::start(Backend::Postgres).await;
    let two = one.replica().await;
    let admin = one.admin().await;
    let (helper, user) = two.signed_in(&admin, "helper", &[]).await;
    let desk = admin.create_role(&new_role("Desk", &[Permission::UserRead])).await.unwrap().id;
    for _ in 0..20 {
        let granted = admin.create_role_grant(&custom(user.id(), desk, None)).await.unwrap();
        let began = Instant::now();
        while helper.list_users(&ListUsers::default()).await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(1), "the grant does not bite");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        let began = Instant::now();
        while helper.list_users(&ListUsers::default()).await.is_ok() {
            assert!(began.elapsed() < Duration::from_secs(1), "the revocation does not bite");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
