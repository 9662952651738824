//! Groups: what is stored of them, and lists of them.

mod contents;
mod members;

use quarterdeck_domain::{
    Amount, Error, Grant, GroupId, OrganizationId, Page, Result, Timestamp, UserId, Visibility,
    allocations::{AllocationState, Balance, Levels, LimitKind},
    error::Rule,
    groups::{DEFAULT_SORT, Group, GroupFilter, GroupSort, ListGroups, Standing, tells_allocations},
    text::fold,
};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::{
    conn::{Conn, failed, violated_uniqueness},
    cursor::{KeyValue, Keyset},
    plans::Target,
    reach::is_one_of,
    sql::Sql,
};

pub use contents::{GroupContents, GroupsOf};

/// The tables of groups and their members.
pub struct Groups<'a> {
    conn: Conn<'a>,
}

/// Who looks at groups, and what allocations are shown by.
#[derive(Debug, Clone, Copy)]
pub struct GroupView<'a> {
    /// The user whose standing is told.
    pub viewer: Option<UserId>,
    /// Levels of allocations.
    pub levels: &'a Levels,
}

const COLUMNS: &str = "g.id, g.organization_id, o.display_name AS organization_name, g.name, g.display_name, g.description, \
    g.member_count, g.limit_kind, g.total, g.reserved, g.used, g.percent, g.version, g.created_at, g.updated_at";

#[derive(FromQueryResult)]
struct GroupRow {
    id: Uuid,
    organization_id: Option<Uuid>,
    organization_name: Option<String>,
    name: String,
    display_name: String,
    description: String,
    member_count: i64,
    standing: Option<String>,
    limit_kind: String,
    total: i64,
    reserved: i64,
    used: i64,
    percent: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl GroupRow {
    fn group(self, levels: &Levels) -> Result<Group> {
        let balance = Balance {
            total: Amount::from_parts(self.total),
            reserved: Amount::from_parts(self.reserved),
            used: Amount::from_parts(self.used),
        };
        let limit: LimitKind = self.limit_kind.parse().map_err(Error::internal)?;
        Ok(Group {
            id: GroupId(self.id),
            organization_id: self.organization_id.map(OrganizationId),
            organization_name: self.organization_name,
            name: self.name,
            display_name: self.display_name,
            description: self.description,
            member_count: self.member_count.unsigned_abs(),
            standing: self.standing.map(|standing| standing.parse()).transpose().map_err(Error::internal)?,
            allocation: Some(balance.allocation(limit, levels)),
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
            version: u32::try_from(self.version).unwrap_or(u32::MAX),
        })
    }
}

const fn sort_column(sort: GroupSort) -> &'static str {
    match sort {
        GroupSort::Name => "g.name_key",
        GroupSort::DisplayName => "g.display_name_key",
        GroupSort::MemberCount => "g.member_count",
        GroupSort::Total => "g.total",
        GroupSort::Percent => "g.percent",
        GroupSort::CreatedAt => "g.created_at",
    }
}

fn sort_value(row: &GroupRow, sort: GroupSort) -> KeyValue {
    match sort {
        GroupSort::Name => KeyValue::Text(fold(&row.name)),
        GroupSort::DisplayName => KeyValue::Text(fold(&row.display_name)),
        GroupSort::MemberCount => KeyValue::Number(row.member_count),
        GroupSort::Total => KeyValue::Number(row.total),
        GroupSort::Percent => KeyValue::Number(row.percent),
        GroupSort::CreatedAt => KeyValue::Number(row.created_at),
    }
}

fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(_) => Rule::GroupNameTaken.into(),
        None => failed(error),
    }
}

/// The groups, with the standing of `viewer` in each, which is asked for those alone that are answered.
fn select(viewer: Option<UserId>) -> Sql {
    Sql::new("SELECT ")
        .push(COLUMNS)
        .push(", (SELECT standing FROM group_members WHERE group_id = g.id AND user_id = ")
        .bind(viewer.map(|viewer| viewer.0))
        .push(") AS standing FROM groups g LEFT JOIN organizations o ON o.id = g.organization_id WHERE TRUE")
}

