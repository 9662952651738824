//! Making, changing, rotating and ending keys, and noting their use.

use quarterdeck_domain::{
    ApiKeyId, Error, PermissionSet, Result, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyCap, CAP_NOTICE_DAYS},
    error::Rule,
    text::fold,
};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{ApiKeys, micros_or_endless};
use crate::{
    conn::{failed, violated_uniqueness},
    sql::Sql,
};

/// A key that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Id.
    pub id: ApiKeyId,
    /// Whose.
    pub user_id: UserId,
    /// What it is for.
    pub title: String,
    /// Beginning and end of the secret.
    pub hint: String,
    /// SHA-256 of the secret.
    pub digest: Vec<u8>,
    /// What it carries.
    pub scopes: PermissionSet,
    /// Networks in CIDR notation.
    pub networks: Vec<String>,
    /// Requests a minute.
    pub requests_per_minute: Option<u32>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it is made.
    pub created_at: Timestamp,
}

/// Uses of a key since the last time that they were noted.
#[derive(Debug, Clone)]
pub struct ApiKeyUse {
    /// Requests.
    pub count: u64,
    /// The last of them.
    pub at: Timestamp,
    /// Where it came from; empty when none came.
    pub address: String,
    /// Permissions that it used.
    pub permissions: PermissionSet,
}

fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(_) => Rule::ApiKeyTitleTaken.into(),
        None => failed(error),
    }
}

impl ApiKeys<'_> {
    /// Stores a new key with its secret.
    ///
    /// # Errors
    /// `Conflict` when its user has a key of this title.
    pub async fn insert(&self, key: &NewApiKey) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO api_keys (id, user_id, title, title_key, hint, scopes, networks, requests_per_minute, created_at, \
             expires_at, own_expires_at, version) VALUES (",
        )
        .bind_all([key.id.0, key.user_id.0])
        .push(", ")
        .bind_all([
            key.title.clone(),
            fold(&key.title),
            key.hint.clone(),
            key.scopes.to_string(),
            key.networks.join(","),
        ])
        .push(", ")
        .bind_all([
            i64::from(key.requests_per_minute.unwrap_or(0)),
            key.created_at.micros(),
            micros_or_endless(key.expires_at),
            micros_or_endless(key.expires_at),
        ])
        .push(", 1)");
        self.conn.try_execute(sql).await.map_err(taken)?;
        self.insert_secret(key.id, &key.digest).await
    }

    async fn insert_secret(&self, id: ApiKeyId, digest: &[u8]) -> Result<()> {
        let sql = Sql::new("INSERT INTO api_key_secrets (digest, key_id, until) VALUES (").bind(digest.to_vec());
        self.conn.execute(sql.push(", ").bind(id.0).push(", ").bind(i64::MAX).push(")")).await.map(drop)
    }

    /// Stores title, scopes, networks and limit of a changed key.
    ///
    /// # Errors
    /// `Conflict` when its user has another key of this title.
    pub async fn save(&self, key: &ApiKey) -> Result<()> {
        let sql = Sql::new("UPDATE api_keys SET version = version + 1, title = ")
            .bind(key.title.as_str())
            .push(", title_key = ")
            .bind(fold(&key.title))
            .push(", scopes = ")
            .bind(key.scopes.to_string())
            .push(", networks = ")
            .bind(key.networks.join(","))
            .push(", requests_per_minute = ")
            .bind(i64::from(key.requests_per_minute.unwrap_or(0)))
            .push(" WHERE id = ")
            .bind(key.id.0);
        self.conn.try_execute(sql).await.map_err(taken).map(drop)
    }

    /// Puts another secret in the place of the present one of the key, which works until `until`; those before it end.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn rotate(&self, id: ApiKeyId, digest: &[u8], hint: &str, until: Timestamp) -> Result<()> {
        // Of the former secrets only the last one works on.
        let sql = Sql::new("UPDATE api_key_secrets SET until = CASE WHEN until = ").bind(i64::MAX).push(" THEN ");
        let sql = sql.bind(until.micros()).push(" ELSE 0 END WHERE key_id = ").bind(id.0);
        self.conn.execute(sql).await?;
        let sql = Sql::new("UPDATE api_keys SET version = version + 1, hint = ").bind(hint).push(" WHERE id = ");
        self.conn.execute(sql.bind(id.0)).await?;
        self.insert_secret(id, digest).await
    }

    /// Moves the ends of the keys that live: under `cap` none lives longer, but for a notice from `now` on. Where that is no
    /// tighter than the cap before it, or there is none any more, keys get back what they were made with; how many ends
    /// moved.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn apply_cap(&self, cap: Option<&ApiKeyCap>, is_looser: bool, now: Timestamp) -> Result<u64> {
        let base = if is_looser || cap.is_none() { "own_expires_at" } else { "expires_at" };
        let end = match cap {
            None => base.to_owned(),
            Some(cap) => {
                let (least, greatest) = if self.conn.is_postgres() { ("least", "greatest") } else { ("min", "max") };
                let notice = now.plus_seconds(CAP_NOTICE_DAYS * 86_400).micros();
                format!("{least}({base}, {greatest}(created_at + {}, {notice}))", cap.max_seconds() * 1_000_000)
            }
        };
        let sql = Sql::new("UPDATE api_keys SET version = version + 1, expires_at = ").push(&end);
        let sql = sql.push(" WHERE expires_at > ").bind(now.micros()).push(" AND expires_at <> ").push(&end);
        self.conn.execute(sql).await
    }

    /// Ends the key; whether there was one.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, id: ApiKeyId) -> Result<bool> {
        Ok(self.conn.execute(Sql::new("DELETE FROM api_keys WHERE id = ").bind(id.0)).await? > 0)
    }

    /// Ends all keys of a user, as a part of an act on them that was granted already; how many.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete_of_user(&self, user: UserId) -> Result<u64> {
        self.conn.execute(Sql::new("DELETE FROM api_keys WHERE user_id = ").bind(user.0)).await
    }

    /// Notes uses of a key, unless it has been ended meanwhile or `batch` was noted last: a commit may succeed without
    /// that its answer arrives.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn note_use(&self, id: ApiKeyId, used: &ApiKeyUse, batch: Uuid) -> Result<()> {
        let at = used.at.micros();
        let sql = Sql::new("UPDATE api_keys SET use_count = use_count + ")
            .bind(i64::try_from(used.count).unwrap_or(i64::MAX))
            .push(", last_use_batch = ")
            .bind(batch);
        let sql = match used.address.as_str() {
            "" => sql,
            address => sql
                .push(", last_used_address = CASE WHEN last_used_at < ")
                .bind(at)
                .push(" THEN ")
                .bind(address)
                .push(" ELSE last_used_address END, last_used_at = CASE WHEN last_used_at < ")
                .bind(at)
                .push(" THEN ")
                .bind(at)
                .push(" ELSE last_used_at END"),
        };
        let sql = sql.push(" WHERE id = ").bind(id.0);
        let sql = sql.push(" AND (last_use_batch IS NULL OR last_use_batch <> ").bind(batch).push(")");
        if self.conn.execute(sql).await? == 0 {
            return Ok(());
        }
        for permission in used.permissions.iter() {
            let sql = Sql::new("INSERT INTO api_key_uses (key_id, permission, last_used_at) VALUES (")
                .bind(id.0)
                .push(", ")
                .bind(permission.name())
                .push(", ")
                .bind(at)
                .push(") ON CONFLICT (key_id, permission) DO UPDATE SET last_used_at = excluded.last_used_at");
            self.conn.execute(sql).await?;
        }
        Ok(())
    }
}
