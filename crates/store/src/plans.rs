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
        self.insert_rows(plan.id, targets).await
    }

    /// Stores the rows as one value: see [`Sql::list`].
    async fn insert_rows(&self, plan: PlanId, targets: &[Target]) -> Result<()> {
        let rows: Vec<(String, &str)> =
            targets.iter().map(|target| (target.id.simple().to_string(), target.label.as_str())).collect();
        let json = serde_json::to_string(&rows).map_err(Error::internal)?;
        let sql = Sql::new("INSERT INTO plan_rows (plan_id, position, target_id, label) SELECT ");
        let sql = if self.conn.is_postgres() {
            sql.push("CAST(")
                .bind(plan.0)
                .push(" AS UUID), position, CAST(row ->> 0 AS UUID), row ->> 1 FROM json_array_elements(CAST(")
                .bind(json)
                .push(" AS JSON)) WITH ORDINALITY AS rows (row, position)")
        } else {
            sql.bind(plan.0).push(", key + 1, unhex(value ->> 0), value ->> 1 FROM json_each(").bind(json).push(")")
        };
        self.conn.execute(sql).await.map(drop)
    }

    /// Removes the plans of `owner` that were never executed, but for the `count` newest.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn keep_newest(&self, owner: Option<UserId>, count: u32) -> Result<u64> {
        let Some(owner) = owner else { return Ok(0) };
        let sql = Sql::new("DELETE FROM plans WHERE job_id IS NULL AND owner_id = ")
            .bind(owner.0)
            .push(" AND id NOT IN (SELECT id FROM plans WHERE job_id IS NULL AND owner_id = ")
            .bind(owner.0);
        self.conn.execute(sql.push(" ORDER BY created_at DESC, id DESC").limit(count.into()).push(")")).await
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
