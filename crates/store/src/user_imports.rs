//! Imports of users with their lines.

use quarterdeck_domain::{
    Error, Grant, JobId, Page, PermissionSet, Result, Timestamp, UserId, UserImportId,
    user_imports::{DEFAULT_LINE_SORT, ImportOutcome, ListUserImportLines, UserImport, UserImportLine},
    users::{CreateUser, UpdateUser},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    sql::Sql,
};

/// The table of imports.
pub struct UserImports<'a> {
    conn: Conn<'a>,
}

/// An import as it is stored.
#[derive(Debug, Clone)]
pub struct StoredUserImport {
    /// Who made it.
    pub owner: Option<UserId>,
    /// The import as it was shown.
    pub import: UserImport,
    /// What its lines need.
    pub permissions: PermissionSet,
}

/// What a line orders, if it orders anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOrders {
    /// A new user.
    Create(Box<CreateUser>),
    /// A change of a user.
    Update(Box<UpdateUser>),
}

/// A line as it is stored.
#[derive(Debug, Clone)]
pub struct StoredUserImportLine {
    /// What is shown of it.
    pub line: UserImportLine,
    /// What it orders.
    pub orders: Option<ImportOrders>,
}

#[derive(FromQueryResult)]
struct Row {
    owner_id: Option<Uuid>,
    content: String,
    permissions: String,
    job_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct LineRow {
    position: i64,
    outcome: String,
    username: String,
    target_id: Option<Uuid>,
    changes: String,
    faulty_column: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

#[derive(FromQueryResult)]
struct OrdersRow {
    orders: Option<String>,
}

impl TryFrom<LineRow> for UserImportLine {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        Ok(Self {
            line: row.position.unsigned_abs(),
            outcome: row.outcome.parse().map_err(Error::internal)?,
            username: row.username,
            user_id: row.target_id.map(UserId),
            changes: serde_json::from_str(&row.changes).map_err(Error::internal)?,
            column: row.faulty_column.map(|name| name.parse()).transpose().map_err(Error::internal)?,
            code: row.code,
            message: row.message,
        })
    }
}

/// Lines of one statement.
const LINES_AT_ONCE: usize = 1_000;

impl<'a> UserImports<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Stores an import with its lines.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, stored: &StoredUserImport, lines: &[StoredUserImportLine]) -> Result<()> {
        let import = &stored.import;
        let sql =
            Sql::new("INSERT INTO user_imports (id, owner_id, content, permissions, created_at, expires_at) VALUES (")
                .bind(import.id.0)
                .push(", ")
                .bind(stored.owner.map(|id| id.0))
                .push(", ")
                .bind_all([serde_json::to_string(import).map_err(Error::internal)?, stored.permissions.to_string()])
                .push(", ")
                .bind_all([import.created_at.micros(), import.expires_at.micros()])
                .push(")");
        self.conn.execute(sql).await?;
        for lines in lines.chunks(LINES_AT_ONCE) {
            self.insert_lines(import.id, lines).await?;
        }
        Ok(())
    }

    /// Stores lines as one value: see [`Sql::list`].
    async fn insert_lines(&self, import: UserImportId, lines: &[StoredUserImportLine]) -> Result<()> {
        let rows = lines.iter().map(cells).collect::<Result<Vec<_>>>()?;
        let json = serde_json::to_string(&rows).map_err(Error::internal)?;
        let sql = Sql::new(
            "INSERT INTO user_import_lines (import_id, position, outcome, username, target_id, changes, \
            orders, faulty_column, code, message) SELECT ",
        );
        let sql = if self.conn.is_postgres() {
            sql.push("CAST(")
                .bind(import.0)
                .push(
                    " AS UUID), CAST(row ->> 0 AS BIGINT), row ->> 1, row ->> 2, CAST(row ->> 3 AS UUID), row ->> 4, \
                    row ->> 5, row ->> 6, row ->> 7, row ->> 8 FROM json_array_elements(CAST(",
                )
                .bind(json)
                .push(" AS JSON)) AS rows (row)")
        } else {
            sql.bind(import.0)
                .push(
                    ", value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, value ->> 5, value ->> 6, \
                    value ->> 7, value ->> 8 FROM json_each(",
                )
                .bind(json)
                .push(")")
        };
        self.conn.execute(sql).await.map(drop)
    }

    /// Removes the imports of `owner` that were never executed, but for the `count` newest.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn keep_newest(&self, owner: Option<UserId>, count: u32) -> Result<u64> {
        let Some(owner) = owner else { return Ok(0) };
        let sql = Sql::new("DELETE FROM user_imports WHERE job_id IS NULL AND owner_id = ")
            .bind(owner.0)
            .push(" AND id NOT IN (SELECT id FROM user_imports WHERE job_id IS NULL AND owner_id = ")
            .bind(owner.0);
        self.conn.execute(sql.push(" ORDER BY created_at DESC, id DESC").limit(count.into()).push(")")).await
    }

    /// The import.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: UserImportId) -> Result<StoredUserImport> {
        self.load(id, "").await
    }

    /// The import for its execution: nobody else executes it until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: UserImportId) -> Result<StoredUserImport> {
        self.load(id, if self.conn.is_postgres() { " FOR UPDATE" } else { "" }).await
    }

    async fn load(&self, id: UserImportId, lock: &str) -> Result<StoredUserImport> {
        let sql = Sql::new("SELECT owner_id, content, permissions, job_id FROM user_imports WHERE id = ");
        let row = self.conn.one::<Row>(sql.bind(id.0).push(lock)).await?.ok_or(Error::NotFound("import"))?;
        let mut import: UserImport = serde_json::from_str(&row.content).map_err(Error::internal)?;
        import.job_id = row.job_id.map(JobId);
        let permissions = row.permissions.parse().map_err(Error::internal)?;
        Ok(StoredUserImport { owner: row.owner_id.map(UserId), import, permissions })
    }

    /// A page of the lines of an import.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn lines(
        &self,
        grant: &Grant,
        id: UserImportId,
        request: &ListUserImportLines,
    ) -> Result<Page<UserImportLine>> {
        let sort = request.sort.unwrap_or(DEFAULT_LINE_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, ("l.position", "l.import_id"))?;
        let outcome = request.filter.outcome.map(ImportOutcome::name);
        let condition = |sql: Sql| {
            sql.push(" FROM user_import_lines l WHERE l.import_id = ").bind(id.0).and_some("l.outcome = ", outcome)
        };
        let sql = condition(Sql::new(
            "SELECT l.position, l.outcome, l.username, l.target_id, l.changes, l.faulty_column, l.code, l.message",
        ));
        let rows = self.conn.all::<LineRow>(keyset.push(sql)).await?;
        let total = self.conn.number(condition(Sql::new("SELECT count(*)"))).await?.unsigned_abs();
        keyset.page(
            self.conn.database,
            rows,
            (total, true),
            |row| (KeyValue::Number(row.position), id.0),
            UserImportLine::try_from,
        )
    }

    /// What the import orders about the user `target`.
    ///
    /// # Errors
    /// `NotFound` when the import is there no more, or orders nothing about them.
    pub async fn orders(&self, id: UserImportId, target: Uuid) -> Result<ImportOrders> {
        let sql = Sql::new("SELECT orders FROM user_import_lines WHERE import_id = ").bind(id.0);
        let row = self.conn.one::<OrdersRow>(sql.push(" AND target_id = ").bind(target)).await?;
        let orders = row.and_then(|row| row.orders).ok_or(Error::NotFound("import"))?;
        serde_json::from_str(&orders).map_err(Error::internal)
    }

    /// Notes which job carries the import out.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn set_job(&self, id: UserImportId, job: JobId) -> Result<()> {
        let sql = Sql::new("UPDATE user_imports SET job_id = ").bind(job.0).push(" WHERE id = ").bind(id.0);
        self.conn.execute(sql).await.map(drop)
    }

    /// Removes imports that ran out before `now`; those that were executed, whose failed lines may be tried again, when
    /// they did before `executed_before`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, now: Timestamp, executed_before: Timestamp) -> Result<u64> {
        let sql = Sql::new("DELETE FROM user_imports WHERE expires_at < ")
            .bind(now.micros())
            .push(" AND (job_id IS NULL OR expires_at < ")
            .bind(executed_before.micros());
        self.conn.execute(sql.push(")")).await
    }
}

/// The values of a line, in the order of the statement that stores it.
fn cells(stored: &StoredUserImportLine) -> Result<serde_json::Value> {
    let UserImportLine { line, outcome, username, user_id, changes, column, code, message } = &stored.line;
    let orders = stored.orders.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?;
    let changes = serde_json::to_string(changes).map_err(Error::internal)?;
    let target = user_id.map(|id| id.0.simple().to_string());
    serde_json::to_value((line, outcome, username, target, changes, orders, column, code, message))
        .map_err(Error::internal)
}
