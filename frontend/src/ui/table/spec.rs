//! What a list is made of: its columns, filters and verbs as values.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Error, FieldError, Page, Problem,
    page::{ListRequest, PageRequest},
};

use super::{column::Column, query::Query};
use crate::{
    i18n::text,
    ui::{icon::Icon, lookup::Search, popover::MenuItem},
};

/// Code of a query that cannot be read, here and on the server.
pub(super) const MALFORMED: &str = "malformed-query";

/// Values with their words.
pub type Options = Vec<(String, String)>;
type Name = Arc<dyn Fn(String) -> LocalBoxFuture<'static, Option<String>> + Send + Sync>;

/// How the value of a filter is chosen.
#[derive(Clone)]
pub enum FilterKind {
    /// One of few values.
    Choice(Options),
    /// One of many, found by typing.
    Lookup {
        /// Finds values.
        search: Search,
        /// Finds the words of a value.
        name: Name,
    },
    /// At a time or later.
    After,
    /// Before a time.
    Before,
    /// Before a time to come.
    Within,
    /// Any text.
    Text,
}

/// A filter, a chip above the table.
#[derive(Clone)]
pub struct Filter {
    /// Parameter of the URL and of the API.
    pub key: &'static str,
    /// What it narrows.
    pub label: &'static str,
    /// How its value is chosen.
    pub kind: FilterKind,
}

impl Filter {
    /// One of few values.
    pub fn choice(
        key: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Self {
        let options = options.into_iter().map(|(value, words)| (value.to_owned(), words.to_owned())).collect();
        Self { key, label, kind: FilterKind::Choice(options) }
    }

    /// One of many values, found by typing.
    pub fn lookup(
        key: &'static str,
        label: &'static str,
        search: impl Fn(String) -> LocalBoxFuture<'static, Options> + Send + Sync + 'static,
        name: impl Fn(String) -> LocalBoxFuture<'static, Option<String>> + Send + Sync + 'static,
    ) -> Self {
        Self { key, label, kind: FilterKind::Lookup { search: Arc::new(search), name: Arc::new(name) } }
    }

    /// Another kind.
    #[must_use]
    pub const fn new(key: &'static str, label: &'static str, kind: FilterKind) -> Self {
        Self { key, label, kind }
    }
}

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selected {
    /// Nothing.
    #[default]
    None,
    /// These rows.
    Ids(Vec<String>),
    /// All rows that match the filters of the URL.
    Matching {
        /// The filters.
        query: Query,
        /// How many there are.
        total: u64,
    },
}

impl Selected {
    /// How many rows.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Ids(ids) => ids.len() as u64,
            Self::Matching { total, .. } => *total,
        }
    }

    /// Whether the row `id` is selected.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        match self {
            Self::None => false,
            Self::Ids(ids) => ids.iter().any(|selected| selected == id),
            Self::Matching { .. } => true,
        }
    }

    /// The same with the row `id` selected, or not. One row less than all falls back to those of `page`.
    #[must_use]
    pub fn toggled(self, id: &str, page: &[String]) -> Self {
        let mut ids = match self {
            Self::None => Vec::new(),
            Self::Ids(ids) => ids,
            Self::Matching { .. } => page.to_vec(),
        };
        match ids.iter().position(|selected| selected == id) {
            Some(place) => {
                ids.remove(place);
            }
            None => ids.push(id.to_owned()),
        }
        if ids.is_empty() { Self::None } else { Self::Ids(ids) }
    }
}

/// A verb on the selected rows.
#[derive(Clone)]
pub struct BulkVerb {
    /// Verb; an ellipsis when a dialog follows.
    pub label: &'static str,
    /// Icon.
    pub icon: Icon,
    /// Whether it destroys.
    pub danger: bool,
    /// Begins it.
    pub run: Callback<Selected>,
}

impl BulkVerb {
    /// A verb that calls `run` with what is selected.
    pub fn new(label: &'static str, icon: Icon, run: impl Fn(Selected) + Send + Sync + 'static) -> Self {
        Self { label, icon, danger: false, run: Callback::new(run) }
    }

