//! The command line: migrations up and down, administrators, doctor.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use quarterdeck_domain::{
    audit::{Action, AuditFilter, ListAuditEvents},
    auth::RefreshToken,
    page::PageRequest,
    role_grants::ListRoleGrants,
    settings::UpdateSetting,
    users::ListUsers,
};
use quarterdeck_testkit::{Backend, PASSWORD, Server, on_both};

on_both! {
    /// All migrations go back and forth again, and the platform works on the tables that are made anew.
    async fn migrations(server: Server) {
        let mut server = server;
        server.terminate();
        let status = server.command(&["migrate", "status"], "");
        let steps = status.lines().filter(|line| line.contains("m2026")).count();
        assert!(steps >= 5, "{status}");
        let all = steps.to_string();
        let (done, said) = server.try_command(&["migrate", "down", "--steps", &all]);
        assert!(!done && said.contains("m20261121_000001_people") && said.contains("--yes"), "{said}");
        assert!(!server.command(&["migrate", "status"], "").contains("pending"));
        // Down to the step that holds what the chain is proven by.
        let behind = status.lines().skip_while(|line| !line.contains("audit_sections")).count().to_string();
        let (done, said) = server.try_command(&["migrate", "down", "--steps", &behind, "--yes"]);
        assert!(!done && said.contains("audit log has events"), "{said}");
        let said = server.command(&["migrate", "down", "--steps", &(steps + 90).to_string(), "--yes"], "");
        assert!(said.contains(&format!("Took {all} migrations back")), "{said}");
        server.command(&["migrate", "up"], "");
        server.command(&["admin", "create", "--username", "again", "--password-stdin"], PASSWORD);
        server.restart().await;
        let (client, _) = server.sign_in("again", PASSWORD).await.unwrap();
        assert!(client.get_me().await.unwrap().user.is_active_admin());
    }

    /// Who cannot sign in any more is helped from the command line, beside the running server.
    async fn administrators(server: Server) {
        let (client, _) = server.sign_in("root", PASSWORD).await.unwrap();
        server.command(&["admin", "reset-password", "--username", "root", "--password-stdin"], "copper kettle four");
        let began = std::time::Instant::now();
        while client.get_me().await.is_ok() {
            assert!(began.elapsed() < std::time::Duration::from_secs(2), "the former session goes on");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        server.sign_in("root", "copper kettle four").await.unwrap();
        for _ in 0..7 {
            let _ = server.sign_in("root", "not the password").await;
        }
        assert_eq!(server.sign_in("root", "copper kettle four").await.unwrap_err().code(), "rate-limited");
        server.command(&["admin", "unlock", "--username", "root"], "");
        server.sign_in("root", "copper kettle four").await.unwrap();
        assert!(server.command(&["admin", "list"], "").contains("root"));
        // Its links lead to that server.
        let reset = ["admin", "reset-password", "--username", "root", "--link"];
        let (done, said) = server.try_command(&reset);
        assert!(done && said.contains(&format!("{}/", server.base)) && said.contains("platform.base_url"), "{said}");
        // Or to where people reach it, when that is known.
        let admin = server.sign_in("root", "copper kettle four").await.unwrap().0;
        let url = UpdateSetting { value: "https://people.example.org".into(), reason: String::new() };
        admin.update_setting("platform.base_url", &url, None).await.unwrap();
        let (_, said) = server.try_command(&reset);
        assert!(said.contains("https://people.example.org/") && !said.contains("platform.base_url"), "{said}");
        let (_, said) = server.try_command(&[&reset[..], &["--base-url", "https://other.example.org"]].concat());
        assert!(said.contains("https://other.example.org/"), "{said}");
    }

    /// A running server takes rotated keys; what was signed and sealed before still holds, and the audit log tells of it.
    async fn rotation(server: Server) {
        let (client, tokens) = server.sign_in("root", PASSWORD).await.unwrap();
        let secret = UpdateSetting { value: "a token for metrics".into(), reason: String::new() };
        client.update_setting("operation.metrics_token", &secret, None).await.unwrap();
        let users = ListUsers { page: PageRequest { limit: Some(1), cursor: None }, ..ListUsers::default() };
        client.create_user(&quarterdeck_testkit::new_user("bob", &[])).await.unwrap();
        let cursor = client.list_users(&users).await.unwrap().next_cursor;
        let former = key_of(&tokens.access_token);
        let said = server.command(&["keys", "rotate"], "");
        let refresh = RefreshToken { refresh_token: tokens.refresh_token.clone() };
        let began = std::time::Instant::now();
        let renewed = loop {
            let (_, tokens) = server.sign_in("bob", PASSWORD).await.unwrap();
            if key_of(&tokens.access_token) != former {
                break key_of(&tokens.access_token);
            }
            assert!(began.elapsed() < std::time::Duration::from_secs(5), "the new key is not taken");
        };
        assert!(said.contains(&format!("signing: the new key is {renewed}")), "{said}");
        client.get_me().await.unwrap();
        client.list_users(&ListUsers { page: PageRequest { limit: Some(1), cursor }, ..users }).await.unwrap();
        server.anonymous().refresh_session(&refresh).await.unwrap();
        let metrics = client.transport().http.get(format!("{}/metrics", server.base)).bearer_auth("a token for metrics");
        assert_eq!(metrics.send().await.unwrap().status(), 200);
        let filter = AuditFilter { action: Some(Action::KeyRotated), ..AuditFilter::default() };
        let events = client.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        let labels: Vec<(&str, &str)> = events.items.iter().map(|event| (event.actor.label.as_str(), event.target.label.as_str())).collect();
        assert_eq!(labels, [("command line", "sealing keys"), ("command line", "signing keys")]);
        assert_eq!(events.items[1].changes[0].after, serde_json::Value::from(renewed));
    }
}

/// A mistyped place is told, and no database is made there.
#[tokio::test]
async fn mistyped_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("typo.db");
    let url = format!("sqlite://{}", file.display());
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(quarterdeck_testkit::binary());
        let output = command.args(args).current_dir(folder.path()).stdin(std::process::Stdio::null()).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    for command in [
        &["migrate", "status"][..],
        &["migrate", "down", "--yes"],
        &["audit", "verify"],
        &["admin", "list"],
        &["admin", "unlock", "--username", "root"],
        &["admin", "reset-password", "--username", "root", "--link"],
        &["keys", "rotate"],
        &["keys", "replace", "--yes"],
    ] {
        let (done, said) = run(&[command, &["--data-dir", "typo"]].concat());
        assert!(!done && said.contains("quarterdeck.db") && said.contains("--data-dir"), "{command:?}: {said}");
        let (done, said) = run(&[command, &["--data-dir", "typo", "--database-url", &url]].concat());
        assert!(!done && said.contains("typo.db") && said.contains("--database-url"), "{command:?}: {said}");
    }
    let (_, said) = run(&["doctor", "--data-dir", "typo", "--database-url", &url]);
    assert!(said.contains("not there yet"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A database that refuses connections, or whose name does not exist, is told within seconds and with the cause.
#[tokio::test]
async fn unreachable_database() {
    let folder = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate", "status"], &["admin", "list"]] {
        let began = std::time::Instant::now();
        let output = std::process::Command::new(quarterdeck_testkit::binary())
            .args(command)
            .args(["--database-url", &format!("postgres://nobody@{closed}/people"), "--data-dir"])
            .arg(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!output.status.success() && said.contains("refused") && said.contains(&closed.to_string()), "{said}");
        assert!(began.elapsed() < std::time::Duration::from_secs(8), "{command:?}: {:?}", began.elapsed());
    }
}

/// Name of the key that signed an access token: the header says it.
fn key_of(token: &str) -> String {
    let head = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<serde_json::Value>(&head).unwrap()["kid"].as_str().unwrap().to_owned()
}

/// The doctor finds nothing wrong with a fresh folder, and says what is wrong with key files that others may read.
#[tokio::test]
async fn doctor() {
    use std::os::unix::fs::PermissionsExt as _;

    let mut server = Server::start(Backend::Sqlite).await;
    server.terminate();
    server.command(&["doctor", "--listen", "127.0.0.1:0"], "");
    let key = server.data_dir().join("keys/signing.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = std::process::Command::new(quarterdeck_testkit::binary())
        .args(["doctor", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(server.data_dir())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("signing.key"), "{text}");
}

on_both! {
    /// Demonstration data can be loaded twice, and has groups that carry roles.
    async fn demonstration_data(server: Server) {
        let admin = server.admin().await;
        for (load, said) in [(1, "6 new organizations"), (2, "0 new organizations")] {
            let output = server.command(&["demo", "--users", "300", "--seed", &load.to_string()], "");
            assert!(output.contains(said), "{output}");
            let grants = admin.list_role_grants(&ListRoleGrants::default()).await.unwrap();
            assert_eq!(grants.total, 3 * load);
            assert!(grants.items.iter().all(|grant| grant.group_id.is_some()));
        }
    }
}

/// Behind a load PostgreSQL knows what it holds, so that the first page is not found by reading the whole table.
#[tokio::test]
async fn a_load_leaves_statistics() {
    if !Backend::postgres_is_there() {
        return;
    }
    let server = Server::start(Backend::Postgres).await;
    server.command(&["demo", "--users", "500"], "");
    let known = "(SELECT reltuples FROM pg_class WHERE oid = 'users'::regclass) = (SELECT count(*) FROM users)";
    server.sql(&format!("DO $$ BEGIN ASSERT {known}; END $$"));
}
