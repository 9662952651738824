//! API keys: what is stored of them, and lists of them. Of a secret only its SHA-256 is kept: it is random, so that needs
//! no salt and no slow hash.

mod authenticate;
mod write;

use quarterdeck_domain::{
    ApiKeyId, Error, Grant, Page, PermissionSet, Result, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeySort, ApiKeyState, DEFAULT_SORT, KEEP_ENDED_DAYS, ListApiKeys, USED_DAYS},
    text::fold,
    users::UserStatus,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    sql::Sql,
    users::time_or_never,
};

pub use authenticate::{ApiKeyActorRow, ApiKeyCredential};
pub use write::{ApiKeyUse, NewApiKey};

/// The tables of API keys.
pub struct ApiKeys<'a> {
    conn: Conn<'a>,
}

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    username: String,
    display_name: String,
    user_kind: String,
    status: String,
    title: String,
    hint: String,
    scopes: String,
    used_scopes: Option<String>,
    networks: String,
    requests_per_minute: i64,
    created_at: i64,
    expires_at: i64,
    own_expires_at: i64,
    last_used_at: i64,
    last_used_address: String,
    use_count: i64,
    former_until: Option<i64>,
    version: i64,
}

impl Row {
    fn api_key(self, now: Timestamp) -> Result<ApiKey> {
        let expires_at = time_or_endless(self.expires_at);
        let is_active = self.status.parse() == Ok(UserStatus::Active);
        let state = match expires_at {
            Some(end) if end <= now => ApiKeyState::Expired,
            _ if is_active => ApiKeyState::Active,
            _ => ApiKeyState::Suspended,
        };
        let scopes: PermissionSet = self.scopes.parse().map_err(Error::internal)?;
        let used: PermissionSet = self.used_scopes.unwrap_or_default().parse().map_err(Error::internal)?;
        Ok(ApiKey {
            id: ApiKeyId(self.id),
            user_id: UserId(self.user_id),
            username: self.username,
            display_name: self.display_name,
            user_kind: self.user_kind.parse().map_err(Error::internal)?,
            title: self.title,
            hint: self.hint,
            state,
            scopes,
            // It may have been given less since.
            used_scopes: used.intersection(scopes),
            networks: list(&self.networks),
            requests_per_minute: requests(self.requests_per_minute),
            created_at: Timestamp::from_micros(self.created_at),
            expires_at,
            is_capped: self.expires_at < self.own_expires_at,
            last_used_at: time_or_never(self.last_used_at),
            last_used_address: self.last_used_address,
            use_count: self.use_count.unsigned_abs(),
            former_secret_until: self.former_until.map(Timestamp::from_micros),
            version: u32::try_from(self.version).unwrap_or(u32::MAX),
        })
    }
}

/// The largest number stands for a key without end, so that the column can be sorted by without nulls.
pub(crate) fn time_or_endless(micros: i64) -> Option<Timestamp> {
    (micros != i64::MAX).then(|| Timestamp::from_micros(micros))
}

pub(crate) fn micros_or_endless(end: Option<Timestamp>) -> i64 {
    end.map_or(i64::MAX, Timestamp::micros)
}

