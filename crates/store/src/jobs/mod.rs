//! Jobs and the outcome of each of their rows: what is stored and read of them.

mod work;

use quarterdeck_domain::{
    ApiKeyId, Error, Grant, JobId, Page, PlanId, Result, SessionId, Timestamp, UserId, UserImportId,
    acts::Act,
    jobs::{DEFAULT_ROW_SORT, DEFAULT_SORT, Job, JobAction, JobFilter, JobRow, JobState, ListJobRows, ListJobs},
    plans::{PlanKind, RoleChange},
    users::UserStatus,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    sql::Sql,
    users::time_or_never,
};

pub use work::{ClaimedJob, RowResult};

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
    pub action: JobAction,
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
    /// API key of the request.
    pub api_key_id: Option<ApiKeyId>,
    /// Address of the request.
    pub address: String,
    /// User agent of the request.
    pub user_agent: String,
    /// Id of the request.
    pub request_id: String,
    /// When it is started.
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    status: Option<String>,
    change: Option<String>,
    role: Option<String>,
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
    impersonator: Option<String>,
    created_at: i64,
    started_at: i64,
    finished_at: i64,
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

/// Columns of a job; `{action}` is what it does, as JSON.
const SELECT: &str = "SELECT j.id, j.kind, {action} ->> 'status' AS status, {action} ->> 'change' AS change, \
    {action} ->> 'role' AS role, j.state, j.total, j.cancel_requested, j.plan_id, j.retry_of, j.created_by, \
    j.created_by_name, i.impersonator_name AS impersonator, j.created_at, j.started_at, j.finished_at, \
    (SELECT count(*) FROM job_rows r WHERE r.job_id = j.id AND r.outcome = 'succeeded') AS succeeded, \
    (SELECT count(*) FROM job_rows r WHERE r.job_id = j.id AND r.outcome = 'failed') AS failed, \
    (SELECT count(*) FROM job_rows r WHERE r.job_id = j.id AND r.outcome = 'skipped') AS skipped \
    FROM jobs j LEFT JOIN impersonations i ON i.id = j.session_id WHERE TRUE";

const fn action(is_postgres: bool) -> &'static str {
    if is_postgres { "CAST(j.action AS JSON)" } else { "j.action" }
}

fn select(is_postgres: bool) -> Sql {
    Sql::new(&SELECT.replace("{action}", action(is_postgres)))
}

impl TryFrom<Row> for Job {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let kind = row.kind.parse().map_err(Error::internal)?;
        let status = row.status.map(|name| name.parse()).transpose().map_err(Error::internal)?;
        let change = row.change.map(|name| name.parse()).transpose().map_err(Error::internal)?;
        Ok(Self {
            id: JobId(row.id),
            kind,
            act: Act::new(kind, status, change),
            role: row.role.map(|name| name.parse()).transpose().map_err(Error::internal)?,
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
            impersonator: row.impersonator,
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
            created_by_name, session_id, api_key_id, address, user_agent, request_id, created_at, started_at, finished_at, lease_until) VALUES (")
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
            .bind_all([job.session_id.map(|id| id.0), job.api_key_id.map(|id| id.0)])
            .push(", ")
            .bind_all([job.address.as_str(), job.user_agent.as_str(), job.request_id.as_str()])
            .push(", ")
            .bind(job.created_at.micros())
            .push(", 0, 0, 0)");
        self.conn.execute(sql).await.map(drop)
    }

    /// Stores a job with the rows of a plan.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_for_plan(&self, job: &NewJob, plan: PlanId, total: u64) -> Result<()> {
        self.insert(job, total, "target_id, label, 'pending' FROM plan_rows WHERE plan_id = ", plan.0).await
    }

    /// Stores a job with the lines of an import that are to be carried out, each at its place in the file.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_for_user_import(&self, job: &NewJob, import: UserImportId, total: u64) -> Result<()> {
        let lines = "target_id, username, 'pending' FROM user_import_lines WHERE orders IS NOT NULL AND import_id = ";
        self.insert(job, total, lines, import.0).await
    }

    /// Stores a job with the failed rows of another one, which keep their places.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert_retry(&self, job: &NewJob, former: JobId, total: u64) -> Result<()> {
        let failed = "target_id, label, 'pending' FROM job_rows WHERE outcome = 'failed' AND job_id = ";
        self.insert(job, total, failed, former.0).await
    }

    /// Stores a job with what `rows` selects of `source`.
    async fn insert(&self, job: &NewJob, total: u64, rows: &str, source: Uuid) -> Result<()> {
        self.insert_job(job, i64::try_from(total).unwrap_or(i64::MAX)).await?;
        let sql = Sql::new("INSERT INTO job_rows (job_id, position, target_id, label, outcome) SELECT CAST(")
            .bind(job.id.0)
            .push(if self.conn.is_postgres() { " AS UUID)" } else { " AS BLOB)" })
            .push(", position, ")
            .push(rows)
            .bind(source);
        self.conn.execute(sql).await.map(drop)
    }

    /// The job.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: JobId) -> Result<Job> {
        let row = self.conn.one::<Row>(select(self.conn.is_postgres()).push(" AND j.id = ").bind(id.0)).await?;
        row.ok_or(Error::NotFound("job"))?.try_into()
    }

    /// A page of the jobs that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListJobs) -> Result<Page<Job>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, ("j.created_at", "j.id"))?;
        let is_postgres = self.conn.is_postgres();
        let matching = |sql| conditions(sql, grant, &request.filter, is_postgres);
        let rows = self.conn.all::<Row>(keyset.push(matching(select(is_postgres)))).await?;
        let count = Sql::new("SELECT count(*) FROM jobs j WHERE TRUE");
        let total = self.conn.number(matching(count)).await?.unsigned_abs();
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

    /// Asks the job to stop.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn request_cancellation(&self, id: JobId) -> Result<()> {
        self.conn.execute(Sql::new("UPDATE jobs SET cancel_requested = TRUE WHERE id = ").bind(id.0)).await.map(drop)
    }
}

fn conditions(sql: Sql, grant: &Grant, filter: &JobFilter, is_postgres: bool) -> Sql {
    let sql = reached(sql, grant.visibility(), None, Some("j.created_by"));
    let sql = sql
        .and_some("j.state = ", filter.state.map(quarterdeck_domain::jobs::JobState::name))
        .and_some("j.kind = ", filter.kind.map(PlanKind::name));
    let Some((kind, status, change)) = filter.act.map(Act::parts) else { return sql };
    let member = |name: &str| format!("{} ->> '{name}' = ", action(is_postgres));
    sql.and_some("j.kind = ", Some(kind.name()))
        .and_some(&member("status"), status.map(UserStatus::name))
        .and_some(&member("change"), change.map(RoleChange::name))
}
