//! The command line: migrations up and down, administrators, doctor.

use quarterdeck_testkit::{Backend, PASSWORD, Server, on_both};

on_both! {
    /// All migrations go back and forth again, and the platform works on the tables that are made anew.
    async fn migrations(server: Server) {
        let mut server = server;
        server.terminate();
        let status = server.command(&["migrate", "status"], "");
        let steps = status.lines().filter(|line| line.contains("m2026")).count();
        assert!(steps >= 5, "{status}");
        server.command(&["migrate", "down", "--steps", &steps.to_string()], "");
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
    }
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
