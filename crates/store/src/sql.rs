//! SQL text with its values, put together piece by piece; `$1`, `$2`… in both databases.

use quarterdeck_domain::{Error, Result};
use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

/// A statement in the making.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Begins with `text`.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Goes on with `text`.
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with a value.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Goes on with values, separated by commas.
    pub fn bind_all(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            self = self.bind(value);
        }
        self
    }

    /// Goes on with a limit of rows, which is no value: SQLite would compile the statement anew at each use, in case
    /// another plan is better for another limit.
    pub fn limit(self, rows: i64) -> Self {
        self.push(" LIMIT ").push(&rows.to_string())
    }

    /// Goes on with a query of `texts`, as one value however many they are.
    ///
    /// # Errors
    /// `Internal` when they cannot be written as JSON.
    pub fn texts(self, texts: &[&str], backend: DbBackend) -> Result<Self> {
        let json = serde_json::to_string(texts).map_err(Error::internal)?;
        Ok(if backend == DbBackend::Postgres {
            self.push("SELECT value FROM json_array_elements_text(CAST(").bind(json).push(" AS JSON))")
        } else {
            self.push("SELECT value FROM json_each(").bind(json).push(")")
        })
    }

    /// Goes on with a query of `ids`, as one value however many they are: a database looks each value of a statement up.
    ///
    /// # Errors
    /// `Internal` when they cannot be written as JSON.
    pub fn list(self, ids: &[Uuid], backend: DbBackend) -> Result<Self> {
        let ids: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
        let json = serde_json::to_string(&ids).map_err(Error::internal)?;
        Ok(if backend == DbBackend::Postgres {
            self.push("SELECT CAST(value AS UUID) FROM json_array_elements_text(CAST(").bind(json).push(" AS JSON))")
        } else {
            self.push("SELECT unhex(value) FROM json_each(").bind(json).push(")")
        })
    }

    /// Goes on with ` AND text` and a value, if there is one.
    pub fn and_some(self, text: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.push(" AND ").push(text).bind(value),
            None => self,
        }
    }

    /// Goes on with the condition that `column` contains `text`.
    pub fn contains(self, column: &str, text: &str) -> Self {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.push(column).push(" LIKE ").bind(format!("%{escaped}%")).push(" ESCAPE '\\'")
    }

    /// Puts `text` without values before what stands here.
    pub fn prefixed(mut self, text: &str) -> Self {
        self.text.insert_str(0, text);
        self
    }

    /// Whether there is no text.
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How many values it has.
    pub const fn values(&self) -> usize {
        self.values.len()
    }

    /// This statement, if it is one, and then `next`.
    pub fn then(self, next: Self) -> Self {
        if self.is_empty() { next } else { next.renumbered_into(self, "; ", "") }
    }

    /// Puts this query between `before` and `after` behind `outer`, its values numbered behind the outer ones.
    pub fn renumbered_into(self, outer: Self, before: &str, after: &str) -> Self {
        let offset = outer.values.len();
        let mut text = outer.text + before;
        let mut parts = self.text.split('$');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            let (number, rest) = part.split_at(digits);
            text.push('$');
            text.push_str(&(number.parse::<usize>().unwrap_or_default() + offset).to_string());
            text.push_str(rest);
        }
        text.push_str(after);
        Self { text, values: outer.values.into_iter().chain(self.values).collect() }
    }

    /// The finished statement. What has no condition after all says none: SQLite counts all rows of a table without looking
    /// at them then.
    pub fn statement(self, backend: DbBackend) -> Statement {
        let text = self.text.strip_suffix(" WHERE TRUE").map_or(self.text.as_str(), |text| text);
        Statement::from_sql_and_values(backend, text, self.values)
    }
}