    /// The same, for an act that destroys.
    #[must_use]
    pub fn dangerous(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// One page that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageQuery {
    /// Filters and the rest of the URL.
    pub query: Query,
    /// Sort of the API.
    pub sort: String,
    /// Cursor of the page.
    pub cursor: Option<String>,
    /// Rows.
    pub limit: u32,
}

impl PageQuery {
    /// The request of the typed client.
    ///
    /// # Errors
    /// When the address has a filter or a sort that is none, as the server would refuse it.
    pub fn request<F, K>(&self) -> Result<ListRequest<F, K>, ClientError>
    where
        F: serde::de::DeserializeOwned,
        K: std::str::FromStr,
    {
        let sort = || vec![FieldError::new("/sort", "format", format!("sort={}", self.sort))];
        Ok(ListRequest {
            filter: self.query.filter().map_err(malformed)?,
            sort: Some(self.sort.parse().map_err(|_| malformed(sort()))?),
            page: PageRequest { limit: Some(self.limit), cursor: self.cursor.clone() },
        })
    }
}

/// The address says what this list does not know.
fn malformed(errors: Vec<FieldError>) -> ClientError {
    let said: Vec<_> = errors.iter().map(|fault| fault.message.as_str()).collect();
    let message = text::ui::malformed_query(said.join(", "));
    let error = Error::Malformed { code: MALFORMED, message };
    ClientError::Problem(Box::new(Problem { errors, ..Problem::new(&error, "", "") }))
}

pub(super) type Fetch<T> =
    Arc<dyn Fn(PageQuery) -> LocalBoxFuture<'static, Result<Page<T>, ClientError>> + Send + Sync>;

/// The verbs of a row.
pub(super) type Verbs<T> = Arc<dyn Fn(&T) -> Vec<MenuItem> + Send + Sync>;

/// Draws something of a row.
pub(super) type Draw<T> = Arc<dyn Fn(&T) -> AnyView + Send + Sync>;

/// What a list is made of. Made once by the page and given to [`super::Table::new`].
pub struct TableSpec<T> {
    /// Name, under which columns and density are kept in this browser.
    pub name: &'static str,
    /// What the rows are, for screen readers.
    pub caption: &'static str,
    /// The columns.
    pub columns: Vec<Column<T>>,
    /// The filters, beside the search text `q`.
    pub filters: Vec<Filter>,
    /// What `q` searches; no search field when empty.
    pub search: &'static str,
    /// Sort of the API when the URL names none.
    pub default_sort: &'static str,
    /// Id of a row.
    pub id: fn(&T) -> String,
    /// Name of a row, for labels.
    pub title: fn(&T) -> String,
    /// Page of a row, which Enter opens.
    pub href: Option<fn(&T) -> String>,
    /// Reads one page.
    pub fetch: Fetch<T>,
    /// Path below `/api/v1` whose CSV answers export the list.
    pub export: Option<&'static str>,
    /// Verbs of one row.
    pub verbs: Option<Verbs<T>>,
    /// Verbs of the selected rows; without any, rows cannot be selected.
    pub bulk: Vec<BulkVerb>,
    /// Whether they reach all rows that match, or only those selected one by one.
    pub bulk_reaches_all: bool,
    /// What opens below a row, in place of a page of its own.
    pub detail: Option<Draw<T>>,
    /// What stands here before the first row.
    pub empty: ViewFn,
}

impl<T> TableSpec<T> {
    /// A list without filters and verbs.
    pub fn new<F>(
        name: &'static str,
        caption: &'static str,
        default_sort: &'static str,
        id: fn(&T) -> String,
        title: fn(&T) -> String,
        fetch: impl Fn(PageQuery) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Page<T>, ClientError>> + 'static,
    {
        Self {
            name,
            caption,
            columns: Vec::new(),
            filters: Vec::new(),
            search: "",
            default_sort,
            id,
            title,
            href: None,
            fetch: Arc::new(move |query| Box::pin(fetch(query))),
            export: None,
            verbs: None,
            bulk: Vec::new(),
            bulk_reaches_all: true,
            detail: None,
            empty: ViewFn::from(|| view! { <p class="state">{text::ui::nothing_here()}</p> }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_selected_one_by_one() {
        let page = ["a".to_owned(), "b".to_owned()];
        let one = Selected::None.toggled("a", &page);
        assert_eq!(one, Selected::Ids(vec!["a".to_owned()]));
        assert_eq!(one.toggled("a", &page), Selected::None);
    }

    #[test]
    fn taking_one_from_all_leaves_the_page() {
        let page = ["a".to_owned(), "b".to_owned()];
        let all = Selected::Matching { query: Query::default(), total: 2_014 };
        assert_eq!((all.count(), all.has("z")), (2_014, true));
        assert_eq!(all.toggled("b", &page), Selected::Ids(vec!["a".to_owned()]));
    }
}
