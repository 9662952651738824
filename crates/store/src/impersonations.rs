//! Who acts, or acted, as whom.

use quarterdeck_domain::{Result, SessionId, Timestamp, UserId, impersonation::Impersonation};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{conn::Conn, sql::Sql};

/// The table of impersonations.
pub struct Impersonations<'a> {
    conn: Conn<'a>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    username: String,
    impersonator_id: Uuid,
    impersonator_name: String,
    reason: String,
    may_write: bool,
    started_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    ended_by: Option<Uuid>,
    is_running: bool,
}

impl From<Row> for Impersonation {
    fn from(row: Row) -> Self {
        Self {
            id: SessionId(row.id),
            user_id: UserId(row.user_id),
            username: row.username,
            impersonator_id: UserId(row.impersonator_id),
            impersonator_name: row.impersonator_name,
            reason: row.reason,
            may_write: row.may_write,
            started_at: Timestamp::from_micros(row.started_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            ended_at: row.ended_at.map(Timestamp::from_micros),
            ended_by: row.ended_by.map(UserId),
            is_running: row.is_running,
        }
    }
}

/// With the time now bound behind it; the session is gone once it was cut.
const SELECT: &str = "SELECT i.id, i.user_id, u.username, i.impersonator_id, i.impersonator_name, i.reason, i.may_write, \
    i.started_at, i.expires_at, i.ended_at, i.ended_by, s.id IS NOT NULL AS is_running FROM impersonations i \
    JOIN users u ON u.id = i.user_id LEFT JOIN sessions s ON s.id = i.id AND s.expires_at > ";

impl<'a> Impersonations<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    fn select(now: Timestamp) -> Sql {
        Sql::new(SELECT).bind(now.micros())
    }

    /// Stores one that begins.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, new: &Impersonation) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO impersonations (id, user_id, impersonator_id, impersonator_name, reason, may_write, started_at, \
             expires_at) VALUES (",
        );
        let sql = sql.bind_all([new.id.0, new.user_id.0, new.impersonator_id.0]).push(", ");
        let sql = sql.bind_all([new.impersonator_name.as_str(), new.reason.as_str()]).push(", ").bind(new.may_write);
        let sql = sql.push(", ").bind_all([new.started_at.micros(), new.expires_at.micros()]).push(")");
        self.conn.execute(sql).await.map(drop)
    }

    /// That of the session, if it is one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find(&self, session: SessionId, now: Timestamp) -> Result<Option<Impersonation>> {
        let row = self.conn.one::<Row>(Self::select(now).push(" WHERE i.id = ").bind(session.0)).await?;
        Ok(row.map(Impersonation::from))
    }

    /// Those that run by `impersonator`: as `user`, or as anybody.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn running(
        &self,
        impersonator: UserId,
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<Impersonation>> {
        let sql = Self::select(now).push(" WHERE s.id IS NOT NULL AND i.impersonator_id = ").bind(impersonator.0);
        let rows = self.conn.all::<Row>(sql.and_some("i.user_id = ", user.map(|id| id.0))).await?;
        Ok(rows.into_iter().map(Impersonation::from).collect())
    }

    /// The newest as `user`, at most `limit`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn of_user(&self, user: UserId, limit: i64, now: Timestamp) -> Result<Vec<Impersonation>> {
        let sql = Self::select(now).push(" WHERE i.user_id = ").bind(user.0);
        let rows = self.conn.all::<Row>(sql.push(" ORDER BY i.started_at DESC, i.id DESC").limit(limit)).await?;
        Ok(rows.into_iter().map(Impersonation::from).collect())
    }

    /// Notes who ends that of the session, if it is one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn note_end(&self, session: SessionId, by: Option<UserId>, now: Timestamp) -> Result<()> {
        let sql = Sql::new("UPDATE impersonations SET ended_at = ").bind(now.micros()).push(", ended_by = ");
        let sql = sql.bind(by.map(|id| id.0)).push(" WHERE id = ").bind(session.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Ends one with its session.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end(&self, session: SessionId, by: UserId, now: Timestamp) -> Result<()> {
        self.note_end(session, Some(by), now).await?;
        self.conn.execute(Sql::new("DELETE FROM sessions WHERE id = ").bind(session.0)).await.map(drop)
    }
}
