//! Custom roles.

use quarterdeck_domain::{
    Error, Grant, Page, Permission, Result, Role, RoleId, Timestamp, Visibility,
    error::Rule,
    roles::{CustomRole, DEFAULT_SORT, ListRoles, RoleFilter, RoleSort},
    text::fold,
};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::{
    conn::{Conn, failed, violated_uniqueness},
    cursor::{KeyValue, Keyset},
    role_grants::{HOLDERS, seen},
    sql::Sql,
};

/// The table of custom roles.
pub struct CustomRoles<'a> {
    conn: Conn<'a>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    description: String,
    permissions: String,
    is_shared: bool,
    based_on: Option<String>,
    grant_count: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for CustomRole {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: RoleId(row.id),
            name: row.name,
            description: row.description,
            permissions: row.permissions.parse().map_err(Error::internal)?,
            is_shared: row.is_shared,
            based_on: row.based_on.map(|role| role.parse()).transpose().map_err(Error::internal)?,
            grant_count: row.grant_count.unsigned_abs(),
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
            version: u32::try_from(row.version).unwrap_or(u32::MAX),
        })
    }
}

fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(_) => Rule::RoleNameTaken.into(),
        None => failed(error),
    }
}

impl<'a> CustomRoles<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// A page of the roles that `grant` reaches: with less than the whole platform, those that are shared.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListRoles, now: Timestamp) -> Result<Page<CustomRole>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let column = if sort.key == RoleSort::Name { "r.name_key" } else { "r.created_at" };
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (column, "r.id"))?;
        let conditions = |sql| conditions(sql, grant.visibility(), &request.filter);
        let rows = self.conn.all::<Row>(keyset.push(conditions(select(grant.visibility(), now)))).await?;
        let count = Sql::new("SELECT count(*) FROM roles r WHERE TRUE");
        let total = self.conn.number(conditions(count)).await?.unsigned_abs();
        let position = |row: &Row| {
            let by_name = sort.key == RoleSort::Name;
            let key = if by_name { KeyValue::Text(fold(&row.name)) } else { KeyValue::Number(row.created_at) };
            (key, row.id)
        };
        keyset.page(self.conn.database, rows, (total, true), position, CustomRole::try_from)
    }

    /// The role, if `grant` reaches it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, grant: &Grant, id: RoleId, now: Timestamp) -> Result<CustomRole> {
        let sql = select(grant.visibility(), now).push(" AND r.id = ").bind(id.0);
        let row = self.conn.one::<Row>(conditions(sql, grant.visibility(), &RoleFilter::default())).await?;
        row.ok_or(Error::NotFound("role"))?.try_into()
    }

    /// The same for a change: nobody else changes it or grants it until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, grant: &Grant, id: RoleId, now: Timestamp) -> Result<CustomRole> {
        self.locked(grant, id, now, " FOR UPDATE").await
    }

    /// The same for a new grant: it is neither changed nor deleted until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_grant(&self, grant: &Grant, id: RoleId, now: Timestamp) -> Result<CustomRole> {
        self.locked(grant, id, now, " FOR SHARE").await
    }

    async fn locked(&self, grant: &Grant, id: RoleId, now: Timestamp, lock: &str) -> Result<CustomRole> {
        if self.conn.is_postgres() {
            self.conn.execute(Sql::new("SELECT 1 FROM roles WHERE id = ").bind(id.0).push(lock)).await?;
        }
        self.get(grant, id, now).await
    }

    /// Stores a new role.
    ///
    /// # Errors
    /// `Conflict` when the name is taken.
    pub async fn insert(&self, role: &CustomRole) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO roles (id, name, name_key, description, permissions, is_shared, based_on, version, created_at, updated_at) VALUES (",
        )
        .bind(role.id.0)
        .push(", ")
        .bind_all([role.name.clone(), fold(&role.name), role.description.clone(), role.permissions.to_string()])
        .push(", ")
        .bind(role.is_shared)
        .push(", ")
        .bind(role.based_on.map(Role::name))
        .push(", ")
        .bind_all([i64::from(role.version), role.created_at.micros(), role.updated_at.micros()])
        .push(")");
        self.conn.try_execute(sql).await.map_err(taken).map(drop)
    }

    /// Stores a changed role, and gives it as it is then.
    ///
    /// # Errors
    /// `Conflict` when the name is taken.
    pub async fn save(&self, mut role: CustomRole, now: Timestamp) -> Result<CustomRole> {
        role.version += 1;
        role.updated_at = now;
        let sql = Sql::new("UPDATE roles SET name = ")
            .bind(role.name.as_str())
            .push(", name_key = ")
            .bind(fold(&role.name))
            .push(", description = ")
            .bind(role.description.as_str())
            .push(", permissions = ")
            .bind(role.permissions.to_string())
            .push(", is_shared = ")
            .bind(role.is_shared)
            .push(", version = ")
            .bind(i64::from(role.version))
            .push(", updated_at = ")
            .bind(now.micros())
            .push(" WHERE id = ")
            .bind(role.id.0);
        self.conn.try_execute(sql).await.map_err(taken)?;
        Ok(role)
    }

    /// Deletes a role that nobody holds, with its grants that have ended.
    ///
    /// # Errors
    /// `Internal` when somebody holds it.
    pub async fn delete(&self, id: RoleId, now: Timestamp) -> Result<bool> {
        let ended = Sql::new("DELETE FROM role_grants WHERE role_id = ").bind(id.0).push(" AND expires_at <= ");
        self.conn.execute(ended.bind(now.micros())).await?;
        Ok(self.conn.execute(Sql::new("DELETE FROM roles WHERE id = ").bind(id.0)).await? > 0)
    }
}

fn select(visibility: &Visibility, now: Timestamp) -> Sql {
    let sql = Sql::new(
        "SELECT r.id, r.name, r.description, r.permissions, r.is_shared, r.based_on, r.version, r.created_at, r.updated_at, \
         (SELECT count(*) FROM role_grants g",
    );
    let sql = sql.push(HOLDERS).push(" WHERE g.role_id = r.id AND g.expires_at > ");
    seen(sql.bind(now.micros()), visibility).push(") AS grant_count FROM roles r WHERE TRUE")
}

fn conditions(sql: Sql, visibility: &Visibility, filter: &RoleFilter) -> Sql {
    let sql = if *visibility == Visibility::All { sql } else { sql.push(" AND r.is_shared") };
    let sql = match filter.permission {
        Some(permission) => sql.push(" AND ").contains("',' || r.permissions || ','", &listed(permission)),
        None => sql,
    };
    match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => sql.push(" AND ").contains("r.name_key", &fold(q)),
        None => sql,
    }
}

/// A permission as it stands in a list that begins and ends with a comma.
fn listed(permission: Permission) -> String {
    format!(",{permission},")
}
