//! The one table of all lists.
//!
//! A page describes its list as a [`TableSpec`]: columns, filters and verbs as values, and a function that reads one
//! page. [`Table::new`] binds it to the URL; [`DataTable`] draws it. Filters, sort and page stand in the URL, so that
//! back and reload restore them; columns and density are kept in this browser.
//!
//! What changes meanwhile is shown in place. Rows that come, go or move wait until nobody is at the list, or are asked
//! for: nothing moves under the pointer.
//!
//! Keys: `j` and `k` move, `n` and `p` turn the page, `x` selects, Enter opens, Esc clears the selection.

mod bound;
mod column;
mod filters;
mod keys;
mod prefs;
mod query;
mod rows;
mod selection;
mod spec;
mod tools;
mod trail;
mod view;
mod views;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{audit::TargetType, page::DEFAULT_LIMIT};

use self::{
    bound::{Bound, Item},
    prefs::Prefs,
    rows::Row,
    trail::Trail,
};
pub use self::{
    column::{Column, Slot, or_dash},
    query::{Query, next_sort},
    rows::forget_pages,
    spec::{BulkVerb, Filter, FilterKind, Options, PageQuery, Selected, TableSpec},
    tools::ExportButton,
    view::DataTable,
};
use crate::{browser, i18n::text, live::on_change};

/// How far the reading of a page is.
#[derive(Debug, Clone, PartialEq)]
enum Load {
    /// There is nothing to show yet.
    First,
    /// Former rows are shown while others are read.
    Again,
    /// The rows are those of the URL.
    Done,
    /// They could not be read.
    Failed(ClientError),
}

/// What is known of the whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Rows that match.
    pub total: u64,
    /// Whether that number is exact.
    pub is_exact: bool,
    next_cursor: Option<String>,
}

/// A list bound to the URL.
#[derive(Clone, Copy)]
pub struct Table {
    spec: StoredValue<Arc<Bound>>,
    rows: RwSignal<Vec<Row>>,
    load: RwSignal<Load>,
    extent: RwSignal<Option<Extent>>,
    selected: RwSignal<Selected>,
    current: RwSignal<Option<usize>>,
    query: Memo<Query>,
    prefs: RwSignal<Prefs>,
    limit: Memo<Option<u32>>,
    again: RwSignal<u32>,
    /// Whether the next rows are shown at once: somebody acted and looks for the effect.
    at_once: StoredValue<bool>,
    /// Rows that came, went or moved and are not shown yet.
    waiting: RwSignal<u64>,
    go: Callback<(Query, bool)>,
}

