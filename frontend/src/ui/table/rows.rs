//! The rows in hand: a reload keeps those that are the same, so that nothing flickers and the keyboard stays.

use std::{any::Any, cell::RefCell, rc::Rc, sync::Arc};

use quarterdeck_domain::Page;

/// Pages that are kept for the way back.
const KEPT: usize = 24;

/// A row with the number of its shape: another number draws it anew.
#[derive(Debug)]
pub(super) struct Row<T> {
    pub id: String,
    pub shape: u32,
    pub fresh: bool,
    pub value: Arc<T>,
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), shape: self.shape, fresh: self.fresh, value: self.value.clone() }
    }
}

/// The rows of `items`, each the former one where nothing changed. `mark` points out the ones that did.
pub(super) fn merge<T: PartialEq>(former: &[Row<T>], items: Vec<T>, id: fn(&T) -> String, mark: bool) -> Vec<Row<T>> {
    items
        .into_iter()
        .map(|item| {
            let id = id(&item);
            match former.iter().find(|row| row.id == id) {
                Some(row) if *row.value == item => Row { fresh: false, ..row.clone() },
                Some(row) => Row { id, shape: row.shape.wrapping_add(1), fresh: mark, value: Arc::new(item) },
                None => Row { id, shape: 0, fresh: mark, value: Arc::new(item) },
            }
        })
        .collect()
}

thread_local! {
    static PAGES: RefCell<Vec<(String, Rc<dyn Any>)>> = const { RefCell::new(Vec::new()) };
}

/// The page last seen at `url`: shown at once on the way back, while it is read again.
pub(super) fn recall<T: Clone + 'static>(url: &str) -> Option<Page<T>> {
    PAGES.with_borrow(|pages| {
        let (_, page) = pages.iter().find(|(kept, _)| kept == url)?;
        page.downcast_ref::<Page<T>>().cloned()
    })
}

/// Keeps the page at `url` for the way back.
pub(super) fn keep<T: Clone + 'static>(url: String, page: &Page<T>) {
    PAGES.with_borrow_mut(|pages| {
        pages.retain(|(kept, _)| *kept != url);
        if pages.len() >= KEPT {
            pages.remove(0);
        }
        pages.push((url, Rc::new(page.clone())));
    });
}

/// Forgets all pages: somebody else may sign in.
pub fn forget_pages() {
    PAGES.with_borrow_mut(Vec::clear);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_did_not_change_is_kept() {
        let id = |pair: &(u8, u8)| pair.0.to_string();
        let first = merge(&[], vec![(1, 1), (2, 1)], id, false);
        let second = merge(&first, vec![(3, 1), (2, 9), (1, 1)], id, true);
        let seen: Vec<_> = second.iter().map(|row| (row.id.as_str(), row.shape, row.fresh)).collect();
        assert_eq!(seen, [("3", 0, true), ("2", 1, true), ("1", 0, false)]);
        assert!(Arc::ptr_eq(&second[2].value, &first[0].value));
    }

    #[test]
    fn pages_are_kept_for_the_way_back() {
        let page = Page { items: vec![7_u8], next_cursor: None, total: 1, total_is_exact: true };
        keep("/users?q=a".to_owned(), &page);
        assert_eq!(recall::<u8>("/users?q=a"), Some(page));
        assert_eq!(recall::<u16>("/users?q=a"), None);
        forget_pages();
        assert_eq!(recall::<u8>("/users?q=a"), None);
    }
}
