//! Grants of roles. A grant without end ends at the largest number, so that those that end soon sort first.
//!
//! Beside the role stands what power it gives, so that the guard of powerful accounts is one look at an index; a change of
//! the role changes it.

use quarterdeck_domain::{
    Error, Grant, GroupId, OrganizationId, Page, Result, Role, RoleGrantId, RoleId, Timestamp, UserId, Visibility,
    audit::OUTSIDER,
    role_grants::{
        DEFAULT_SORT, GrantHolder, GrantScope, ListRoleGrants, RoleGrant, RoleGrantFilter, RoleGrantSort,
        RoleGrantState, ScopeKind,
    },
    roles::Power,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    api_keys::{micros_or_endless, time_or_endless},
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    sql::Sql,
};

mod ending;
mod held;
mod power;

pub use ending::EndedGrant;
use held::{HELD_COLUMNS, HeldRow, JOINS, name, parse};
pub use held::{has_grants, held_by, held_grants};
pub use power::{granted_power, power_of};

/// The table of grants.
pub struct RoleGrants<'a> {
    conn: Conn<'a>,
}

/// A grant that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewRoleGrant {
    /// Id.
    pub id: RoleGrantId,
    /// To whom.
    pub holder: GrantHolder,
    /// The built-in role.
    pub role: Option<Role>,
    /// The custom role.
    pub role_id: Option<RoleId>,
    /// Where.
    pub scope: GrantScope,
    /// What power it gives there.
    pub power: Power,
    /// Why.
    pub reason: String,
    /// By whom; none for the platform itself.
    pub granted_by: Option<UserId>,
    /// Name of who granted it.
    pub granted_by_name: String,
    /// When.
    pub granted_at: Timestamp,
    /// Until when.
    pub expires_at: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    held: HeldRow,
    user_id: Option<Uuid>,
    username: Option<String>,
    display_name: String,
    home: Option<Uuid>,
    role_id: Option<Uuid>,
    reason: String,
    granted_by: Option<Uuid>,
    granted_by_name: String,
    granter_organization_id: Option<Uuid>,
    granted_at: i64,
}

impl Row {
    /// The grant as somebody sees it who sees so far: who granted it is hidden like who acted in an audit event.
    fn grant(self, seen: &Visibility, now: Timestamp) -> Result<RoleGrant> {
        let is_hidden = !seen.covers_scope(self.granter_organization_id.map(OrganizationId));
        let role = parse(self.held.role)?;
        let expires_at = time_or_endless(self.held.expires_at);
        let organization_id = self.held.organization_id.map(OrganizationId);
        let is_over = expires_at.is_some_and(|end| end <= now);
        Ok(RoleGrant {
            id: RoleGrantId(self.held.id),
            user_id: self.user_id.map(UserId),
            username: self.username,
            group_id: self.held.group_id.map(GroupId),
            group_name: self.held.group_name,
            display_name: self.display_name,
            role,
            role_id: self.role_id.map(RoleId),
            role_name: name(role, self.held.name),
            scope: ScopeKind::of(organization_id, self.held.scope_group_id.map(GroupId)),
            organization_id,
            organization_name: self.held.organization_name,
            scope_group_id: self.held.scope_group_id.map(GroupId),
            scope_group_name: self.held.scope_group_name,
            reason: self.reason,
            granted_by: self.granted_by.map(UserId).filter(|_| !is_hidden),
            granted_by_name: if is_hidden { OUTSIDER.to_owned() } else { self.granted_by_name },
            granted_at: Timestamp::from_micros(self.granted_at),
            expires_at,
            state: if is_over { RoleGrantState::Expired } else { RoleGrantState::Active },
        })
    }
}

const COLUMNS: &str = ", g.user_id, u.username, coalesce(u.display_name, h.display_name) AS display_name, g.role_id, g.reason, \
    g.granted_by, g.granted_by_name, b.organization_id AS granter_organization_id, g.granted_at";
/// Grants with their holders: a user `u` or a group `h`.
pub const HOLDERS: &str = " LEFT JOIN users u ON u.id = g.user_id LEFT JOIN groups h ON h.id = g.group_id";
/// Where the holder of a grant belongs.
const HOME: &str = "coalesce(u.organization_id, h.organization_id)";
const GRANTER: &str = " LEFT JOIN users b ON b.id = g.granted_by";

const fn sort_column(sort: RoleGrantSort) -> &'static str {
    match sort {
        RoleGrantSort::GrantedAt => "g.granted_at",
        RoleGrantSort::ExpiresAt => "g.expires_at",
    }
}

