//! Saved views: lists of them as somebody sees them. What is private comes out for its owner alone.

mod write;

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Page, Result, Role, RoleId, SavedViewId, Timestamp, UserId, Visibility,
    saved_views::{
        DEFAULT_SORT, ListSavedViews, SavedView, SavedViewFilter, SavedViewSort, ViewRelation, ViewTable,
        ViewVisibility,
    },
    text::fold,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::is_one_of,
    role_grants::held_grants,
    sql::Sql,
};

pub use write::NamedView;

/// The table of saved views.
pub struct SavedViews<'a> {
    conn: Conn<'a>,
}

/// Who looks at views.
#[derive(Debug, Clone)]
pub struct ViewSight {
    /// The right to look at all.
    pub grant: Grant,
    /// Who.
    pub user_id: UserId,
    /// Where they belong.
    pub organization_id: Option<OrganizationId>,
    /// Built-in roles that they hold, anywhere.
    pub roles: Vec<Role>,
    /// Tables that they may see.
    pub tables: Vec<ViewTable>,
    /// Those of them that they see as a whole, rows of all organizations.
    pub whole_tables: Vec<ViewTable>,
    /// Where they share views.
    pub shares: Option<Visibility>,
    /// Which users they see.
    pub users: Option<Visibility>,
    /// When.
    pub at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    table_name: String,
    name: String,
    query: String,
    columns: Option<String>,
    visibility: String,
    role: Option<String>,
    role_id: Option<Uuid>,
    role_name: Option<String>,
    organization_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    owner_name: Option<String>,
    owner_organization_id: Option<Uuid>,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

const SELECT: &str = "SELECT v.id, v.table_name, v.name, v.query, v.columns, v.visibility, v.role, v.role_id, \
    CASE WHEN v.organization_id IS NULL OR r.is_shared THEN r.name END AS role_name, v.organization_id, v.owner_id, u.username AS owner_name, \
    u.organization_id AS owner_organization_id, v.created_at, v.updated_at, v.version FROM saved_views v \
    LEFT JOIN roles r ON r.id = v.role_id LEFT JOIN users u ON u.id = v.owner_id WHERE TRUE";

impl Row {
    /// The view, with its owner if `sees` one of this organization.
    fn view(self, sees: impl Fn(UserId, Option<OrganizationId>) -> bool) -> Result<SavedView> {
        let home = self.owner_organization_id.map(OrganizationId);
        let owner = self.owner_id.map(UserId).filter(|owner| sees(*owner, home));
        Ok(SavedView {
            id: SavedViewId(self.id),
            table: self.table_name.parse().map_err(Error::internal)?,
            name: self.name,
            query: serde_json::from_str(&self.query).map_err(Error::internal)?,
            columns: self.columns.map(|text| serde_json::from_str(&text)).transpose().map_err(Error::internal)?,
            visibility: self.visibility.parse().map_err(Error::internal)?,
            role: self.role.map(|role| role.parse()).transpose().map_err(Error::internal)?,
            role_id: self.role_id.map(RoleId),
            role_name: self.role_name,
            organization_id: self.organization_id.map(OrganizationId),
            owner_id: owner,
            owner_name: self.owner_name.filter(|_| owner.is_some()),
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
            version: u32::try_from(self.version).unwrap_or(u32::MAX),
        })
    }
}

impl ViewSight {
    /// Whether the owner of a view may be named.
    fn sees(&self, owner: UserId, organization: Option<OrganizationId>) -> bool {
        owner == self.user_id || self.users.as_ref().is_some_and(|seen| seen.covers(organization, Some(owner)))
    }

    fn view(&self, row: Row) -> Result<SavedView> {
        row.view(|owner, organization| self.sees(owner, organization))
    }

