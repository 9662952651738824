//! What is told of an impersonation, and to whom (S1-IMP-03).

use quarterdeck_domain::{
    Role, UserId,
    audit::{Action, AuditEvent, AuditFilter, ListAuditEvents},
    auth::RefreshToken,
    impersonation::{Impersonation, StartImpersonation},
    me::UpdateMe,
    sessions::ListSessions,
    users::{CreateUser, UpdateUser},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};

use crate::{
    impersonation::{acting, asked, assert_over, code, rename},
    organizations::with_admin,
};

async fn events(client: &TestClient, filter: AuditFilter) -> Vec<AuditEvent> {
    client.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items
}

async fn last(client: &TestClient) -> Impersonation {
    client.get_me().await.unwrap().impersonations.remove(0)
}

on_both! {
    /// The person reads who acted as them and how it ended: by a return, by their own hand, by an administrator's, or by a
    /// right that was lost, from that moment on.
    async fn history(server: Server) {
        let admin = server.admin().await;
        let root = admin.get_me().await.unwrap().user.id();
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let (boss_client, boss) = server.signed_in(&admin, "boss", &[Role::Admin]).await;

        let (client, _) = acting(&server, &admin, &user, false).await.unwrap();
        let running = last(&bob).await;
        assert!(running.is_running && running.ended_by.is_none() && !running.may_write);
        client.end_impersonation(user.id()).await.unwrap();
        let returned = last(&bob).await;
        assert_eq!((returned.is_running, returned.ended_by), (false, Some(root)));

        let (client, started) = acting(&server, &admin, &user, true).await.unwrap();
        bob.revoke_own_session(started.impersonation.id).await.unwrap();
        assert_over(&client, &started, "the user").await;
        let by_user = last(&bob).await;
        assert_eq!((by_user.is_running, by_user.ended_by, by_user.may_write), (false, Some(user.id()), true));
        assert!(by_user.ended_at.is_some());

        let (client, started) = acting(&server, &boss_client, &user, false).await.unwrap();
        admin.revoke_session(started.impersonation.id).await.unwrap();
        assert_over(&client, &started, "an administrator").await;
        assert_eq!(last(&bob).await.ended_by, Some(root));

        let (_, started) = acting(&server, &boss_client, &user, false).await.unwrap();
        assert!(last(&bob).await.is_running);
        admin.update_user(boss.id(), &UpdateUser { roles: Some([].into_iter().collect()), ..UpdateUser::default() }, None).await.unwrap();
        let lost = last(&bob).await;
        assert_eq!((lost.id, lost.is_running, lost.ended_by), (started.impersonation.id, false, None));
    }

    /// Events are found by who acted in truth, and exported with them.
    async fn by_impersonator(server: Server) {
        let admin = server.admin().await;
        let root = admin.get_me().await.unwrap().user.id();
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        bob.update_me(&rename(), None).await.unwrap();
        let (client, _) = acting(&server, &admin, &user, true).await.unwrap();
        let bobby = UpdateMe { display_name: Some("Bobby".to_owned()), ..UpdateMe::default() };
        client.update_me(&bobby, None).await.unwrap();
        client.end_impersonation(user.id()).await.unwrap();
        let by = |id: UserId| AuditFilter { impersonator_id: Some(id), ..AuditFilter::default() };
        let found = events(&admin, by(root)).await;
        let actions: Vec<Action> = found.iter().map(|event| event.action).collect();
        assert_eq!(actions, [Action::ImpersonationEnded, Action::UserUpdated]);
        assert!(found.iter().all(|event| event.actor.label == "bob" && event.impersonator.as_ref().unwrap().id == Some(root)));
        assert!(events(&admin, by(user.id())).await.is_empty());
        let path = format!("/api/v1/audit-events?impersonator_id={root}");
        let csv = admin.transport().raw("GET", &path).header("accept", "text/csv").send().await.unwrap().text().await.unwrap();
        assert!(csv.lines().next().unwrap().contains("actor,impersonator_id,impersonator,"), "{csv}");
        assert_eq!(csv.lines().count(), 3);
        assert!(csv.lines().skip(1).all(|line| line.contains(&format!("bob,{root},root,"))), "{csv}");
    }

    /// An organization's administrator learns that somebody of outside acted as a member, but neither who nor from where.
    async fn to_an_organization(server: Server) {
        let admin = server.admin().await;
        let root = admin.get_me().await.unwrap().user.id();
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let user = admin.create_user(&CreateUser { organization_id: Some(one), ..new_user("tess", &[]) }).await.unwrap();
        let tess = server.sign_in("tess", PASSWORD).await.unwrap().0;
        let (client, started) = acting(&server, &admin, &user, true).await.unwrap();
        client.update_me(&rename(), None).await.unwrap();

        let filter = AuditFilter { target_id: Some(user.id().to_string()), action: Some(Action::UserUpdated), ..AuditFilter::default() };
        let event = &events(&owner, filter).await[0];
        let by = event.impersonator.as_ref().unwrap();
        assert_eq!((event.actor.label.as_str(), by.label.as_str(), by.id), ("tess", "administrator", None));
        assert!(event.address.is_empty() && event.session_id.is_none());
        let session = owner.get_session(started.impersonation.id).await.unwrap();
        assert_eq!((session.impersonator.as_deref(), session.address.as_str()), (Some("administrator"), ""));
        for path in ["/api/v1/audit-events", "/api/v1/sessions", "/api/v1/overview"] {
            for accept in ["application/json", "text/csv"] {
                let text = owner.transport().raw("GET", path).header("accept", accept).send().await.unwrap().text().await.unwrap();
                assert!(!text.contains("root") && !text.contains(&root.to_string()), "{path}: {text}");
            }
        }
        assert_eq!(last(&tess).await.impersonator_name, "root");
        let all = admin.list_sessions(&ListSessions::default()).await.unwrap().items;
        assert!(all.iter().any(|session| session.impersonator.as_deref() == Some("root") && !session.address.is_empty()));
    }

    /// What was begun is over once it is: neither the tokens, nor a copy of them, nor the own session bring it back.
    async fn nothing_is_left(server: Server) {
        let admin = server.admin().await;
        let (_, user) = server.signed_in(&admin, "bob", &[]).await;
        let (client, started) = acting(&server, &admin, &user, true).await.unwrap();
        let body = RefreshToken { refresh_token: started.tokens.refresh_token.clone() };
        let renewed = client.refresh_session(&body).await.unwrap();
        client.end_impersonation(user.id()).await.unwrap();
        for token in [started.tokens.refresh_token.clone(), renewed.refresh_token] {
            let refused = server.anonymous().refresh_session(&RefreshToken { refresh_token: token }).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().status, 401);
        }
        for token in [started.tokens.access_token, renewed.access_token] {
            client.transport().set_token(Some(token));
            assert_eq!(client.get_me().await.unwrap_err().problem().unwrap().status, 401);
        }
        assert!(admin.get_me().await.unwrap().impersonation.is_none());
    }

    /// To see only is to see only: what the user could change about themselves is refused, signing others out included.
    async fn to_see_only(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let own = bob.get_me().await.unwrap().session_id.unwrap();
        let (client, _) = acting(&server, &admin, &user, false).await.unwrap();
        assert_eq!(code(client.revoke_own_session(own).await), "impersonated");
        assert_eq!(code(client.revoke_other_own_sessions().await), "impersonated");
        bob.get_me().await.unwrap();
        let (client, _) = acting(&server, &admin, &user, true).await.unwrap();
        client.revoke_own_session(own).await.unwrap();
        assert_eq!(bob.get_me().await.unwrap_err().problem().unwrap().status, 401);
        let again = StartImpersonation { reason: "once more".to_owned(), ..asked(false) };
        assert_eq!(code(client.start_impersonation(user.id(), &again).await), "impersonated");
    }
}
