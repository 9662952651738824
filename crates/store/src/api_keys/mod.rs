//! API keys: what is stored of them, and lists of them. Of a secret only its SHA-256 is kept: it is random, so that needs
//! no salt and no slow hash.

mod authenticate;
mod write;

use quarterdeck_domain::{
    ApiKeyId, Error, Grant, Page, Result, Timestamp, UserId, Visibility,
    api_keys::{
        ApiKey, ApiKeyCap, ApiKeyFilter, ApiKeySort, ApiKeyState, DEFAULT_SORT, KEEP_ENDED_DAYS, ListApiKeys, USED_DAYS,
    },
    text::fold,
    users::UserStatus,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    conn::Conn,
    cursor::{KeyValue, Keyset},
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
const DAY: i64 = 86_400_000_000;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    username: String,
    display_name: String,
    status: String,
    title: String,
    hint: String,
    scopes: String,
    used_scopes: Option<String>,
    networks: String,
    requests_per_minute: i64,
    created_at: i64,
    expires_at: i64,
    last_used_at: i64,
    last_used_address: String,
    use_count: i64,
    former_until: Option<i64>,
    version: i64,
}

/// When and by which rules keys are looked at.
#[derive(Debug, Clone, Copy)]
pub struct ApiKeyTerms<'a> {
    /// Now.
    pub now: Timestamp,
    /// The longest that keys may live.
    pub cap: Option<&'a ApiKeyCap>,
}

impl Row {
    fn api_key(self, terms: &ApiKeyTerms<'_>) -> Result<ApiKey> {
        let created_at = Timestamp::from_micros(self.created_at);
        let own_end = time_or_endless(self.expires_at);
        let (expires_at, is_capped) = match terms.cap.map(|cap| cap.end(created_at, own_end)) {
            Some((end, is_capped)) => (Some(end), is_capped),
            None => (own_end, false),
        };
        let is_active = self.status.parse() == Ok(UserStatus::Active);
        let state = match expires_at {
            Some(end) if end <= terms.now => ApiKeyState::Expired,
            _ if is_active => ApiKeyState::Active,
            _ => ApiKeyState::Suspended,
        };
        Ok(ApiKey {
            id: ApiKeyId(self.id),
            user_id: UserId(self.user_id),
            username: self.username,
            display_name: self.display_name,
            title: self.title,
            hint: self.hint,
            state,
            scopes: self.scopes.parse().map_err(Error::internal)?,
            used_scopes: self.used_scopes.unwrap_or_default().parse().map_err(Error::internal)?,
            networks: list(&self.networks),
            requests_per_minute: requests(self.requests_per_minute),
            created_at,
            expires_at,
            is_capped,
            last_used_at: time_or_never(self.last_used_at),
            last_used_address: self.last_used_address,
            use_count: self.use_count.unsigned_abs(),
            former_secret_until: self.former_until.map(Timestamp::from_micros),
            version: u32::try_from(self.version).unwrap_or(u32::MAX),
        })
    }
}

/// The largest number stands for a key without end, so that the column can be sorted by without nulls.
fn time_or_endless(micros: i64) -> Option<Timestamp> {
    (micros != i64::MAX).then(|| Timestamp::from_micros(micros))
}

