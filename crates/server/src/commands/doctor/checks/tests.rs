use super::*;
use crate::cli::{CommonFlags, ServeFlags};

fn config(data_dir: &Path, listen: &str) -> Config {
    let common = CommonFlags { data_dir: Some(data_dir.to_owned()), ..CommonFlags::default() };
    let serve = ServeFlags { listen: Some(listen.parse().unwrap()), ..ServeFlags::default() };
    Config::load(&common, &serve).unwrap()
}

#[test]
fn a_clock_that_is_wrong_is_noticed() {
    let now: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(clock(now, None).outcome, Outcome::Pass);
    assert_eq!(clock(now, Some(now.plus_seconds(3))).outcome, Outcome::Pass);
    assert_eq!(clock(now, Some(now.plus_seconds(60))).outcome, Outcome::Fail);
    assert_eq!(clock(Timestamp::EPOCH, None).outcome, Outcome::Fail);
}

#[test]
fn an_address_in_use_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = listener.local_addr().unwrap().to_string();
    assert_eq!(address(&config(folder.path(), &listen)).outcome, Outcome::Fail);
    let _lock = FolderLock::take(folder.path()).unwrap();
    assert_eq!(address(&config(folder.path(), &listen)).outcome, Outcome::Pass);
    drop(listener);
    assert_eq!(address(&config(folder.path(), &listen)).outcome, Outcome::Pass);
}

#[cfg(unix)]
#[test]
fn modes_are_looked_at() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signing.key");
    KeyFile::new(&file).load_or_create().unwrap();
    assert_eq!(keys("signing keys", None, &file).outcome, Outcome::Pass);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(keys("signing keys", None, &file).outcome, Outcome::Fail);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(super::folder(folder.path()).outcome, Outcome::Warn);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(super::folder(folder.path()).outcome, Outcome::Pass);
}

#[tokio::test]
async fn a_fresh_machine_is_warned_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let checks = all(&config(&data, "127.0.0.1:0")).await;
    assert!(checks.iter().all(|check| check.outcome != Outcome::Fail), "{checks:?}");
    assert!(checks.iter().any(|check| check.name == "database" && check.outcome == Outcome::Warn));
    assert!(!data.exists());
}
