//! What outlasts the request of an API key: jobs and streams. They end with the key.

use std::time::Duration;

use quarterdeck_domain::{
    Permission,
    api_keys::{RotateApiKey, UpdateApiKey},
    plans::{CreatePlan, PlanAction, Selection},
    users::{UserFilter, UserStatus},
};
use quarterdeck_testkit::{Server, on_both};

use crate::{
    api_keys::{key, made, with},
    jobs::ended,
};

on_both! {
    /// A job that a key started has the key's scopes, and stops with the key.
    async fn jobs(server: Server) {
        server.command(&["demo", "--users", "300"], "");
        let admin = server.admin().await;
        let (script, made) = made(&server, &admin, &key("bulk", &[Permission::UserRead, Permission::UserSuspend, Permission::JobRead])).await;
        let filter = UserFilter { q: Some("example".to_owned()), status: Some(UserStatus::Active), ..UserFilter::default() };
        let suspend = PlanAction::SetUserStatus { selection: Selection::matching(filter), status: UserStatus::Suspended, reason: String::new() };
        let plan = script.create_plan(&CreatePlan { action: suspend }).await.unwrap();
        assert!(plan.row_count > 100);
        let job = script.execute_plan(&plan).await.unwrap();
        admin.revoke_api_key(made.api_key.id).await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!(job.created_by_name, "root (bulk)");
        assert_eq!(job.succeeded + job.failed, plan.row_count);
        assert!(job.failed > 0, "the key was revoked before the job could end: {job:?}");
    }

    /// A stream ends with the secret that opened it, and when its address is not allowed any more.
    async fn streams_of_secrets(server: Server) {
        let admin = server.admin().await;
        for title in ["rotated", "elsewhere"] {
            let (script, made) = made(&server, &admin, &key(title, &[Permission::ProfileRead])).await;
            let reader = tokio::spawn(async move { crate::events::read_until(&script, None, "never to come").await });
            tokio::time::sleep(Duration::from_millis(300)).await;
            let id = made.api_key.id;
            if title == "rotated" {
                admin.rotate_api_key(id, &RotateApiKey { overlap_seconds: 0 }).await.unwrap();
            } else {
                let elsewhere = UpdateApiKey { networks: Some(vec!["192.0.2.0/24".to_owned()]), ..UpdateApiKey::default() };
                admin.update_api_key(id, &elsewhere, None).await.unwrap();
            }
            let ended = tokio::time::Instant::now();
            reader.await.unwrap();
            assert!(ended.elapsed() < Duration::from_secs(1), "{title}: {:?}", ended.elapsed());
        }
        let blind = admin.create_api_key(&key("blind", &[Permission::JobRead])).await.unwrap();
        let refused = with(&server, &blind).transport().raw("GET", "/api/v1/events").send().await.unwrap();
        assert_eq!(refused.status(), 403);
    }

    /// A stream ends when its key does.
    async fn streams(server: Server) {
        let admin = server.admin().await;
        let (script, made) = made(&server, &admin, &key("stream", &[Permission::ProfileRead, Permission::AuditRead])).await;
        let reader = tokio::spawn(async move { crate::events::read_until(&script, None, "never to come").await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.user(&admin, "bob", &[]).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        admin.revoke_api_key(made.api_key.id).await.unwrap();
        let ended = tokio::time::Instant::now();
        server.user(&admin, "carol", &[]).await;
        let seen = reader.await.unwrap();
        assert!(ended.elapsed() < Duration::from_secs(1), "{:?}", ended.elapsed());
        assert!(seen.contains("\"bob\"") && !seen.contains("\"carol\""), "{seen}");
    }
}