    /// Leaves the views that are seen: the private ones, those that are shared with whom looks, and unless `offered_only`
    /// all that are shared where they share.
    fn condition(&self, sql: Sql, offered_only: bool) -> Sql {
        let sql = named(sql.push(" AND "), &self.tables).push(" AND (v.private_of = ").bind(self.user_id.0);
        let sql = sql.push(" OR v.private_of IS NULL AND (");
        let sql = match &self.shares {
            _ if offered_only => sql,
            None => sql,
            Some(Visibility::All) => sql.push("TRUE OR "),
            Some(Visibility::Part { organizations, .. }) => {
                is_one_of(sql, "v.organization_id", organizations).push(" OR ")
            }
        };
        // What is for the whole platform and names a thing is for those alone who see all of them.
        let sql =
            named(sql.push("(v.organization_id IS NULL AND (NOT v.names_things OR "), &self.whole_tables).push(")");
        let sql = match self.organization_id {
            Some(own) => sql.push(" OR v.organization_id = ").bind(own.0),
            None => sql,
        };
        let everyone = ViewVisibility::Everyone.name();
        let sql = sql.push(") AND (v.visibility = ").bind(everyone);
        let sql = match self.roles.is_empty() {
            true => sql,
            false => sql.push(" OR v.role IN (").bind_all(self.roles.iter().map(|role| role.name())).push(")"),
        };
        let sql = sql.push(" OR EXISTS (SELECT 1 FROM role_grants g WHERE g.role_id = v.role_id AND g.expires_at > ");
        let sql = sql.bind(self.at.micros()).push(" AND g.id IN (");
        held_grants(sql, |sql| sql.bind(self.user_id.0)).push(")))))")
    }
}

/// Goes on with the condition that a view is of one of `tables`.
fn named(sql: Sql, tables: &[ViewTable]) -> Sql {
    match tables {
        [] => sql.push("FALSE"),
        tables => sql.push("v.table_name IN (").bind_all(tables.iter().map(|table| table.name())).push(")"),
    }
}

impl<'a> SavedViews<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// A page of the views that whom `sight` is of sees.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, sight: &ViewSight, request: &ListSavedViews) -> Result<Page<SavedView>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let column = if sort.key == SavedViewSort::Name { "v.name_key" } else { "v.created_at" };
        let keyset = Keyset::read(self.conn.database, &sight.grant, request, &sort, (column, "v.id"))?;
        let conditions = |sql| conditions(sql, sight, &request.filter);
        let rows = self.conn.all::<Row>(keyset.push(conditions(Sql::new(SELECT)))).await?;
        let count = conditions(Sql::new("SELECT count(*) FROM saved_views v WHERE TRUE"));
        let total = self.conn.number(count).await?.unsigned_abs();
        let position = |row: &Row| {
            let by_name = sort.key == SavedViewSort::Name;
            let key = if by_name { KeyValue::Text(fold(&row.name)) } else { KeyValue::Number(row.created_at) };
            (key, row.id)
        };
        keyset.page(self.conn.database, rows, (total, true), position, |row| sight.view(row))
    }

    /// The view, if it is seen.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, sight: &ViewSight, id: SavedViewId) -> Result<SavedView> {
        let sql = sight.condition(Sql::new(SELECT), false).push(" AND v.id = ").bind(id.0);
        sight.view(self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("saved view"))?)
    }

    /// The same, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, sight: &ViewSight, id: SavedViewId) -> Result<SavedView> {
        if self.conn.is_postgres() {
            self.conn.execute(Sql::new("SELECT 1 FROM saved_views WHERE id = ").bind(id.0).push(" FOR UPDATE")).await?;
        }
        self.get(sight, id).await
    }

    /// The newest views that somebody has made, at most `limit`: the private ones, and those that are shared where `grant`
    /// reaches.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn of_owner(&self, owner: UserId, grant: &Grant, limit: i64) -> Result<Vec<SavedView>> {
        let sql = Sql::new(SELECT).push(" AND v.owner_id = ").bind(owner.0);
        let sql = match grant.visibility() {
            Visibility::All => sql,
            Visibility::Part { organizations, .. } => {
                let sql = sql.push(" AND (v.private_of IS NOT NULL OR ");
                is_one_of(sql, "v.organization_id", organizations).push(")")
            }
        };
        let rows = self.conn.all::<Row>(sql.push(" ORDER BY v.created_at DESC, v.id DESC").limit(limit)).await?;
        rows.into_iter().map(|row| row.view(|_, _| true)).collect()
    }

    /// How many views somebody has made.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_of(&self, owner: UserId) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM saved_views WHERE owner_id = ").bind(owner.0);
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// How many views are shared in an organization.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_in(&self, organization: OrganizationId) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM saved_views WHERE organization_id = ").bind(organization.0);
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }
}

fn conditions(sql: Sql, sight: &ViewSight, filter: &SavedViewFilter) -> Sql {
    let sql = sight.condition(sql, filter.relation == Some(ViewRelation::Offered));
    let sql = sql
        .and_some("v.table_name = ", filter.table.map(ViewTable::name))
        .and_some("v.visibility = ", filter.visibility.map(ViewVisibility::name));
    match filter.relation {
        Some(ViewRelation::Own) => sql.push(" AND v.owner_id = ").bind(sight.user_id.0),
        Some(ViewRelation::Offered) | None => sql,
    }
}
