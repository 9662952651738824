//! How somebody likes a list: columns and density, kept in this browser.

use serde::{Deserialize, Serialize};

use crate::browser;

/// Columns and density.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Prefs {
    /// Columns that are shown though hidden at first.
    pub shown: Vec<String>,
    /// Columns that are hidden though shown at first.
    pub hidden: Vec<String>,
    /// Whether rows have two lines.
    pub roomy: bool,
    /// What stands behind the `?` when the list is opened without anything there.
    pub home: Option<String>,
    /// Rows of a page; the API's own number when absent.
    pub limit: Option<u32>,
}

impl Prefs {
    fn key(table: &str) -> String {
        format!("qd.table.{table}")
    }

    /// What was kept for `table`.
    pub fn load(table: &str) -> Self {
        browser::stored(&Self::key(table))
            .and_then(|text| quarterdeck_client::read(text.as_bytes()).ok())
            .unwrap_or_default()
    }

    /// Keeps it for `table`.
    pub fn save(&self, table: &str) {
        browser::store(&Self::key(table), quarterdeck_client::write(self).ok().as_deref());
    }

    /// Whether the column `key` is shown.
    pub fn shows(&self, key: &str, hidden_at_first: bool) -> bool {
        let named = |keys: &[String]| keys.iter().any(|named| named == key);
        if hidden_at_first { named(&self.shown) } else { !named(&self.hidden) }
    }

    /// Shows the column `key`, or hides it.
    pub fn toggle(&mut self, key: &str, hidden_at_first: bool) {
        let list = if hidden_at_first { &mut self.shown } else { &mut self.hidden };
        match list.iter().position(|named| named == key) {
            Some(place) => {
                list.remove(place);
            }
            None => list.push(key.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_and_go() {
        let mut prefs = Prefs::default();
        assert!(prefs.shows("email", false) && !prefs.shows("id", true));
        prefs.toggle("email", false);
        prefs.toggle("id", true);
        assert!(!prefs.shows("email", false) && prefs.shows("id", true));
        prefs.toggle("email", false);
        assert!(prefs.shows("email", false));
    }
}
