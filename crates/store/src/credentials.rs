//! The inventory of credentials: one list of what stands in several tables.
//!
//! A page is cut out of each table by its own index first, and only those rows are merged, so that the inventory costs as
//! much as a page of each table.

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Page, PermissionSet, Result, Timestamp, UserId,
    api_keys::USED_DAYS,
    credentials::{Credential, CredentialFilter, CredentialKind, CredentialSort, DEFAULT_SORT, ListCredentials},
    text::fold,
    users::{UserKind, UserStatus},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    api_keys::{DAY, time_or_endless},
    conn::Conn,
    cursor::{KeyValue, Keyset},
    reach::reached,
    sql::Sql,
    users::time_or_never,
};

/// The tables of credentials.
pub struct CredentialInventory<'a> {
    conn: Conn<'a>,
}

/// Rows up to which a list is counted exactly.
const COUNT_ROWS: i64 = 10_000;

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    id: Uuid,
    user_id: Uuid,
    username: String,
    display_name: String,
    user_kind: String,
    status: String,
    organization_id: Option<Uuid>,
    title: String,
    hint: String,
    scopes: String,
    used_scopes: Option<String>,
    created_at: i64,
    last_used_at: i64,
    last_used_address: String,
    expires_at: i64,
    own_expires_at: i64,
}

impl TryFrom<Row> for Credential {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let kind: CredentialKind = row.kind.parse().map_err(Error::internal)?;
        let is_key = kind == CredentialKind::ApiKey;
        let scopes: PermissionSet = row.scopes.parse().map_err(Error::internal)?;
        let used: PermissionSet = row.used_scopes.unwrap_or_default().parse().map_err(Error::internal)?;
        Ok(Self {
            kind,
            id: row.id,
            user_id: UserId(row.user_id),
            username: row.username,
            display_name: row.display_name,
            user_kind: row.user_kind.parse().map_err(Error::internal)?,
            is_suspended: row.status.parse() != Ok(UserStatus::Active),
            organization_id: row.organization_id.map(OrganizationId),
            title: row.title,
            hint: row.hint,
            scopes: is_key.then_some(scopes),
            used_scopes: is_key.then_some(used.intersection(scopes)),
            created_at: Timestamp::from_micros(row.created_at),
            last_used_at: time_or_never(row.last_used_at),
            last_used_address: row.last_used_address,
            expires_at: time_or_endless(row.expires_at),
            is_capped: row.expires_at < row.own_expires_at,
        })
    }
}

/// The columns of a table as those of a credential, and which of its rows are some.
const fn table(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ApiKey => {
            "SELECT id, user_id, title, title_key, hint, scopes, created_at, last_used_at, last_used_address, expires_at, \
             own_expires_at FROM api_keys"
        }
        CredentialKind::Session => {
            "SELECT id, user_id, device AS title, '' AS title_key, '' AS hint, '' AS scopes, created_at, \
             last_seen_at AS last_used_at, address AS last_used_address, expires_at, expires_at AS own_expires_at \
             FROM sessions"
        }
        CredentialKind::ResetLink => {
            "SELECT user_id AS id, user_id, '' AS title, '' AS title_key, '' AS hint, '' AS scopes, created_at, \
             CAST(0 AS BIGINT) AS last_used_at, '' AS last_used_address, expires_at, expires_at AS own_expires_at \
             FROM one_time_tokens WHERE purpose = 'password_reset'"
        }
    }
}

const fn sort_column(sort: CredentialSort) -> &'static str {
    match sort {
        CredentialSort::CreatedAt => "c.created_at",
        CredentialSort::LastUsedAt => "c.last_used_at",
        CredentialSort::ExpiresAt => "c.expires_at",
    }
}

fn sort_value(row: &Row, sort: CredentialSort) -> KeyValue {
    KeyValue::Number(match sort {
        CredentialSort::CreatedAt => row.created_at,
        CredentialSort::LastUsedAt => row.last_used_at,
        CredentialSort::ExpiresAt => row.expires_at,
    })
}

