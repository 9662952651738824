//! Sessions (S2-SES-01..03, S4-SES-01..06).

use quarterdeck_domain::{
    OrganizationId, Role, UserId,
    audit::{Action, AuditFilter, ListAuditEvents},
    plans::{CreatePlan, PlanAction},
    sessions::{ListSessions, RevocationScope, RevokeSessions, SessionFilter},
    settings::UpdateSetting,
    users::CreateUser,
};
use quarterdeck_testkit::{PASSWORD, Server, new_user, on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::organizations::with_admin;

fn scope(scope: RevocationScope) -> RevokeSessions {
    RevokeSessions { scope, organization_id: None, user_id: None }
}

on_both! {
    /// Who, where, with what, since when; filtered by user; ended one by one (S4-SES-01, S4-SES-02).
    async fn listing(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let filter = SessionFilter { user_id: Some(user.id()), ..SessionFilter::default() };
        let page = admin.list_sessions(&ListSessions { filter, ..ListSessions::default() }).await.unwrap();
        assert_eq!(page.total, 1);
        let session = &page.items[0];
        assert_eq!((session.username.as_str(), session.address.as_str(), session.is_current), ("bob", "127.0.0.1", false));
        assert!(session.expires_at > session.created_at);
        assert_eq!(admin.get_session(session.id).await.unwrap(), *session);
        admin.revoke_session(session.id).await.unwrap();
        assert_eq!(bob.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(admin.revoke_session(session.id).await.unwrap_err().code(), "not-found");
    }

    /// Everybody out but the caller; all non-administrators; one user; all (S2-SES-01, S2-SES-03, contradiction 4).
    async fn revocation_scopes(server: Server) {
        let admin = server.admin().await;
        let (second, _) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        assert_eq!(admin.revoke_sessions(&scope(RevocationScope::NonAdmins)).await.unwrap().revoked, 1);
        assert_eq!(bob.get_me().await.unwrap_err().code(), "session-ended");
        second.get_me().await.unwrap();
        let (bob, _) = server.sign_in("bob", PASSWORD).await.unwrap();
        let one = RevokeSessions { user_id: Some(user.id()), ..scope(RevocationScope::User) };
        assert_eq!(admin.revoke_sessions(&one).await.unwrap().revoked, 1);
        assert_eq!(bob.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(admin.revoke_sessions(&scope(RevocationScope::AllButMine)).await.unwrap().revoked, 1);
        assert_eq!(second.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(admin.revoke_sessions(&scope(RevocationScope::User)).await.unwrap_err().code(), "invalid");
        let filter = AuditFilter { action: Some(Action::SessionsRevoked), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let scopes: Vec<Value> = events.iter().rev().map(|event| event.changes[0].after.clone()).collect();
        let of_one = json!({ "scope": "user", "user_id": user.id() });
        assert_eq!(scopes, [json!({ "scope": "non_admins" }), of_one, json!({ "scope": "all_but_mine" })]);
        assert_eq!(admin.revoke_sessions(&scope(RevocationScope::All)).await.unwrap().revoked, 1);
        assert_eq!(admin.get_me().await.unwrap_err().code(), "session-ended");
    }

    /// Whoever does not exist, or belongs to others, has no sessions to end.
    async fn sessions_of_nobody(server: Server) {
        let admin = server.admin().await;
        let (_, one) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let of_user = |id| RevokeSessions { user_id: Some(id), ..scope(RevocationScope::User) };
        let of_organization = |id| RevokeSessions { organization_id: Some(id), ..scope(RevocationScope::Organization) };
        let member = two_admin.get_me().await.unwrap().user.id();
        for (client, revocation) in [
            (&admin, of_user(UserId(Uuid::nil()))),
            (&admin, of_organization(OrganizationId(Uuid::nil()))),
            (&one, of_user(member)),
            (&one, of_organization(two)),
        ] {
            assert_eq!(client.revoke_sessions(&revocation).await.unwrap_err().code(), "not-found", "{revocation:?}");
        }
        two_admin.get_me().await.unwrap();
    }

    /// An organization's administrator ends by no scope and no plan a session that they could not end alone.
    async fn privileged_sessions(server: Server) {
        let admin = server.admin().await;
        let (organization, owner) = with_admin(&server, &admin, "engines").await;
        let mut spared = Vec::new();
        for (name, role) in [("boss", Role::Admin), ("dev", Role::Developer), ("advocate", Role::Advocate)] {
            let body = CreateUser { organization_id: Some(organization), ..new_user(name, &[role]) };
            let user = admin.create_user(&body).await.unwrap();
            spared.push((server.sign_in(name, PASSWORD).await.unwrap().0, user.id()));
        }
        owner.create_user(&new_user("bob", &[])).await.unwrap();
        for (_, id) in &spared {
            let revocation = RevokeSessions { user_id: Some(*id), ..scope(RevocationScope::User) };
            assert_eq!(owner.revoke_sessions(&revocation).await.unwrap_err().code(), "privileged-account");
            let action = PlanAction::RevokeSessions { revocation };
            assert_eq!(owner.create_plan(&CreatePlan { action }).await.unwrap_err().code(), "privileged-account");
        }
        let of_organization = RevokeSessions { organization_id: Some(organization), ..scope(RevocationScope::Organization) };
        let all = [of_organization, scope(RevocationScope::NonAdmins), scope(RevocationScope::AllButMine)];
        let mut ended = 0;
        for revocation in all {
            let (bob, _) = server.sign_in("bob", PASSWORD).await.unwrap();
            let (owner, _) = server.sign_in("engines.admin", PASSWORD).await.unwrap();
            let action = PlanAction::RevokeSessions { revocation };
            let plan = owner.create_plan(&CreatePlan { action }).await.unwrap();
            let revoked = owner.revoke_sessions(&revocation).await.unwrap().revoked;
            assert_eq!(plan.row_count, revoked, "{revocation:?}");
            ended += u64::from(bob.get_me().await.is_err());
            for (client, _) in &spared {
                client.get_me().await.unwrap();
            }
        }
        assert_eq!(ended, 3);
    }

    /// One session more than the limit ends the oldest (S2-SET-07, contradiction 25).
    async fn limit_per_user(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob", &[]).await;
        let body = UpdateSetting { value: 2.into(), reason: "audit".to_owned() };
        admin.update_setting("session.max_per_user", &body, None).await.unwrap();
        let (first, _) = server.sign_in("bob", PASSWORD).await.unwrap();
        let (second, _) = server.sign_in("bob", PASSWORD).await.unwrap();
        let (third, _) = server.sign_in("bob", PASSWORD).await.unwrap();
        assert_eq!(first.get_me().await.unwrap_err().code(), "session-ended");
        second.get_me().await.unwrap();
        third.get_me().await.unwrap();
    }
}
