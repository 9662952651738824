//! Doing jobs: one worker at a time has a job by a lease, and notes what became of each row.
//!
//! A lease is short and renewed all the while, so that a job whose worker died goes on within seconds. Replicas whose
//! clocks differ may take a job from each other; no row is done twice all the same, for it is noted with what it changed.

use quarterdeck_domain::{
    ApiKeyId, Error, JobId, Result, SessionId, Timestamp, UserId,
    jobs::{JobAction, RowOutcome},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Jobs, RowRow};
use crate::{plans::Target, sql::Sql};

/// A job that this process works on, with the request that started it.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    /// Id.
    pub id: JobId,
    /// What it does.
    pub action: JobAction,
    /// Who started it.
    pub created_by: Option<UserId>,
    /// Name of who started it.
    pub created_by_name: String,
    /// Session of the request.
    pub session_id: Option<SessionId>,
    /// API key of the request.
    pub api_key_id: Option<ApiKeyId>,
    /// Address of the request.
    pub address: String,
    /// User agent of the request.
    pub user_agent: String,
    /// Id of the request.
    pub request_id: String,
}

/// Seconds ahead at which a lease cannot end: it was given before the clock was set back.
const FAR_SECONDS: i64 = 60;

/// What became of one row.
#[derive(Debug, Clone)]
pub struct RowResult {
    /// Place in the job.
    pub position: u64,
    /// Outcome.
    pub outcome: RowOutcome,
    /// Stable code of the error.
    pub code: Option<String>,
    /// What went wrong.
    pub message: Option<String>,
}

#[derive(FromQueryResult)]
struct ClaimedRow {
    id: Uuid,
    action: String,
    created_by: Option<Uuid>,
    created_by_name: String,
    session_id: Option<Uuid>,
    api_key_id: Option<Uuid>,
    address: String,
    user_agent: String,
    request_id: String,
}

impl TryFrom<ClaimedRow> for ClaimedJob {
    type Error = Error;

    fn try_from(row: ClaimedRow) -> Result<Self> {
        Ok(Self {
            id: JobId(row.id),
            action: serde_json::from_str(&row.action).map_err(Error::internal)?,
            created_by: row.created_by.map(UserId),
            created_by_name: row.created_by_name,
            session_id: row.session_id.map(SessionId),
            api_key_id: row.api_key_id.map(ApiKeyId),
            address: row.address,
            user_agent: row.user_agent,
            request_id: row.request_id,
        })
    }
}

const ORIGIN: &str = "id, action, created_by, created_by_name, session_id, api_key_id, address, user_agent, request_id";

impl Jobs<'_> {
    /// What the job does, and the request that started it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn origin(&self, id: JobId) -> Result<ClaimedJob> {
        let sql = Sql::new("SELECT ").push(ORIGIN).push(" FROM jobs WHERE id = ").bind(id.0);
        self.conn.one::<ClaimedRow>(sql).await?.ok_or(Error::NotFound("job"))?.try_into()
    }

    /// Takes the oldest job that nobody works on, until `lease_until`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn claim(&self, now: Timestamp, lease_until: Timestamp) -> Result<Option<ClaimedJob>> {
        let sql = Sql::new("UPDATE jobs SET state = 'running', started_at = CASE WHEN started_at = 0 THEN ")
            .bind(now.micros())
            .push(" ELSE started_at END, lease_until = ")
            .bind(lease_until.micros())
            .push(" WHERE id = (SELECT id FROM jobs WHERE finished_at = 0 AND lease_until NOT BETWEEN ")
            .bind(now.micros())
            .push(" AND ")
            .bind(now.plus_seconds(FAR_SECONDS).micros())
            .push(" ORDER BY created_at LIMIT 1")
            .push(if self.conn.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" })
            .push(") RETURNING ")
            .push(ORIGIN);
        self.conn.one::<ClaimedRow>(sql).await?.map(TryInto::try_into).transpose()
    }

    /// Lets go of the jobs that a process held which is gone; how many. On PostgreSQL it may be another one that lives:
    /// there they wait for the end of their lease.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn release(&self) -> Result<u64> {
        if self.conn.is_postgres() {
            return Ok(0);
        }
        self.conn.execute(Sql::new("UPDATE jobs SET lease_until = 0 WHERE finished_at = 0 AND lease_until <> 0")).await
    }

    /// Keeps the job, held until `held`, until `lease_until`; whether it was still held.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn renew(&self, id: JobId, held: Timestamp, lease_until: Timestamp) -> Result<bool> {
        let sql = Sql::new("UPDATE jobs SET lease_until = ")
            .bind(lease_until.micros())
            .push(" WHERE finished_at = 0 AND id = ")
            .bind(id.0)
            .push(" AND lease_until = ")
            .bind(held.micros());
        Ok(self.conn.execute(sql).await? > 0)
    }

    /// Whether a cancellation of the job was asked for.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn is_cancelled(&self, id: JobId) -> Result<bool> {
        let sql = Sql::new("SELECT count(*) FROM jobs WHERE cancel_requested AND id = ").bind(id.0);
        Ok(self.conn.number(sql).await? > 0)
    }

    /// The next rows that are not done, in order.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn pending(&self, id: JobId, limit: u64) -> Result<Vec<(u64, Target)>> {
        let sql = Sql::new("SELECT position, target_id, label, outcome, code, message FROM job_rows WHERE outcome = 'pending' AND job_id = ")
            .bind(id.0)
            .push(" ORDER BY position")
            .limit(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = self.conn.all::<RowRow>(sql).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.position.unsigned_abs(), Target { id: row.target_id, label: row.label }))
            .collect())
    }

    /// Notes what became of a row; whether it still waited for that.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn finish_row(&self, id: JobId, result: &RowResult) -> Result<bool> {
        let sql = Sql::new("UPDATE job_rows SET outcome = ")
            .bind(result.outcome.name())
            .push(", code = ")
            .bind(result.code.clone())
            .push(", message = ")
            .bind(result.message.clone())
            .push(" WHERE job_id = ")
            .bind(id.0)
            .push(" AND outcome = 'pending' AND position = ")
            .bind(i64::try_from(result.position).unwrap_or(i64::MAX));
        Ok(self.conn.execute(sql).await? > 0)
    }

    /// Ends the job, unless it has ended; rows that are not done are left alone.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn finish(&self, id: JobId, cancelled: bool, now: Timestamp) -> Result<()> {
        let sql =
            Sql::new("UPDATE job_rows SET outcome = 'skipped' WHERE outcome = 'pending' AND job_id = ").bind(id.0);
        self.conn.execute(sql).await?;
        let sql = Sql::new("UPDATE jobs SET state = CASE WHEN ")
            .bind(cancelled)
            .push(" THEN 'cancelled' WHEN EXISTS (SELECT 1 FROM job_rows WHERE outcome = 'failed' AND job_id = ")
            .bind(id.0)
            .push(") THEN 'failed' ELSE 'succeeded' END, started_at = CASE WHEN started_at = 0 THEN ")
            .bind(now.micros())
            .push(" ELSE started_at END, finished_at = ")
            .bind(now.micros())
            .push(" WHERE finished_at = 0 AND id = ")
            .bind(id.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Jobs that wait or run.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn open_count(&self) -> Result<u64> {
        Ok(self.conn.number(Sql::new("SELECT count(*) FROM jobs WHERE finished_at = 0")).await?.unsigned_abs())
    }
}
