//! The way out for keys that are lost for good: what only they could open or prove is given up, and the log says so.

use std::fs;

use quarterdeck_domain::{
    audit::{Action, AuditEvent, AuditFilter, ListAuditEvents},
    settings::UpdateSetting,
};
use quarterdeck_testkit::{Server, TestClient, on_both};

const TOKEN: &str = "operation.metrics_token";

/// Stops the server, whose events have all their places then, and loses its keys.
fn lose_keys(server: &mut Server) {
    server.terminate();
    server.command(&["audit", "verify"], "");
    fs::remove_dir_all(server.data_dir().join("keys")).unwrap();
}

/// The text behind `mark`, up to white space.
fn behind<'a>(said: &'a str, mark: &str) -> &'a str {
    let (_, rest) = said.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {said}"));
    rest.split_whitespace().next().unwrap().trim_end_matches(')')
}

async fn replacement(admin: &TestClient) -> AuditEvent {
    let filter = AuditFilter { action: Some(Action::KeysReplaced), ..AuditFilter::default() };
    let page = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
    page.items.into_iter().next().unwrap()
}

on_both! {
    /// Without a word nothing is lost; with it sessions and sealed settings go, and the chain goes on in a new section.
    async fn are_given_up(server: Server) {
        let mut server = server;
        let admin = server.admin().await;
        let secret = UpdateSetting { value: "a token for metrics".into(), reason: String::new() };
        admin.update_setting(TOKEN, &secret, None).await.unwrap();
        lose_keys(&mut server);
        let (done, said) = server.try_command(&["keys", "replace"]);
        assert!(!done && said.contains("nothing was done") && said.contains("1 sealed setting: operation.metrics_token"), "{said}");
        assert!(said.contains("1 session") && said.contains("the proof of all events up to number"), "{said}");
        assert!(!server.data_dir().join("keys").exists(), "no key was made");
        let (well, said) = server.try_command(&["doctor", "--listen", "127.0.0.1:0"]);
        assert!(!well && said.contains("are missing") && said.contains("quarterdeck keys replace"), "{said}");
        let said = server.command(&["keys", "replace", "--yes"], "");
        let end = behind(&said, "ends with ").to_owned();

        server.restart().await;
        assert!(admin.get_me().await.is_err(), "the sessions have ended");
        let admin = server.admin().await;
        assert!(!admin.get_setting(TOKEN).await.unwrap().is_set);
        admin.update_setting(TOKEN, &secret, None).await.unwrap();
        let event = replacement(&admin).await;
        let last: u64 = end.split(':').next().unwrap().parse().unwrap();
        assert_eq!((event.actor.label.as_str(), event.sequence), ("command line", Some(last + 1)));
        let closed = event.changes.iter().find(|change| change.field == "closed_section").unwrap();
        assert_eq!(closed.after, end.as_str());

        server.terminate();
        let (status, said) = server.status(&["audit", "verify"]);
        assert!(status == 3 && said.contains("not verifiable: their section was closed at") && !said.contains("broken"), "{said}");
        let head = behind(&said, "Its head is ").to_owned();
        server.command(&["audit", "verify", "--closed", &end, "--head", &end], "");
        server.command(&["audit", "verify", "--closed", &end, "--head", &head], "");
        let (status, said) = server.status(&["audit", "verify", "--closed", &head]);
        assert!(status == 1 && said.contains("the closed section ends with"), "{said}");
        let (well, said) = server.try_command(&["doctor", "--listen", "127.0.0.1:0"]);
        assert!(well && said.contains("warn  audit chain"), "{said}");

        // The new keys are lost as well: what was closed is a part of what is closed now.
        fs::remove_dir_all(server.data_dir().join("keys")).unwrap();
        let said = server.command(&["keys", "replace", "--yes"], "");
        let end = behind(&said, "ends with ").to_owned();
        server.command(&["keys", "rotate"], "");
        server.command(&["audit", "verify", "--closed", &end], "");
    }

    /// Keys that fit are not replaced, and no keys while a server runs.
    async fn are_not_given_up_without_need(server: Server) {
        let mut server = server;
        let replace = ["keys", "replace", "--yes"];
        let (done, said) = server.try_command(&replace);
        assert!(!done && said.contains("is running; stop it first"), "{said}");
        server.terminate();
        let (done, said) = server.try_command(&replace);
        assert!(!done && said.contains("are those of the database"), "{said}");
        // Somebody who has the database alone cannot make the keys look lost.
        server.sql("UPDATE key_checks SET proof = '00'");
        let (done, said) = server.try_command(&replace);
        assert!(!done && said.contains("cannot be trusted"), "{said}");
    }

    /// One ring may be lost alone: without sealing keys the chain goes on and sessions stay.
    async fn only_what_is_lost_is_given_up(server: Server) {
        let mut server = server;
        let admin = server.admin().await;
        server.terminate();
        fs::remove_file(server.data_dir().join("keys/sealing.key")).unwrap();
        server.command(&["keys", "replace", "--yes"], "");
        server.command(&["audit", "verify"], "");
        server.restart().await;
        assert_eq!(replacement(&admin).await.target.label, "sealing keys");
    }

    /// Who has the database alone can neither forge a closed section, nor take one out, nor change one.
    async fn sections_cannot_be_forged(server: Server) {
        let mut server = server;
        server.admin().await;
        server.terminate();
        server.command(&["audit", "verify"], "");
        let forged = "INSERT INTO audit_sections SELECT sequence, hash, at, hash, hash FROM audit_events WHERE sequence = 2";
        server.sql(&format!("UPDATE audit_events SET reason = 'forged' WHERE sequence = 1; {forged}"));
        let (status, said) = server.status(&["audit", "verify"]);
        assert!(status == 1 && said.contains("broken at event 1"), "{said}");

        fs::remove_dir_all(server.data_dir().join("keys")).unwrap();
        server.command(&["keys", "replace", "--yes"], "");
        assert_eq!(server.status(&["audit", "verify"]).0, 3);
        server.sql("UPDATE audit_events SET reason = 'forged again' WHERE sequence = 1");
        let (status, said) = server.status(&["audit", "verify"]);
        assert!(status == 1 && said.contains("the closed section is broken"), "{said}");
        server.sql("UPDATE audit_events SET reason = 'forged' WHERE sequence = 1");
        assert_eq!(server.status(&["audit", "verify"]).0, 3);
        server.sql("DELETE FROM audit_sections");
        let (status, said) = server.status(&["audit", "verify"]);
        assert!(status == 1 && said.contains("broken at event 1"), "{said}");
    }

    /// An event with a number below the first is one that was put in.
    async fn no_event_stands_before_the_first(server: Server) {
        let mut server = server;
        server.admin().await;
        server.terminate();
        server.command(&["audit", "verify"], "");
        server.sql("UPDATE audit_events SET sequence = 0 WHERE sequence = (SELECT max(sequence) FROM audit_events)");
        let (status, said) = server.status(&["audit", "verify"]);
        assert!(status == 1 && said.contains("broken at event 1"), "{said}");
    }
}
