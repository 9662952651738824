//! Jobs and the outcome of each of their rows.

use quarterdeck_domain::{
    Error, Grant, JobId, Page, PlanId, Result, SessionId, Timestamp, UserId, Visibility,
    jobs::{DEFAULT_ROW_SORT, DEFAULT_SORT, Job, JobFilter, JobRow, JobState, ListJobRows, ListJobs, RowOutcome},
    plans::PlanAction,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    plans::Target,
    sql::Sql,
    users::time_or_never,
};

/// The table of jobs.
pub struct Jobs<'a> {
    conn: Conn<'a>,
}

/// A job that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Id.
    pub id: JobId,
    /// What it does.
    pub action: PlanAction,
    /// Plan that it executes.
    pub plan_id: Option<PlanId>,
    /// Job whose failed rows it tries again.
    pub retry_of: Option<JobId>,
    /// Who starts it; the platform acts with their rights as they are when each row is done.
    pub created_by: Option<UserId>,
    /// Name of who starts it.
    pub created_by_name: String,
    /// Session of the request.
    pub session_id: Option<SessionId>,
    /// Address of the request.
    pub address: String,
    /// User agent of the request.
    pub user_agent: String,
    /// Id of the request.
    pub request_id: String,
    /// When it is started.
    pub created_at: Timestamp,
}

/// A job that this process works on, with the request that started it.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    /// Id.
    pub id: JobId,
    /// What it does.
    pub action: PlanAction,
    /// Who started it.
    pub created_by: Option<UserId>,
    /// Name of who started it.
    pub created_by_name: String,
    /// Session of the request.
    pub session_id: Option<SessionId>,
    /// Address of the request.
    pub address: String,
    /// User agent of the request.
    pub user_agent: String,
    /// Id of the request.
    pub request_id: String,
}

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
struct Row {
    id: Uuid,
    kind: String,
    state: String,
    total: i64,
    succeeded: i64,
    failed: i64,
    skipped: i64,
    cancel_requested: bool,
    plan_id: Option<Uuid>,
    retry_of: Option<Uuid>,
    created_by: Option<Uuid>,
    created_by_name: String,
    created_at: i64,
    started_at: i64,
    finished_at: i64,
}

#[derive(FromQueryResult)]
struct ClaimedRow {
    id: Uuid,
    action: String,
    created_by: Option<Uuid>,
    created_by_name: String,
    session_id: Option<Uuid>,
    address: String,
    user_agent: String,
    request_id: String,
}

#[derive(FromQueryResult)]
struct RowRow {
    position: i64,
    target_id: Uuid,
    label: String,
    outcome: String,
    code: Option<String>,
    message: Option<String>,
}

const SELECT: &str = "SELECT j.id, j.kind, j.state, j.total, j.cancel_requested, j.plan_id, j.retry_of, j.created_by, \
    j.created_by_name, j.created_at, j.started_at, j.finished_at, \
    (SELECT count(*) FROM job_rows r WHERE r.job_id = j.id AND r.outcome = 'succeeded') AS succeeded, \
    (SELECT count(*) FROM job_rows r WHERE r.job_id = j.id AND r.outcome = 'failed') AS failed, \
    (SELECT count(*) FROM job_rows r WHERE r.job_id = j.id AND r.outcome = 'skipped') AS skipped \
    FROM jobs j WHERE TRUE";

impl TryFrom<Row> for Job {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: JobId(row.id),
            kind: row.kind.parse().map_err(Error::internal)?,
            state: row.state.parse().map_err(Error::internal)?,
            total: row.total.unsigned_abs(),
            succeeded: row.succeeded.unsigned_abs(),
            failed: row.failed.unsigned_abs(),
            skipped: row.skipped.unsigned_abs(),
            cancel_requested: row.cancel_requested,
            plan_id: row.plan_id.map(PlanId),
            retry_of: row.retry_of.map(JobId),
            created_by: row.created_by.map(UserId),
            created_by_name: row.created_by_name,
            created_at: Timestamp::from_micros(row.created_at),
            started_at: time_or_never(row.started_at),
            finished_at: time_or_never(row.finished_at),
        })
    }
}

impl TryFrom<RowRow> for JobRow {
    type Error = Error;

    fn try_from(row: RowRow) -> Result<Self> {
        Ok(Self {
            position: row.position.unsigned_abs(),
            target_id: row.target_id,
            label: row.label,
            outcome: row.outcome.parse().map_err(Error::internal)?,
            code: row.code,
            message: row.message,
        })
    }
}

