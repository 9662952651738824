//! What power grants give over accounts.

use quarterdeck_domain::{
    Error, PermissionSet, Result, RoleId, Timestamp, policy,
    role_grants::{GrantHolder, ScopeKind},
    roles::Power,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{RoleGrants, of_holder};
use crate::sql::Sql;

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    permissions: String,
}

/// Goes on with the power that `u` has by grants at `now`: beyond the own organization, whatever it is, it is over others. One
/// walk of an index for their own, and one for those of their groups.
pub fn granted_power(sql: Sql, now: Timestamp) -> Sql {
    const POWER: &str = "SELECT CASE WHEN g.power = 0 THEN 0 WHEN g.organization_id = u.organization_id THEN g.power \
        ELSE 2 END AS power FROM ";
    sql.push("(SELECT coalesce(max(held.power), 0) FROM (")
        .push(POWER)
        .push("role_grants g WHERE g.user_id = u.id AND g.expires_at > ")
        .bind(now.micros())
        .push(" UNION ALL ")
        .push(POWER)
        .push(
            "group_members m JOIN role_grants g ON g.group_id = m.group_id WHERE m.user_id = u.id AND g.expires_at > ",
        )
        .bind(now.micros())
        .push(") held)")
}

/// The power that a number stands for, today and later.
pub const fn power_of(number: i64) -> Power {
    match number {
        0 => Power::None,
        1 => Power::Organization,
        _ => Power::Platform,
    }
}

impl RoleGrants<'_> {
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
}
