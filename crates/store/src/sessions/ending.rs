//! Ending sessions, one or many.

use quarterdeck_domain::{Grant, OrganizationId, Result, SessionId, Timestamp, UserId, sessions::SessionFilter};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Sessions, conditions};
use crate::{conn::IdRow, plans::Target, sql::Sql, users::Condition};

/// Which sessions end.
#[derive(Debug, Clone, Copy)]
pub enum SessionScope {
    /// One session.
    One(SessionId),
    /// One user's, but for one session.
    User(UserId, Option<SessionId>),
    /// One organization's users'.
    Organization(OrganizationId),
    /// Of all who are no administrators.
    NonAdmins,
    /// All, but for one session.
    All(Option<SessionId>),
}

#[derive(FromQueryResult)]
struct EndedRow {
    id: Uuid,
    label: String,
}

impl Sessions<'_> {
    /// The sessions of `scope` that have not ended and that `grant` reaches, with their users' names.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn targets(&self, grant: &Grant, scope: &SessionScope, now: Timestamp) -> Result<Vec<Target>> {
        let sql = Sql::new(
            "SELECT s.id, u.username AS label FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.expires_at > ",
        );
        let sql = revocable(sql.bind(now.micros()), grant, scope, now).push(" ORDER BY s.id");
        let rows = self.conn.all::<EndedRow>(sql).await?;
        Ok(rows.into_iter().map(|row| Target { id: row.id, label: row.label }).collect())
    }

    /// Ends the sessions of `scope` that `grant` reaches; how many had not ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end(&self, grant: &Grant, scope: &SessionScope, now: Timestamp) -> Result<u64> {
        let inner = Sql::new(
            "DELETE FROM sessions WHERE id IN (SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.expires_at > ",
        );
        self.conn.execute(revocable(inner.bind(now.micros()), grant, scope, now).push(")")).await
    }

    /// Ends the sessions of `scope`, as a part of an act on their user that was granted already; how many had not ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end_of_user(&self, user: UserId, but: Option<SessionId>, now: Timestamp) -> Result<u64> {
        let sql = Sql::new("DELETE FROM sessions WHERE user_id = ")
            .bind(user.0)
            .push(" AND expires_at > ")
            .bind(now.micros());
        self.conn.execute(sql.and_some("id <> ", but.map(|id| id.0))).await
    }

    /// Ends one session, as a part of an act that was granted already.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end_one(&self, id: SessionId) -> Result<bool> {
        Ok(self.conn.execute(Sql::new("DELETE FROM sessions WHERE id = ").bind(id.0)).await? > 0)
    }

    /// Ends the oldest sessions of a user beyond the newest `keep`; which.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end_beyond(&self, user: UserId, keep: i64, now: Timestamp) -> Result<Vec<SessionId>> {
        let sql = Sql::new("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = ").bind(user.0);
        let sql = sql.push(" AND expires_at > ").bind(now.micros());
        let sql = sql.push(" ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET ").bind(keep).push(") RETURNING id");
        Ok(self.conn.all::<IdRow>(sql).await?.into_iter().map(|row| SessionId(row.id)).collect())
    }

    /// Removes sessions that have run out.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM sessions WHERE expires_at <= ").bind(now.micros())).await
    }
}

/// What `grant` ends of `scope`: no session that it could not end alone.
fn revocable(sql: Sql, grant: &Grant, scope: &SessionScope, now: Timestamp) -> Sql {
    let sql = scoped(conditions(sql, grant, &SessionFilter::default()), scope);
    match Condition::guarded(grant, now) {
        Some(guarded) => guarded.not().push(sql.push(" AND ")),
        None => sql,
    }
}

fn scoped(sql: Sql, scope: &SessionScope) -> Sql {
    match *scope {
        SessionScope::One(id) => sql.push(" AND s.id = ").bind(id.0),
        SessionScope::User(user, but) => {
            sql.push(" AND s.user_id = ").bind(user.0).and_some("s.id <> ", but.map(|id| id.0))
        }
        SessionScope::Organization(id) => sql.push(" AND u.organization_id = ").bind(id.0),
        SessionScope::NonAdmins => {
            sql.push(" AND NOT EXISTS (SELECT 1 FROM user_roles a WHERE a.user_id = s.user_id AND a.role = 'admin')")
        }
        SessionScope::All(but) => sql.and_some("s.id <> ", but.map(|id| id.0)),
    }
}
