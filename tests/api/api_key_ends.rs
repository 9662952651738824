//! When API keys and their secrets end (S1-PLT-08, S1-PLT-09, contradiction 11): the test moves the server's clock.

use std::time::Duration;

use quarterdeck_domain::{
    Permission,
    api_keys::{ApiKeyFilter, ApiKeyState, CreateApiKey, RotateApiKey},
    audit::{Action, ActorType, AuditFilter, ListAuditEvents},
    users::ListUsers,
};
use quarterdeck_testkit::{Backend, Options, Server, on_both};
use serde_json::json;

use crate::api_keys::{all, faults, key, made, set, with};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

on_both! {
    /// Another secret; the former one works on for a while, and not longer.
    async fn rotation(server: Server) {
        let admin = server.admin().await;
        let (former, made) = made(&server, &admin, &key("rotated", &[Permission::UserRead])).await;
        let id = made.api_key.id;
        let rotated = admin.rotate_api_key(id, &RotateApiKey { overlap_seconds: 10 * MINUTE as i64 }).await.unwrap();
        assert_ne!(rotated.secret, made.secret);
        assert!(rotated.api_key.former_secret_until.is_some());
        let present = with(&server, &rotated);
        for client in [&former, &present] {
            client.list_users(&ListUsers::default()).await.unwrap();
        }
        server.advance(Duration::from_secs(10 * MINUTE + 1));
        let admin = server.admin().await;
        assert_eq!(former.list_users(&ListUsers::default()).await.unwrap_err().code(), "api-key-expired");
        present.list_users(&ListUsers::default()).await.unwrap();
        let at_once = admin.rotate_api_key(id, &RotateApiKey { overlap_seconds: 0 }).await.unwrap();
        assert_eq!(present.list_users(&ListUsers::default()).await.unwrap_err().code(), "api-key-expired");
        with(&server, &at_once).list_users(&ListUsers::default()).await.unwrap();
        let too_long = RotateApiKey { overlap_seconds: 31 * DAY as i64 };
        assert_eq!(admin.rotate_api_key(id, &too_long).await.unwrap_err().code(), "invalid");
        // Twice in a row: none but the last two work.
        admin.rotate_api_key(id, &RotateApiKey::default()).await.unwrap();
        let last = admin.rotate_api_key(id, &RotateApiKey { overlap_seconds: 60 }).await.unwrap();
        server.advance(Duration::from_secs(61));
        assert_eq!(with(&server, &at_once).list_users(&ListUsers::default()).await.unwrap_err().code(), "api-key-expired");
        with(&server, &last).list_users(&ListUsers::default()).await.unwrap();
    }

    /// The end that a key was made with, and the platform's cap with its notice (S1-PLT-08, S1-PLT-09, contradiction 11).
    async fn ends(server: Server) {
        let admin = server.admin().await;
        let days = |days: u64| CreateApiKey { ttl_seconds: Some((days * DAY) as i64), ..key(&format!("{days} days"), &[Permission::UserRead]) };
        let (week, _) = made(&server, &admin, &days(7)).await;
        let (endless, _) = made(&server, &admin, &key("endless", &[Permission::UserRead])).await;
        let (year, _) = made(&server, &admin, &days(365)).await;
        server.advance(Duration::from_secs(7 * DAY));
        let admin = server.admin().await;
        assert_eq!(week.list_users(&ListUsers::default()).await.unwrap_err().code(), "api-key-expired");
        let expired = ApiKeyFilter { state: Some(ApiKeyState::Expired), ..ApiKeyFilter::default() };
        assert_eq!(admin.list_api_keys(&all(expired.clone())).await.unwrap().total, 1);

        set(&admin, "api_keys.maximum_days", json!(30)).await;
        set(&admin, "api_keys.enforce_maximum", json!(true)).await;
        assert_eq!(faults(&admin, &CreateApiKey { title: "60".to_owned(), ..days(60) }).await, ["/ttl_seconds"]);
        assert_eq!(faults(&admin, &key("no end", &[Permission::UserRead])).await, ["/ttl_seconds"]);
        let (short, _) = made(&server, &admin, &days(30)).await;
        let capped = ApiKeyFilter { is_capped: Some(true), ..ApiKeyFilter::default() };
        let listed = admin.list_api_keys(&all(capped.clone())).await.unwrap();
        assert_eq!(listed.items.iter().map(|key| key.title.as_str()).collect::<Vec<_>>(), ["365 days", "endless"]);
        assert!(listed.items.iter().all(|key| key.is_capped && key.state == ApiKeyState::Active));
        server.advance(Duration::from_secs(29 * DAY));
        for client in [&endless, &year, &short] {
            client.list_users(&ListUsers::default()).await.unwrap();
        }
        server.advance(Duration::from_secs(DAY + MINUTE));
        for client in [&endless, &year, &short] {
            assert_eq!(client.list_users(&ListUsers::default()).await.unwrap_err().code(), "api-key-expired");
        }
        let admin = server.admin().await;
        assert_eq!(admin.list_api_keys(&all(expired)).await.unwrap().total, 4);
        // Dead keys stay dead, whatever becomes of the cap; living ones get back what they were made with.
        set(&admin, "api_keys.maximum_days", json!(20)).await;
        set(&admin, "api_keys.enforce_maximum", json!(false)).await;
        for client in [&endless, &year, &short] {
            assert_eq!(client.list_users(&ListUsers::default()).await.unwrap_err().code(), "api-key-expired");
        }
        let (spared, spared_key) = made(&server, &admin, &key("spared", &[Permission::UserRead])).await;
        set(&admin, "api_keys.enforce_maximum", json!(true)).await;
        let noticed = admin.get_api_key(spared_key.api_key.id).await.unwrap();
        set(&admin, "api_keys.maximum_days", json!(10)).await;
        assert_eq!(admin.get_api_key(spared_key.api_key.id).await.unwrap().expires_at, noticed.expires_at, "the notice runs on");
        set(&admin, "api_keys.maximum_days", json!(300)).await;
        let longer = admin.get_api_key(spared_key.api_key.id).await.unwrap();
        assert!(longer.is_capped && longer.expires_at > noticed.expires_at);
        set(&admin, "api_keys.enforce_maximum", json!(false)).await;
        let freed = admin.get_api_key(spared_key.api_key.id).await.unwrap();
        assert_eq!((freed.expires_at, freed.is_capped), (None, false));
        spared.list_users(&ListUsers::default()).await.unwrap();
        assert_eq!(admin.list_api_keys(&all(capped)).await.unwrap().total, 2, "those that ended by it");
        let rotate = admin.list_api_keys(&all(ApiKeyFilter { q: Some("7 DAYS".to_owned()), ..ApiKeyFilter::default() })).await.unwrap();
        assert_eq!(admin.rotate_api_key(rotate.items[0].id, &RotateApiKey::default()).await.unwrap_err().code(), "api-key-ended");
    }
}

