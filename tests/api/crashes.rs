//! `kill -9` at any moment, a graceful stop, a second server on the same folder.

use std::time::Duration;

use quarterdeck_domain::{
    audit::{Action, AuditFilter, ListAuditEvents},
    users::{CreateUser, ListUsers},
};
use quarterdeck_testkit::{Backend, PASSWORD, Server, new_user, on_both};

on_both! {
    /// No acknowledged write is lost, and no change is without its audit event.
    async fn killed_while_writing(server: Server) {
        let mut server = server;
        for round in 0..3 {
            let admin = server.admin().await;
            let writer = tokio::spawn(async move {
                let mut acknowledged = 0_u64;
                for index in 0.. {
                    let body = CreateUser { password: None, ..new_user(&format!("user{round}.{index}"), &[]) };
                    if admin.create_user(&body).await.is_err() {
                        return acknowledged;
                    }
                    acknowledged += 1;
                }
                acknowledged
            });
            tokio::time::sleep(Duration::from_millis(400 + 150 * round)).await;
            server.kill();
            let acknowledged = writer.await.unwrap();
            server.restart().await;
            let admin = server.admin().await;
            let filter = quarterdeck_domain::users::UserFilter { q: Some(format!("user{round}.")), ..Default::default() };
            let kept = admin.list_users(&ListUsers { filter, ..ListUsers::default() }).await.unwrap().total;
            assert!(acknowledged > 0 && (kept == acknowledged || kept == acknowledged + 1), "{kept} of {acknowledged}");
        }
        let admin = server.admin().await;
        let filter = AuditFilter { action: Some(Action::UserCreated), ..AuditFilter::default() };
        let created = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total;
        // The administrator of the template was created by the command line.
        assert_eq!(created, admin.list_users(&ListUsers::default()).await.unwrap().total);
        server.command(&["audit", "verify"], "");
    }

    /// A job that was interrupted goes on behind the last row that was done.
    async fn killed_while_working(server: Server) {
        let mut server = server;
        server.command(&["demo", "--users", "400"], "");
        let admin = server.admin().await;
        let plan = crate::jobs::suspend_all(&admin, "example").await;
        let job = admin.execute_plan(&plan).await.unwrap();
        while admin.get_job(job.id).await.unwrap().succeeded < 20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.kill();
        server.restart().await;
        // Nobody else can have the folder; on PostgreSQL another replica may live, and the lease has to end.
        if server.data_dir().join("quarterdeck.db").exists() {
            server.logged("going on with jobs that a stop interrupted").await;
        }
        let admin = server.admin().await;
        crate::jobs::done_once(&admin, &plan, admin.get_job(job.id).await.unwrap()).await;
    }

    /// SIGTERM ends the server within 10 seconds, without an error.
    async fn graceful_stop(server: Server) {
        let mut server = server;
        server.sign_in("root", PASSWORD).await.unwrap();
        let (time, well) = server.terminate();
        assert!(well && time < Duration::from_secs(10), "{time:?}");
        server.restart().await;
        server.admin().await;
    }
}

/// A data folder serves one server only.
#[tokio::test]
async fn one_server_for_a_folder() {
    let server = Server::start(Backend::Sqlite).await;
    let output = std::process::Command::new(quarterdeck_testkit::binary())
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(server.data_dir())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(text.contains(&server.data_dir().display().to_string()), "{text}");
}

/// Runs `sql` on a SQLite file; the first column of the first row.
fn ask(file: &std::path::Path, sql: &str) -> String {
    let script = format!("import sqlite3; print(sqlite3.connect({:?}).execute({sql:?}).fetchone()[0])", file.display());
    let output = std::process::Command::new("python3").args(["-c", &script]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A large load that is killed has dropped indexes; the next opening of the database makes them anew.
#[tokio::test]
async fn killed_while_loading() {
    const INDEXES: &str = "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'users' ORDER BY 1)";
    let mut server = Server::start(Backend::Sqlite).await;
    server.terminate();
    let file = server.data_dir().join("quarterdeck.db");
    let indexes = ask(&file, INDEXES);
    let mut load = std::process::Command::new(quarterdeck_testkit::binary())
        .args(["demo", "--users", "60000", "--data-dir"])
        .arg(server.data_dir())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while ask(&file, "SELECT count(*) FROM users").parse::<u64>().unwrap_or_default() < 2_000 {
        assert!(load.try_wait().unwrap().is_none(), "the load goes on");
    }
    load.kill().unwrap();
    load.wait().unwrap();
    assert_ne!(ask(&file, INDEXES), indexes);
    server.restart().await;
    assert_eq!(ask(&file, INDEXES), indexes);
    let users: u64 = ask(&file, "SELECT count(*) FROM users").parse().unwrap();
    let total = server.admin().await.list_users(&ListUsers::default()).await.unwrap().total;
    assert!(total == users && users < 60_000, "{total} of {users}");
}
