//! Search by any part of username, display name and e-mail address, and counts of users by organization and status.
//!
//! Both are kept by triggers, so that no path of writing can forget them. SQLite searches an FTS5 index of trigrams,
//! PostgreSQL a GIN index of the extension `pg_trgm`, which a database's owner may create since version 13.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::DbErr};

use crate::dialect;

/// The step.
#[derive(Debug, Clone, Copy)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261121_000002_search"
    }
}

const COUNTS: &str = "
CREATE TABLE user_counts (
    organization_id {uuid} NOT NULL,
    status TEXT NOT NULL,
    users BIGINT NOT NULL,
    PRIMARY KEY (organization_id, status)
)
";

const SQLITE_UP: &str = "
CREATE VIRTUAL TABLE users_fts USING fts5(search_key, content='users', content_rowid='seq', tokenize='trigram')
;
CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
    INSERT INTO users_fts (rowid, search_key) VALUES (new.seq, new.search_key);
END
;
CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
    INSERT INTO users_fts (users_fts, rowid, search_key) VALUES ('delete', old.seq, old.search_key);
END
;
CREATE TRIGGER users_search_update AFTER UPDATE OF search_key ON users WHEN old.search_key <> new.search_key BEGIN
    INSERT INTO users_fts (users_fts, rowid, search_key) VALUES ('delete', old.seq, old.search_key);
    INSERT INTO users_fts (rowid, search_key) VALUES (new.seq, new.search_key);
END
;
CREATE TRIGGER users_count_insert AFTER INSERT ON users BEGIN
    INSERT INTO user_counts (organization_id, status, users) VALUES (coalesce(new.organization_id, zeroblob(16)), new.status, 1)
    ON CONFLICT (organization_id, status) DO UPDATE SET users = users + 1;
END
;
CREATE TRIGGER users_count_delete AFTER DELETE ON users BEGIN
    UPDATE user_counts SET users = users - 1 WHERE organization_id = coalesce(old.organization_id, zeroblob(16)) AND status = old.status;
END
;
CREATE TRIGGER users_count_update AFTER UPDATE OF organization_id, status ON users
WHEN old.status <> new.status OR old.organization_id IS NOT new.organization_id BEGIN
    UPDATE user_counts SET users = users - 1 WHERE organization_id = coalesce(old.organization_id, zeroblob(16)) AND status = old.status;
    INSERT INTO user_counts (organization_id, status, users) VALUES (coalesce(new.organization_id, zeroblob(16)), new.status, 1)
    ON CONFLICT (organization_id, status) DO UPDATE SET users = users + 1;
END
";

const SQLITE_DOWN: &str = "
DROP TRIGGER users_count_update
;
DROP TRIGGER users_count_delete
;
DROP TRIGGER users_count_insert
;
DROP TRIGGER users_search_update
;
DROP TRIGGER users_search_delete
;
DROP TRIGGER users_search_insert
;
DROP TABLE users_fts
;
DROP TABLE user_counts
";

// Counted a statement at a time: a bulk load updates each count once, not once a row.
const POSTGRES_UP: &str = "
CREATE EXTENSION IF NOT EXISTS pg_trgm
;
CREATE INDEX users_by_trigram ON users USING gin (search_key gin_trgm_ops)
;
CREATE FUNCTION users_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_counts (organization_id, status, users)
    SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), status, count(*) FROM added GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (organization_id, status) DO UPDATE SET users = user_counts.users + excluded.users;
    RETURN NULL;
END $$
;
CREATE FUNCTION users_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts SET users = user_counts.users - gone.users FROM (
        SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000') AS organization_id, status, count(*) AS users
        FROM removed GROUP BY 1, 2
    ) AS gone WHERE user_counts.organization_id = gone.organization_id AND user_counts.status = gone.status;
    RETURN NULL;
END $$
;
CREATE FUNCTION users_count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_counts (organization_id, status, users)
    SELECT organization_id, status, sum(users) FROM (
        SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000') AS organization_id, status, count(*) AS users FROM added GROUP BY 1, 2
        UNION ALL
        SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), status, -count(*) FROM removed GROUP BY 1, 2
    ) AS moves GROUP BY 1, 2 HAVING sum(users) <> 0 ORDER BY 1, 2
    ON CONFLICT (organization_id, status) DO UPDATE SET users = user_counts.users + excluded.users;
    RETURN NULL;
END $$
;
CREATE TRIGGER users_count_insert AFTER INSERT ON users REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION users_count_added()
;
CREATE TRIGGER users_count_delete AFTER DELETE ON users REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION users_count_removed()
;
CREATE TRIGGER users_count_update AFTER UPDATE ON users REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION users_count_moved()
";

const POSTGRES_DOWN: &str = "
DROP TRIGGER users_count_update ON users
;
DROP TRIGGER users_count_delete ON users
;
DROP TRIGGER users_count_insert ON users
;
DROP FUNCTION users_count_moved
;
DROP FUNCTION users_count_removed
;
DROP FUNCTION users_count_added
;
DROP INDEX users_by_trigram
;
DROP TABLE user_counts
";

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, COUNTS).await?;
        dialect::run_either(manager, SQLITE_UP, POSTGRES_UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run_either(manager, SQLITE_DOWN, POSTGRES_DOWN).await
    }
}
