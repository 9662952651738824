//! Pages of lists: keyset paging by an opaque, signed cursor.

use serde::{Deserialize, Serialize};

use crate::{Error, FieldError, Result};

/// Rows of a page when the caller names no number.
pub const DEFAULT_LIMIT: u32 = 50;
/// The most rows of a page.
pub const MAX_LIMIT: u32 = 500;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// Cursor of the next page; `null` on the last one. It holds only for the same filter and sort.
    pub next_cursor: Option<String>,
    /// Rows that match the filter.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 2014))]
    pub total: u64,
    /// Whether `total` is exact; `false` when it is a lower bound or some seconds old.
    pub total_is_exact: bool,
}

impl<T> Page<T> {
    /// The same page with what `convert` makes of each row.
    #[must_use]
    pub fn map<R>(self, convert: impl FnMut(T) -> R) -> Page<R> {
        Page {
            items: self.items.into_iter().map(convert).collect(),
            next_cursor: self.next_cursor,
            total: self.total,
            total_is_exact: self.total_is_exact,
        }
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PageRequest {
    /// Rows of the page, 1 to 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The number of rows asked for.
    ///
    /// # Errors
    /// `Invalid` when it is outside 1 to 500.
    pub fn limit(&self) -> Result<u32> {
        match self.limit.unwrap_or(DEFAULT_LIMIT) {
            limit @ 1..=MAX_LIMIT => Ok(limit),
            _ => Err(Error::Invalid(vec![FieldError::new("/limit", "out-of-range", "must be from 1 to 500")])),
        }
    }
}

/// Which page of a list is asked for, flat in the query of the URL: the fields of the filter, `sort`, `limit`, `cursor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest<F, K> {
    /// Which rows.
    pub filter: F,
    /// In which order; the list's own default when absent.
    pub sort: Option<Sort<K>>,
    /// Which page.
    pub page: PageRequest,
}

impl<F: Default, K> Default for ListRequest<F, K> {
    fn default() -> Self {
        Self { filter: F::default(), sort: None, page: PageRequest::default() }
    }
}

/// Direction of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first; a `-` before the key on the wire.
    Descending,
}

/// A sort key with its direction, `key` or `-key` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort<K> {
    /// What is compared; ties are broken by id.
    pub key: K,
    /// Which end comes first.
    pub direction: Direction,
}

impl<K> Sort<K> {
    /// Smallest first.
    pub const fn ascending(key: K) -> Self {
        Self { key, direction: Direction::Ascending }
    }

    /// Largest first.
    pub const fn descending(key: K) -> Self {
        Self { key, direction: Direction::Descending }
    }
}

impl<K: std::fmt::Display> std::fmt::Display for Sort<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.direction == Direction::Descending { "-" } else { "" };
        write!(f, "{sign}{}", self.key)
    }
}

impl<K: std::str::FromStr> std::str::FromStr for Sort<K> {
    type Err = K::Err;

    fn from_str(text: &str) -> Result<Self, K::Err> {
        match text.strip_prefix('-') {
            Some(key) => key.parse().map(Self::descending),
            None => text.parse().map(Self::ascending),
        }
    }
}

impl<K: std::fmt::Display> Serialize for Sort<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: std::str::FromStr> Deserialize<'de> for Sort<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("must be a sort key of this list"))
    }
}
