//! Counts for the first page.

use quarterdeck_domain::{Grant, Result, Timestamp, Visibility, overview::OverviewCounts};
use sea_orm::FromQueryResult;

use crate::{conn::Conn, reach::reached, sql::Sql};

/// Counts over several tables.
pub struct OverviewNumbers<'a> {
    conn: Conn<'a>,
}

#[derive(FromQueryResult)]
struct Row {
    users: i64,
    active_users: i64,
    service_accounts: i64,
    active_service_accounts: i64,
    administrators: i64,
    organizations: i64,
    sessions: i64,
    open_jobs: i64,
}

impl<'a> OverviewNumbers<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Counts within the reach of `grant`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn counts(&self, grant: &Grant, now: Timestamp) -> Result<OverviewCounts> {
        let visibility = grant.visibility();
        let within = |sql: Sql, column: &str| reached(sql, visibility, Some(column), None);
        let counted = "(SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE ";
        let sql = within(Sql::new("SELECT ").push(counted).push("TRUE"), "organization_id");
        let sql = sql.push(") AS users, ").push(counted).push("status = 'active'");
        let services = "(SELECT count(*) FROM users WHERE kind = 'service'";
        let sql = within(sql, "organization_id").push(") AS active_users, ").push(services);
        let sql = within(sql, "organization_id").push(") AS service_accounts, ").push(services);
        let sql = within(sql.push(" AND status = 'active'"), "organization_id")
            .push(") AS active_service_accounts, (SELECT count(*) FROM user_roles r JOIN users u ON u.id = r.user_id WHERE r.role = 'admin' AND u.status = 'active' AND u.kind = 'person'");
        let sql = within(sql, "u.organization_id")
            .push(") AS administrators, (SELECT count(*) FROM organizations WHERE TRUE");
        let sql = within(sql, "id").push(") AS organizations, (SELECT count(*) FROM sessions s");
        let is_all = *visibility == Visibility::All;
        let sql = if is_all { sql } else { sql.push(" JOIN users u ON u.id = s.user_id") };
        let sql = within(sql.push(" WHERE s.expires_at > ").bind(now.micros()), "u.organization_id");
        let sql = sql.push(") AS sessions, (SELECT count(*) FROM jobs WHERE finished_at = 0");
        let sql = if is_all { sql } else { sql.push(" AND FALSE") };
        let row = self.conn.one::<Row>(sql.push(") AS open_jobs")).await?;
        Ok(row.map_or_else(OverviewCounts::default, |row| {
            let (people, active) = (row.users - row.service_accounts, row.active_users - row.active_service_accounts);
            OverviewCounts {
                users: people.unsigned_abs(),
                active_users: active.unsigned_abs(),
                suspended_users: (people - active).unsigned_abs(),
                service_accounts: row.service_accounts.unsigned_abs(),
                administrators: row.administrators.unsigned_abs(),
                organizations: row.organizations.unsigned_abs(),
                sessions: row.sessions.unsigned_abs(),
                open_jobs: row.open_jobs.unsigned_abs(),
            }
        }))
    }
}