/// A maximum that is fixed from outside moves the ends of keys at the start, and the audit log tells of it.
#[tokio::test]
async fn fixed_from_outside() {
    let env = vec![("QUARTERDECK_SETTING_API_KEYS_ENFORCE_MAXIMUM".to_owned(), "true".to_owned())];
    let mut server = Server::start_with(Backend::Sqlite, Options { env, ..Options::default() }).await;
    let admin = server.admin().await;
    let body = CreateApiKey { ttl_seconds: Some(60 * DAY as i64), ..key("older", &[Permission::UserRead]) };
    let older = admin.create_api_key(&body).await.unwrap().api_key;
    server.terminate();
    // As it was made before there was a maximum.
    server.sql(&format!("UPDATE api_keys SET expires_at = {0}, own_expires_at = {0}", i64::MAX));
    server.restart().await;
    let admin = server.admin().await;
    let moved = admin.get_api_key(older.id).await.unwrap();
    assert_eq!((moved.is_capped, moved.expires_at), (true, Some(older.created_at.plus_seconds(90 * DAY as i64))));
    let filter = AuditFilter { action: Some(Action::ApiKeyUpdated), ..AuditFilter::default() };
    let events =
        admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
    assert_eq!((events.len(), events[0].actor.kind, &events[0].changes[0].after), (1, ActorType::System, &json!(1)));
}
