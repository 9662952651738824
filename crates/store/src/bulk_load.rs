//! Loads of many users at once.
//!
//! Each index of another order is a tree into which every new row goes at a place of its own: with many rows, writing
//! those pages again and again takes most of the time. SQLite sorts instead when an index is made over rows that are
//! there. So a large load drops the indexes that no rule needs and makes them anew at its end. What was dropped is noted
//! in the same transaction, and the next opening of the database makes up for a load that was killed.
//!
//! PostgreSQL plans by what it knows of a table, which after a load is nothing: until its own housekeeping comes round,
//! within a minute, it would read the whole table for a page. So a load ends with that housekeeping.

use quarterdeck_domain::Result;
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, TransactionTrait as _};

use crate::{conn::failed, database::Database, sql::Sql};

/// Users from which on indexes are made at the end.
const LARGE_LOAD: u64 = 20_000;

#[derive(FromQueryResult)]
struct Index {
    name: String,
    sql: String,
}

impl Database {
    /// Prepares for a load of `users` users by this process, which ends with [`Self::end_bulk_load`].
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn begin_bulk_load(&self, users: u64) -> Result<()> {
        if self.backend() != DbBackend::Sqlite {
            return Ok(());
        }
        // Memory for the pages that a load writes, which else are written half-full again and again.
        for pragma in ["PRAGMA cache_size = -256000", "PRAGMA wal_autocheckpoint = 32000"] {
            self.writer().execute_unprepared(pragma).await.map_err(failed)?;
        }
        if users < LARGE_LOAD {
            return Ok(());
        }
        let indexes = Sql::new(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'users' AND sql LIKE 'CREATE INDEX%'",
        );
        let indexes = self.read().all::<Index>(indexes).await?;
        let transaction = self.writer().begin().await.map_err(failed)?;
        transaction
            .execute_unprepared("CREATE TABLE IF NOT EXISTS dropped_indexes (name TEXT, sql TEXT)")
            .await
            .map_err(failed)?;
        for Index { name, sql } in indexes {
            let note =
                Sql::new("INSERT INTO dropped_indexes VALUES (").bind_all([name.as_str(), sql.as_str()]).push(")");
            transaction.execute_raw(note.statement(DbBackend::Sqlite)).await.map_err(failed)?;
            transaction.execute_unprepared(&format!("DROP INDEX {name}")).await.map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    /// Brings the database into the form that lists are quick with.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn end_bulk_load(&self) -> Result<()> {
        if self.backend() == DbBackend::Sqlite {
            return self.make_dropped_indexes().await;
        }
        self.writer().execute_unprepared("VACUUM (ANALYZE) users, user_roles").await.map_err(failed).map(drop)
    }

    /// Makes the indexes anew that a load dropped, this one or one that was killed.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub(crate) async fn make_dropped_indexes(&self) -> Result<()> {
        if self.backend() != DbBackend::Sqlite {
            return Ok(());
        }
        let noted = Sql::new("SELECT count(*) FROM sqlite_schema WHERE name = 'dropped_indexes'");
        if self.read().number(noted).await? == 0 {
            return Ok(());
        }
        let indexes = self.read().all::<Index>(Sql::new("SELECT name, sql FROM dropped_indexes")).await?;
        let transaction = self.writer().begin().await.map_err(failed)?;
        for Index { sql, .. } in indexes {
            transaction.execute_unprepared(&sql).await.map_err(failed)?;
        }
        transaction.execute_unprepared("DROP TABLE dropped_indexes").await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }
}
