//! The end of grants: one by one, with what they are on, and when they are long over.

use quarterdeck_domain::{
    GroupId, OrganizationId, Result, RoleGrantId, Timestamp, UserId, Visibility,
    role_grants::{KEEP_ENDED_DAYS, RoleGrant},
};

use super::{HOLDERS, HOME, RoleGrants, Row, select};
use crate::sql::Sql;

/// A grant that was in force and ended.
#[derive(Debug, Clone)]
pub struct EndedGrant {
    /// The grant.
    pub grant: RoleGrant,
    /// Where its holder belongs.
    pub home: Option<OrganizationId>,
}

impl Row {
    fn ended(self, now: Timestamp) -> Result<EndedGrant> {
        let home = self.home.map(OrganizationId);
        Ok(EndedGrant { grant: self.grant(&Visibility::All, now)?, home })
    }
}

impl RoleGrants<'_> {
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
    ) -> Result<Vec<EndedGrant>> {
        let of =
            |sql: Sql| sql.push("organization_id = ").bind(organization.0).and_some("user_id = ", user.map(|id| id.0));
        let ids = of(Sql::new("SELECT id FROM role_grants WHERE "));
        let sql =
            ids.renumbered_into(select().push(" WHERE g.expires_at > ").bind(now.micros()), " AND g.id IN (", ")");
        let rows = self.conn.all::<Row>(sql.push(" ORDER BY g.granted_at, g.id")).await?;
        self.conn.execute(of(Sql::new("DELETE FROM role_grants WHERE "))).await?;
        rows.into_iter().map(|row| row.ended(now)).collect()
    }

    /// Ends all that was granted on a group, as a part of an act that was granted already; what was in force.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn end_on_group(&self, group: GroupId, now: Timestamp) -> Result<Vec<EndedGrant>> {
        let sql = select().push(" WHERE g.scope_group_id = ").bind(group.0).push(" AND g.expires_at > ");
        let rows = self.conn.all::<Row>(sql.bind(now.micros()).push(" ORDER BY g.granted_at, g.id")).await?;
        self.conn.execute(Sql::new("DELETE FROM role_grants WHERE scope_group_id = ").bind(group.0)).await?;
        rows.into_iter().map(|row| row.ended(now)).collect()
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

    /// Removes grants that ended long ago; how many.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64> {
        let forgotten = now.plus_seconds(-KEEP_ENDED_DAYS * 86_400).micros();
        self.conn.execute(Sql::new("DELETE FROM role_grants WHERE expires_at <= ").bind(forgotten)).await
    }
}