/// Those of the groups `g` that `viewer` sees who reaches so far, or is in them. Each way is an index of its own, so that the
/// cost grows with what is seen.
fn seen(sql: Sql, viewer: Option<UserId>, visibility: &Visibility, request: &ListGroups) -> Sql {
    let Visibility::Part { organizations, groups, .. } = visibility else { return sql };
    let sql = sql
        .push(" AND g.id IN (SELECT group_id FROM group_members WHERE user_id = ")
        .bind(viewer.map(|viewer| viewer.0));
    // Of a group that somebody is merely in, the order or a filter would tell the allocation.
    let sql = if tells_allocations(request) { sql.push(" AND standing = 'manager'") } else { sql };
    let sql = match organizations.as_slice() {
        [] => sql,
        some => is_one_of(sql.push(" UNION ALL SELECT id FROM groups WHERE "), "organization_id", some),
    };
    let sql = match groups.as_slice() {
        [] => sql,
        some => {
            sql.push(" UNION ALL SELECT id FROM groups WHERE id IN (").bind_all(some.iter().map(|id| id.0)).push(")")
        }
    };
    sql.push(")")
}

/// Leaves the groups `g` that `visibility` covers.
fn covered(sql: Sql, visibility: &Visibility) -> Sql {
    match visibility {
        Visibility::All => sql,
        Visibility::Part { organizations, groups, .. } => {
            let sql = is_one_of(sql.push(" AND ("), "g.organization_id", organizations);
            match groups.as_slice() {
                [] => sql.push(")"),
                some => sql.push(" OR g.id IN (").bind_all(some.iter().map(|id| id.0)).push("))"),
            }
        }
    }
}

