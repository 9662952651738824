//! The own account (S3-MNU-03, S4-SES-03).

use std::time::Duration;

use quarterdeck_domain::{
    Patch, Permission, Role,
    audit::{Action, AuditFilter, ListAuditEvents, Outcome},
    me::{ChangePassword, UpdateMe},
    page::{PageRequest, Sort},
    sessions::{ListUserSessions, SessionSort},
    users::{Contact, SetPassword, Subdivision},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, on_both};

on_both! {
    /// Own profile, own permissions; no way to roles or status.
    async fn profile(server: Server) {
        let admin = server.admin().await;
        let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
        let me = bob.get_me().await.unwrap();
        assert!(me.may(Permission::ProfileUpdate) && !me.may(Permission::UserRead));
        let update = UpdateMe { display_name: Some("Robert".to_owned()), time_zone: Patch::Value("Europe/Paris".to_owned()), ..UpdateMe::default() };
        let user = bob.update_me(&update, Some(me.user.summary.version)).await.unwrap();
        assert_eq!((user.summary.display_name.as_str(), user.time_zone.as_deref()), ("Robert", Some("Europe/Paris")));
        for body in [r#"{"roles":["admin"]}"#, r#"{"status":"active"}"#, r#"{"organization_id":null}"#] {
            let answer = bob.transport().raw("PATCH", "/api/v1/me").header("content-type", "application/merge-patch+json").body(body).send().await.unwrap();
            assert_eq!(answer.status(), 400, "{body}");
        }
    }

    /// S3-MNU-03: administrators and developers say where they are and for whom they work; for others that is told by who
    /// manages them.
    async fn place(server: Server) {
        let admin = server.admin().await;
        let (developer, _) = server.signed_in(&admin, "dev", &[Role::Developer]).await;
        let place = UpdateMe {
            organization_label: Some("Analytical Engines".to_owned()),
            country: Patch::Value("GB".to_owned()),
            subdivisions: Some(vec![Subdivision("London".to_owned())]),
            ..UpdateMe::default()
        };
        for client in [&admin, &developer] {
            assert!(client.get_me().await.unwrap().may(Permission::ProfileUpdatePlace));
            client.update_me(&place, None).await.unwrap();
            let user = client.get_me().await.unwrap().user;
            assert_eq!((user.organization_label.as_str(), user.country.as_deref()), ("Analytical Engines", Some("GB")));
            assert_eq!(user.subdivisions, ["London"]);
        }
        let nowhere = UpdateMe { country: Patch::Value("ZZ".to_owned()), ..UpdateMe::default() };
        assert_eq!(developer.update_me(&nowhere, None).await.unwrap_err().problem().unwrap().errors[0].pointer, "/country");
        for role in [Role::Advocate, Role::Trainer, Role::User] {
            let (other, _) = server.signed_in(&admin, &format!("the.{role}"), &[role]).await;
            assert!(!other.get_me().await.unwrap().may(Permission::ProfileUpdatePlace));
            for change in [
                UpdateMe { organization_label: Some(String::new()), ..UpdateMe::default() },
                UpdateMe { country: Patch::Null, ..UpdateMe::default() },
                UpdateMe { subdivisions: Some(Vec::new()), ..UpdateMe::default() },
            ] {
                let error = other.update_me(&change, None).await.unwrap_err();
                assert_eq!(error.problem().unwrap().permission.as_deref(), Some("profile.update_place"), "{role}");
            }
        }
    }

    /// `null` empties what may be empty (RFC 7396), and nothing else.
    async fn emptied(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let change = async |client: &TestClient, path: &str, body: &str| {
            let request = client.transport().raw("PATCH", path).header("content-type", "application/merge-patch+json");
            request.body(body.to_owned()).send().await.unwrap().status().as_u16()
        };
        let path = format!("/api/v1/users/{}", user.id());
        let filled = r#"{"first_name":"A","last_name":"B","organization_label":"C","subdivisions":["D"],"contact":{"phone":"1","location":"E"}}"#;
        assert_eq!(change(&admin, &path, filled).await, 200);
        assert_eq!(change(&bob, "/api/v1/me", r#"{"first_name":null}"#).await, 200);
        // Members of members too: what is not named stays.
        assert_eq!(change(&admin, &path, r#"{"contact":{"phone":null}}"#).await, 200);
        let contact = admin.get_user(user.id()).await.unwrap().contact.unwrap();
        assert_eq!((contact.phone.as_str(), contact.location.as_str()), ("", "E"));
        let emptied = r#"{"last_name":null,"organization_label":null,"subdivisions":null,"contact":null,"status_reason":null}"#;
        assert_eq!(change(&admin, &path, emptied).await, 200);
        let user = admin.get_user(user.id()).await.unwrap();
        assert_eq!((user.first_name + &user.last_name + &user.organization_label, user.subdivisions), (String::new(), vec![]));
        assert_eq!(user.contact, Some(Contact::default()));
        assert_eq!(change(&bob, "/api/v1/me", r#"{"display_name":null}"#).await, 400);
        assert_eq!(change(&admin, &path, r#"{"roles":null}"#).await, 400);
    }

    /// Changing the own password ends the other sessions, unless asked otherwise (contradiction 2).
    async fn password(server: Server) {
        let admin = server.admin().await;
        let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
        let (other, _) = server.sign_in("bob", PASSWORD).await.unwrap();
        let change = |current: &str, new: &str, keep_other_sessions| ChangePassword { current_password: current.to_owned(), new_password: new.to_owned(), keep_other_sessions };
        let wrong = bob.change_own_password(&change("not the password", "copper kettle four", false)).await.unwrap_err();
        assert_eq!(wrong.problem().unwrap().errors[0].pointer, "/current_password");
        bob.change_own_password(&change(PASSWORD, "copper kettle four", true)).await.unwrap();
        other.get_me().await.unwrap();
        bob.change_own_password(&change("copper kettle four", "another lantern 5", false)).await.unwrap();
        assert_eq!(other.get_me().await.unwrap_err().code(), "session-ended");
        bob.get_me().await.unwrap();
    }

    /// Who holds a session guesses the password no faster than at the sign-in, and each guess is on record.
    async fn guesses(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let change = |current: &str| ChangePassword {
            current_password: current.to_owned(),
            new_password: "copper kettle four".to_owned(),
            keep_other_sessions: true,
        };
        let mut codes = Vec::new();
        for index in 0..6 {
            let guess = change(&format!("not the password {index}"));
            codes.push(bob.change_own_password(&guess).await.unwrap_err().code().to_owned());
        }
        assert_eq!(codes, ["invalid", "invalid", "invalid", "invalid", "invalid", "rate-limited"]);
        let long = bob.change_own_password(&change(&"x".repeat(257))).await.unwrap_err();
        assert_eq!(long.problem().unwrap().errors[0].pointer, "/current_password");
        let filter = AuditFilter { actor_id: Some(user.id()), outcome: Some(Outcome::Failure), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        assert_eq!((events.total, events.items[0].action), (5, Action::PasswordChanged));
        server.advance(Duration::from_secs(60));
        bob.change_own_password(&change(PASSWORD)).await.unwrap();
        server.sign_in("bob", "copper kettle four").await.unwrap();
    }

    /// An administrator's session alone is no way to the own password.
    async fn own_password_by_session(server: Server) {
        let admin = server.admin().await;
        let own = admin.get_me().await.unwrap().user.id();
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: false, revoke_api_keys: None };
        assert_eq!(admin.set_user_password(own, &set).await.unwrap_err().code(), "own-account");
        assert_eq!(admin.create_password_reset_link(own).await.unwrap_err().code(), "own-account");
    }

    /// Own sessions with the current one marked; others end one by one or together.
    async fn sessions(server: Server) {
        let admin = server.admin().await;
        let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
        let (second, _) = server.sign_in("bob", PASSWORD).await.unwrap();
        let (third, _) = server.sign_in("bob", PASSWORD).await.unwrap();
        let own = bob.list_own_sessions(&ListUserSessions::default()).await.unwrap();
        assert_eq!((own.total, own.items.iter().filter(|session| session.is_current).count()), (3, 1));
        let sort = Some(Sort::ascending(SessionSort::CreatedAt));
        let request = ListUserSessions { page: PageRequest { limit: Some(1), cursor: None }, sort, ..ListUserSessions::default() };
        let oldest = bob.list_own_sessions(&request).await.unwrap();
        assert!(oldest.items[0].is_current && oldest.total == 3);
        let cursor = oldest.next_cursor;
        let id = bob.get_me().await.unwrap().user.id();
        let request = ListUserSessions { page: PageRequest { limit: Some(1), cursor }, ..request };
        assert_eq!(bob.list_own_sessions(&request).await.unwrap().items[0].id, own.items[1].id);
        assert_eq!(admin.list_user_sessions(id, &ListUserSessions::default()).await.unwrap().total, 3);
        let newest = own.items[0].id;
        bob.revoke_own_session(newest).await.unwrap();
        assert_eq!(third.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(bob.revoke_other_own_sessions().await.unwrap().revoked, 1);
        assert_eq!(second.get_me().await.unwrap_err().code(), "session-ended");
        let foreign = admin.list_own_sessions(&ListUserSessions::default()).await.unwrap().items[0].id;
        assert_eq!(bob.revoke_own_session(foreign).await.unwrap_err().code(), "not-found");
    }
}
