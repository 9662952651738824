//! One-time tokens: of set-up and password reset links. Only their hash is kept; using one removes it.

use quarterdeck_domain::{GroupId, Result, RoleId, Timestamp, UserId, roles::Power};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{conn::Conn, role_grants::power_of, sql::Sql};

/// The table of one-time tokens.
pub struct OneTimeTokens<'a> {
    conn: Conn<'a>,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPurpose {
    /// First-run set-up.
    SetUp,
    /// A new password.
    PasswordReset,
}

impl TokenPurpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// A token that can still be used.
#[derive(Debug, Clone, Copy)]
pub struct OneTimeToken {
    /// For whom it is.
    pub user_id: Option<UserId>,
    /// What power that account had when it was made.
    pub power: Power,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    user_id: Option<Uuid>,
    power: i64,
    expires_at: i64,
}

impl From<Row> for OneTimeToken {
    fn from(row: Row) -> Self {
        Self {
            user_id: row.user_id.map(UserId),
            power: power_of(row.power),
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}

impl<'a> OneTimeTokens<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Stores a token by its SHA-256.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn insert(&self, purpose: TokenPurpose, hash: &[u8], token: &OneTimeToken, now: Timestamp) -> Result<()> {
        let sql =
            Sql::new("INSERT INTO one_time_tokens (hash, purpose, user_id, power, created_at, expires_at) VALUES (")
                .bind(hash.to_vec())
                .push(", ")
                .bind(purpose.name())
                .push(", ")
                .bind(token.user_id.map(|id| id.0))
                .push(", ")
                .bind_all([token.power as i64, now.micros(), token.expires_at.micros()])
                .push(")");
        self.conn.execute(sql).await.map(drop)
    }

    /// The token with this SHA-256, if it can still be used.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find(&self, purpose: TokenPurpose, hash: &[u8], now: Timestamp) -> Result<Option<OneTimeToken>> {
        let sql = Sql::new("SELECT user_id, power, expires_at FROM one_time_tokens WHERE hash = ").bind(hash.to_vec());
        let sql = sql.push(" AND purpose = ").bind(purpose.name()).push(" AND expires_at > ").bind(now.micros());
        Ok(self.conn.one::<Row>(sql).await?.map(Into::into))
    }

    /// Uses the token up: whether this call is the one that did.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn consume(&self, hash: &[u8]) -> Result<bool> {
        Ok(self.conn.execute(Sql::new("DELETE FROM one_time_tokens WHERE hash = ").bind(hash.to_vec())).await? > 0)
    }

    /// Removes all tokens of one purpose, of one user or of nobody.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn remove(&self, purpose: TokenPurpose, user: Option<UserId>) -> Result<()> {
        let sql = Sql::new("DELETE FROM one_time_tokens WHERE purpose = ").bind(purpose.name());
        let sql = match user {
            Some(user) => sql.push(" AND user_id = ").bind(user.0),
            None => sql.push(" AND user_id IS NULL"),
        };
        self.conn.execute(sql).await.map(drop)
    }

    /// Removes all tokens of one purpose of those who hold a custom role by a grant, by a group as well.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn remove_of_holders(&self, purpose: TokenPurpose, role: RoleId) -> Result<()> {
        let sql = Sql::new("DELETE FROM one_time_tokens WHERE purpose = ").bind(purpose.name());
        let sql = sql.push(" AND user_id IN (SELECT user_id FROM role_grants WHERE role_id = ").bind(role.0);
        let sql = sql.push(
            " UNION ALL SELECT m.user_id FROM role_grants g JOIN group_members m ON m.group_id = g.group_id WHERE g.role_id = ",
        );
        self.conn.execute(sql.bind(role.0).push(")")).await.map(drop)
    }

    /// Removes all tokens of one purpose of the members of a group.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn remove_of_members(&self, purpose: TokenPurpose, group: GroupId) -> Result<()> {
        let sql = Sql::new("DELETE FROM one_time_tokens WHERE purpose = ").bind(purpose.name());
        let sql = sql.push(" AND user_id IN (SELECT user_id FROM group_members WHERE group_id = ").bind(group.0);
        self.conn.execute(sql.push(")")).await.map(drop)
    }

    /// Removes tokens that have run out.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM one_time_tokens WHERE expires_at <= ").bind(now.micros())).await
    }
}