impl<'a> CredentialInventory<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { conn }
    }

    /// A page of the credentials that `grant` reaches and that have not ended.
    ///
    /// # Errors
    /// `Invalid` or `Malformed` for a request that is none.
    pub async fn list(&self, grant: &Grant, request: &ListCredentials, now: Timestamp) -> Result<Page<Credential>> {
        let sort = request.sort.unwrap_or(DEFAULT_SORT);
        let keyset = Keyset::read(self.conn.database, grant, request, &sort, (sort_column(sort.key), "c.id"))?;
        let filter = &request.filter;
        let kinds: Vec<CredentialKind> =
            CredentialKind::ALL.iter().copied().filter(|kind| filter.takes(*kind)).collect();
        let position = |row: &Row| (sort_value(row, sort.key), row.id);
        if kinds.is_empty() {
            return keyset.page(self.conn.database, Vec::new(), (0, true), position, Credential::try_from);
        }
        let page = |sql, kind| keyset.push(conditions(self.select(sql, kind, now), grant, filter, kind, now));
        let pages = merged(Sql::new("SELECT * FROM ("), &kinds, page).push(") c");
        let rows = self.conn.all::<Row>(keyset.push_order(pages).limit(keyset.rows())).await?;
        let counted = |sql: Sql, kind| {
            conditions(from(sql.push("SELECT 1 AS one"), kind), grant, filter, kind, now).limit(COUNT_ROWS + 1)
        };
        let count = merged(Sql::new("SELECT count(*) FROM ("), &kinds, counted).push(") counted");
        let count = self.conn.number(count).await?;
        let total = (count.min(COUNT_ROWS).unsigned_abs(), count <= COUNT_ROWS);
        keyset.page(self.conn.database, rows, total, position, Credential::try_from)
    }

    fn select(&self, sql: Sql, kind: CredentialKind, now: Timestamp) -> Sql {
        let sql = sql
            .push("SELECT '")
            .push(kind.name())
            .push("' AS kind, c.id, c.user_id, u.username, u.display_name, u.kind AS user_kind, u.status, u.organization_id, ")
            .push("c.title, c.hint, c.scopes, c.created_at, c.last_used_at, c.last_used_address, c.expires_at, c.own_expires_at, ");
        let joined =
            if self.conn.is_postgres() { "string_agg(s.permission, ',')" } else { "group_concat(s.permission)" };
        let sql = match kind {
            CredentialKind::ApiKey => used(sql.push("(SELECT ").push(joined), now).push(")"),
            CredentialKind::Session | CredentialKind::ResetLink => sql.push("CAST(NULL AS TEXT)"),
        };
        from(sql.push(" AS used_scopes"), kind)
    }
}

/// The rows of several queries, each whole in itself.
fn merged(sql: Sql, kinds: &[CredentialKind], query: impl Fn(Sql, CredentialKind) -> Sql) -> Sql {
    kinds.iter().enumerate().fold(sql, |sql, (index, kind)| {
        let sql = sql.push(if index == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
        query(sql, *kind).push(") ").push(kind.name())
    })
}

fn from(sql: Sql, kind: CredentialKind) -> Sql {
    sql.push(" FROM (").push(table(kind)).push(") c JOIN users u ON u.id = c.user_id WHERE TRUE")
}

/// Goes on with the scopes that the key `c` used of late.
fn used(sql: Sql, now: Timestamp) -> Sql {
    sql.push(" FROM api_key_uses s WHERE s.key_id = c.id AND s.last_used_at > ").bind(now.micros() - USED_DAYS * DAY)
}

fn conditions(sql: Sql, grant: &Grant, filter: &CredentialFilter, kind: CredentialKind, now: Timestamp) -> Sql {
    let sql = reached(sql, grant.visibility(), Some("u.organization_id"), Some("c.user_id"));
    let unused = filter.unused_days.map(|days| now.micros() - i64::from(days) * DAY);
    let sql = sql
        .push(" AND c.expires_at > ")
        .bind(now.micros())
        .and_some("c.user_id = ", filter.user_id.map(|id| id.0))
        .and_some("u.organization_id = ", filter.organization_id.map(|id| id.0))
        .and_some("u.kind = ", filter.user_kind.map(UserKind::name))
        .and_some("c.created_at < ", unused)
        .and_some("c.last_used_at < ", unused)
        .and_some("c.expires_at < ", filter.expires_before.map(Timestamp::micros));
    let sql = match filter.is_capped {
        None => sql,
        Some(true) => sql.push(" AND c.expires_at < c.own_expires_at"),
        Some(false) => sql.push(" AND c.expires_at >= c.own_expires_at"),
    };
    let sql = match filter.is_over_scoped.filter(|_| kind == CredentialKind::ApiKey) {
        None => sql,
        Some(is_over) => {
            let given = " AND length(c.scopes) - length(replace(c.scopes, ',', '')) + 1 ";
            let sql = sql.push(given).push(if is_over { ">" } else { "<=" }).push(" (SELECT count(*)");
            used(sql, now).push(" AND ',' || c.scopes || ',' LIKE '%,' || s.permission || ',%')")
        }
    };
    match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => {
            let q = fold(q);
            sql.push(" AND (").contains("c.title_key", &q).push(" OR ").contains("u.search_key", &q).push(")")
        }
        None => sql,
    }
}
