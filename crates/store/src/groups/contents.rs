//! What goes with groups.

use quarterdeck_domain::{GroupId, OrganizationId, Result, Timestamp, Visibility};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Groups;
use crate::{
    role_grants::{self, HOLDERS},
    sql::Sql,
};

/// Which groups are counted.
#[derive(Debug, Clone, Copy)]
pub enum GroupsOf<'a> {
    /// One.
    One(GroupId),
    /// These.
    Ids(&'a [Uuid]),
    /// Those of an organization.
    Organization {
        /// Which.
        id: OrganizationId,
        /// Whether its members are counted elsewhere, with all that they hold.
        with_members: bool,
    },
}

/// What goes with groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GroupContents {
    /// The groups themselves.
    pub groups: u64,
    /// Who is in them.
    pub memberships: u64,
    /// Entries of their ledgers.
    pub entries: u64,
    /// Reservations that are open.
    pub reservations: u64,
    /// Roles that they carry, and those that are granted on them.
    pub roles: u64,
}

#[derive(FromQueryResult)]
struct ContentsRow {
    groups: i64,
    memberships: i64,
    entries: i64,
    reservations: i64,
    roles: i64,
}

impl Groups<'_> {
    /// What goes with groups; of roles those that `seen` reaches.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn contents(&self, of: GroupsOf<'_>, seen: &Visibility, now: Timestamp) -> Result<GroupContents> {
        let condition = |sql: Sql| -> Result<Sql> {
            Ok(match of {
                GroupsOf::One(id) => sql.push(" x.id = ").bind(id.0),
                GroupsOf::Ids(ids) => sql.push(" x.id IN (").list(ids, self.conn.backend())?.push(")"),
                GroupsOf::Organization { id, .. } => sql.push(" x.organization_id = ").bind(id.0),
            })
        };
        let sql = condition(Sql::new("SELECT (SELECT count(*) FROM groups x WHERE"))?;
        let sql = sql.push(") AS groups, (SELECT CAST(coalesce(sum(x.member_count), 0) AS BIGINT) FROM groups x WHERE");
        let sql = condition(sql)?.push(
            ") AS memberships, (SELECT count(*) FROM allocation_entries e JOIN groups x ON x.id = e.group_id WHERE",
        );
        let sql = condition(sql)?.push(
            ") AS entries, (SELECT count(*) FROM reservations r JOIN groups x ON x.id = r.group_id WHERE r.state = 'open' AND",
        );
        let sql = condition(sql)?.push(") AS reservations, (SELECT count(*) FROM role_grants g").push(HOLDERS);
        let sql = sql.push(" WHERE g.expires_at > ").bind(now.micros());
        // Those that they carry, and those on them; the members of an organization are counted with all that they hold.
        let sql = sql.push(" AND g.id IN (SELECT c.id FROM role_grants c JOIN groups x ON x.id = c.group_id WHERE");
        let sql = condition(sql)?
            .push(" UNION SELECT c.id FROM role_grants c JOIN groups x ON x.id = c.scope_group_id WHERE");
        let sql = role_grants::seen(condition(sql)?.push(")"), seen);
        let sql = match of {
            GroupsOf::Organization { with_members: true, .. } => sql.push(
                " AND NOT coalesce(u.organization_id = g.organization_id AND g.scope_group_id IS NOT NULL, FALSE)",
            ),
            _ => sql,
        };
        let row = self.conn.one::<ContentsRow>(sql.push(") AS roles")).await?;
        Ok(row.map_or_else(GroupContents::default, |row| GroupContents {
            groups: row.groups.unsigned_abs(),
            memberships: row.memberships.unsigned_abs(),
            entries: row.entries.unsigned_abs(),
            reservations: row.reservations.unsigned_abs(),
            roles: row.roles.unsigned_abs(),
        }))
    }
}
