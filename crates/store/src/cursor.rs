//! Keyset paging: one codec for cursors and one way to write their conditions.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use quarterdeck_domain::{
    Error, Grant, Page, Result, Visibility,
    page::{Direction, ListRequest, Sort},
};
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{database::Database, sql::Sql};

/// Value of the sort key of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeyValue {
    /// A number or a time.
    Number(i64),
    /// A text.
    Text(String),
}

impl From<KeyValue> for Value {
    fn from(key: KeyValue) -> Self {
        match key {
            KeyValue::Number(number) => number.into(),
            KeyValue::Text(text) => text.into(),
        }
    }
}

/// The last row of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Position(KeyValue, Uuid);

/// How a list is cut into pages: where to go on, in which order, how many rows.
#[derive(Debug)]
pub struct Keyset {
    /// SQL of the sort key.
    key: &'static str,
    /// SQL of the id that breaks ties; none when the sort key has none.
    id: Option<&'static str>,
    direction: Direction,
    after: Option<Position>,
    binding: [u8; 8],
    /// Rows of a page.
    pub limit: u32,
}

impl Keyset {
    /// Reads the request of a list sorted by `key` and `id`. The cursor holds for the same list, filter, sort and reach
    /// only; `id` tells one list from another.
    pub fn read<F: Serialize, K: std::fmt::Display>(
        database: &Database,
        grant: &Grant,
        request: &ListRequest<F, K>,
        sort: &Sort<K>,
        (key, id): (&'static str, &'static str),
    ) -> Result<Self> {
        let binding = binding(grant.visibility(), id, &request.filter, sort)?;
        Self::bound(database, request, sort, (key, Some(id)), binding)
    }

    /// The same for a list of one thing, `list`, whose sort key no two rows share.
    pub fn read_unique<F: Serialize, K: std::fmt::Display>(
        database: &Database,
        grant: &Grant,
        request: &ListRequest<F, K>,
        sort: &Sort<K>,
        (key, list): (&'static str, &str),
    ) -> Result<Self> {
        let binding = binding(grant.visibility(), list, &request.filter, sort)?;
        Self::bound(database, request, sort, (key, None), binding)
    }

    fn bound<F, K>(
        database: &Database,
        request: &ListRequest<F, K>,
        sort: &Sort<K>,
        (key, id): (&'static str, Option<&'static str>),
        binding: [u8; 8],
    ) -> Result<Self> {
        let cursor = request.page.cursor.as_deref();
        let after = cursor.map(|cursor| decode(database, &binding, cursor)).transpose()?;
        Ok(Self { key, id, direction: sort.direction, after, binding, limit: request.page.limit()? })
    }

    /// Rows to read: one more than a page, to see whether there is another.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Whether it begins at the start of the list.
    pub const fn is_first(&self) -> bool {
        self.after.is_none()
    }

    /// The order and the length of a page, for telling one from another.
    pub fn order(&self) -> String {
        format!("{} {:?} {}", self.key, self.direction, self.limit)
    }

    /// Adds the condition, the order and the limit.
    pub fn push(&self, sql: Sql) -> Sql {
        self.push_order(self.push_condition(sql)).limit(self.rows())
    }

    fn push_condition(&self, sql: Sql) -> Sql {
        let Some(Position(key, id)) = self.after.clone() else { return sql };
        let comparison = if self.direction == Direction::Ascending { ") > (" } else { ") < (" };
        let sql = sql.push(" AND (").push(self.key);
        match self.id {
            Some(column) => sql.push(", ").push(column).push(comparison).bind(key).push(", ").bind(id).push(")"),
            None => sql.push(comparison).bind(key).push(")"),
        }
    }

    /// Adds the order alone.
    pub fn push_order(&self, sql: Sql) -> Sql {
        let direction = if self.direction == Direction::Ascending { " ASC" } else { " DESC" };
        let sql = sql.push(" ORDER BY ").push(self.key).push(direction);
        match self.id {
            Some(id) => sql.push(", ").push(id).push(direction),
            None => sql,
        }
    }

    /// The page of `rows`, of which there may be one too many.
    pub fn page<R, T>(
        &self,
        database: &Database,
        mut rows: Vec<R>,
        (total, total_is_exact): (u64, bool),
        position: impl Fn(&R) -> (KeyValue, Uuid),
        convert: impl Fn(R) -> Result<T>,
    ) -> Result<Page<T>> {
        let limit = self.limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more).map(position);
        let next_cursor = last.map(|(key, id)| encode(database, &self.binding, &Position(key, id))).transpose()?;
        Ok(Page { items: rows.into_iter().map(convert).collect::<Result<_>>()?, next_cursor, total, total_is_exact })
    }
}

/// Eight bytes that differ for another list, filter, sort or reach.
fn binding<F: Serialize, K: std::fmt::Display>(
    visibility: &Visibility,
    list: &str,
    filter: &F,
    sort: &Sort<K>,
) -> Result<[u8; 8]> {
    let filter = serde_json::to_string(filter).map_err(Error::internal)?;
    let digest = Sha256::digest(format!("{list}|{visibility:?}|{sort}|{filter}"));
    let mut binding = [0; 8];
    binding.copy_from_slice(&digest[..8]);
    Ok(binding)
}

fn tag(key: &[u8], binding: &[u8], payload: &[u8]) -> Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Error::internal)?;
    mac.update(binding);
    mac.update(payload);
    Ok(mac)
}

const TAG_BYTES: usize = 12;

fn encode(database: &Database, binding: &[u8], position: &Position) -> Result<String> {
    let payload = serde_json::to_vec(position).map_err(Error::internal)?;
    let keys = database.cursor_keys();
    let key = keys.first().ok_or_else(|| Error::internal("no cursor key"))?;
    let mut bytes = tag(key, binding, &payload)?.finalize().into_bytes()[..TAG_BYTES].to_vec();
    bytes.extend(payload);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn decode(database: &Database, binding: &[u8], cursor: &str) -> Result<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    let (given, payload) = bytes.split_at_checked(TAG_BYTES).ok_or_else(invalid)?;
    for key in database.cursor_keys().iter() {
        if tag(key, binding, payload)?.verify_truncated_left(given).is_ok() {
            return serde_json::from_slice(payload).map_err(|_| invalid());
        }
    }
    Err(invalid())
}

fn invalid() -> Error {
    Error::Malformed {
        code: "cursor-invalid",
        message: "the cursor is not one of this list with this filter and sort; begin without one".to_owned(),
    }
}
