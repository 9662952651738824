//! The rows in hand: a reload keeps those that are the same, so that nothing flickers and the keyboard stays.

use std::cell::RefCell;

use leptos::prelude::*;
use quarterdeck_domain::Page;

use super::bound::Item;

/// Pages that are kept for the way back.
const KEPT: usize = 24;

/// Whether a row is pointed out as changed. Two marks take turns, because only another one is seen again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Odd,
    Even,
}

impl Mark {
    const fn next(self) -> Self {
        if matches!(self, Self::Odd) { Self::Even } else { Self::Odd }
    }

    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Odd => Some("odd"),
            Self::Even => Some("even"),
        }
    }
}

/// A row. What it shows changes in place, so that its menu stays open and the keyboard stays on it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub id: String,
    pub shown: ArcRwSignal<(Item, Mark)>,
}

impl Row {
    fn renew(&self, item: Item, mark: bool) {
        let (is_same, former) = self.shown.with_untracked(|(value, former)| (*value == item, *former));
        if !is_same {
            self.shown.set((item, if mark { former.next() } else { Mark::None }));
        } else if former != Mark::None {
            self.shown.set((item, Mark::None));
        }
    }
}

/// The rows of `items`, each the former one where it was shown already. `mark` points out what changed.
pub(super) fn merge(former: &[Row], items: Vec<Item>, id: &dyn Fn(&Item) -> String, mark: bool) -> Vec<Row> {
    items
        .into_iter()
        .map(|item| {
            let id = id(&item);
            if let Some(row) = former.iter().find(|row| row.id == id) {
                row.renew(item, mark);
                return row.clone();
            }
            let mark = if mark { Mark::Odd } else { Mark::None };
            Row { id, shown: ArcRwSignal::new((item, mark)) }
        })
        .collect()
}

/// How many rows came or went, and whether those that stay stand in another order; `None` when all is as it was.
pub(super) fn moves(former: &[Row], next: &[Row]) -> Option<u64> {
    if former.iter().map(|row| &row.id).eq(next.iter().map(|row| &row.id)) {
        return None;
    }
    let missing =
        |from: &[Row], of: &[Row]| of.iter().filter(|row| from.iter().all(|other| other.id != row.id)).count();
    Some(missing(former, next).max(missing(next, former)).max(1) as u64)
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

    fn id(item: &Item) -> String {
        item.get::<(u8, u8)>().map(|pair| pair.0.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_row_changes_in_place() {
        let first = merge(&[], items(&[(1, 1), (2, 1)]), &id, false);
        let second = merge(&first, items(&[(3, 1), (2, 9), (1, 1)]), &id, true);
        let seen: Vec<_> = second.iter().map(|row| (row.id.as_str(), row.shown.get_untracked().1)).collect();
        assert_eq!(seen, [("3", Mark::Odd), ("2", Mark::Odd), ("1", Mark::None)]);
        assert_eq!(first[1].shown.get_untracked().0, Item::new((2_u8, 9_u8)), "the former row shows it too");
        merge(&second, items(&[(2, 10)]), &id, true);
        assert_eq!(first[1].shown.get_untracked().1, Mark::Even, "a second change is seen again");
    }

    #[test]
    fn moves_are_counted() {
        let rows = |pairs: &[(u8, u8)]| merge(&[], items(pairs), &id, false);
        let former = rows(&[(1, 1), (2, 1), (3, 1)]);
        let moved = |pairs: &[(u8, u8)]| moves(&former, &rows(pairs));
        assert_eq!(moved(&[(1, 2), (2, 2), (3, 2)]), None);
        assert_eq!(moved(&[(2, 1), (1, 1), (3, 1)]), Some(1), "another order");
        assert_eq!(moved(&[(5, 1), (4, 1), (1, 1)]), Some(2));
        assert_eq!(moved(&[]), Some(3));
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