impl<'a> Jobs<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    async fn insert_job(&self, job: &NewJob, total: i64) -> Result<()> {
        let sql = Sql::new("INSERT INTO jobs (id, kind, action, state, total, cancel_requested, plan_id, retry_of, created_by, \
            created_by_name, session_id, address, user_agent, request_id, created_at, started_at, finished_at, lease_until) VALUES (")
            .bind(job.id.0)
            .push(", ")
            .bind_all([
                job.action.kind().name().to_owned(),
                serde_json::to_string(&job.action).map_err(Error::internal)?,
                JobState::Queued.name().to_owned(),
            ])
            .push(", ")
            .bind(total)
            .push(", FALSE, ")
            .bind_all([job.plan_id.map(|id| id.0), job.retry_of.map(|id| id.0), job.created_by.map(|id| id.0)])
            .push(", ")
            .bind(job.created_by_name.as_str())
            .push(", ")
            .bind(job.session_id.map(|id| id.0))
            .push(", ")
            .bind_all([job.address.as_str(), job.user_agent.as_str(), job.request_id.as_str()])
            .push(", ")
            .bind(job.created_at.micros())
            .push(", 0, 0, 0)");
        self.conn.execute(sql).await.map(drop)
    }

    /// Stores a job with the rows of a plan; how many.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_for_plan(&self, job: &NewJob, plan: PlanId, total: u64) -> Result<()> {
        self.insert_job(job, i64::try_from(total).unwrap_or(i64::MAX)).await?;
        let sql = Sql::new("INSERT INTO job_rows (job_id, position, target_id, label, outcome) SELECT CAST(")
            .bind(job.id.0)
            .push(if self.conn.is_postgres() { " AS UUID)" } else { " AS BLOB)" })
            .push(", position, target_id, label, 'pending' FROM plan_rows WHERE plan_id = ")
            .bind(plan.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Stores a job with the failed rows of another one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_retry(&self, job: &NewJob, former: JobId, total: u64) -> Result<()> {
        self.insert_job(job, i64::try_from(total).unwrap_or(i64::MAX)).await?;
        let sql = Sql::new("INSERT INTO job_rows (job_id, position, target_id, label, outcome) SELECT CAST(")
            .bind(job.id.0)
            .push(if self.conn.is_postgres() { " AS UUID)" } else { " AS BLOB)" })
            .push(", row_number() OVER (ORDER BY position), target_id, label, 'pending' FROM job_rows WHERE outcome = 'failed' AND job_id = ")
            .bind(former.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// The job.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: JobId) -> Result<Job> {
        let row = self.conn.one::<Row>(Sql::new(SELECT).push(" AND j.id = ").bind(id.0)).await?;
        row.ok_or(Error::NotFound("job"))?.try_into()
    }

    /// What the job does, and the request that started it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn origin(&self, id: JobId) -> Result<ClaimedJob> {
        let sql = Sql::new(
            "SELECT id, action, created_by, created_by_name, session_id, address, user_agent, request_id FROM jobs WHERE id = ",
        );
        self.conn.one::<ClaimedRow>(sql.bind(id.0)).await?.ok_or(Error::NotFound("job"))?.try_into()
    }

    /// A page of the jobs that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListJobs) -> Result<Page<Job>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, ("j.created_at", "j.id"))?;
        let rows = self.conn.all::<Row>(keyset.push(conditions(Sql::new(SELECT), grant, &request.filter))).await?;
        let count = Sql::new("SELECT count(*) FROM jobs j WHERE TRUE");
        let total = self.conn.number(conditions(count, grant, &request.filter)).await?.unsigned_abs();
        keyset.page(
            self.conn.database,
            rows,
            (total, true),
            |row| (KeyValue::Number(row.created_at), row.id),
            Job::try_from,
        )
    }

    /// A page of the rows of a job.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn rows(&self, grant: &Grant, id: JobId, request: &ListJobRows) -> Result<Page<JobRow>> {
        let sort = request.sort.unwrap_or(DEFAULT_ROW_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, ("r.position", "r.job_id"))?;
        let outcome = request.filter.outcome.map(quarterdeck_domain::jobs::RowOutcome::name);
        let condition =
            |sql: Sql| sql.push(" FROM job_rows r WHERE r.job_id = ").bind(id.0).and_some("r.outcome = ", outcome);
        let sql = condition(Sql::new("SELECT r.position, r.target_id, r.label, r.outcome, r.code, r.message"));
        let rows = self.conn.all::<RowRow>(keyset.push(sql)).await?;
        let total = self.conn.number(condition(Sql::new("SELECT count(*)"))).await?.unsigned_abs();
        keyset.page(
            self.conn.database,
            rows,
            (total, true),
            |row| (KeyValue::Number(row.position), id.0),
            JobRow::try_from,
        )
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
            .push(" WHERE id = (SELECT id FROM jobs WHERE finished_at = 0 AND lease_until < ")
            .bind(now.micros())
            .push(" ORDER BY created_at LIMIT 1")
            .push(if self.conn.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" })
            .push(") RETURNING id, action, created_by, created_by_name, session_id, address, user_agent, request_id");
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

    /// Keeps the job for longer; whether a cancellation was asked for.
    ///
    /// # Errors
    /// `NotFound` when the job is gone.
    pub async fn renew(&self, id: JobId, lease_until: Timestamp) -> Result<bool> {
        let sql = Sql::new("UPDATE jobs SET lease_until = ").bind(lease_until.micros()).push(" WHERE id = ").bind(id.0);
        self.conn.execute(sql).await?;
        Ok(self.get(id).await?.cancel_requested)
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

    /// Ends the job; rows that are not done are left alone.
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
            .push(" WHERE id = ")
            .bind(id.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Asks the job to stop.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn request_cancellation(&self, id: JobId) -> Result<()> {
        self.conn.execute(Sql::new("UPDATE jobs SET cancel_requested = TRUE WHERE id = ").bind(id.0)).await.map(drop)
    }

    /// Jobs that wait or run.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn open_count(&self) -> Result<u64> {
        Ok(self.conn.number(Sql::new("SELECT count(*) FROM jobs WHERE finished_at = 0")).await?.unsigned_abs())
    }
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
            address: row.address,
            user_agent: row.user_agent,
            request_id: row.request_id,
        })
    }
}

fn conditions(sql: Sql, grant: &Grant, filter: &JobFilter) -> Sql {
    let sql = match grant.visibility() {
        Visibility::All => sql,
        Visibility::Own(own) => sql.push(" AND j.created_by = ").bind(own.0),
        Visibility::Organization(_) => sql.push(" AND FALSE"),
    };
    sql.and_some("j.state = ", filter.state.map(quarterdeck_domain::jobs::JobState::name))
        .and_some("j.kind = ", filter.kind.map(quarterdeck_domain::plans::PlanKind::name))
}
