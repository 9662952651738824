//! What changes of things in the bin before they come back.

use quarterdeck_domain::{
    Error, OrganizationId, Result, UserId, Visibility,
    roles::{Role, Roles},
};
use sea_orm::FromQueryResult;

use super::Bin;
use crate::{
    reach::reached,
    sql::Sql,
    users::{role_bits, roles_of, search_key},
};

/// A row that is kept, by its columns.
type Map = serde_json::Map<String, serde_json::Value>;

#[derive(FromQueryResult)]
struct KeptRow {
    seq: i64,
    body: String,
}

impl Bin<'_> {
    /// Takes the e-mail address from a user in the bin, so that they come back without.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn forget_email(&self, user: UserId) -> Result<()> {
        self.edit_user(user, |row| {
            row.insert("email".to_owned(), serde_json::Value::Null);
            row.insert("email_key".to_owned(), "".into());
            let search_key = search_key_without_email(row);
            row.insert("search_key".to_owned(), search_key.into());
        })
        .await
    }

    /// Takes the organization from a user in the bin who is to come back without, and the role that is of it; who is left
    /// without a role has the plain one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn forget_organization(&self, user: UserId) -> Result<()> {
        let (mut roles, mut has_plain) = (Roles::NONE, false);
        self.edit_user(user, |row| {
            let bits = row.get("role_bits").and_then(serde_json::Value::as_i64).unwrap_or_default();
            has_plain = roles_of(bits).contains(Role::User);
            roles = roles_of(bits).without(Role::OrganizationAdmin).or_user();
            row.insert("organization_id".to_owned(), serde_json::Value::Null);
            row.insert("role_bits".to_owned(), role_bits(roles).into());
        })
        .await?;
        let of_user = |sql: Sql| sql.push(" WHERE source = 'user_roles' AND item_id = ").bind(user.0);
        let held = self.conn.all::<KeptRow>(of_user(Sql::new("SELECT seq, body FROM bin_rows"))).await?;
        for KeptRow { seq, body } in held {
            let mut row: Map = serde_json::from_str(&body).map_err(Error::internal)?;
            if row.get("role").and_then(serde_json::Value::as_str) != Some(Role::OrganizationAdmin.name()) {
                continue;
            }
            if !has_plain && roles == Roles::NONE.or_user() {
                row.insert("role".to_owned(), Role::User.name().into());
                self.write_body(seq, &row).await?;
            } else {
                self.conn.execute(Sql::new("DELETE FROM bin_rows WHERE seq = ").bind(seq)).await?;
            }
        }
        Ok(())
    }

    /// Forgets memberships of a user in groups that are in the bin, as far as `reach` goes.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn forget_memberships(&self, user: UserId, reach: &Visibility) -> Result<u64> {
        let sql = Sql::new("DELETE FROM bin_rows WHERE source = 'group_members' AND other_id = ").bind(user.0);
        let sql = sql.push(" AND item_id IN (SELECT b.id FROM bin_items b WHERE b.kind = 'group'");
        self.conn.execute(reached(sql, reach, Some("b.organization_id"), Some("bin_rows.other_id")).push(")")).await
    }

    /// Forgets what a user was granted on groups of an organization that are in the bin.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn forget_grants(&self, user: UserId, organization: OrganizationId) -> Result<u64> {
        let sql = Sql::new("DELETE FROM bin_rows WHERE source = 'role_grants' AND other_id = ").bind(user.0);
        let sql =
            sql.push(" AND item_id IN (SELECT b.id FROM bin_items b WHERE b.kind = 'group' AND b.organization_id = ");
        self.conn.execute(sql.bind(organization.0).push(")")).await
    }

    async fn edit_user(&self, user: UserId, edit: impl FnOnce(&mut Map)) -> Result<()> {
        let sql = Sql::new("SELECT seq, body FROM bin_rows WHERE source = 'users' AND item_id = ").bind(user.0);
        let KeptRow { seq, body } = self.conn.one(sql).await?.ok_or(Error::NotFound("bin item"))?;
        let mut row: Map = serde_json::from_str(&body).map_err(Error::internal)?;
        edit(&mut row);
        let version = row.get("version").and_then(serde_json::Value::as_i64).unwrap_or_default();
        row.insert("version".to_owned(), (version + 1).into());
        self.write_body(seq, &row).await
    }

    async fn write_body(&self, seq: i64, row: &Map) -> Result<()> {
        let body = serde_json::to_string(row).map_err(Error::internal)?;
        let sql = Sql::new("UPDATE bin_rows SET body = ").bind(body).push(" WHERE seq = ").bind(seq);
        self.conn.execute(sql).await.map(drop)
    }
}

/// What searches look through once the e-mail address is gone.
fn search_key_without_email(row: &Map) -> String {
    let text = |column: &str| row.get(column).and_then(serde_json::Value::as_str).unwrap_or_default();
    search_key(text("username"), text("display_name"), None)
}
