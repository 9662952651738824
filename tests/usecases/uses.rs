//! Uses of keys that are written once more, because the answer of the database was lost.

use quarterdeck_app::{api_keys::create_api_key, ports::Clock, provider_keys::create_provider_key};
use quarterdeck_domain::PermissionSet;
use quarterdeck_store::{ApiKeyUse, ProviderKeyUse};
use quarterdeck_testkit::{Platform, usecase_on_both};
use serde_json::{from_value, json};

usecase_on_both! {
    async fn api_key_uses_count_once(platform: Platform) {
        let admin = platform.admin().await;
        let body = from_value(json!({ "title": "export", "scopes": ["user.read"] })).unwrap();
        let key = create_api_key(&admin, &body).await.unwrap().api_key.id;
        let at = platform.clock.now();
        let used = ApiKeyUse { count: 3, at, address: "192.0.2.1".to_owned(), permissions: PermissionSet::NONE };
        let (first, second) = (platform.app.new_id(), platform.app.new_id());
        for batch in [first, first, second] {
            let tx = platform.app.db.begin().await.unwrap();
            tx.api_keys().note_use(key, &used, batch).await.unwrap();
            tx.commit_bookkeeping().await.unwrap();
        }
        assert_eq!(platform.app.db.api_keys().get(key, at).await.unwrap().use_count, 6);
    }

    async fn provider_key_uses_count_once(platform: Platform) {
        let admin = platform.admin().await;
        let body = json!({ "provider": "openai", "name": "research", "secret": "sk-0123456789abcdef", "owner": "system" });
        let key = create_provider_key(&admin, &from_value(body).unwrap()).await.unwrap().id;
        let used = ProviderKeyUse { count: 3, at: platform.clock.now(), sent_bytes: 10, received_bytes: 20 };
        let (first, second) = (platform.app.new_id(), platform.app.new_id());
        for batch in [first, first, second] {
            let tx = platform.app.db.begin().await.unwrap();
            tx.provider_keys().note_use(key, &used, batch).await.unwrap();
            tx.commit_bookkeeping().await.unwrap();
        }
        let shown = platform.app.db.provider_keys().get(key).await.unwrap();
        assert_eq!((shown.use_count, shown.sent_bytes, shown.received_bytes), (6, 20, 40));
    }
}
