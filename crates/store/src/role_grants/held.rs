//! What somebody holds by grants: their own, and those of the groups that they are in.

use quarterdeck_domain::{
    Error, GroupId, OrganizationId, PermissionSet, Result, Role, RoleGrantId, Timestamp, UserId, policy,
    role_grants::{GrantHolder, HeldGrant, NamedGroup, ScopeKind},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::RoleGrants;
use crate::{api_keys::time_or_endless, conn::Conn, sql::Sql};

#[derive(FromQueryResult)]
pub(super) struct HeldRow {
    pub(super) id: Uuid,
    pub(super) role: Option<String>,
    pub(super) name: Option<String>,
    pub(super) permissions: Option<String>,
    pub(super) organization_id: Option<Uuid>,
    pub(super) organization_name: Option<String>,
    pub(super) group_id: Option<Uuid>,
    pub(super) group_name: Option<String>,
    pub(super) group_organization_id: Option<Uuid>,
    pub(super) scope_group_id: Option<Uuid>,
    pub(super) scope_group_name: Option<String>,
    pub(super) expires_at: i64,
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

pub(super) fn parse(role: Option<String>) -> Result<Option<Role>> {
    role.map(|role| role.parse()).transpose().map_err(Error::internal)
}

pub(super) fn name(role: Option<Role>, custom: Option<String>) -> String {
    role.map(|role| role.name().to_owned()).or(custom).unwrap_or_default()
}

pub(super) const HELD_COLUMNS: &str = "SELECT g.id, g.role, r.name, r.permissions, g.organization_id, \
    o.display_name AS organization_name, h.id AS group_id, h.name AS group_name, h.organization_id AS group_organization_id, \
    g.scope_group_id, s.name AS scope_group_name, g.expires_at";
pub(super) const JOINS: &str = " LEFT JOIN roles r ON r.id = g.role_id LEFT JOIN organizations o ON o.id = g.organization_id \
    LEFT JOIN groups s ON s.id = g.scope_group_id";

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

impl RoleGrants<'_> {
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

    /// What a group carries, and what is granted on it, by grants that are in force; each with its holder.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn of_group_or_on_it(&self, group: GroupId, now: Timestamp) -> Result<Vec<(GrantHolder, HeldGrant)>> {
        #[derive(FromQueryResult)]
        struct OwnedRow {
            #[sea_orm(nested)]
            held: HeldRow,
            user_id: Option<Uuid>,
        }
        let sql = Sql::new(HELD_COLUMNS).push(", g.user_id FROM role_grants g LEFT JOIN groups h ON h.id = g.group_id");
        let sql =
            sql.push(JOINS).push(" WHERE (g.group_id = ").bind(group.0).push(" OR g.scope_group_id = ").bind(group.0);
        let sql = sql.push(") AND g.expires_at > ").bind(now.micros()).push(" ORDER BY g.granted_at, g.id");
        let rows = self.conn.all::<OwnedRow>(sql).await?;
        let owned = rows.into_iter().filter_map(|row| {
            let carrying = row.held.group_id.map(|id| GrantHolder::Group(GroupId(id)));
            let holder = row.user_id.map(|id| GrantHolder::User(UserId(id))).or(carrying)?;
            Some(row.held.try_into().map(|held| (holder, held)))
        });
        owned.collect()
    }

    /// What `user` held by grants that have ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn ended_of(&self, user: UserId, now: Timestamp) -> Result<Vec<HeldGrant>> {
        held(&self.conn, user, " AND g.expires_at <= ", now).await
    }
}
