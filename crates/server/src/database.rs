//! Opening the database that the configuration names, and bringing its tables up to date.

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use percent_encoding::percent_decode_str;
use quarterdeck_domain::Error;
use quarterdeck_store::{Connect, Database};

use crate::{config::Config, failure::Failure, lock};

/// How often other replicas are waited for, that bring the tables up to date at the same time.
const MIGRATION_TRIES: u32 = 20;
const MIGRATION_PAUSE: Duration = Duration::from_millis(250);

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// SQLite by a URL of the operator's own, perhaps with parameters.
    SqliteUrl(String),
    /// A PostgreSQL server.
    Postgres(String),
}

impl Place {
    /// Where the configuration says.
    ///
    /// # Errors
    /// When the URL is of another sort.
    pub fn of(config: &Config) -> Result<Self, Failure> {
        let Some(url) = &config.database_url else {
            return Ok(Self::Sqlite(config.data_dir.join("quarterdeck.db")));
        };
        let url = url.reveal();
        match url.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::SqliteUrl(url.to_owned())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            _ => Err(Failure::new("the database URL must begin with sqlite: or postgres:")),
        }
    }

    /// The place for people, without a password.
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("SQLite in {}", path.display()),
            Self::SqliteUrl(url) => format!("SQLite at {}", url.split('?').next().unwrap_or_default()),
            Self::Postgres(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                format!("PostgreSQL at {}", host.split('?').next().unwrap_or_default())
            }
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(path) => Some(path.clone()),
            Self::SqliteUrl(url) => {
                let rest = url.trim_start_matches("sqlite:").trim_start_matches("//");
                let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
                let is_in_memory = path == ":memory:" || parameters.contains("mode=memory");
                let path = percent_decode_str(path).decode_utf8_lossy();
                (!is_in_memory).then(|| PathBuf::from(path.as_ref()))
            }
            Self::Postgres(_) => None,
        }
    }

    /// The file, if it is one that is not there.
    pub fn missing_file(&self) -> Option<PathBuf> {
        self.file().filter(|path| !path.exists())
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}?mode=rwc", escaped(path)),
            Self::SqliteUrl(url) | Self::Postgres(url) => url.clone(),
        }
    }

    /// Readers when the configuration names no number: SQLite's work is done by our own cores, PostgreSQL's elsewhere.
    fn connections(&self) -> u32 {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let cores = u32::try_from(cores).unwrap_or(u32::MAX);
        match self {
            Self::Sqlite(_) | Self::SqliteUrl(_) => cores.saturating_add(1).clamp(2, 16),
            Self::Postgres(_) => cores.saturating_mul(4).clamp(10, 50),
        }
    }
}

/// A path as part of a URL.
fn escaped(path: &Path) -> String {
    path.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

/// Opens the database.
///
/// # Errors
/// When it cannot be reached.
pub async fn open(config: &Config, cursor_keys: Vec<Vec<u8>>) -> Result<Database, Failure> {
    let place = Place::of(config)?;
    if let Place::Sqlite(path) = &place {
        lock::make_private(&config.data_dir)?;
        make_private_file(path)?;
    }
    let connections = config.database_connections.unwrap_or_else(|| place.connections()).max(1);
    let connect = Connect { url: place.url(), connections, cursor_keys };
    let failure = |error| match error {
        Error::Internal(cause) => Failure::new(cause.to_string()),
        error => Failure::from(error),
    };
    Database::connect(connect).await.map_err(|error| failure(error).while_doing(&place.shown()))
}

/// SQLite gives its further files the mode of the first.
#[cfg(unix)]
fn make_private_file(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let made = options.create(true).append(true).mode(0o600).open(path);
    made.map(drop).map_err(|error| Failure::new(format!("the database {} cannot be written: {error}", path.display())))
}

#[cfg(not(unix))]
fn make_private_file(_: &Path) -> Result<(), Failure> {
    Ok(())
}

/// Runs the migrations that have not run. Several replicas may start at once: then one does it and the others wait.
///
/// # Errors
/// When one fails.
pub async fn migrate(database: &Database) -> Result<usize, Failure> {
    let mut tries = 0;
    loop {
        let outcome = migrate_once(database).await;
        match outcome {
            Err(_) if tries < MIGRATION_TRIES => {
                tries += 1;
                tokio::time::sleep(MIGRATION_PAUSE).await;
            }
            outcome => return outcome.map_err(|failure| failure.while_doing("the migrations failed")),
        }
    }
}

async fn migrate_once(database: &Database) -> Result<usize, Failure> {
    let pending = database.migration_status().await?.iter().filter(|(_, done)| !done).count();
    if pending > 0 {
        database.migrate().await?;
    } else {
        database.end_bulk_load().await?;
    }
    Ok(pending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_shows_no_password() {
        let place = Place::Postgres("postgres://quarterdeck:hunter2@db.example:5433/people?sslmode=require".to_owned());
        assert_eq!(place.shown(), "PostgreSQL at db.example:5433/people");
        let place = Place::Postgres("postgres://us@er:p@ss@db/people".to_owned());
        assert_eq!(place.shown(), "PostgreSQL at db/people");
        assert_eq!(Place::Postgres("postgres:///people?password=hunter2".to_owned()).shown(), "PostgreSQL at /people");
    }

    #[test]
    fn files_of_urls() {
        let file = |url: &str| Place::SqliteUrl(url.to_owned()).file();
        assert_eq!(file("sqlite:///var/a%20b.db?mode=rwc"), Some(PathBuf::from("/var/a b.db")));
        assert_eq!(file("sqlite:b.db"), Some(PathBuf::from("b.db")));
        assert_eq!((file("sqlite::memory:"), file("sqlite:x?mode=memory")), (None, None));
        assert_eq!(Place::Postgres("postgres:///people".to_owned()).file(), None);
    }

    #[test]
    fn odd_paths_stay_paths() {
        let place = Place::Sqlite(PathBuf::from("/a b/50%?#/quarterdeck.db"));
        assert_eq!(place.url(), "sqlite:///a b/50%25%3F%23/quarterdeck.db?mode=rwc");
    }
}
