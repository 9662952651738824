//! The database: connections, migrations, news from other replicas.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use quarterdeck_cache::{Cache, End};
use quarterdeck_domain::{Error, Result};
use quarterdeck_migrations::{Migrator, MigratorTrait as _, PROOFS};
use sea_orm::{
    AccessMode, ConnectOptions, DatabaseConnection, DbBackend, FromQueryResult, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
    sqlx::{
        Connection as _, Error as SqlxError, PgConnection, SqliteConnection,
        postgres::PgListener,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::{sync::OnceCell, time::timeout};

use crate::{
    conn::{Conn, failed},
    sql::Sql,
    tx::Tx,
    users::Matches,
};

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Connect {
    /// `sqlite://path?mode=rwc` or `postgres://user@host/name`.
    pub url: String,
    /// Connections for reading; also for writing on PostgreSQL. SQLite writes by one connection alone.
    pub connections: u32,
    /// Keys that sign cursors; the first signs, all verify.
    pub cursor_keys: Vec<Vec<u8>>,
}

/// What somebody finds, for all who wait for it.
type Finding = OnceCell<std::result::Result<Matches, Arc<Error>>>;

/// Keys that sign cursors.
type CursorKeys = Arc<Vec<Vec<u8>>>;

/// The database.
#[derive(Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    cursor_keys: Arc<RwLock<CursorKeys>>,
    counts_generation: Arc<AtomicU64>,
    matches: Arc<Cache<(u64, String), Arc<Finding>>>,
}

/// Migrations that would be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// Their names, the newest first.
    pub names: Vec<String>,
    /// Whether audit events would stay without what they are proven by.
    pub leaves_unproven: bool,
}

#[derive(FromQueryResult)]
struct Applied {
    version: String,
}

/// How long PostgreSQL is waited for while it refuses connections.
const PATIENCE: Duration = Duration::from_secs(2);
/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(200);
/// How long it is waited for while it says nothing.
const NO_ANSWER: Duration = Duration::from_secs(8);

/// How long what was found to match may be used again while this process writes no user and no organization.
const MATCHES_TTL: Duration = Duration::from_secs(2);
/// Most searches of which that is remembered.
const MATCHES: usize = 1_000;

impl Database {
    /// Connects.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached, `Internal` for a URL that is none.
    pub async fn connect(connect: Connect) -> Result<Self> {
        let is_sqlite = connect.url.starts_with("sqlite:");
        let (reader, writer) = if is_sqlite {
            // The writer first: it makes the file and its journal.
            let writer = open(&connect.url, 1, Use::Writing).await?;
            (open(&connect.url, connect.connections, Use::Reading).await?, writer)
        } else {
            reach(&connect.url).await?;
            let pool = open(&connect.url, connect.connections, Use::Writing).await?;
            (pool.clone(), pool)
        };
        Ok(Self {
            reader,
            writer,
            cursor_keys: Arc::new(RwLock::new(Arc::new(connect.cursor_keys))),
            counts_generation: Arc::default(),
            matches: Arc::new(Cache::new(MATCHES, End::AfterWrite(MATCHES_TTL))),
        })
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// Name of the database for people.
    #[must_use]
    pub fn name(&self) -> &'static str {
        if self.backend() == DbBackend::Postgres { "PostgreSQL" } else { "SQLite" }
    }

    /// Signs cursors with other keys from now on; the first signs, all verify.
    pub fn replace_cursor_keys(&self, keys: Vec<Vec<u8>>) {
        *self.cursor_keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    pub(crate) fn cursor_keys(&self) -> CursorKeys {
        self.cursor_keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs all migrations that have not run.
    ///
    /// # Errors
    /// `Internal` when one fails.
    pub async fn migrate(&self) -> Result<()> {
        self.make_dropped_indexes().await?;
        Migrator::up(&self.writer, None).await.map_err(failed)
    }

    /// What taking the last `steps` migrations back would do.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn way_back(&self, steps: u32) -> Result<WayBack> {
        let run: Vec<_> = self.migration_status().await?.into_iter().filter(|(_, done)| *done).collect();
        let names: Vec<_> = run.iter().rev().map(|(name, _)| name.clone()).take(steps as usize).collect();
        let takes_proofs = names.len() < run.len() && names.iter().any(|name| PROOFS.contains(&name.as_str()));
        let events = Sql::new("SELECT count(*) FROM audit_events");
        let leaves_unproven = takes_proofs && self.read().number(events).await? > 0;
        Ok(WayBack { names, leaves_unproven })
    }

    /// Takes the last `steps` migrations back.
    ///
    /// # Errors
    /// `Internal` when one fails.
    pub async fn migrate_down(&self, steps: u32) -> Result<()> {
        Migrator::down(&self.writer, Some(steps)).await.map_err(failed)
    }

    /// Each migration with whether it has run. A database without the table of migrations has run none.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn migration_status(&self) -> Result<Vec<(String, bool)>> {
        self.ping().await?;
        let applied =
            self.read().all::<Applied>(Sql::new("SELECT version FROM seaql_migrations")).await.unwrap_or_default();
        let status = |name: &str| (name.to_owned(), applied.iter().any(|row| row.version == name));
        Ok(Migrator::migrations().iter().map(|migration| status(migration.name())).collect())
    }

