//! Idempotency keys: which requests were carried out, and what was answered.

use quarterdeck_domain::{Result, Timestamp};
use sea_orm::FromQueryResult;

use crate::{conn::Conn, sql::Sql};

/// The table of idempotency keys.
pub struct IdempotencyKeys<'a> {
    conn: Conn<'a>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// SHA-256 of the request's body.
    pub body_hash: Vec<u8>,
    /// Whether the change was committed.
    pub applied: bool,
    /// The answer, sealed.
    pub response: Option<String>,
    /// Until when the first request is taken to be under way.
    pub lease_until: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    body_hash: Vec<u8>,
    applied: bool,
    response: Option<String>,
    lease_until: i64,
}

impl<'a> IdempotencyKeys<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// Takes the key, unless it was taken after `forget`; whether this call is the one that did.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn claim(
        &self,
        key: &[u8],
        body_hash: &[u8],
        now: Timestamp,
        lease_until: Timestamp,
        forget: Timestamp,
    ) -> Result<bool> {
        let sql = Sql::new("INSERT INTO idempotency_keys (key_hash, body_hash, applied, created_at, lease_until) VALUES (")
            .bind_all([key.to_vec(), body_hash.to_vec()])
            .push(", FALSE, ")
            .bind_all([now.micros(), lease_until.micros()])
            // A claim whose process died before its commit may be taken over.
            .push(") ON CONFLICT (key_hash) DO UPDATE SET body_hash = excluded.body_hash, applied = FALSE, \
                response = NULL, created_at = excluded.created_at, lease_until = excluded.lease_until \
                WHERE (NOT idempotency_keys.applied AND idempotency_keys.response IS NULL AND idempotency_keys.lease_until < ")
            .bind(now.micros())
            .push(") OR idempotency_keys.created_at <= ")
            .bind(forget.micros());
        Ok(self.conn.execute(sql).await? > 0)
    }

    /// What is known of the key.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn find(&self, key: &[u8]) -> Result<Option<Claimed>> {
        let sql = Sql::new("SELECT body_hash, applied, response, lease_until FROM idempotency_keys WHERE key_hash = ")
            .bind(key.to_vec());
        Ok(self.conn.one::<Row>(sql).await?.map(|row| Claimed {
            body_hash: row.body_hash,
            applied: row.applied,
            response: row.response,
            lease_until: Timestamp::from_micros(row.lease_until),
        }))
    }

    /// Notes within the change's own transaction that it is carried out.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn mark_applied(&self, key: &[u8]) -> Result<()> {
        let sql = Sql::new("UPDATE idempotency_keys SET applied = TRUE WHERE key_hash = ").bind(key.to_vec());
        self.conn.execute(sql).await.map(drop)
    }

    /// Keeps the answer.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn store_response(&self, key: &[u8], response: &str) -> Result<()> {
        let sql = Sql::new("UPDATE idempotency_keys SET response = ")
            .bind(response)
            .push(" WHERE key_hash = ")
            .bind(key.to_vec());
        self.conn.execute(sql).await.map(drop)
    }

    /// Forgets all answers, which nobody can open any more; that the changes are carried out stays known.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn forget_responses(&self) -> Result<()> {
        let sql = Sql::new("UPDATE idempotency_keys SET response = NULL WHERE response IS NOT NULL");
        self.conn.execute(sql).await.map(drop)
    }

    /// Gives the key back, when nothing was carried out.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn release(&self, key: &[u8]) -> Result<()> {
        let sql = Sql::new("DELETE FROM idempotency_keys WHERE key_hash = ").bind(key.to_vec());
        self.conn.execute(sql.push(" AND NOT applied")).await.map(drop)
    }

    /// Removes keys taken before `before`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM idempotency_keys WHERE created_at < ").bind(before.micros())).await
    }
}
