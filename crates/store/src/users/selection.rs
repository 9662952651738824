//! The selection of a bulk act: its rows, and what else it would touch, counted.

use quarterdeck_domain::{Grant, Result, Timestamp, plans::Selection};

use super::{Condition, Users, matching::reached};
use crate::{plans::Target, reach, sql::Sql};

/// The rows of a bulk act, as a condition on users.
pub struct UserSelection<'a> {
    /// Which rows the actor named.
    pub selection: &'a Selection,
    /// How far the actor reaches.
    pub grant: &'a Grant,
}

impl Users<'_> {
    /// The rows of a bulk act that the actor reaches and that all `conditions` hold for, by id.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn targets(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<Vec<Target>> {
        let sql =
            self.selected("SELECT u.id, u.username AS label FROM users u WHERE TRUE", selection, conditions).await?;
        self.conn.all(sql.push(" ORDER BY u.id")).await
    }

    /// Sessions of these rows that have not ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_sessions(
        &self,
        selection: &UserSelection<'_>,
        conditions: &[Condition],
        now: Timestamp,
    ) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN sessions s ON s.user_id = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql.push(" AND s.expires_at > ").bind(now.micros())).await
    }

    /// Roles of these rows.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_roles(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<u64> {
        self.count(
            "SELECT count(*) FROM users u JOIN user_roles r ON r.user_id = u.id WHERE TRUE",
            selection,
            conditions,
            |sql| sql,
        )
        .await
    }

    /// Grants of roles to these rows that are in force.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_role_grants(
        &self,
        selection: &UserSelection<'_>,
        conditions: &[Condition],
        now: Timestamp,
    ) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN role_grants g ON g.user_id = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql.push(" AND g.expires_at > ").bind(now.micros())).await
    }

    /// API keys of these rows, those that have ended included.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_api_keys(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN api_keys k ON k.user_id = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql).await
    }

    /// Provider keys of these rows.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_provider_keys(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN provider_keys k ON k.user_id = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql).await
    }

    /// Private views of these rows; shared ones stay.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_private_views(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN saved_views v ON v.private_of = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql).await
    }

    /// Groups that these rows are in, each for each; as far as `grant` reaches.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_memberships(&self, selection: &UserSelection<'_>, conditions: &[Condition]) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN group_members m ON m.user_id = u.id JOIN groups g ON g.id = m.group_id WHERE TRUE";
        let seen = selection.grant.visibility();
        self.count(select, selection, conditions, |sql| {
            reach::reached(sql, seen, Some("g.organization_id"), Some("m.user_id"))
        })
        .await
    }

    /// Reset links of these rows that still work.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_reset_links(
        &self,
        selection: &UserSelection<'_>,
        conditions: &[Condition],
        now: Timestamp,
    ) -> Result<u64> {
        let select = "SELECT count(*) FROM users u JOIN one_time_tokens t ON t.user_id = u.id WHERE TRUE";
        self.count(select, selection, conditions, |sql| sql.push(" AND t.expires_at > ").bind(now.micros())).await
    }

    async fn count(
        &self,
        select: &str,
        selection: &UserSelection<'_>,
        conditions: &[Condition],
        further: impl FnOnce(Sql) -> Sql,
    ) -> Result<u64> {
        let sql = self.selected(select, selection, conditions).await?;
        Ok(self.conn.number(further(sql)).await?.unsigned_abs())
    }

    async fn selected(&self, select: &str, selected: &UserSelection<'_>, further: &[Condition]) -> Result<Sql> {
        let UserSelection { selection, grant } = selected;
        let sql = match (&selection.ids, &selection.filter) {
            (Some(ids), _) => {
                reached(Sql::new(select), grant).push(" AND u.id IN (").list(ids, self.conn.backend())?.push(")")
            }
            (None, Some(filter)) => {
                let search = self.search(filter).await?;
                self.gather(reached(Sql::new(select), grant), filter, &search).await?
            }
            (None, None) => Sql::new(select).push(" AND FALSE"),
        };
        Ok(further.iter().fold(sql, |sql, condition| condition.push(sql.push(" AND "))))
    }
}
