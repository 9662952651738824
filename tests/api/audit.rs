//! Audit events (S1-EXT-01): complete, chained, exported.

use std::time::Duration;

use quarterdeck_domain::{
    Role,
    audit::{Action, AuditFilter, ListAuditEvents, Outcome},
    users::UpdateUser,
};
use quarterdeck_testkit::{Backend, Server, on_both};

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