fn list(text: &str) -> Vec<String> {
    text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn requests(number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

const fn sort_column(sort: ApiKeySort) -> &'static str {
    match sort {
        ApiKeySort::Title => "k.title_key",
        ApiKeySort::CreatedAt => "k.created_at",
        ApiKeySort::LastUsedAt => "k.last_used_at",
        ApiKeySort::ExpiresAt => "k.expires_at",
    }
}

fn sort_value(row: &Row, sort: ApiKeySort) -> KeyValue {
    match sort {
        ApiKeySort::Title => KeyValue::Text(fold(&row.title)),
        ApiKeySort::CreatedAt => KeyValue::Number(row.created_at),
        ApiKeySort::LastUsedAt => KeyValue::Number(row.last_used_at),
        ApiKeySort::ExpiresAt => KeyValue::Number(row.expires_at),
    }
}

const FROM: &str = " FROM api_keys k JOIN users u ON u.id = k.user_id WHERE TRUE";

impl<'a> ApiKeys<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    fn select(&self, now: Timestamp) -> Sql {
        let joined =
            if self.conn.is_postgres() { "string_agg(s.permission, ',')" } else { "group_concat(s.permission)" };
        Sql::new(
            "SELECT k.id, k.user_id, u.username, u.display_name, u.kind AS user_kind, u.status, k.title, k.hint, k.scopes, k.networks, \
             k.requests_per_minute, k.created_at, k.expires_at, k.own_expires_at, k.last_used_at, k.last_used_address, k.use_count, k.version, \
             (SELECT max(x.until) FROM api_key_secrets x WHERE x.key_id = k.id AND x.until < ",
        )
        .bind(i64::MAX)
        .push(" AND x.until > ")
        .bind(now.micros())
        .push(") AS former_until, (SELECT ")
        .push(joined)
        .push(" FROM api_key_uses s WHERE s.key_id = k.id AND s.last_used_at > ")
        .bind(now.micros() - USED_DAYS * DAY)
        .push(") AS used_scopes")
        .push(FROM)
    }

    /// A page of the keys that `grant` reaches.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListApiKeys, now: Timestamp) -> Result<Page<ApiKey>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "k.id"))?;
        let conditions = |sql| self.conditions(sql, grant, &request.filter, now);
        let rows = self.conn.all::<Row>(keyset.push(conditions(self.select(now)))).await?;
        let count = conditions(Sql::new("SELECT count(*)").push(FROM));
        let total = self.conn.number(count).await?.unsigned_abs();
        let position = |row: &Row| (sort_value(row, sort.key), row.id);
        keyset.page(self.conn.database, rows, (total, true), position, |row| row.api_key(now))
    }

    /// The key.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: ApiKeyId, now: Timestamp) -> Result<ApiKey> {
        self.read(id, now, "").await
    }

    /// The same, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: ApiKeyId, now: Timestamp) -> Result<ApiKey> {
        self.read(id, now, if self.conn.is_postgres() { " FOR UPDATE OF k" } else { "" }).await
    }

    async fn read(&self, id: ApiKeyId, now: Timestamp, lock: &str) -> Result<ApiKey> {
        let sql = self.select(now).push(" AND k.id = ").bind(id.0).push(lock);
        self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("API key"))?.api_key(now)
    }

    /// How many keys the user has that have not ended.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_of(&self, user: UserId, now: Timestamp) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM api_keys WHERE user_id = ").bind(user.0);
        let sql = sql.push(" AND expires_at > ").bind(now.micros());
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// Removes keys that ended long ago, and former secrets that do not work any more; how many rows.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64> {
        let sql = Sql::new("DELETE FROM api_keys WHERE expires_at <= ");
        let keys = self.conn.execute(sql.bind(now.micros() - KEEP_ENDED_DAYS * DAY)).await?;
        let sql = Sql::new("DELETE FROM api_key_secrets WHERE until <= ").bind(now.micros());
        Ok(keys + self.conn.execute(sql).await?)
    }

    fn conditions(&self, sql: Sql, grant: &Grant, filter: &ApiKeyFilter, now: Timestamp) -> Sql {
        let sql = reached(sql, grant.visibility(), Some("u.organization_id"), Some("k.user_id"));
        let now = now.micros();
        let sql = match filter.state {
            None => sql,
            Some(ApiKeyState::Expired) => sql.push(" AND k.expires_at <= ").bind(now),
            Some(state) => {
                let status = if state == ApiKeyState::Active { " AND u.status = " } else { " AND u.status <> " };
                let sql = sql.push(" AND k.expires_at > ").bind(now);
                sql.push(status).bind(UserStatus::Active.name())
            }
        };
        let sql = match filter.is_capped {
            None => sql,
            Some(true) => sql.push(" AND k.expires_at < k.own_expires_at"),
            Some(false) => sql.push(" AND k.expires_at >= k.own_expires_at"),
        };
        let sql = sql
            .and_some("k.user_id = ", filter.user_id.map(|id| id.0))
            .and_some("u.organization_id = ", filter.organization_id.map(|id| id.0))
            .and_some("k.last_used_at < ", filter.unused_since.map(Timestamp::micros))
            .and_some("k.expires_at < ", filter.expires_before.map(Timestamp::micros));
        match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            Some(q) => {
                let q = fold(q);
                let columns = ["k.title_key", "u.username_key", "u.display_name_key"].into_iter().enumerate();
                let sql = columns.fold(sql, |sql, (index, column)| {
                    sql.push(if index == 0 { " AND (" } else { " OR " }).contains(column, &q)
                });
                sql.push(")")
            }
            None => sql,
        }
    }
}
