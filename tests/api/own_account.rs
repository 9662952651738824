//! The own account (S3-MNU-04): what happened with it, and its end by its owner.

use std::time::Duration;

use quarterdeck_domain::{
    Permission, Role,
    audit::{Action, AuditEvent, AuditFilter, ListAuditEvents, OUTSIDER},
    jobs::{Job, RowOutcome},
    page::{PageRequest, Sort},
    plans::{CreatePlan, PlanAction},
    users::{ListUsers, UpdateUser, UserFilter},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, on_both};
use serde_json::json;

use crate::{
    api_keys::{key, made, set},
    impersonation::{acting, code, rename},
    step_up::{Kept, step_up},
};

const FAREWELL: CreatePlan = CreatePlan { action: PlanAction::DeleteOwnAccount };

async fn allow(admin: &TestClient, allowed: bool) {
    set(admin, "account.self_deletion", json!(allowed)).await;
}

async fn own_events(client: &TestClient) -> Vec<AuditEvent> {
    client.list_own_audit_events(&ListAuditEvents::default()).await.unwrap().items
}

async fn delete_own(client: &TestClient) -> Job {
    let plan = client.create_plan(&FAREWELL).await.unwrap();
    client.execute_plan(&plan).await.unwrap()
}

on_both! {
    /// What one did and what was done with the account; nothing about others, whatever is asked for.
    async fn activity(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let (carol, other) = server.signed_in(&admin, "carol", &[]).await;
        bob.update_me(&rename(), None).await.unwrap();
        carol.update_me(&rename(), None).await.unwrap();
        let update = UpdateUser { first_name: Some("Robert".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &update, None).await.unwrap();
        let events = own_events(&bob).await;
        let told: Vec<(Action, &str)> = events.iter().map(|event| (event.action, event.actor.label.as_str())).collect();
        assert_eq!(told[..2], [(Action::UserUpdated, OUTSIDER), (Action::UserUpdated, "bob")]);
        assert!(events[0].address.is_empty() && events[0].actor.id.is_none());
        let about = |event: &AuditEvent| event.actor.id == Some(user.id()) || event.target.id == user.id().to_string();
        assert!(events.iter().all(about));
        for filter in [
            AuditFilter { actor_id: Some(other.id()), ..AuditFilter::default() },
            AuditFilter { target_id: Some(other.id().to_string()), ..AuditFilter::default() },
        ] {
            let found = bob.list_own_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
            assert_eq!((found.total, found.items.len()), (0, 0));
        }
        let sort = Some(Sort::ascending(quarterdeck_domain::audit::AuditSort::At));
        let first = ListAuditEvents { page: PageRequest { limit: Some(1), cursor: None }, sort, ..ListAuditEvents::default() };
        let page = bob.list_own_audit_events(&first).await.unwrap();
        assert_eq!((page.items[0].id, page.total), (events.last().unwrap().id, events.len() as u64));
        assert_eq!(code(bob.list_audit_events(&ListAuditEvents::default()).await), "forbidden");
        // It tells of others as well: a key that carries the profile alone does not read it.
        let by_key = made(&server, &admin, &key("profile", &[Permission::ProfileRead])).await.0;
        assert_eq!(code(by_key.list_own_audit_events(&ListAuditEvents::default()).await), "forbidden");
        let by_key = made(&server, &admin, &key("log", &[Permission::ProfileRead, Permission::AuditRead])).await.0;
        by_key.list_own_audit_events(&ListAuditEvents::default()).await.unwrap();
        // Whoever reads the whole log reads their own as it is.
        let seen = own_events(&admin).await;
        assert!(seen.iter().any(|event| event.target.id == user.id().to_string() && event.actor.id.is_some()));
    }

    /// Only where a setting allows it; with sessions and keys; the name stays reserved, and the log keeps who it was.
    async fn deletion(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        assert_eq!(code(bob.create_plan(&FAREWELL).await), "self-deletion-off");
        assert!(!bob.get_me().await.unwrap().allows_self_deletion);
        allow(&admin, true).await;
        assert!(bob.get_me().await.unwrap().allows_self_deletion);
        let by_key = made(&server, &bob, &key("script", &[Permission::ProfileRead])).await.0;
        let other = server.sign_in("bob", PASSWORD).await.unwrap().0;
        let plan = bob.create_plan(&FAREWELL).await.unwrap();
        let counts: Vec<(&str, u64)> = plan.counts.iter().map(|count| (count.kind.name(), count.count)).collect();
        assert_eq!(counts, [("user", 1), ("session", 2), ("role", 1), ("reset_link", 0), ("api_key", 1), ("membership", 0)]);
        assert_eq!((plan.confirmation.as_deref(), plan.irreversible), (Some("delete my account"), true));
        // Switched off meanwhile.
        allow(&admin, false).await;
        assert_eq!(code(bob.execute_plan(&plan).await), "self-deletion-off");
        allow(&admin, true).await;
        assert_eq!(bob.execute_plan(&plan).await.unwrap().succeeded, 1);
        for gone in [&bob, &other, &by_key] {
            assert_eq!(gone.get_me().await.unwrap_err().problem().unwrap().status, 401);
        }
        let filter = UserFilter { q: Some("bob".to_owned()), ..UserFilter::default() };
        assert_eq!(admin.list_users(&ListUsers { filter, ..ListUsers::default() }).await.unwrap().total, 0);
        let filter = AuditFilter { action: Some(Action::UserDeleted), ..AuditFilter::default() };
        let told = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        assert_eq!((told[0].actor.id, told[0].target.label.as_str()), (Some(user.id()), "bob"));
        assert_eq!(told[0].permission, Permission::ProfileDelete);
        assert!(server.try_command(&["audit", "verify"]).0, "the chain holds");
    }

    /// Nobody else does it in one's name: no key, nobody who acts as one, no session whose password was given long ago.
    async fn by_nobody_else(server: Server) {
        let admin = server.admin().await;
        allow(&admin, true).await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        assert!(bob.create_api_key(&key("ender", &[Permission::ProfileDelete])).await.is_err());
        let by_key = made(&server, &bob, &key("script", &[Permission::ProfileRead, Permission::ProfileUpdate])).await.0;
        assert_eq!(code(by_key.create_plan(&FAREWELL).await), "forbidden");
        step_up(&admin, PASSWORD).await.unwrap();
        let acting = acting(&server, &admin, &user, true).await.unwrap().0;
        assert_eq!(code(acting.create_plan(&FAREWELL).await), "impersonated");
        let mut kept = Kept::sign_in(&server, "bob").await;
        kept.advance(&server, Duration::from_secs(16 * 60)).await;
        assert_eq!(code(kept.client.create_plan(&FAREWELL).await), "step-up-required");
        step_up(&kept.client, PASSWORD).await.unwrap();
        // A plan is of who made it.
        let plan = kept.client.create_plan(&FAREWELL).await.unwrap();
        assert_eq!(code(server.admin().await.execute_plan(&plan).await), "not-found");
        assert_eq!(kept.client.execute_plan(&plan).await.unwrap().succeeded, 1);
    }

    /// The last administrator of the platform stays.
    async fn last_administrator(server: Server) {
        let admin = server.admin().await;
        allow(&admin, true).await;
        let job = delete_own(&admin).await;
        let rows = admin.list_job_rows(job.id, &quarterdeck_domain::jobs::ListJobRows::default()).await.unwrap().items;
        assert_eq!((rows[0].outcome, rows[0].code.as_deref()), (RowOutcome::Failed, Some("last-administrator")));
        admin.get_me().await.unwrap();
        let second = server.signed_in(&admin, "second", &[Role::Admin]).await.0;
        assert_eq!(delete_own(&second).await.succeeded, 1);
    }
}
