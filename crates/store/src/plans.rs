//! Plans with the rows that they matched.

use quarterdeck_domain::{Error, JobId, PlanId, Result, Timestamp, UserId, plans::Plan};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{conn::Conn, sql::Sql};

/// The table of plans.
pub struct Plans<'a> {
    conn: Conn<'a>,
}

/// A row that an act is for.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Target {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub label: String,
}

/// A plan as it is stored.
#[derive(Debug, Clone)]
pub struct StoredPlan {
    /// Who made it.
    pub owner: Option<UserId>,
    /// The plan as it was shown.
    pub plan: Plan,
}

#[derive(FromQueryResult)]
struct Row {
    owner_id: Option<Uuid>,
    content: String,
    job_id: Option<Uuid>,
}

/// Rows of one statement: SQLite takes at most 32,766 values.
const CHUNK: usize = 5_000;

impl<'a> Plans<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Stores a plan with its rows.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, stored: &StoredPlan, targets: &[Target]) -> Result<()> {
        let plan = &stored.plan;
        let sql = Sql::new("INSERT INTO plans (id, owner_id, content, digest, created_at, expires_at) VALUES (")
            .bind(plan.id.0)
            .push(", ")
            .bind(stored.owner.map(|id| id.0))
            .push(", ")
            .bind_all([serde_json::to_string(plan).map_err(Error::internal)?, plan.digest.clone()])
            .push(", ")
            .bind_all([plan.created_at.micros(), plan.expires_at.micros()])
            .push(")");
        self.conn.execute(sql).await?;
        for (chunk_index, chunk) in targets.chunks(CHUNK).enumerate() {
            let mut sql = Sql::new("INSERT INTO plan_rows (plan_id, position, target_id, label) VALUES ");
            for (index, target) in chunk.iter().enumerate() {
                let position = i64::try_from(chunk_index * CHUNK + index + 1).unwrap_or(i64::MAX);
                sql =
                    sql.push(if index == 0 { "(" } else { ", (" }).bind(plan.id.0).push(", ").bind(position).push(", ");
                sql = sql.bind(target.id).push(", ").bind(target.label.as_str()).push(")");
            }
            self.conn.execute(sql).await?;
        }
        Ok(())
    }

    /// The plan.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: PlanId) -> Result<StoredPlan> {
        self.load(id, "").await
    }

    /// The plan for its execution: nobody else executes it until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: PlanId) -> Result<StoredPlan> {
        self.load(id, if self.conn.is_postgres() { " FOR UPDATE" } else { "" }).await
    }

    async fn load(&self, id: PlanId, lock: &str) -> Result<StoredPlan> {
        let sql = Sql::new("SELECT owner_id, content, job_id FROM plans WHERE id = ").bind(id.0).push(lock);
        let row = self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("plan"))?;
        let mut plan: Plan = serde_json::from_str(&row.content).map_err(Error::internal)?;
        plan.job_id = row.job_id.map(JobId);
        Ok(StoredPlan { owner: row.owner_id.map(UserId), plan })
    }

    /// The rows of the plan, in order.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn targets(&self, id: PlanId) -> Result<Vec<Target>> {
        let sql = Sql::new("SELECT target_id AS id, label FROM plan_rows WHERE plan_id = ")
            .bind(id.0)
            .push(" ORDER BY position");
        self.conn.all(sql).await
    }

    /// Notes which job executes the plan.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn set_job(&self, id: PlanId, job: JobId) -> Result<()> {
        let sql = Sql::new("UPDATE plans SET job_id = ").bind(job.0).push(" WHERE id = ").bind(id.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Removes plans that ran out before `before`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM plans WHERE expires_at < ").bind(before.micros())).await
    }
}