impl<'a> Groups<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// The group.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: GroupId, view: GroupView<'_>) -> Result<Group> {
        let sql = select(view.viewer).push(" AND g.id = ").bind(id.0);
        self.conn.one::<GroupRow>(sql).await?.ok_or(Error::NotFound("group"))?.group(view.levels)
    }

    /// The group for a change: nobody else changes it, its members or its allocation until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: GroupId, view: GroupView<'_>) -> Result<Group> {
        self.lock(id).await?;
        self.get(id, view).await
    }

    /// Where the group belongs.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn organization_of(&self, id: GroupId) -> Result<Option<OrganizationId>> {
        #[derive(FromQueryResult)]
        struct Row {
            organization_id: Option<Uuid>,
        }
        let sql = Sql::new("SELECT organization_id FROM groups WHERE id = ").bind(id.0);
        let row = self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("group"))?;
        Ok(row.organization_id.map(OrganizationId))
    }

    /// Makes others wait who would change the group.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn lock(&self, id: GroupId) -> Result<()> {
        if self.conn.is_postgres() {
            self.conn.execute(Sql::new("SELECT 1 FROM groups WHERE id = ").bind(id.0).push(" FOR UPDATE")).await?;
        }
        Ok(())
    }

    /// A page of the groups that `grant` reaches, or that the viewer is in.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListGroups, view: GroupView<'_>) -> Result<Page<Group>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "g.id"))?;
        let conditions =
            |sql| filtered(seen(sql, view.viewer, grant.visibility(), request), &request.filter, view.levels);
        let rows = self.conn.all(keyset.push(conditions(select(view.viewer)))).await?;
        let total = conditions(Sql::new("SELECT count(*) FROM groups g WHERE TRUE"));
        let total = self.conn.number(total).await?.unsigned_abs();
        let position = |row: &GroupRow| (sort_value(row, sort.key), row.id);
        keyset.page(self.conn.database, rows, (total, true), position, |row| row.group(view.levels))
    }

    /// Those of `ids` that `grant` reaches, by id.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn targets(&self, grant: &Grant, ids: &[Uuid]) -> Result<Vec<(Target, Amount)>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            label: String,
            total: i64,
        }
        let sql = Sql::new("SELECT g.id, g.name AS label, g.total FROM groups g WHERE g.id IN (");
        let sql = sql.list(ids, self.conn.backend())?.push(")");
        let rows = self.conn.all::<Row>(covered(sql, grant.visibility()).push(" ORDER BY g.id")).await?;
        let target = |row: Row| (Target { id: row.id, label: row.label }, Amount::from_parts(row.total));
        Ok(rows.into_iter().map(target).collect())
    }

    /// The groups of an organization, by id.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn of_organization(&self, organization: OrganizationId) -> Result<Vec<Target>> {
        let sql = Sql::new("SELECT id, name AS label FROM groups WHERE organization_id = ").bind(organization.0);
        self.conn.all(sql.push(" ORDER BY id")).await
    }

    /// Stores a new group.
    ///
    /// # Errors
    /// `Conflict` when the name is taken in its organization.
    pub async fn insert(&self, group: &Group, limit: LimitKind) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO groups (id, organization_id, name, name_key, display_name, display_name_key, description, limit_kind, \
             version, created_at, updated_at) VALUES (",
        )
        .bind(group.id.0)
        .push(", ")
        .bind(group.organization_id.map(|id| id.0))
        .push(", ")
        .bind_all([
            group.name.clone(),
            fold(&group.name),
            group.display_name.clone(),
            fold(&group.display_name),
            group.description.clone(),
            limit.name().to_owned(),
        ])
        .push(", ")
        .bind_all([i64::from(group.version), group.created_at.micros(), group.updated_at.micros()])
        .push(")");
        self.conn.try_execute(sql).await.map_err(taken).map(drop)
    }

    /// Stores names and description of a changed group, and gives it as it is then.
    ///
    /// # Errors
    /// `Conflict` when the name is taken in its organization.
    pub async fn save(&self, mut group: Group, now: Timestamp) -> Result<Group> {
        group.version += 1;
        group.updated_at = now;
        let sql = Sql::new("UPDATE groups SET name = ")
            .bind(group.name.as_str())
            .push(", name_key = ")
            .bind(fold(&group.name))
            .push(", display_name = ")
            .bind(group.display_name.as_str())
            .push(", display_name_key = ")
            .bind(fold(&group.display_name))
            .push(", description = ")
            .bind(group.description.as_str())
            .push(", version = ")
            .bind(i64::from(group.version))
            .push(", updated_at = ")
            .bind(now.micros())
            .push(" WHERE id = ")
            .bind(group.id.0);
        self.conn.try_execute(sql).await.map_err(taken)?;
        Ok(group)
    }

    /// Deletes a group with its members and its ledger.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, id: GroupId) -> Result<()> {
        self.conn.execute(Sql::new("DELETE FROM groups WHERE id = ").bind(id.0)).await.map(drop)
    }
}

fn filtered(sql: Sql, filter: &GroupFilter, levels: &Levels) -> Sql {
    let sql = sql.and_some("g.organization_id = ", filter.organization_id.map(|id| id.0));
    let sql = filter.state.map_or(sql.clone(), |state| in_state(sql, state, levels));
    let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) else { return sql };
    if let Ok(id) = Uuid::try_parse(q) {
        return sql.push(" AND g.id = ").bind(id);
    }
    sql.push(" AND (").contains("g.name_key", &fold(q)).push(" OR ").contains("g.display_name_key", &fold(q)).push(")")
}

fn in_state(sql: Sql, state: AllocationState, levels: &Levels) -> Sql {
    match levels.range(state) {
        None => sql.push(" AND g.used > g.total"),
        Some((from, below)) => sql
            .push(" AND g.used <= g.total")
            .and_some("g.percent >= ", from.map(Amount::parts))
            .and_some("g.percent < ", below.map(Amount::parts)),
    }
}

/// What a standing is stored as.
fn standing(text: &str) -> Result<Standing> {
    text.parse().map_err(Error::internal)
}
