//! Seats of organizations, who needs none, and what new users of an organization begin with.
//!
//! Complimentary users are counted in the row that counts the active ones: whoever takes a seat waits there for whoever took
//! the one before.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::DbErr};

use crate::dialect;

/// The step.
#[derive(Debug, Clone, Copy)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_000018_seats"
    }
}

const COLUMNS_UP: &str = "
ALTER TABLE organizations ADD COLUMN seats BIGINT NOT NULL DEFAULT 0
;
ALTER TABLE organizations ADD COLUMN user_defaults TEXT NOT NULL DEFAULT '{}'
;
ALTER TABLE users ADD COLUMN seat TEXT NOT NULL DEFAULT 'licensed'
;
ALTER TABLE user_counts ADD COLUMN complimentary BIGINT NOT NULL DEFAULT 0
";

const COLUMNS_DOWN: &str = "
ALTER TABLE user_counts DROP COLUMN complimentary
;
ALTER TABLE users DROP COLUMN seat
;
ALTER TABLE organizations DROP COLUMN user_defaults
;
ALTER TABLE organizations DROP COLUMN seats
";

const SQLITE_DROP: &str = "
DROP TRIGGER users_count_update
;
DROP TRIGGER users_count_delete
;
DROP TRIGGER users_count_insert
";

const SQLITE_UP: &str = "
CREATE TRIGGER users_count_insert AFTER INSERT ON users BEGIN
    INSERT INTO user_counts (organization_id, status, users, complimentary)
    VALUES (coalesce(new.organization_id, zeroblob(16)), new.status, 1, new.seat = 'complimentary')
    ON CONFLICT (organization_id, status) DO UPDATE SET users = users + 1, complimentary = complimentary + excluded.complimentary;
END
;
CREATE TRIGGER users_count_delete AFTER DELETE ON users BEGIN
    UPDATE user_counts SET users = users - 1, complimentary = complimentary - (old.seat = 'complimentary')
    WHERE organization_id = coalesce(old.organization_id, zeroblob(16)) AND status = old.status;
END
;
CREATE TRIGGER users_count_update AFTER UPDATE OF organization_id, status, seat ON users
WHEN old.status <> new.status OR old.seat <> new.seat OR old.organization_id IS NOT new.organization_id BEGIN
    UPDATE user_counts SET users = users - 1, complimentary = complimentary - (old.seat = 'complimentary')
    WHERE organization_id = coalesce(old.organization_id, zeroblob(16)) AND status = old.status;
    INSERT INTO user_counts (organization_id, status, users, complimentary)
    VALUES (coalesce(new.organization_id, zeroblob(16)), new.status, 1, new.seat = 'complimentary')
    ON CONFLICT (organization_id, status) DO UPDATE SET users = users + 1, complimentary = complimentary + excluded.complimentary;
END
";

const SQLITE_FORMER: &str = "
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

const POSTGRES_UP: &str = "
CREATE OR REPLACE FUNCTION users_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_counts (organization_id, status, users, complimentary)
    SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), status, count(*), count(*) FILTER (WHERE seat = 'complimentary')
    FROM added GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (organization_id, status) DO UPDATE
    SET users = user_counts.users + excluded.users, complimentary = user_counts.complimentary + excluded.complimentary;
    RETURN NULL;
END $$
;
CREATE OR REPLACE FUNCTION users_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts SET users = user_counts.users - gone.users, complimentary = user_counts.complimentary - gone.complimentary FROM (
        SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000') AS organization_id, status, count(*) AS users,
            count(*) FILTER (WHERE seat = 'complimentary') AS complimentary
        FROM removed GROUP BY 1, 2
    ) AS gone WHERE user_counts.organization_id = gone.organization_id AND user_counts.status = gone.status;
    RETURN NULL;
END $$
;
CREATE OR REPLACE FUNCTION users_count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_counts (organization_id, status, users, complimentary)
    SELECT organization_id, status, sum(users), sum(complimentary) FROM (
        SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000') AS organization_id, status, count(*) AS users,
            count(*) FILTER (WHERE seat = 'complimentary') AS complimentary FROM added GROUP BY 1, 2
        UNION ALL
        SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), status, -count(*),
            -count(*) FILTER (WHERE seat = 'complimentary') FROM removed GROUP BY 1, 2
    ) AS moves GROUP BY 1, 2 HAVING sum(users) <> 0 OR sum(complimentary) <> 0 ORDER BY 1, 2
    ON CONFLICT (organization_id, status) DO UPDATE
    SET users = user_counts.users + excluded.users, complimentary = user_counts.complimentary + excluded.complimentary;
    RETURN NULL;
END $$
";

const POSTGRES_FORMER: &str = "
CREATE OR REPLACE FUNCTION users_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_counts (organization_id, status, users)
    SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), status, count(*) FROM added GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (organization_id, status) DO UPDATE SET users = user_counts.users + excluded.users;
    RETURN NULL;
END $$
;
CREATE OR REPLACE FUNCTION users_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts SET users = user_counts.users - gone.users FROM (
        SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000') AS organization_id, status, count(*) AS users
        FROM removed GROUP BY 1, 2
    ) AS gone WHERE user_counts.organization_id = gone.organization_id AND user_counts.status = gone.status;
    RETURN NULL;
END $$
;
CREATE OR REPLACE FUNCTION users_count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
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
";

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, COLUMNS_UP).await?;
        dialect::run_either(manager, SQLITE_DROP, POSTGRES_UP).await?;
        dialect::run_either(manager, SQLITE_UP, "").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run_either(manager, SQLITE_DROP, POSTGRES_FORMER).await?;
        dialect::run_either(manager, SQLITE_FORMER, "").await?;
        dialect::run(manager, COLUMNS_DOWN).await
    }
}
