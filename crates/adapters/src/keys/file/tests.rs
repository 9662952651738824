use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_first_start_makes_a_file_for_the_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyFile::new(folder.path().join("data/keys/signing.key"));
    let ring = file.load_or_create().unwrap();
    assert_eq!(mode_of(file.path()), 0o600);
    assert_eq!(mode_of(&folder.path().join("data/keys")), 0o700);
    assert_eq!(names(&folder.path().join("data/keys")), ["signing.key"], "nothing is left behind");
    assert_eq!(file.load_or_create().unwrap().text(), ring.text(), "the second start takes the same keys");
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyFile::new(folder.path().join("signing.key"));
    file.load_or_create().unwrap();
    for mode in [0o640, 0o604, 0o620, 0o644] {
        set_mode(file.path(), mode);
        let error = file.load().unwrap_err().to_string();
        assert!(error.contains(&format!("mode {mode:04o}")) && error.contains("chmod 600"), "{error}");
    }
    set_mode(file.path(), 0o400);
    assert!(file.load().unwrap().is_some());
}

#[test]
fn a_damaged_file_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyFile::new(folder.path().join("sealing.key"));
    for (content, problem) in [("", "holds no key"), ("c2hvcnQ\n", "key 1"), ("\u{0}\u{0}\u{0}", "key 1")] {
        fs::write(file.path(), content).unwrap();
        set_mode(file.path(), 0o600);
        let error = file.load_or_create().unwrap_err().to_string();
        assert!(error.contains(problem) && error.contains("backup"), "{error}");
        assert_eq!(fs::read_to_string(file.path()).unwrap(), content, "a new key would make the old tokens useless");
    }
}

#[test]
fn rotation_puts_a_new_key_in_front() {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyFile::new(folder.path().join("signing.key"));
    let first = file.load_or_create().unwrap();
    file.rotation().unwrap().finish().unwrap();
    drop(file.rotation().unwrap());
    let rotated = file.rotation().unwrap().finish().unwrap();
    let read = file.load().unwrap().unwrap();
    assert_eq!(read.text(), rotated.text());
    assert_eq!(read.iter().last().unwrap().id(), first.newest().id());
    assert_eq!((read.iter().count(), mode_of(file.path())), (3, 0o600));
    assert_eq!(names(folder.path()), ["signing.key"]);
}

/// A kill between writing and naming leaves a file that nobody reads, never half a key.
#[test]
fn what_a_kill_leaves_behind_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyFile::new(folder.path().join("signing.key"));
    fs::write(folder.path().join("signing.key.new-00000001"), "c2hvcn").unwrap();
    let ring = file.load_or_create().unwrap();
    assert_eq!(file.load().unwrap().unwrap().text(), ring.text());
}

#[test]
fn two_processes_that_start_at_once_agree_on_one_ring() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..50 {
        let file = KeyFile::new(folder.path().join(format!("{round}.key")));
        let rings: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| file.load_or_create().unwrap().text().to_string())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(rings.iter().all(|ring| *ring == rings[0]), "round {round}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("keys"), "a file, not a folder").unwrap();
    let error = KeyFile::new(folder.path().join("keys/signing.key")).load_or_create().unwrap_err().to_string();
    assert!(error.contains("keys/signing.key"), "{error}");
}
