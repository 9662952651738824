//! Counts for the first page.

use quarterdeck_domain::{Grant, Result, Timestamp, Visibility, overview::OverviewCounts};
use sea_orm::FromQueryResult;

use crate::{conn::Conn, sql::Sql};

/// Counts over several tables.
pub struct OverviewNumbers<'a> {
    conn: Conn<'a>,
}

#[derive(FromQueryResult)]
struct Row {
    users: i64,
    active_users: i64,
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
        let own = match grant.visibility() {
            Visibility::Organization(own) => Some(own.0),
            Visibility::All | Visibility::Own(_) => None,
        };
        let sql = Sql::new("SELECT (SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE TRUE")
            .and_some("organization_id = ", own)
            .push(") AS users, (SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE status = 'active'")
            .and_some("organization_id = ", own)
            .push(") AS active_users, (SELECT count(*) FROM user_roles r JOIN users u ON u.id = r.user_id WHERE r.role = 'admin' AND u.status = 'active'")
            .and_some("u.organization_id = ", own)
            .push(") AS administrators, (SELECT count(*) FROM organizations WHERE TRUE")
            .and_some("id = ", own)
            .push(") AS organizations, (SELECT count(*) FROM sessions s");
        let sql = match own {
            Some(own) => sql.push(" JOIN users u ON u.id = s.user_id AND u.organization_id = ").bind(own),
            None => sql,
        };
        let sql = sql.push(" WHERE s.expires_at > ").bind(now.micros());
        let sql = sql.push(") AS sessions, (SELECT count(*) FROM jobs WHERE finished_at = 0");
        let sql = if own.is_some() { sql.push(" AND FALSE") } else { sql };
        let row = self.conn.one::<Row>(sql.push(") AS open_jobs")).await?;
        Ok(row.map_or_else(OverviewCounts::default, |row| OverviewCounts {
            users: row.users.unsigned_abs(),
            active_users: row.active_users.unsigned_abs(),
            suspended_users: (row.users - row.active_users).unsigned_abs(),
            administrators: row.administrators.unsigned_abs(),
            organizations: row.organizations.unsigned_abs(),
            sessions: row.sessions.unsigned_abs(),
            open_jobs: row.open_jobs.unsigned_abs(),
        }))
    }
}