    /// Asks the database for an answer.
    ///
    /// # Errors
    /// `Unavailable` or `Internal` when there is none.
    pub async fn ping(&self) -> Result<()> {
        self.read().number(Sql::new("SELECT CAST(1 AS BIGINT)")).await.map(drop)
    }

    /// Opens the transaction of a use-case. On SQLite it waits until it is the only writer, so that no writer fails
    /// halfway.
    ///
    /// # Errors
    /// `Unavailable` when no connection gets free.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            isolation_level: None::<IsolationLevel>,
            access_mode: None::<AccessMode>,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        };
        let transaction = self.writer.begin_with_options(options).await.map_err(failed)?;
        Ok(Tx::new(transaction, self.clone()))
    }

    pub(crate) const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    pub(crate) fn read(&self) -> Conn<'_> {
        Conn::pool(&self.reader, self)
    }

    /// Forgets what was counted of users and organizations.
    pub fn counts_changed(&self) {
        self.counts_generation.fetch_add(1, Ordering::Relaxed);
    }

    /// What was found to match `key` since the last change of users or organizations, or what `find` finds now, once for all who ask.
    pub(crate) async fn matches<F>(&self, key: String, find: F) -> Result<Matches>
    where
        F: Future<Output = Result<Matches>>,
    {
        let key = (self.counts_generation.load(Ordering::Relaxed), key);
        let finding = self.matches.get_or_insert_with(key.clone(), Arc::default);
        let found = finding.get_or_init(|| async { find.await.map_err(Arc::new) }).await.clone();
        found.map_err(|error| {
            self.matches.remove(&key);
            drop(finding);
            Arc::try_unwrap(error).unwrap_or_else(Error::internal)
        })
    }

    /// News of commits by other replicas; none on SQLite, which serves one process.
    ///
    /// # Errors
    /// `Internal` when PostgreSQL refuses to listen.
    pub async fn changes(&self) -> Result<Option<Changes>> {
        if self.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let pool = self.writer.get_postgres_connection_pool();
        let mut listener = PgListener::connect_with(pool).await.map_err(Error::internal)?;
        listener.listen(CHANNEL).await.map_err(Error::internal)?;
        Ok(Some(Changes(listener)))
    }

    /// Folds the write-ahead log into the file and closes the connections.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn close(self) -> Result<()> {
        self.reader.close().await.map_err(failed)?;
        self.writer.close().await.map_err(failed)
    }
}

/// Channel of `NOTIFY` for commits with audit events.
pub(crate) const CHANNEL: &str = "quarterdeck";

/// News of commits by other replicas.
pub struct Changes(PgListener);

impl Changes {
    /// Waits for the next commit with audit events, or for the connection to be made again.
    ///
    /// # Errors
    /// `Unavailable` when PostgreSQL cannot be reached.
    pub async fn next(&mut self) -> Result<()> {
        self.0.try_recv().await.map(drop).map_err(|_| Error::Unavailable("the database"))
    }
}

/// Whether the transaction of a connection that comes back has ended; if not, the connection is closed.
///
/// When the disk is full, SQLite rolls back by itself, and the library then counts a transaction that is none: what came
/// after on the same connection would be acknowledged and never committed.
async fn has_ended(connection: &mut SqliteConnection) -> Result<bool, SqlxError> {
    if connection.is_in_transaction() {
        // A rollback that a dropped transaction ordered comes before this answer.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Connects once: a pool would go on trying for half a minute, and not tell why.
async fn reach(url: &str) -> Result<()> {
    let patient = async {
        let began = Instant::now();
        loop {
            match PgConnection::connect(url).await {
                // It may be starting beside us.
                Err(error) if may_pass(&error) && began.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                outcome => return outcome,
            }
        }
    };
    let unanswered = || Error::internal(format!("there is no answer within {} seconds", NO_ANSWER.as_secs()));
    let connection = timeout(NO_ANSWER, patient).await.map_err(|_| unanswered())?;
    connection.map_err(Error::internal)?.close().await.map_err(Error::internal)
}

fn may_pass(error: &SqlxError) -> bool {
    match error {
        SqlxError::Io(_) => true,
        SqlxError::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}

/// What the connections of a pool are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Single statements that change nothing.
    Reading,
    /// Transactions.
    Writing,
}

impl Use {
    /// Room for pages of SQLite, as its `cache_size` has it; the operating system keeps the rest of the file at hand.
    const fn cache(self) -> &'static str {
        match self {
            Self::Reading => "-4000",
            // A sign-in or a change touches some thirty pages, in as many trees.
            Self::Writing => "-8000",
        }
    }
}

async fn open(url: &str, connections: u32, purpose: Use) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                // Each commit is on disk before it is acknowledged.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(15))
                .statement_cache_capacity(200)
                .pragma("cache_size", purpose.cache())
                .pragma("temp_store", "memory")
        })
        .map_sqlx_sqlite_pool_opts(move |options| match purpose {
            Use::Reading => options,
            Use::Writing => options.after_release(|connection, _| Box::pin(has_ended(connection))),
        });
    sea_orm::Database::connect(options).await.map_err(failed)
}

#[cfg(test)]
mod tests;
