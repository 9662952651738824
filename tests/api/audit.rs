//! Audit events (S1-EXT-01): complete, chained, exported.

use std::time::Duration;

use quarterdeck_domain::{
    Patch, Permission, Role,
    audit::{Action, ActorType, AuditEvent, AuditFilter, ListAuditEvents, Outcome},
    users::{Contact, CreateUser, SetPassword, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{Backend, PASSWORD, Server, new_user, on_both};

use crate::{events::read_until, organizations::with_admin};

on_both! {
    /// An event says who did what to whom, when, from where, and what changed.
    async fn content(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        let update = UpdateUser { display_name: Some("Robert".to_owned()), ..UpdateUser::default() };
        admin.transport().set_token(admin.transport().token());
        admin.update_user(user.id(), &update, None).await.unwrap();
        let filter = AuditFilter { target_id: Some(user.id().to_string()), action: Some(Action::UserUpdated), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        let event = &events.items[0];
        assert_eq!((event.actor.label.as_str(), event.target.label.as_str(), event.address.as_str()), ("root", "bob", "127.0.0.1"));
        assert_eq!((event.changes[0].field.as_str(), &event.changes[0].after), ("display_name", &"Robert".into()));
        assert!(event.session_id.is_some() && !event.request_id.is_empty());
    }

    /// Failed sign-ins are noted; nothing that was typed stands in them.
    async fn failures(server: Server) {
        let admin = server.admin().await;
        let _ = server.sign_in("root", "my secret typo 12").await.unwrap_err();
        let _ = server.sign_in("my secret typo 12", "x").await.unwrap_err();
        let filter = AuditFilter { action: Some(Action::SignInFailed), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        assert_eq!(events.total, 2);
        assert!(events.items.iter().all(|event| event.outcome == Outcome::Failure));
        assert!(!serde_json::to_string(&events).unwrap().contains("my secret typo 12"));
    }

    /// A refused act is noted with the permission that was missing, once a minute for each user and permission.
    async fn refusals(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let (_, stranger) = with_admin(&server, &admin, "two").await;
        let body = CreateUser { organization_id: Some(one), ..new_user("tess", &[Role::Developer]) };
        let tess = admin.create_user(&body).await.unwrap().id();
        let developer = server.sign_in("tess", PASSWORD).await.unwrap().0;
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
        for _ in 0..3 {
            let refused = developer.create_user(&new_user("more", &[])).await.unwrap_err();
            assert_eq!(refused.code(), "forbidden");
            let refused = owner.set_user_password(tess, &set).await.unwrap_err();
            assert_eq!(refused.code(), "privileged-account");
        }
        let filter = AuditFilter { outcome: Some(Outcome::Denied), ..AuditFilter::default() };
        let denied = ListAuditEvents { filter, ..ListAuditEvents::default() };
        let events = admin.list_audit_events(&denied).await.unwrap().items;
        let told: Vec<_> = events.iter().map(|event| (event.actor.label.as_str(), event.target.label.as_str(), event.permission)).collect();
        let password = format!("PUT /api/v1/users/{tess}/password");
        assert_eq!(told, [("one.admin", password.as_str(), Permission::UserSetPassword), ("tess", "POST /api/v1/users", Permission::UserCreate)]);
        assert_eq!(owner.list_audit_events(&denied).await.unwrap().total, 2);
        assert_eq!(stranger.list_audit_events(&denied).await.unwrap().total, 0);
    }

    /// What a guard refuses on the own account is noted too, with the permission that the act needs.
    async fn refusals_of_guards(server: Server) {
        let admin = server.admin().await;
        let own = admin.get_me().await.unwrap().user.id();
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
        assert_eq!(admin.set_user_password(own, &set).await.unwrap_err().code(), "own-account");
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
        assert_eq!(admin.update_user(own, &suspend, None).await.unwrap_err().code(), "own-account");
        let filter = AuditFilter { action: Some(Action::AccessDenied), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let told: Vec<_> = events.iter().map(|event| (event.permission, event.reason.as_str())).collect();
        assert_eq!(told, [(Permission::UserSuspend, "own-account"), (Permission::UserSetPassword, "own-account")]);
    }

    /// Events are found by the kind of actor and by session, and each has an address of its own.
    async fn by_session(server: Server) {
        let admin = server.admin().await;
        let session = admin.get_me().await.unwrap().session_id.unwrap();
        server.user(&admin, "bob", &[]).await;
        server.sign_in("nobody", "x").await.unwrap_err();
        let list = async |filter: AuditFilter| {
            admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items
        };
        let of_session = list(AuditFilter { session_id: Some(session), ..AuditFilter::default() }).await;
        assert!(!of_session.is_empty() && of_session.iter().all(|event| event.session_id == Some(session)));
        let anonymous = list(AuditFilter { actor_kind: Some(ActorType::Anonymous), ..AuditFilter::default() }).await;
        assert!(anonymous.iter().any(|event| event.action == Action::SignInFailed));
        assert!(anonymous.iter().all(|event| event.actor.kind == ActorType::Anonymous));
        let event = admin.get_audit_event(of_session[0].id).await.unwrap();
        assert_eq!((event.id, event.action), (of_session[0].id, of_session[0].action));
        let (one, owner) = with_admin(&server, &admin, "one").await;
        assert_eq!(owner.get_audit_event(event.id).await.unwrap_err().code(), "not-found");
        let of_one = list(AuditFilter { organization_id: Some(one), action: Some(Action::OrganizationCreated), ..AuditFilter::default() }).await;
        let narrowed = owner.get_audit_event(of_one[0].id).await.unwrap();
        assert_eq!((narrowed.actor.label.as_str(), narrowed.session_id), ("administrator", None));
    }

    /// An organization's administrator learns from no form of the log what the API does not show them: contact info,
    /// other organizations, and from where administrators of the platform work.
    async fn narrowed_to_an_organization(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, owner) = with_admin(&server, &admin, "two").await;
        let body = CreateUser { organization_id: Some(one), ..new_user("bob", &[]) };
        let bob = admin.create_user(&body).await.unwrap().id();
        let contact = Contact { phone: "+44 20 7946 0018".to_owned(), ..Contact::default() };
        for change in [
            UpdateUser { organization_id: Patch::Value(two), ..UpdateUser::default() },
            UpdateUser { contact: Some(contact.into()), display_name: Some("Robert".to_owned()), ..UpdateUser::default() },
        ] {
            admin.update_user(bob, &change, None).await.unwrap();
        }
        let rename = UpdateUser { display_name: Some("Bobby".to_owned()), ..UpdateUser::default() };
        owner.update_user(bob, &rename, None).await.unwrap();
        let root = admin.get_me().await.unwrap();
        let secrets = [one.to_string(), "7946 0018".to_owned(), "root".to_owned(), root.user.id().to_string(), root.session_id.unwrap().to_string()];
        let request = || owner.transport().raw("GET", "/api/v1/audit-events");
        for accept in ["application/json", "text/csv", "application/x-ndjson"] {
            let text = request().header("accept", accept).send().await.unwrap().text().await.unwrap();
            assert!(text.contains("user.moved") && text.contains("Robert") && text.contains("administrator"), "{text}");
            for secret in &secrets {
                assert!(!text.contains(secret), "{accept} tells {secret}: {text}");
            }
        }
        let overview = owner.transport().raw("GET", "/api/v1/overview").send().await.unwrap().text().await.unwrap();
        assert!(overview.contains("user.moved") && !secrets.iter().any(|secret| overview.contains(secret)), "{overview}");
        let own = owner.get_me().await.unwrap().user.id();
        let last = format!("\"user.updated\",\"actor\":{{\"kind\":\"user\",\"id\":\"{own}\"");
        let stream = read_until(&owner, Some("0"), &last).await;
        assert!(stream.contains("user.moved") && !secrets.iter().any(|secret| stream.contains(secret)), "{stream}");
        let filter = AuditFilter { target_id: Some(bob.to_string()), ..AuditFilter::default() };
        let list = ListAuditEvents { filter, ..ListAuditEvents::default() };
        let seen = owner.list_audit_events(&list).await.unwrap().items;
        assert_eq!((seen[0].actor.label.as_str(), seen[0].address.as_str()), ("two.admin", "127.0.0.1"));
        assert_eq!((seen[1].actor.label.as_str(), seen[1].address.as_str()), ("administrator", ""));
        let fields = |events: &[AuditEvent]| -> Vec<String> {
            events.iter().flat_map(|event| &event.changes).map(|change| change.field.clone()).collect()
        };
        assert_eq!(fields(&seen), ["display_name", "display_name", "organization_id"]);
        let complete = admin.list_audit_events(&list).await.unwrap().items;
        assert_eq!(complete[1].actor.label, "root");
        assert!(fields(&complete).contains(&"contact".to_owned()));
    }

    /// Who has the database alone cannot make the log begin anew: a chain without its head is broken, and nothing more is
    /// sealed.
    async fn a_chain_never_begins_again(server: Server) {
        let mut server = server;
        server.admin().await;
        server.terminate();
        server.command(&["audit", "verify"], "");
        server.sql("DELETE FROM audit_events WHERE sequence = 1; UPDATE audit_events SET sequence = NULL, hash = NULL; DELETE FROM audit_head");
        for _ in 0..2 {
            let (holds, said) = server.try_command(&["audit", "verify"]);
            assert!(!holds && said.contains("broken at event 1"), "{said}");
            // Acts go on, and the log keeps them, but not as part of a chain.
            let (done, said) = server.try_command(&["admin", "unlock", "--username", "root"]);
            assert!(done && said.contains("head of the audit chain is missing"), "{said}");
        }
        let (well, said) = server.try_command(&["doctor", "--listen", "127.0.0.1:0"]);
        assert!(!well && said.contains("FAIL  audit chain"), "{said}");
        server.sql("DELETE FROM audit_events; DELETE FROM key_checks");
        let (holds, said) = server.try_command(&["audit", "verify"]);
        assert!(!holds && said.contains("cannot be trusted"), "{said}");
    }

    /// A server that lost the head of its chain while it runs says so and is not ready, and promises nothing at its stop.
    async fn a_lost_head_is_told(server: Server) {
        let mut server = server;
        server.sql("DELETE FROM audit_head");
        let answer = server.anonymous().transport().http.get(format!("{}/readyz", server.base)).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status == 503 && text.contains("The audit chain is not available"), "{text}");
        server.admin().await;
        server.logged("head of the audit chain is missing").await;
        server.terminate();
        let log = server.log();
        let (_, stop) = log.split_once("asked to stop").unwrap();
        assert!(stop.contains("the last writes before the stop failed") && stop.contains("no event is sealed until"), "{log}");
    }

    /// The chain holds, and each export has every event.
    async fn exports(server: Server) {
        let admin = server.admin().await;
        for index in 0..5 {
            server.user(&admin, &format!("user{index}"), &[Role::Trainer]).await;
        }
        let total = admin.list_audit_events(&ListAuditEvents::default()).await.unwrap().total as usize;
        let export = |accept: &'static str| {
            let request = admin.transport().raw("GET", "/api/v1/audit-events").header("accept", accept);
            async move { request.send().await.unwrap().text().await.unwrap() }
        };
        assert_eq!(export("text/csv").await.lines().count(), total + 1);
        let lines = export("application/x-ndjson").await;
        assert_eq!(lines.lines().count(), total);
        for line in lines.lines() {
            serde_json::from_str::<quarterdeck_domain::audit::AuditEvent>(line).unwrap();
        }
        for _ in 0..100 {
            let newest = admin.list_audit_events(&ListAuditEvents::default()).await.unwrap();
            if newest.items.iter().all(|event| event.sequence.is_some() && event.hash.is_some()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let verified = server.command(&["audit", "verify"], "");
        assert!(verified.contains(&total.to_string()), "{verified}");
    }
}

/// Runs `sql` on the database file of a server that has stopped; whether the chain then holds, and what was said of it.
fn verified_after(server: &Server, sql: &str, flags: &[&str]) -> (bool, String) {
    let database = server.data_dir().join("quarterdeck.db").display().to_string();
    let script = format!("import sqlite3; c = sqlite3.connect({database:?}); c.execute({sql:?}); c.commit()");
    assert!(std::process::Command::new("python3").args(["-c", &script]).status().unwrap().success());
    let output = std::process::Command::new(quarterdeck_testkit::binary())
        .args(["audit", "verify", "--data-dir"])
        .arg(server.data_dir())
        .args(flags)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

/// A changed event, events cut off at the end, events put back in line, a forged head and an older copy are found.
#[tokio::test]
async fn tampering_is_found() {
    let mut server = Server::start(Backend::Sqlite).await;
    let admin = server.admin().await;
    for name in ["bob", "carol", "dave"] {
        server.user(&admin, name, &[]).await;
    }
    server.terminate();
    let (holds, text) = verified_after(&server, "SELECT 1", &[]);
    assert!(holds, "{text}");
    let head = text.lines().find_map(|line| line.split("Its head is ").nth(1)).unwrap().trim().to_owned();
    let (number, hash) = head.split_once(':').unwrap();
    let last: u64 = number.parse().unwrap();
    assert!(last >= 4);
    assert!(verified_after(&server, "SELECT 1", &["--head", &head]).0);
    let unknown = format!("{number}:{}", "0".repeat(hash.len()));
    assert!(!verified_after(&server, "SELECT 1", &["--head", &unknown]).0);
    assert!(!verified_after(&server, "SELECT 1", &["--head", &format!("{}:{hash}", last + 1)]).0);

    let cut = format!("DELETE FROM audit_events WHERE sequence = {last}");
    let (holds, text) = verified_after(&server, &cut, &[]);
    assert!(!holds && text.contains(&format!("event {last}")), "{text}");
    let forged = format!("UPDATE audit_head SET sequence = {}", last - 1);
    assert!(!verified_after(&server, &forged, &[]).0);
    assert!(!verified_after(&server, "DELETE FROM audit_head", &[]).0);

    let (holds, text) =
        verified_after(&server, "UPDATE audit_events SET actor_label = 'mallory' WHERE sequence = 2", &[]);
    assert!(!holds && text.contains("event 2"), "{text}");
}

/// An event that is given back its place by the server itself leaves a gap where it was.
#[tokio::test]
async fn a_gap_stays_a_gap() {
    let mut server = Server::start(Backend::Sqlite).await;
    server.admin().await;
    server.terminate();
    let unseal = "UPDATE audit_events SET sequence = NULL, hash = NULL, actor_label = 'mallory' WHERE sequence = (SELECT max(sequence) FROM audit_events)";
    assert!(!verified_after(&server, unseal, &[]).0);
    server.restart().await;
    server.admin().await;
    server.terminate();
    let (holds, text) = verified_after(&server, "SELECT 1", &[]);
    assert!(!holds, "{text}");
}
