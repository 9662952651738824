//! Pages of rows as one JSON document.
//!
//! The driver of SQLite hands each row from its thread to the caller's and allocates each of its values; for a page, that
//! costs more than to find it. A document is one value of one row.

use quarterdeck_domain::{Error, Result};
use sea_orm::FromQueryResult;
use serde::de::DeserializeOwned;

use crate::{conn::Conn, sql::Sql};

/// A column of a page, by its name.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// An id: SQLite keeps it as bytes, for which JSON has no form.
    Id(&'static str),
    /// A number, a text, or nothing.
    Plain(&'static str),
}

/// A row that is read from a page.
pub trait Packed: DeserializeOwned {
    /// Its columns, in the order of its fields.
    const COLUMNS: &'static [Column];
}

#[derive(FromQueryResult)]
struct Document {
    document: String,
}

impl Conn<'_> {
    /// The rows of `page`, which is sorted and limited.
    pub(crate) async fn page<T: Packed>(&self, page: Sql) -> Result<Vec<T>> {
        let columns = T::COLUMNS.iter().map(|column| match column {
            Column::Id(name) if !self.is_postgres() => format!("nullif(hex({name}), '')"),
            Column::Id(name) | Column::Plain(name) => (*name).to_owned(),
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let head = if self.is_postgres() {
            format!("SELECT CAST(coalesce(json_agg(json_build_array({columns})), '[]') AS TEXT) AS document FROM (")
        } else {
            format!("SELECT json_group_array(json_array({columns})) AS document FROM (")
        };
        let row: Option<Document> = self.one(page.prefixed(&head).push(") packed")).await?;
        row.map_or(Ok(Vec::new()), |row| serde_json::from_str(&row.document).map_err(Error::internal))
    }
}