impl Table {
    /// Binds `spec` to the URL of the page and begins to read.
    #[must_use]
    pub fn new<T: PartialEq + Send + Sync + 'static>(spec: TableSpec<T>) -> Self {
        Self::bound(spec.bind())
    }

    fn bound(spec: Bound) -> Self {
        let location = use_location();
        let (path, search) = (location.pathname, location.search);
        let own_path = path.get_untracked();
        let navigate = use_navigate();
        let target = own_path.clone();
        let go = Callback::new(move |(query, replace): (Query, bool)| {
            navigate(
                &format!("{target}{query}"),
                NavigateOptions { replace, scroll: false, ..NavigateOptions::default() },
            );
        });
        let prefs = RwSignal::new(Prefs::load(spec.name));
        let table = Self {
            spec: StoredValue::new(Arc::new(spec)),
            rows: RwSignal::new(Vec::new()),
            load: RwSignal::new(Load::First),
            extent: RwSignal::new(None),
            selected: RwSignal::new(Selected::None),
            current: RwSignal::new(None),
            query: Memo::new(move |former: Option<&Query>| match (path.get() == own_path, former) {
                // On the way to another page the list stays as it was.
                (false, Some(former)) => former.clone(),
                _ => Query::parse(&search.get()),
            }),
            prefs,
            limit: Memo::new(move |_| prefs.with(|prefs| prefs.limit)),
            again: RwSignal::new(0),
            at_once: StoredValue::new(false),
            waiting: RwSignal::new(0),
            go,
        };
        table.read_as_the_url_says();
        table.forget_the_selection_with_the_filter();
        table.begin_with_the_view();
        table
    }

    /// Reads the page again, as after an own act: all that changed is shown.
    pub fn reload(self) {
        self.at_once.try_set_value(true);
        self.refresh();
    }

    /// Reads the page again, as after a change by somebody else: rows that come, go or move wait while the list is in
    /// use.
    pub fn refresh(self) {
        self.again.try_update(|again| *again = again.wrapping_add(1));
    }

    /// Reads the page again after each change of a thing of these kinds, as long as the component lives.
    pub fn follow(self, kinds: &'static [TargetType]) {
        on_change(move |change| kinds.contains(&change.target.kind), move || self.refresh());
    }

    /// The same after any change.
    pub fn follow_all(self) {
        on_change(|_| true, move || self.refresh());
    }

    /// How many rows match, once it is known.
    #[must_use]
    pub const fn extent(self) -> RwSignal<Option<Extent>> {
        self.extent
    }

    /// Ends the selection, as after a bulk act.
    pub fn clear_selection(self) {
        self.selected.set(Selected::None);
    }

    /// The query of the URL.
    #[must_use]
    pub const fn query(self) -> Memo<Query> {
        self.query
    }

    /// Shows what `change` makes of the query; `replace` leaves no step in the history.
    fn navigate(self, replace: bool, change: impl FnOnce(Query) -> Query) {
        let query = change(self.query.get_untracked());
        if query != self.query.get_untracked() {
            self.go.run((query, replace));
        }
    }

    /// Takes out of the URL what it asked the page to do.
    pub fn drop_act(self) {
        self.navigate(true, |query| query.with("act", None));
    }

    /// Narrows the list, or widens it.
    fn set_filter(self, key: &str, value: Option<&str>, replace: bool) {
        self.navigate(replace, |query| query.with(key, value).at_start());
    }

    fn spec(self) -> Arc<Bound> {
        self.spec.get_value()
    }

    fn sort(self) -> String {
        let default = self.spec.with_value(|spec| spec.default_sort);
        self.query.with(|query| query.get("sort").unwrap_or(default).to_owned())
    }

    /// The column that the rows are sorted by, in words.
    fn sorted_by(self) -> Option<String> {
        let sort = self.sort();
        let (key, arrow) = sort.strip_prefix('-').map_or((sort.as_str(), "↑"), |key| (key, "↓"));
        let column = self.spec.with_value(|spec| spec.columns.iter().find(|c| c.sort == Some(key)).map(|c| c.label))?;
        Some(text::ui::sorted_by(column, arrow))
    }

    /// Rows of a page.
    fn limit(self) -> u32 {
        self.query.with(Query::limit).or(self.limit.get()).unwrap_or(DEFAULT_LIMIT)
    }

    fn page_query(self) -> PageQuery {
        let query = self.query.get();
        PageQuery { sort: self.sort(), cursor: query.get("cursor").map(str::to_owned), limit: self.limit(), query }
    }

    fn read_as_the_url_says(self) {
        let latest = StoredValue::new(0_u32);
        Effect::new(move |former: Option<PageQuery>| {
            let wanted = self.page_query();
            self.again.track();
            let is_reload = former.as_ref() == Some(&wanted);
            let spec = self.spec();
            let url = format!("{}{}", spec.name, wanted.query);
            if !is_reload {
                self.current.set(None);
                self.at_once.set_value(true);
                self.show_recalled(&url);
            }
            let turn = latest.with_value(|latest| latest.wrapping_add(1));
            latest.set_value(turn);
            let reading = (spec.fetch)(wanted.clone());
            crate::browser::spawn(async move {
                let outcome = reading.await;
                if latest.try_get_value() != Some(turn) {
                    return;
                }
                match outcome {
                    Ok(page) => {
                        rows::keep(url, &page);
                        self.show(page, is_reload);
                    }
                    // A reload in the background that fails leaves what is shown.
                    Err(_) if is_reload && self.load.get_untracked() == Load::Done => {}
                    Err(error) => self.fail(error),
                }
            });
            wanted
        });
    }

    fn show_recalled(self, url: &str) {
        match rows::recall(url) {
            Some(page) => self.show(page, false),
            None if self.rows.with_untracked(Vec::is_empty) => self.load.set(Load::First),
            None => self.load.set(Load::Again),
        }
    }

    fn show(self, page: quarterdeck_domain::Page<Item>, mark: bool) {
        let spec = self.spec();
        let former = self.rows.get_untracked();
        let rows = rows::merge(&former, page.items, &*spec.id, mark);
        let moves = rows::moves(&former, &rows);
        let at_once = self.at_once.try_update_value(std::mem::take).unwrap_or_default();
        let waits = moves.filter(|_| mark && !at_once && !former.is_empty() && self.is_in_use());
        // The next page follows the rows that are shown.
        let cursor =
            || self.extent.with_untracked(|extent| extent.as_ref().and_then(|extent| extent.next_cursor.clone()));
        let next_cursor = if waits.is_some() { cursor() } else { page.next_cursor };
        self.extent.set(Some(Extent { total: page.total, is_exact: page.total_is_exact, next_cursor }));
        self.waiting.set(waits.unwrap_or(0));
        if moves.is_some() && waits.is_none() {
            let current =
                |index: usize| rows.iter().position(|row| former.get(index).is_some_and(|it| it.id == row.id));
            self.current.update(|place| *place = place.and_then(current));
            self.rows.set(rows);
        }
        self.load.set(Load::Done);
    }

    /// Whether somebody points at the list, types in it, has a menu or a dialog open, or has selected rows.
    fn is_in_use(self) -> bool {
        const USES: &str = ".table-scroll:is(:hover, :focus-within), :popover-open, dialog[open]";
        self.selected.with_untracked(|selected| *selected != Selected::None) || browser::is_there(USES)
    }

    /// Nothing is shown, so nothing can be selected.
    fn fail(self, error: ClientError) {
        self.selected.set(Selected::None);
        self.rows.set(Vec::new());
        self.waiting.set(0);
        self.extent.set(None);
        self.load.set(Load::Failed(error));
    }

    /// Whether the value of the parameter `key` was refused.
    fn is_refused(self, key: &str) -> bool {
        self.load.with(|load| match load {
            Load::Failed(error) => error
                .problem()
                .is_some_and(|problem| problem.errors.iter().any(|fault| fault.pointer.strip_prefix('/') == Some(key))),
            _ => false,
        })
    }

    fn forget_the_selection_with_the_filter(self) {
        let filters = Memo::new(move |_| self.query.with(Query::filters));
        Effect::new(move |former: Option<Query>| {
            let filters = filters.get();
            if former.is_some_and(|former| former != filters) {
                self.selected.set(Selected::None);
            }
            filters
        });
    }

    /// Shows the view that the list opens with in this browser, when the address says nothing else.
    fn begin_with_the_view(self) {
        let home = self.prefs.with_untracked(|prefs| prefs.home.clone());
        if let Some(home) = home.filter(|_| self.query.with_untracked(|query| *query == Query::default())) {
            browser::next_frame(move || self.navigate(true, |_| Query::parse(&home)));
        }
    }

    /// The pages of this list, with these filters, in this order, that were passed.
    fn trail(self) -> Trail {
        let (list, limit) = (self.query.get_untracked().at_start(), untrack(|| self.limit()));
        Trail::load(self.spec().name, &format!("{list} {limit}"))
    }

    /// Whether there is a page before this one.
    fn has_newer(self) -> bool {
        self.query.with(|query| query.get("cursor").is_some())
    }

    /// Whether there is a page after this one.
    fn has_older(self) -> bool {
        self.extent.with(|extent| extent.as_ref().is_some_and(|extent| extent.next_cursor.is_some()))
    }

    /// Goes on to the next page; remembers it for the way back.
    fn older(self) {
        let Some(cursor) = self.extent.with_untracked(|extent| extent.as_ref()?.next_cursor.clone()) else { return };
        let (page, limit) = (self.query.with_untracked(Query::page) + 1, untrack(|| self.limit()));
        self.trail().note(self.spec().name, page, &cursor);
        self.navigate(false, |query| query.at_page(&cursor, page, limit));
        self.scroll_up();
    }

    /// Goes back one page, or to the first one when the URL was opened in the middle.
    fn newer(self) {
        let (page, limit) = (self.query.with_untracked(Query::page) - 1, untrack(|| self.limit()));
        match self.trail().cursor(page) {
            Some(cursor) => self.navigate(false, |query| query.at_page(cursor, page, limit)),
            None => self.navigate(false, Query::at_start),
        }
        self.scroll_up();
    }

    fn scroll_up(self) {
        browser::next_frame(|| {
            if let Ok(Some(scroller)) = document().query_selector(".table-scroll") {
                scroller.set_scroll_top(0);
            }
        });
    }

    fn page_ids(self) -> Vec<String> {
        self.rows.with_untracked(|rows| rows.iter().map(|row| row.id.clone()).collect())
    }
}
