//! Where the pages of a list begin that were passed, so that Previous leads to the page before: also after a reload
//! and after steps of the browser's own. Kept for the tab.

use crate::browser;

/// The cursors of a list's pages, the second page first: the first one has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Trail {
    /// Filters, sort and size, without the page.
    list: String,
    cursors: Vec<String>,
}

impl Trail {
    /// What this tab knows of the pages of `list`.
    pub fn load(table: &str, list: &str) -> Self {
        browser::stored_for_tab(&key(table))
            .map(|text| Self::parse(&text))
            .filter(|trail| trail.list == list)
            .unwrap_or(Self { list: list.to_owned(), cursors: Vec::new() })
    }

    /// Notes where page `number` begins, and keeps it for this tab.
    pub fn note(&mut self, table: &str, number: u64, cursor: &str) {
        if self.place(number, cursor) {
            browser::store_for_tab(&key(table), &self.to_string());
        }
    }

    fn place(&mut self, number: u64, cursor: &str) -> bool {
        let Some(index) = usize::try_from(number).ok().and_then(|number| number.checked_sub(2)) else { return false };
        // A page that was opened by its address, in the middle, leads nowhere but to the start.
        if index > self.cursors.len() {
            return false;
        }
        self.cursors.truncate(index);
        self.cursors.push(cursor.to_owned());
        true
    }

    /// Where page `number` begins.
    pub fn cursor(&self, number: u64) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(2)?;
        self.cursors.get(index).map(String::as_str)
    }

    fn parse(text: &str) -> Self {
        let mut lines = text.lines().map(str::to_owned);
        Self { list: lines.next().unwrap_or_default(), cursors: lines.collect() }
    }
}

impl std::fmt::Display for Trail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.list)?;
        self.cursors.iter().try_for_each(|cursor| write!(f, "\n{cursor}"))
    }
}

fn key(table: &str) -> String {
    format!("qd.trail.{table}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_is_found_by_its_number() {
        let mut trail = Trail { list: "?q=a 50".to_owned(), cursors: Vec::new() };
        assert!(trail.place(2, "two") && trail.place(3, "three"));
        assert_eq!((trail.cursor(1), trail.cursor(2), trail.cursor(3)), (None, Some("two"), Some("three")));
        assert_eq!(Trail::parse(&trail.to_string()), trail);
        // Back to the first page by the browser and on again: nothing is counted twice.
        assert!(trail.place(2, "two"));
        assert_eq!(trail.cursor(3), None);
    }

    #[test]
    fn a_gap_is_not_filled() {
        let mut trail = Trail::default();
        assert!(!trail.place(5, "five") && !trail.place(1, ""));
        assert_eq!(trail.cursor(4), None);
    }
}