impl<'a> RoleGrants<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// The grants to a group that are in force and within reach of `grant`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn of_group(&self, group: GroupId, grant: &Grant, now: Timestamp) -> Result<Vec<RoleGrant>> {
        let sql = select().push(" WHERE g.group_id = ").bind(group.0).push(" AND g.expires_at > ").bind(now.micros());
        let sql = seen(sql, grant.visibility()).push(" ORDER BY g.granted_at, g.id");
        self.conn.all::<Row>(sql).await?.into_iter().map(|row| row.grant(grant.visibility(), now)).collect()
    }

    /// A page of the grants that `grant` reaches: on organizations within reach, of people who belong there.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListRoleGrants, now: Timestamp) -> Result<Page<RoleGrant>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "g.id"))?;
        let conditions = |sql: Sql| filtered(seen(sql.push(" WHERE TRUE"), grant.visibility()), &request.filter, now);
        let rows = self.conn.all::<Row>(keyset.push(conditions(select()))).await?;
        // Each grant has a holder: where all of them are seen, nobody looks them up to count.
        let holders = if *grant.visibility() == Visibility::All { "" } else { HOLDERS };
        let count = Sql::new("SELECT count(*) FROM role_grants g").push(holders);
        let total = self.conn.number(conditions(count)).await?.unsigned_abs();
        let position = |row: &Row| {
            let key = if sort.key == RoleGrantSort::GrantedAt { row.granted_at } else { row.held.expires_at };
            (KeyValue::Number(key), row.held.id)
        };
        let convert = |row: Row| row.grant(grant.visibility(), now);
        keyset.page(self.conn.database, rows, (total, true), position, convert)
    }

    /// The grant, if `grant` reaches it.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, grant: &Grant, id: RoleGrantId, now: Timestamp) -> Result<RoleGrant> {
        let sql = seen(select().push(" WHERE g.id = ").bind(id.0), grant.visibility());
        self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("role grant"))?.grant(grant.visibility(), now)
    }

    /// Whether the holder has this role there, in force at the time of `new`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn is_held(&self, new: &NewRoleGrant) -> Result<bool> {
        let sql = of_holder(Sql::new("SELECT count(*) FROM role_grants WHERE "), new.holder);
        let sql = sql.push(" AND expires_at > ").bind(new.granted_at.micros());
        let sql = match new.role_id {
            Some(role) => sql.push(" AND role_id = ").bind(role.0),
            None => sql.and_some("role = ", new.role.map(Role::name)),
        };
        let sql = match new.scope {
            GrantScope::Platform => sql.push(" AND organization_id IS NULL AND scope_group_id IS NULL"),
            GrantScope::Organization(id) => sql.push(" AND scope_group_id IS NULL AND organization_id = ").bind(id.0),
            GrantScope::Group { id, .. } => sql.push(" AND scope_group_id = ").bind(id.0),
        };
        Ok(self.conn.number(sql).await? > 0)
    }

    /// Stores a new grant.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, new: &NewRoleGrant) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO role_grants (id, user_id, group_id, role, role_id, organization_id, scope_group_id, power, reason, granted_by, \
             granted_by_name, granted_at, expires_at) VALUES (",
        )
        .bind(new.id.0)
        .push(", ")
        .bind_all([new.holder.user().map(Uuid::from), new.holder.group().map(Uuid::from)])
        .push(", ")
        .bind(new.role.map(Role::name))
        .push(", ")
        .bind_all([
            new.role_id.map(Uuid::from),
            new.scope.organization_id().map(Uuid::from),
            new.scope.group_id().map(Uuid::from),
        ])
        .push(", ")
        .bind(new.power as i64)
        .push(", ")
        .bind(new.reason.as_str())
        .push(", ")
        .bind(new.granted_by.map(Uuid::from))
        .push(", ")
        .bind(new.granted_by_name.as_str())
        .push(", ")
        .bind_all([new.granted_at.micros(), micros_or_endless(new.expires_at)])
        .push(")");
        self.conn.execute(sql).await.map(drop)
    }
}

fn select() -> Sql {
    let columns = Sql::new(HELD_COLUMNS).push(COLUMNS).push(", ").push(HOME).push(" AS home");
    columns.push(" FROM role_grants g").push(HOLDERS).push(JOINS).push(GRANTER)
}

/// Leaves the grants that are within reach with their holders.
pub fn seen(sql: Sql, visibility: &Visibility) -> Sql {
    let sql = reached(sql, visibility, Some("g.organization_id"), None);
    reached(sql, visibility, Some(HOME), None)
}

/// Goes on with the condition that a grant is to `holder`.
fn of_holder(sql: Sql, holder: GrantHolder) -> Sql {
    match holder {
        GrantHolder::User(id) => sql.push("user_id = ").bind(id.0),
        GrantHolder::Group(id) => sql.push("group_id = ").bind(id.0),
    }
}

fn filtered(sql: Sql, filter: &RoleGrantFilter, now: Timestamp) -> Sql {
    let sql = match filter.scope {
        None => sql,
        Some(ScopeKind::Platform) => sql.push(" AND g.organization_id IS NULL AND g.scope_group_id IS NULL"),
        Some(ScopeKind::Organization) => sql.push(" AND g.organization_id IS NOT NULL AND g.scope_group_id IS NULL"),
        Some(ScopeKind::Group) => sql.push(" AND g.scope_group_id IS NOT NULL"),
    };
    let sql = match filter.state {
        None => sql,
        Some(RoleGrantState::Active) => sql.push(" AND g.expires_at > ").bind(now.micros()),
        Some(RoleGrantState::Expired) => sql.push(" AND g.expires_at <= ").bind(now.micros()),
    };
    let sql = match filter.user_id {
        None => sql,
        Some(user) => held_grants(sql.push(" AND g.id IN ("), |sql| sql.bind(user.0)).push(")"),
    };
    sql.and_some("g.group_id = ", filter.group_id.map(|id| id.0))
        .and_some("g.role = ", filter.role.map(Role::name))
        .and_some("g.role_id = ", filter.role_id.map(|id| id.0))
        .and_some("g.organization_id = ", filter.organization_id.map(|id| id.0))
        .and_some("g.scope_group_id = ", filter.scope_group_id.map(|id| id.0))
}
