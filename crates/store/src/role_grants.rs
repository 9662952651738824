//! Grants of roles. A grant without end ends at the largest number, so that those that end soon sort first.
//!
//! Beside the role stands what power it gives, so that the guard of powerful accounts is one look at an index; a change of
//! the role changes it.

use quarterdeck_domain::{
    Error, Grant, GroupId, OrganizationId, Page, PermissionSet, Result, Role, RoleGrantId, RoleId, Timestamp, UserId,
    Visibility,
    audit::OUTSIDER,
    policy,
    role_grants::{
        DEFAULT_SORT, GrantHolder, GrantScope, HeldGrant, KEEP_ENDED_DAYS, ListRoleGrants, NamedGroup, RoleGrant,
        RoleGrantFilter, RoleGrantSort, RoleGrantState, ScopeKind,
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
struct HeldRow {
    id: Uuid,
    role: Option<String>,
    name: Option<String>,
    permissions: Option<String>,
    organization_id: Option<Uuid>,
    organization_name: Option<String>,
    group_id: Option<Uuid>,
    group_name: Option<String>,
    group_organization_id: Option<Uuid>,
    scope_group_id: Option<Uuid>,
    scope_group_name: Option<String>,
    expires_at: i64,
}

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    permissions: String,
}

impl TryFrom<HeldRow> for HeldGrant {
    type Error = Error;

    fn try_from(row: HeldRow) -> Result<Self> {
        let role = parse(row.role)?;
        let organization_id = row.organization_id.map(OrganizationId);
        let custom: PermissionSet = row.permissions.unwrap_or_default().parse().map_err(Error::internal)?;
        let scope_group = row.scope_group_id.map(|id| NamedGroup {
            id: GroupId(id),
            name: row.scope_group_name.unwrap_or_default(),
            organization_id,
        });
        let scope = ScopeKind::of(organization_id, scope_group.as_ref().map(|group| group.id));
        Ok(Self {
            id: RoleGrantId(row.id),
            role,
            role_name: name(role, row.name),
            organization_id,
            organization_name: row.organization_name,
            scope_group,
            permissions: policy::granted(role, custom, scope),
            group: row.group_id.map(|id| NamedGroup {
                id: GroupId(id),
                name: row.group_name.unwrap_or_default(),
                organization_id: row.group_organization_id.map(OrganizationId),
            }),
            expires_at: time_or_endless(row.expires_at),
        })
    }
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    held: HeldRow,
    user_id: Option<Uuid>,
    username: Option<String>,
    display_name: String,
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

fn parse(role: Option<String>) -> Result<Option<Role>> {
    role.map(|role| role.parse()).transpose().map_err(Error::internal)
}

fn name(role: Option<Role>, custom: Option<String>) -> String {
    role.map(|role| role.name().to_owned()).or(custom).unwrap_or_default()
}

const HELD_COLUMNS: &str = "SELECT g.id, g.role, r.name, r.permissions, g.organization_id, \
    o.display_name AS organization_name, h.id AS group_id, h.name AS group_name, h.organization_id AS group_organization_id, \
    g.scope_group_id, s.name AS scope_group_name, g.expires_at";
const JOINS: &str = " LEFT JOIN roles r ON r.id = g.role_id LEFT JOIN organizations o ON o.id = g.organization_id \
    LEFT JOIN groups s ON s.id = g.scope_group_id";
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

/// What `user` holds by grants that are in force.
pub async fn held_by(conn: &Conn<'_>, user: UserId, now: Timestamp) -> Result<Vec<HeldGrant>> {
    held(conn, user, " AND g.expires_at > ", now).await
}

async fn held(conn: &Conn<'_>, user: UserId, ends: &str, now: Timestamp) -> Result<Vec<HeldGrant>> {
    let sql = Sql::new(HELD_COLUMNS).push(" FROM role_grants g LEFT JOIN groups h ON h.id = g.group_id").push(JOINS);
    let sql = held_grants(sql.push(" WHERE g.id IN ("), |sql| sql.bind(user.0));
    let sql = sql.push(")").push(ends).bind(now.micros()).push(" ORDER BY g.granted_at, g.id");
    conn.all::<HeldRow>(sql).await?.into_iter().map(TryInto::try_into).collect()
}

/// Goes on with a query of the ids of all that a user was granted, who is named by `user`: by themselves, or by a group that
/// they are in. Each half walks an index of its own.
pub fn held_grants(sql: Sql, user: impl Fn(Sql) -> Sql) -> Sql {
    let sql = user(sql.push("SELECT own.id FROM role_grants own WHERE own.user_id = "));
    user(sql.push(
        " UNION ALL SELECT carried.id FROM group_members m JOIN role_grants carried ON carried.group_id = m.group_id \
         WHERE m.user_id = ",
    ))
}

/// Whether anything was granted to the user whose id is `user`, as SQL.
pub fn has_grants(user: &str) -> String {
    format!(
        "(EXISTS (SELECT 1 FROM role_grants g WHERE g.user_id = {user}) OR EXISTS (SELECT 1 FROM group_members m \
         JOIN role_grants g ON g.group_id = m.group_id WHERE m.user_id = {user}))"
    )
}

/// Goes on with the power that `u` has by grants at `now`: beyond the own organization, whatever it is, it is over others.
pub fn granted_power(sql: Sql, now: Timestamp) -> Sql {
    let sql = sql.push(
        "(SELECT coalesce(max(CASE WHEN g.power = 0 THEN 0 WHEN g.organization_id = u.organization_id THEN g.power \
         ELSE 2 END), 0) FROM role_grants g WHERE g.id IN (",
    );
    held_grants(sql, |sql| sql.push("u.id")).push(") AND g.expires_at > ").bind(now.micros()).push(")")
}

/// The power that a number stands for, today and later.
pub const fn power_of(number: i64) -> Power {
    match number {
        0 => Power::None,
        1 => Power::Organization,
        _ => Power::Platform,
    }
}

impl<'a> RoleGrants<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// What `user` holds by grants that are in force.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn held_by(&self, user: UserId, now: Timestamp) -> Result<Vec<HeldGrant>> {
        held_by(&self.conn, user, now).await
    }

    /// What a group carries, by grants that are in force.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn carried_by(&self, group: GroupId, now: Timestamp) -> Result<Vec<HeldGrant>> {
        let sql =
            Sql::new(HELD_COLUMNS).push(" FROM role_grants g LEFT JOIN groups h ON h.id = g.group_id").push(JOINS);
        let sql = sql.push(" WHERE g.group_id = ").bind(group.0).push(" AND g.expires_at > ").bind(now.micros());
        let rows = self.conn.all::<HeldRow>(sql.push(" ORDER BY g.granted_at, g.id")).await?;
        rows.into_iter().map(TryInto::try_into).collect()
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

    /// What `user` held by grants that have ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn ended_of(&self, user: UserId, now: Timestamp) -> Result<Vec<HeldGrant>> {
        held(&self.conn, user, " AND g.expires_at <= ", now).await
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

    /// Ends a grant; whether there was one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, id: RoleGrantId) -> Result<bool> {
        Ok(self.conn.execute(Sql::new("DELETE FROM role_grants WHERE id = ").bind(id.0)).await? > 0)
    }

    /// Ends all that was granted on `organization`, to `user` or to anybody, as a part of an act that was granted already;
    /// what was in force.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end_on(
        &self,
        user: Option<UserId>,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Vec<RoleGrant>> {
        let of =
            |sql: Sql| sql.push("organization_id = ").bind(organization.0).and_some("user_id = ", user.map(|id| id.0));
        let ids = of(Sql::new("SELECT id FROM role_grants WHERE "));
        let sql =
            ids.renumbered_into(select().push(" WHERE g.expires_at > ").bind(now.micros()), " AND g.id IN (", ")");
        let rows = self.conn.all::<Row>(sql.push(" ORDER BY g.granted_at, g.id")).await?;
        self.conn.execute(of(Sql::new("DELETE FROM role_grants WHERE "))).await?;
        rows.into_iter().map(|row| row.grant(&Visibility::All, now)).collect()
    }

    /// Ends all that was granted on a group, as a part of an act that was granted already; what was in force.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end_on_group(&self, group: GroupId, now: Timestamp) -> Result<Vec<RoleGrant>> {
        let sql = select().push(" WHERE g.scope_group_id = ").bind(group.0).push(" AND g.expires_at > ");
        let rows = self.conn.all::<Row>(sql.bind(now.micros()).push(" ORDER BY g.granted_at, g.id")).await?;
        self.conn.execute(Sql::new("DELETE FROM role_grants WHERE scope_group_id = ").bind(group.0)).await?;
        rows.into_iter().map(|row| row.grant(&Visibility::All, now)).collect()
    }

    /// Grants on `organization` itself that are in force: all but those to its groups, or of people who do not belong to it
    /// alone.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_on(&self, organization: OrganizationId, only_outsiders: bool, now: Timestamp) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM role_grants g")
            .push(HOLDERS)
            .push(" WHERE g.organization_id = ")
            .bind(organization.0);
        let sql = sql.push(" AND g.expires_at > ").bind(now.micros());
        let home = if only_outsiders { HOME } else { "h.organization_id" };
        let sql =
            sql.push(&format!(" AND g.scope_group_id IS NULL AND NOT coalesce({home} = g.organization_id, FALSE)"));
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// Notes what power grants of custom roles give today: those to a user, or those to a group and on it.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn renew_power(&self, holder: GrantHolder) -> Result<()> {
        let sql =
            Sql::new("SELECT r.id, r.permissions FROM roles r WHERE r.id IN (SELECT role_id FROM role_grants WHERE ");
        let sql = of_holder(sql, holder);
        let sql = match holder {
            GrantHolder::User(_) => sql,
            GrantHolder::Group(id) => sql.push(" OR scope_group_id = ").bind(id.0),
        };
        for role in self.conn.all::<RoleRow>(sql.push(") ORDER BY r.id")).await? {
            self.note_power(RoleId(role.id), role.permissions.parse().map_err(Error::internal)?).await?;
        }
        Ok(())
    }

    /// Notes what power the grants of a custom role give that carries `permissions` from now on.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn note_power(&self, role: RoleId, permissions: PermissionSet) -> Result<()> {
        let power = |scope| (policy::power_of(policy::narrowed(permissions, scope), scope) as i64).to_string();
        let sql = Sql::new("UPDATE role_grants SET power = CASE WHEN scope_group_id IS NOT NULL THEN ")
            .push(&power(ScopeKind::Group))
            .push(" WHEN organization_id IS NULL THEN ")
            .push(&power(ScopeKind::Platform))
            .push(" ELSE ")
            .push(&power(ScopeKind::Organization))
            .push(" END WHERE role_id = ");
        self.conn.execute(sql.bind(role.0)).await.map(drop)
    }

    /// Removes grants that ended long ago; how many.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64> {
        let forgotten = now.plus_seconds(-KEEP_ENDED_DAYS * 86_400).micros();
        self.conn.execute(Sql::new("DELETE FROM role_grants WHERE expires_at <= ").bind(forgotten)).await
    }
}

fn select() -> Sql {
    Sql::new(HELD_COLUMNS).push(COLUMNS).push(" FROM role_grants g").push(HOLDERS).push(JOINS).push(GRANTER)
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
