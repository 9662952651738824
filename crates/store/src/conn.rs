//! Running statements, on the pool or in a transaction.

use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
};

use quarterdeck_domain::{Error, Result};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr, FromQueryResult,
    RuntimeErr, SqlErr, sqlx::error::DatabaseError,
};
use uuid::Uuid;

use crate::{database::Database, sql::Sql};

/// Statements of a transaction that nobody waits for: they go with the next one, as one piece of work for the thread
/// that SQLite runs on.
///
/// Each way there and back is two switches of thread, at which a core that hashes passwords loses its caches.
#[derive(Debug, Default)]
pub struct Later(Mutex<Sql>);

/// Most values of statements that are kept for later.
const LATER_VALUES: usize = 100;

impl Later {
    fn add(&self, sql: Sql) {
        let mut later = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *later = std::mem::take(&mut *later).then(sql);
    }

    fn take(&self) -> Option<Sql> {
        let sql = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if sql.is_empty() { None } else { Some(sql) }
    }
}

/// A connection of the pool, or a transaction, with what queries need to know of the database.
pub struct Conn<'a> {
    executor: DatabaseExecutor<'a>,
    later: Option<&'a Later>,
    pub(crate) database: &'a Database,
}

impl<'a> Conn<'a> {
    pub(crate) fn pool(connection: &'a DatabaseConnection, database: &'a Database) -> Self {
        Self { executor: connection.into(), later: None, database }
    }

    pub(crate) fn transaction(transaction: &'a DatabaseTransaction, later: &'a Later, database: &'a Database) -> Self {
        // PostgreSQL takes one statement with values at a time.
        let later = (database.backend() == DbBackend::Sqlite).then_some(later);
        Self { executor: transaction.into(), later, database }
    }

    /// Which database it is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.database.backend()
    }

    /// Whether it is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }

    /// The first row, if any.
    pub(crate) async fn one<T: FromQueryResult>(&self, sql: Sql) -> Result<Option<T>> {
        self.flush().await.map_err(failed)?;
        let row = self.executor.query_one_raw(sql.statement(self.backend())).await.map_err(failed)?;
        row.map(|row| T::from_query_result(&row, "")).transpose().map_err(failed)
    }

    /// All rows.
    pub(crate) async fn all<T: FromQueryResult>(&self, sql: Sql) -> Result<Vec<T>> {
        self.flush().await.map_err(failed)?;
        let rows = self.executor.query_all_raw(sql.statement(self.backend())).await.map_err(failed)?;
        rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, DbErr>>().map_err(failed)
    }

    /// The number in the first column of the first row; 0 without one.
    pub(crate) async fn number(&self, sql: Sql) -> Result<i64> {
        self.flush().await.map_err(failed)?;
        let row = self.executor.query_one_raw(sql.statement(self.backend())).await.map_err(failed)?;
        row.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(failed)
    }

    /// Changes rows; how many.
    pub(crate) async fn execute(&self, sql: Sql) -> Result<u64> {
        self.try_execute(sql).await.map_err(failed)
    }

    /// Changes rows; the error is for the caller to read.
    pub(crate) async fn try_execute(&self, sql: Sql) -> Result<u64, DbErr> {
        self.flush().await?;
        Ok(self.executor.execute_raw(sql.statement(self.backend())).await?.rows_affected())
    }

    /// Changes rows before the next statement or the commit, which then answers for it.
    pub(crate) async fn execute_later(&self, sql: Sql) -> Result<()> {
        match self.later {
            Some(later) if sql.values() <= LATER_VALUES => {
                later.add(sql);
                Ok(())
            }
            _ => self.execute(sql).await.map(drop),
        }
    }

    /// Does what was left for later.
    pub(crate) async fn flush(&self) -> Result<(), DbErr> {
        let Some(sql) = self.later.and_then(Later::take) else { return Ok(()) };
        self.executor.execute_raw(sql.statement(self.backend())).await.map(drop)
    }
}

/// A row that is an id alone.
#[derive(FromQueryResult)]
pub struct IdRow {
    /// The id.
    pub id: Uuid,
}

/// A failure of the database as an error of ours.
pub fn failed(error: DbErr) -> Error {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => {
            tracing::error!(%error, "the database is not available");
            Error::Unavailable("the database")
        }
        other if is_full(&other) => {
            tracing::error!(error = %other, "the disk is full");
            Error::Unavailable("room on the disk")
        }
        other if is_contended(&other) => {
            tracing::warn!(error = %other, "transactions waited for each other");
            Error::Unavailable("what others are changing at this moment")
        }
        other => Error::internal(other),
    }
}

/// Whether there is no room: SQLITE_FULL, or PostgreSQL's `disk_full`.
fn is_full(error: &DbErr) -> bool {
    matches!(code(error).as_deref(), Some("13" | "53100"))
}

/// Whether PostgreSQL ended the transaction for the sake of another: `serialization_failure`, `deadlock_detected`,
/// `lock_not_available`. Nothing was changed, and the same request may succeed.
fn is_contended(error: &DbErr) -> bool {
    matches!(code(error).as_deref(), Some("40001" | "40P01" | "55P03"))
}

/// The code that the database gave: SQLite's result code, or PostgreSQL's SQLSTATE.
fn code(error: &DbErr) -> Option<Cow<'_, str>> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return None;
    };
    error.as_database_error().and_then(DatabaseError::code)
}

/// The text that names the index or columns of a violated uniqueness, if that is what `error` says.
pub fn violated_uniqueness(error: &DbErr) -> Option<String> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(text)) => Some(text),
        _ => None,
    }
}
