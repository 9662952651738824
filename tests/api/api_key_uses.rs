//! What an API key is used for, as the inventory of credentials shows it.

use std::time::Duration;

use quarterdeck_domain::{Permission, api_keys::ApiKeyFilter, users::ListUsers};
use quarterdeck_testkit::{Server, on_both};

use crate::api_keys::{all, key, made, scopes};

const DAY: u64 = 86_400;

on_both! {
    /// What it is used for: how often, when, from where, and which of its scopes (inventory of credentials).
    async fn uses(server: Server) {
        let mut server = server;
        let admin = server.admin().await;
        let (script, made) = made(&server, &admin, &key("used", &[Permission::UserRead, Permission::UserDelete])).await;
        for _ in 0..3 {
            script.list_users(&ListUsers::default()).await.unwrap();
        }
        // They are written in batches, at the latest before a stop.
        server.terminate();
        server.restart().await;
        let admin = server.admin().await;
        let shown = admin.get_api_key(made.api_key.id).await.unwrap();
        assert_eq!((shown.use_count, shown.last_used_address.as_str()), (3, "127.0.0.1"));
        assert_eq!((shown.used_scopes, shown.version), (scopes(&[Permission::UserRead]), 1));
        assert!(shown.last_used_at.is_some());
        let csv = admin.transport().raw("GET", "/api/v1/api-keys").header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
        assert!(csv.lines().nth(1).unwrap().contains("\"user.read,user.delete\",user.read,"), "{csv}");
        server.advance(Duration::from_secs(91 * DAY));
        let admin = server.admin().await;
        assert!(admin.get_api_key(made.api_key.id).await.unwrap().used_scopes.is_empty());
        let unused = ApiKeyFilter { unused_since: Some(shown.last_used_at.unwrap().plus_seconds(1)), ..ApiKeyFilter::default() };
        assert_eq!(admin.list_api_keys(&all(unused)).await.unwrap().total, 1);
    }
}
