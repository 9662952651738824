//! Delays after failed sign-ins, kept over restarts.

use quarterdeck_domain::{Result, Timestamp};
use sea_orm::FromQueryResult;

use crate::{conn::Conn, sql::Sql};

/// The table of delays.
pub struct SignInDelays<'a> {
    conn: Conn<'a>,
}

/// How often a key failed lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delay {
    /// Failures in a row.
    pub failures: u32,
    /// The last of them; the success, when there are none.
    pub last_failure_at: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct Row {
    delay_key: String,
    failures: i64,
    last_failure_at: i64,
}

impl From<&Row> for Delay {
    fn from(row: &Row) -> Self {
        Self {
            failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
            last_failure_at: Some(Timestamp::from_micros(row.last_failure_at)),
        }
    }
}

impl<'a> SignInDelays<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// How often each of `keys` failed lately, in their order.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn get<const N: usize>(&self, keys: [&str; N]) -> Result<[Delay; N]> {
        let sql = Sql::new("SELECT delay_key, failures, last_failure_at FROM sign_in_delays WHERE delay_key IN (");
        let rows = self.conn.all::<Row>(sql.bind_all(keys).push(")")).await?;
        Ok(keys.map(|key| rows.iter().find(|row| row.delay_key == key).map(Into::into).unwrap_or_default()))
    }

    /// Counts one more failure; failures before `forget` are forgotten.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn add(&self, key: &str, now: Timestamp, forget: Timestamp) -> Result<()> {
        let sql = Sql::new("INSERT INTO sign_in_delays (delay_key, failures, last_failure_at) VALUES (")
            .bind(key)
            .push(", 1, ")
            .bind(now.micros())
            .push(") ON CONFLICT (delay_key) DO UPDATE SET failures = CASE WHEN sign_in_delays.last_failure_at < ")
            .bind(forget.micros())
            .push(" THEN 1 ELSE sign_in_delays.failures + 1 END, last_failure_at = excluded.last_failure_at");
        self.conn.execute(sql).await.map(drop)
    }

    /// Forgets the failures of `key`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn clear(&self, key: &str) -> Result<bool> {
        Ok(self.conn.execute(Sql::new("DELETE FROM sign_in_delays WHERE delay_key = ").bind(key)).await? > 0)
    }

    /// Forgets the failures of all keys that begin with `prefix`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn clear_prefix(&self, prefix: &str) -> Result<u64> {
        let length = i64::try_from(prefix.chars().count()).unwrap_or_default();
        let sql = Sql::new("DELETE FROM sign_in_delays WHERE substr(delay_key, 1, CAST(")
            .bind(length)
            .push(" AS INTEGER)) = ");
        self.conn.execute(sql.bind(prefix)).await
    }

    /// Notes a success under `key`: a row without failures.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn know(&self, key: &str, now: Timestamp) -> Result<()> {
        let sql = Sql::new("INSERT INTO sign_in_delays (delay_key, failures, last_failure_at) VALUES (").bind(key);
        let sql = sql.push(", 0, ").bind(now.micros());
        let sql = sql.push(") ON CONFLICT (delay_key) DO UPDATE SET last_failure_at = excluded.last_failure_at");
        self.conn.execute_later(sql).await
    }

    /// Forgets what failed last before `forget`, and successes before `forget_successes`.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, forget: Timestamp, forget_successes: Timestamp) -> Result<u64> {
        let sql = Sql::new("DELETE FROM sign_in_delays WHERE last_failure_at < ").bind(forget.micros());
        let sql = sql.push(" AND (failures > 0 OR last_failure_at < ").bind(forget_successes.micros());
        self.conn.execute(sql.push(")")).await
    }
}
