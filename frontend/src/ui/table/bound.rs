//! Lists that have forgotten the type of their rows, so that the table is compiled once and not once for each list.

use std::{any::Any, fmt, sync::Arc};

use leptos::prelude::*;
use quarterdeck_domain::Page;

use super::{
    column::Column,
    spec::{BulkVerb, Draw, Fetch, Filter, TableSpec, Verbs},
};

/// A row whose type only its page knows.
#[derive(Clone)]
pub struct Item {
    value: Arc<dyn Any + Send + Sync>,
    is_same: fn(&Self, &Self) -> bool,
}

impl Item {
    /// Wraps a row.
    pub fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self {
            value: Arc::new(value),
            is_same: |one, other| one.get::<T>().is_some_and(|one| other.get::<T>() == Some(one)),
        }
    }

    /// The row, if it is a `T`.
    #[must_use]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        (self.is_same)(self, other)
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Item")
    }
}

/// A [`TableSpec`] that has forgotten the type of its rows.
pub(super) struct Bound {
    pub name: &'static str,
    pub caption: &'static str,
    pub columns: Vec<Column<Item>>,
    pub filters: Vec<Filter>,
    pub search: &'static str,
    pub default_sort: &'static str,
    pub id: Arc<dyn Fn(&Item) -> String + Send + Sync>,
    pub title: Arc<dyn Fn(&Item) -> String + Send + Sync>,
    pub opens: bool,
    pub fetch: Fetch<Item>,
    pub export: Option<&'static str>,
    pub verbs: Option<Verbs<Item>>,
    pub bulk: Vec<BulkVerb>,
    pub bulk_reaches_all: bool,
    pub detail: Option<Draw<Item>>,
    pub empty: ViewFn,
}

impl<T: PartialEq + Send + Sync + 'static> TableSpec<T> {
    /// Forgets the type of the rows.
    pub(super) fn bind(self) -> Bound {
        let (id, title, fetch) = (self.id, self.title, self.fetch);
        Bound {
            name: self.name,
            caption: self.caption,
            columns: self.columns.into_iter().map(Column::bind).collect(),
            filters: self.filters,
            search: self.search,
            default_sort: self.default_sort,
            id: Arc::new(move |item| item.get().map(id).unwrap_or_default()),
            title: Arc::new(move |item| item.get().map(title).unwrap_or_default()),
            opens: self.href.is_some(),
            fetch: Arc::new(move |query| {
                let reading = fetch(query);
                Box::pin(async move {
                    let Page { items, next_cursor, total, total_is_exact } = reading.await?;
                    Ok(Page { items: items.into_iter().map(Item::new).collect(), next_cursor, total, total_is_exact })
                })
            }),
            export: self.export,
            verbs: self.verbs.map(|verbs| -> Verbs<Item> {
                Arc::new(move |item| item.get().map(|row| verbs(row)).unwrap_or_default())
            }),
            bulk: self.bulk,
            bulk_reaches_all: self.bulk_reaches_all,
            detail: self
                .detail
                .map(|detail| -> Draw<Item> { Arc::new(move |item| item.get().map(|row| detail(row)).into_any()) }),
            empty: self.empty,
        }
    }
}

impl<T: 'static> Column<T> {
    fn bind(self) -> Column<Item> {
        let cell = self.cell;
        Column {
            key: self.key,
            label: self.label,
            sort: self.sort,
            slot: self.slot,
            at_end: self.at_end,
            hidden: self.hidden,
            room: self.room,
            low: self.low,
            cell: Arc::new(move |item: &Item| item.get().map(|row| cell(row)).into_any()),
        }
    }
}
