//! A database per test, copied from a template.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::UNIX_EPOCH,
};

use uuid::Uuid;

use crate::{
    ADMIN, PASSWORD,
    server::{binary, run_with_input},
};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file in the data folder.
    Sqlite,
    /// A database of its own on the server that `QUARTERDECK_TEST_POSTGRES_URL` names.
    Postgres,
}

const POSTGRES: &str = "QUARTERDECK_TEST_POSTGRES_URL";

impl Backend {
    /// Whether there is a PostgreSQL server to test on.
    #[must_use]
    pub fn postgres_is_there() -> bool {
        std::env::var(POSTGRES).is_ok_and(|url| !url.is_empty())
    }
}

/// A database with its data folder.
pub struct Prepared {
    /// URL, unless it is the file in the data folder.
    pub url: Option<String>,
    drop_name: Option<String>,
}

impl Prepared {
    /// The database of another server, which drops it.
    #[must_use]
    pub const fn shared(url: Option<String>) -> Self {
        Self { url, drop_name: None }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if let Some(name) = &self.drop_name {
            let sql = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
            let _ = Command::new("psql").args([&server_url(), "-qc", &sql]).output();
        }
    }
}

fn server_url() -> String {
    std::env::var(POSTGRES).expect("QUARTERDECK_TEST_POSTGRES_URL")
}

fn database_url(name: &str) -> String {
    let url = server_url();
    let (server, _) = url.rsplit_once('/').expect("a database name in the URL");
    format!("{server}/{name}")
}

fn psql(sql: &str) {
    let output =
        Command::new("psql").args([&server_url(), "-v", "ON_ERROR_STOP=1", "-qc", sql]).output().expect("psql");
    assert!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
}

/// Fills `data_dir` with a copy of the template, which has one administrator.
pub fn prepare(backend: Backend, data_dir: &Path) -> Prepared {
    let template = template(backend);
    copy(&template.join("data"), data_dir);
    match backend {
        Backend::Sqlite => Prepared { url: None, drop_name: None },
        Backend::Postgres => {
            let name = format!("qd_{}", Uuid::new_v4().simple());
            psql(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{}\"", template_name()));
            Prepared { url: Some(database_url(&name)), drop_name: Some(name) }
        }
    }
}

fn stamp() -> String {
    let modified =
        fs::metadata(binary()).and_then(|meta| meta.modified()).expect("the binary under test; make test builds it");
    modified.duration_since(UNIX_EPOCH).unwrap().as_nanos().to_string()
}

fn template_name() -> String {
    format!("qd_template_{}", stamp())
}

/// The template of this build, made by the first test that needs it.
fn template(backend: Backend) -> PathBuf {
    // Another PostgreSQL server has no template yet.
    let place = match backend {
        Backend::Sqlite => "sqlite".to_owned(),
        Backend::Postgres => server_url().replace(|c: char| !c.is_ascii_alphanumeric(), "-"),
    };
    let root = std::env::temp_dir().join(format!("quarterdeck-tests-{}-{place}", stamp()));
    fs::create_dir_all(&root).unwrap();
    let lock = fs::File::create(root.join("lock")).unwrap();
    lock.lock().unwrap();
    let done = root.join("done");
    if !done.exists() {
        let data = root.join("data");
        let _ = fs::remove_dir_all(&data);
        let mut args = vec!["admin".to_owned(), "create".to_owned(), "--username".to_owned(), ADMIN.to_owned()];
        args.extend(["--password-stdin".to_owned(), "--data-dir".to_owned(), data.display().to_string()]);
        if backend == Backend::Postgres {
            psql(&format!("DROP DATABASE IF EXISTS \"{}\"", template_name()));
            psql(&format!("CREATE DATABASE \"{}\"", template_name()));
            args.extend(["--database-url".to_owned(), database_url(&template_name())]);
        }
        run_with_input(&args, &[], PASSWORD);
        fs::write(&done, "").unwrap();
    }
    root
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
