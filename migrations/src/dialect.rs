//! What SQLite and PostgreSQL spell differently.

use sea_orm_migration::SchemaManager;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// Runs `sql` with `{uuid}`, `{bytes}`, `{key}` and `{serial}` replaced by the database's type names (a key is compared
/// byte by byte); statements are separated
/// by a line that holds a semicolon alone.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let types = match connection.get_database_backend() {
        DbBackend::Postgres => [
            ("{uuid}", "UUID"),
            ("{bytes}", "BYTEA"),
            ("{key}", "TEXT COLLATE \"C\""),
            ("{serial}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        ],
        _ => [("{uuid}", "BLOB"), ("{bytes}", "BLOB"), ("{key}", "TEXT"), ("{serial}", "INTEGER PRIMARY KEY")],
    };
    let sql = types.iter().fold(sql.to_owned(), |sql, (name, spelling)| sql.replace(name, spelling));
    for statement in sql.split("\n;").map(str::trim).filter(|statement| !statement.is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Runs the variant for the database at hand.
pub async fn run_either(manager: &SchemaManager<'_>, sqlite: &str, postgres: &str) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => run(manager, postgres).await,
        _ => run(manager, sqlite).await,
    }
}

/// Declares a step of two SQL texts that are the same for both databases.
macro_rules! step {
    ($name:literal, $up:expr, $down:expr) => {
        /// The step.
        #[derive(Debug, Clone, Copy)]
        pub struct Migration;

        impl sea_orm_migration::MigrationName for Migration {
            fn name(&self) -> &'static str {
                $name
            }
        }

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::sea_orm::DbErr> {
                crate::dialect::run(manager, $up).await
            }

            async fn down(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::sea_orm::DbErr> {
                crate::dialect::run(manager, $down).await
            }
        }
    };
}

pub(crate) use step;
