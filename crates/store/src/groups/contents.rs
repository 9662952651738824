//! What goes with groups.

use quarterdeck_domain::{GroupId, OrganizationId, Result, Timestamp};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Groups;
use crate::sql::Sql;

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
    /// What goes with groups.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn contents(&self, of: GroupsOf<'_>, now: Timestamp) -> Result<GroupContents> {
        let condition = |sql: Sql| -> Result<Sql> {
            Ok(match of {
                GroupsOf::One(id) => sql.push(" g.id = ").bind(id.0),
                GroupsOf::Ids(ids) => sql.push(" g.id IN (").list(ids, self.conn.backend())?.push(")"),
                GroupsOf::Organization { id, .. } => sql.push(" g.organization_id = ").bind(id.0),
            })
        };
        let sql = condition(Sql::new("SELECT (SELECT count(*) FROM groups g WHERE"))?;
        let sql = sql.push(") AS groups, (SELECT CAST(coalesce(sum(g.member_count), 0) AS BIGINT) FROM groups g WHERE");
        let sql = condition(sql)?.push(
            ") AS memberships, (SELECT count(*) FROM allocation_entries e JOIN groups g ON g.id = e.group_id WHERE",
        );
        let sql = condition(sql)?.push(") AS entries, (SELECT count(*) FROM reservations r JOIN groups g ON g.id = r.group_id WHERE r.state = 'open' AND");
        let sql = condition(sql)?.push(
            ") AS reservations, (SELECT count(*) FROM (SELECT c.id FROM role_grants c JOIN groups g ON g.id = c.group_id WHERE c.expires_at > ",
        );
        let sql = condition(sql.bind(now.micros()).push(" AND"))?;
        // Those on the groups too, but for who goes with their organization: theirs are counted with them.
        let sql = sql.push(
            " UNION SELECT c.id FROM role_grants c JOIN groups g ON g.id = c.scope_group_id LEFT JOIN users u ON u.id = c.user_id \
             WHERE c.expires_at > ",
        );
        let sql = condition(sql.bind(now.micros()).push(" AND"))?;
        let sql = match of {
            GroupsOf::Organization { with_members: true, .. } => {
                sql.push(" AND NOT coalesce(u.organization_id = g.organization_id, FALSE)")
            }
            _ => sql,
        };
        let row = self.conn.one::<ContentsRow>(sql.push(") held) AS roles")).await?;
        Ok(row.map_or_else(GroupContents::default, |row| GroupContents {
            groups: row.groups.unsigned_abs(),
            memberships: row.memberships.unsigned_abs(),
            entries: row.entries.unsigned_abs(),
            reservations: row.reservations.unsigned_abs(),
            roles: row.roles.unsigned_abs(),
        }))
    }
}