fn micros_or_endless(end: Option<Timestamp>) -> i64 {
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
            "SELECT k.id, k.user_id, u.username, u.display_name, u.status, k.title, k.hint, k.scopes, k.networks, \
             k.requests_per_minute, k.created_at, k.expires_at, k.last_used_at, k.last_used_address, k.use_count, k.version, \
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
    pub async fn list(&self, grant: &Grant, request: &ListApiKeys, terms: &ApiKeyTerms<'_>) -> Result<Page<ApiKey>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "k.id"))?;
        let conditions = |sql| self.conditions(sql, grant, &request.filter, terms);
        let rows = self.conn.all::<Row>(keyset.push(conditions(self.select(terms.now)))).await?;
        let count = conditions(Sql::new("SELECT count(*)").push(FROM));
        let total = self.conn.number(count).await?.unsigned_abs();
        let position = |row: &Row| (sort_value(row, sort.key), row.id);
        keyset.page(self.conn.database, rows, (total, true), position, |row| row.api_key(terms))
    }

    /// The key.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, id: ApiKeyId, terms: &ApiKeyTerms<'_>) -> Result<ApiKey> {
        self.read(id, terms, "").await
    }

    /// The same, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get_for_update(&self, id: ApiKeyId, terms: &ApiKeyTerms<'_>) -> Result<ApiKey> {
        self.read(id, terms, if self.conn.is_postgres() { " FOR UPDATE OF k" } else { "" }).await
    }

    async fn read(&self, id: ApiKeyId, terms: &ApiKeyTerms<'_>, lock: &str) -> Result<ApiKey> {
        let sql = self.select(terms.now).push(" AND k.id = ").bind(id.0).push(lock);
        self.conn.one::<Row>(sql).await?.ok_or(Error::NotFound("API key"))?.api_key(terms)
    }

    /// How many keys the user has.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn count_of(&self, user: UserId) -> Result<u64> {
        let sql = Sql::new("SELECT count(*) FROM api_keys WHERE user_id = ").bind(user.0);
        Ok(self.conn.number(sql).await?.unsigned_abs())
    }

    /// Removes keys that ended long ago, and former secrets that do not work any more; how many rows.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn sweep(&self, terms: &ApiKeyTerms<'_>) -> Result<u64> {
        let ended = self.end(terms.cap);
        let sql = Sql::new("DELETE FROM api_keys AS k WHERE ").push(&ended).push(" <= ");
        let keys = self.conn.execute(sql.bind(terms.now.micros() - KEEP_ENDED_DAYS * DAY)).await?;
        let sql = Sql::new("DELETE FROM api_key_secrets WHERE until <= ").bind(terms.now.micros());
        Ok(keys + self.conn.execute(sql).await?)
    }

    /// SQL of the end of a key `k`, as [`ApiKeyCap::end`] has it.
    fn end(&self, cap: Option<&ApiKeyCap>) -> String {
        let Some(cap) = cap else { return "k.expires_at".to_owned() };
        let (least, greatest) = if self.conn.is_postgres() { ("least", "greatest") } else { ("min", "max") };
        let (life, notice) = (cap.max_seconds() * 1_000_000, cap.notice_end().map_or(0, Timestamp::micros));
        format!("{least}(k.expires_at, {greatest}(k.created_at + {life}, {notice}))")
    }

    fn conditions(&self, sql: Sql, grant: &Grant, filter: &ApiKeyFilter, terms: &ApiKeyTerms<'_>) -> Sql {
        let sql = match grant.visibility() {
            Visibility::All => sql,
            Visibility::Organization(own) => sql.push(" AND u.organization_id = ").bind(own.0),
            Visibility::Own(own) => sql.push(" AND k.user_id = ").bind(own.0),
        };
        let end = self.end(terms.cap);
        let now = terms.now.micros();
        let sql = match filter.state {
            None => sql,
            Some(ApiKeyState::Expired) => sql.push(" AND ").push(&end).push(" <= ").bind(now),
            Some(state) => {
                let status = if state == ApiKeyState::Active { " AND u.status = " } else { " AND u.status <> " };
                let sql = sql.push(" AND ").push(&end).push(" > ").bind(now);
                sql.push(status).bind(UserStatus::Active.name())
            }
        };
        let sql = match filter.is_capped {
            None => sql,
            Some(true) => sql.push(" AND k.expires_at > ").push(&end),
            Some(false) => sql.push(" AND k.expires_at <= ").push(&end),
        };
        let sql = sql
            .and_some("k.user_id = ", filter.user_id.map(|id| id.0))
            .and_some("u.organization_id = ", filter.organization_id.map(|id| id.0))
            .and_some("k.last_used_at < ", filter.unused_since.map(Timestamp::micros))
            .and_some(&format!("{end} < "), filter.expires_before.map(Timestamp::micros));
        match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            Some(q) => {
                let q = fold(q);
                sql.push(" AND (").contains("u.search_key", &q).push(" OR ").contains("k.title_key", &q).push(")")
            }
            None => sql,
        }
    }
}
