//! Indexes that answer the filters of a list of users by themselves.
//!
//! A page is found by walking the index of its order. With every filter's column behind the sort key, a row that does
//! not match costs a look at the index alone, about a twentieth of fetching the row: a filter of a few per cent then
//! costs hardly more than none. Statuses other than `active`, which few users have, keep orders of their own. The roles
//! held are kept as bits for this purpose.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::DbErr};

use crate::dialect;

/// The step.
#[derive(Debug, Clone, Copy)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261121_000006_list_indexes"
    }
}

/// Order of a list: the end of its indexes' names, the sort key, and the columns behind key and id.
type Order = (&'static str, &'static str, &'static str);

const ORDERS: [Order; 5] = [
    ("username", "username_key", "status, role_bits, last_login_at, created_at"),
    ("display_name", "display_name_key", "status, role_bits, last_login_at, created_at"),
    ("email", "email_key", "status, role_bits, last_login_at, created_at"),
    ("last_login", "last_login_at", "status, role_bits, created_at"),
    ("creation", "created_at", "status, role_bits, last_login_at"),
];

const ADD_ROLE_BITS: &str = "
ALTER TABLE users ADD COLUMN role_bits BIGINT NOT NULL DEFAULT 0
;
UPDATE users SET role_bits = coalesce((
    SELECT sum(CASE role WHEN 'admin' THEN 1 WHEN 'organization_admin' THEN 2 WHEN 'developer' THEN 4
        WHEN 'advocate' THEN 8 WHEN 'trainer' THEN 16 WHEN 'user' THEN 32 ELSE 0 END)
    FROM user_roles WHERE user_id = users.id
), 0)
";

/// Statements that put covering indexes in the place of the plain ones.
fn covering((name, key, behind): Order, postgres: bool) -> String {
    let behind = if postgres { format!(") INCLUDE (seq, {behind})") } else { format!(", {behind})") };
    // The order by username had the unique index alone.
    let plain = if name == "username" { String::new() } else { format!("DROP INDEX users_by_{name}\n;\n") };
    format!(
        "{plain}DROP INDEX users_of_organization_by_{name}\n;\nDROP INDEX users_of_status_by_{name}\n;\n\
         CREATE INDEX users_by_{name} ON users ({key}, id{behind}\n;\n\
         CREATE INDEX users_of_organization_by_{name} ON users (organization_id, {key}, id{behind}\n;\n\
         CREATE INDEX users_of_status_by_{name} ON users (status, {key}, id{behind} WHERE status <> 'active'"
    )
}

/// Statements that bring the plain indexes back.
fn plain((name, key, _): Order) -> String {
    let plain = if name == "username" {
        String::new()
    } else {
        format!("CREATE INDEX users_by_{name} ON users ({key}, id)\n;\n")
    };
    format!(
        "DROP INDEX users_by_{name}\n;\nDROP INDEX users_of_organization_by_{name}\n;\n\
         DROP INDEX users_of_status_by_{name}\n;\n{plain}\
         CREATE INDEX users_of_organization_by_{name} ON users (organization_id, {key}, id)\n;\n\
         CREATE INDEX users_of_status_by_{name} ON users (status, {key}, id)"
    )
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, ADD_ROLE_BITS).await?;
        for order in ORDERS {
            dialect::run_either(manager, &covering(order, false), &covering(order, true)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for order in ORDERS {
            dialect::run(manager, &plain(order)).await?;
        }
        dialect::run(manager, "ALTER TABLE users DROP COLUMN role_bits").await
    }
}
