//! The rows in hand: a reload keeps those that are the same, so that nothing flickers and the keyboard stays.

use std::cell::RefCell;

use quarterdeck_domain::Page;

use super::bound::Item;

/// Pages that are kept for the way back.
const KEPT: usize = 24;

/// A row with the number of its shape: another number draws it anew.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub id: String,
    pub shape: u32,
    pub fresh: bool,
    pub value: Item,
}

/// The rows of `items`, each the former one where nothing changed. `mark` points out the ones that did.
pub(super) fn merge(former: &[Row], items: Vec<Item>, id: &dyn Fn(&Item) -> String, mark: bool) -> Vec<Row> {
    items
        .into_iter()
        .map(|item| {
            let id = id(&item);
            match former.iter().find(|row| row.id == id) {
                Some(row) if row.value == item => Row { fresh: false, ..row.clone() },
                Some(row) => Row { id, shape: row.shape.wrapping_add(1), fresh: mark, value: item },
                None => Row { id, shape: 0, fresh: mark, value: item },
            }
        })
        .collect()
}

thread_local! {
    static PAGES: RefCell<Vec<(String, Page<Item>)>> = const { RefCell::new(Vec::new()) };
}

/// The page last seen at `url`: shown at once on the way back, while it is read again.
pub(super) fn recall(url: &str) -> Option<Page<Item>> {
    PAGES.with_borrow(|pages| pages.iter().find(|(kept, _)| kept == url).map(|(_, page)| page.clone()))
}

/// Keeps the page at `url` for the way back.
pub(super) fn keep(url: String, page: &Page<Item>) {
    PAGES.with_borrow_mut(|pages| {
        pages.retain(|(kept, _)| *kept != url);
        if pages.len() >= KEPT {
            pages.remove(0);
        }
        pages.push((url, page.clone()));
    });
}

/// Forgets all pages: somebody else may sign in.
pub fn forget_pages() {
    PAGES.with_borrow_mut(Vec::clear);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(pairs: &[(u8, u8)]) -> Vec<Item> {
        pairs.iter().copied().map(Item::new).collect()
    }

    #[test]
    fn a_row_that_did_not_change_is_kept() {
        let id = |item: &Item| item.get::<(u8, u8)>().map(|pair| pair.0.to_string()).unwrap_or_default();
        let first = merge(&[], items(&[(1, 1), (2, 1)]), &id, false);
        let second = merge(&first, items(&[(3, 1), (2, 9), (1, 1)]), &id, true);
        let seen: Vec<_> = second.iter().map(|row| (row.id.as_str(), row.shape, row.fresh)).collect();
        assert_eq!(seen, [("3", 0, true), ("2", 1, true), ("1", 0, false)]);
    }

    #[test]
    fn pages_are_kept_for_the_way_back() {
        let page = Page { items: items(&[(7, 7)]), next_cursor: None, total: 1, total_is_exact: true };
        keep("/users?q=a".to_owned(), &page);
        assert_eq!(recall("/users?q=a"), Some(page));
        forget_pages();
        assert_eq!(recall("/users?q=a"), None);
    }
}
