//! What a table shows as a view, and back.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Page,
    page::{ListRequest, MAX_LIMIT, PageRequest},
    saved_views::{CreateSavedView, SavedView, SavedViewFilter, ViewQuery, ViewRelation},
};

use super::Views;
use crate::{
    transport::api,
    ui::table::{Query, Slot},
};

impl Views {
    /// The views of the table that are meant for the person.
    pub async fn read(self) -> Result<Vec<SavedView>, ClientError> {
        let filter = SavedViewFilter {
            table: Some(self.of),
            relation: Some(ViewRelation::Offered),
            ..SavedViewFilter::default()
        };
        let page = PageRequest { limit: Some(MAX_LIMIT), cursor: None };
        let Page { items, .. } = api().list_saved_views(&ListRequest { filter, sort: None, page }).await?;
        Ok(items)
    }

    /// Filters and sort of the address.
    pub fn shown(self) -> ViewQuery {
        self.table.query().with(Query::view)
    }

    /// Shows a view: its filters and sort by the address, so that Back leads to what was shown before, and its columns until
    /// the page is left.
    pub fn show(self, view: &SavedView) {
        if let Some(columns) = &view.columns {
            self.table.show_columns(columns);
        }
        let query = Query::of_view(&view.query);
        self.table.navigate(false, |_| query);
        self.chosen.set(Some(view.clone()));
    }

    /// Keys of the columns that are shown now.
    pub fn columns(self) -> Vec<String> {
        self.table.columns_shown()
    }
}

impl super::Table {
    /// Columns that can be chosen: their key, and whether they are hidden at first.
    fn choosable(self) -> Vec<(&'static str, bool)> {
        let spec = self.spec();
        let columns = spec.columns.iter().skip(1).filter(|column| column.slot != Slot::Meta);
        columns.map(|column| (column.key, column.hidden)).collect()
    }

    fn columns_shown(self) -> Vec<String> {
        let first = self.spec().columns.first().map(|column| column.key.to_owned());
        let others = self.choosable().into_iter();
        let shown = others.filter(|(key, hidden)| self.prefs.with_untracked(|prefs| prefs.shows(key, *hidden)));
        first.into_iter().chain(shown.map(|(key, _)| key.to_owned())).collect()
    }

    fn show_columns(self, columns: &[String]) {
        let choosable = self.choosable();
        self.prefs.update(|prefs| {
            for (key, hidden) in choosable {
                let wanted = columns.iter().any(|column| column == key);
                if prefs.shows(key, hidden) != wanted {
                    prefs.toggle(key, hidden);
                }
            }
        });
    }
}

/// The body that saves a view again after it was deleted.
pub fn again(view: SavedView) -> CreateSavedView {
    CreateSavedView {
        table: view.table,
        name: view.name,
        query: view.query,
        columns: view.columns,
        visibility: Some(view.visibility),
        role: view.role,
        role_id: view.role_id,
        organization_id: view.organization_id,
    }
}
