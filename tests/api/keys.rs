//! A database goes with its keys, and with no others.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use quarterdeck_domain::settings::{ResetSetting, UpdateSetting};
use quarterdeck_testkit::{Backend, Options, Server, on_both};
use tempfile::TempDir;

/// A data folder with the database of `server`, and no keys.
fn without_keys(server: &Server) -> TempDir {
    let folder = TempDir::new().unwrap();
    let status = Command::new("cp").arg("-a").arg(server.data_dir().join(".")).arg(folder.path()).status().unwrap();
    assert!(status.success());
    fs::remove_dir_all(folder.path().join("keys")).unwrap();
    folder
}

fn refused(server: &Server, folder: &Path, problem: &str) {
    let verify = server.try_command_in(folder, &["audit", "verify"]);
    let write = server.try_command_in(folder, &["admin", "unlock", "--username", "root"]);
    let serve = server.try_command_in(folder, &["serve", "--listen", "127.0.0.1:0"]);
    for (done, said) in [verify, write, serve] {
        assert!(!done && said.contains(problem) && said.contains("copy the keys"), "{said}");
        assert!(said.contains(&folder.join("keys").display().to_string()), "{said}");
    }
    let (well, said) = server.try_command_in(folder, &["doctor", "--listen", "127.0.0.1:0"]);
    assert!(!well && said.contains("FAIL  database keys"), "{said}");
}

on_both! {
    /// Keys that are lost are not made anew in silence, other keys are refused, and neither harms the chain.
    async fn belong_to_the_database(server: Server) {
        let mut server = server;
        server.terminate();
        // All events have their place: whoever is refused has nothing to seal.
        server.command(&["admin", "list"], "");
        let folder = without_keys(&server);
        refused(&server, folder.path(), "are missing");
        assert!(!folder.path().join("keys").exists(), "no keys were made");
        // Those of another database, of which one ring is right or none.
        let other = Server::start_with(Backend::Sqlite, Options { empty: true, ..Options::default() }).await;
        let keys = folder.path().join("keys");
        assert!(Command::new("cp").arg("-a").arg(other.data_dir().join("keys")).arg(&keys).status().unwrap().success());
        refused(&server, folder.path(), "are not the keys of this database");
        fs::copy(server.data_dir().join("keys/signing.key"), keys.join("signing.key")).unwrap();
        refused(&server, folder.path(), "are not the keys of this database");
        fs::copy(server.data_dir().join("keys/sealing.key"), keys.join("sealing.key")).unwrap();
        server.try_command_in(folder.path(), &["audit", "verify"]);
        server.command(&["keys", "rotate"], "");
        server.command(&["audit", "verify"], "");
        server.restart().await;
        server.admin().await;
    }

    /// A server with other keys does not even run the migrations that are missing.
    async fn are_compared_before_the_tables_change(server: Server) {
        let mut server = server;
        server.terminate();
        server.sql("DROP TABLE setting_versions; DELETE FROM seaql_migrations WHERE version = 'm20261121_000004_settings'");
        let folder = without_keys(&server);
        refused(&server, folder.path(), "are missing");
        for ring in ["signing.key", "sealing.key"] {
            let key = server.command(&["keys", "generate"], "");
            let file = folder.path().join("keys").join(ring);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, key).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        }
        refused(&server, folder.path(), "are not the keys of this database");
        let (_, status) = server.try_command_in(folder.path(), &["migrate", "status"]);
        assert!(status.contains("pending  m20261121_000004_settings"), "{status}");
        server.restart().await;
        assert!(!server.command(&["migrate", "status"], "").contains("pending"));
    }

    /// A token of `/metrics` that cannot be opened closes them; it is still set, and may be replaced.
    async fn what_cannot_be_opened_stays_closed(server: Server) {
        let mut server = server;
        let set = |value: &str| UpdateSetting { value: value.into(), reason: String::new() };
        let key = "operation.metrics_token";
        server.admin().await.update_setting(key, &set("a token for metrics"), None).await.unwrap();
        server.terminate();
        server.sql("UPDATE setting_versions SET value = 'v1.00000000.AAAA' WHERE setting_key = 'operation.metrics_token'");
        server.restart().await;
        let metrics = || async { server.anonymous().transport().http.get(format!("{}/metrics", server.base)).send().await.unwrap().status() };
        assert_eq!(metrics().await, 401);
        let admin = server.admin().await;
        assert!(admin.get_setting(key).await.unwrap().is_set);
        admin.update_setting(key, &set("another token for metrics"), None).await.unwrap();
        assert_eq!(metrics().await, 401);
        admin.reset_setting(key, &ResetSetting::default(), None).await.unwrap();
        assert_eq!(metrics().await, 200);
    }
}
