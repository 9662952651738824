//! Many users at once, by what they are called.

use std::collections::{HashMap, HashSet};

use quarterdeck_domain::{Result, Timestamp, UserId, text::fold, users::User};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Users, row::UserRow};
use crate::sql::Sql;

#[derive(FromQueryResult)]
struct EmailRow {
    email_key: String,
    id: Uuid,
}

#[derive(FromQueryResult)]
struct KeyRow {
    username_key: String,
}

impl Users<'_> {
    /// The users whose folded usernames are among `keys`, by these.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn named(&self, keys: &[&str], now: Timestamp) -> Result<HashMap<String, User>> {
        let sql = Self::select_user(now).push(" WHERE u.username_key IN (").texts(keys, self.conn.backend())?.push(")");
        let rows = self.conn.all::<UserRow>(sql).await?;
        let users = rows.into_iter().map(User::try_from);
        users.map(|user| user.map(|user| (fold(&user.summary.username), user))).collect()
    }

    /// Who has which of the folded e-mail addresses `keys`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn with_emails(&self, keys: &[&str]) -> Result<HashMap<String, UserId>> {
        let sql = Sql::new("SELECT email_key, id FROM users WHERE email_key <> '' AND email_key IN (");
        let rows = self.conn.all::<EmailRow>(sql.texts(keys, self.conn.backend())?.push(")")).await?;
        Ok(rows.into_iter().map(|row| (row.email_key, UserId(row.id))).collect())
    }

    /// Which of the folded usernames `keys` are former names that are reserved at `now`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn reserved_among(&self, keys: &[&str], now: Timestamp) -> Result<HashSet<String>> {
        let sql = Sql::new("SELECT username_key FROM reserved_usernames WHERE until > ").bind(now.micros());
        let sql = sql.push(" AND username_key IN (").texts(keys, self.conn.backend())?.push(")");
        Ok(self.conn.all::<KeyRow>(sql).await?.into_iter().map(|row| row.username_key).collect())
    }
}
