//! The part of the URL that says what a list shows: filters, sort, page. Plain Rust, so that it is tested natively.

use quarterdeck_domain::{FieldError, saved_views::ViewQuery};
use serde::de::DeserializeOwned;

/// Parameters that are no filters.
const RESERVED: [&str; 5] = ["sort", "cursor", "page", "limit", "act"];

/// Parameters of a URL in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands behind the `?`.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let search = search.strip_prefix('?').unwrap_or(search);
        Self(serde_urlencoded::from_str(search).unwrap_or_default())
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The same with another value of `key`, or without it.
    #[must_use]
    pub fn with(mut self, key: &str, value: Option<&str>) -> Self {
        let place = self.0.iter().position(|(name, _)| name == key);
        match (place.and_then(|place| self.0.get_mut(place)), value.filter(|value| !value.is_empty())) {
            (Some(pair), Some(value)) => value.clone_into(&mut pair.1),
            (None, Some(value)) => self.0.push((key.to_owned(), value.to_owned())),
            (Some(_), None) => self.0.retain(|(name, _)| name != key),
            (None, None) => {}
        }
        self
    }

    /// The same at the first page: another filter or sort begins anew.
    #[must_use]
    pub fn at_start(self) -> Self {
        self.with("cursor", None).with("page", None).with("limit", None)
    }

    /// The same at the page `number` of `limit` rows each, which begins at `cursor`.
    #[must_use]
    pub fn at_page(self, cursor: &str, number: u64, limit: u32) -> Self {
        self.with("cursor", Some(cursor))
            .with("page", Some(&number.to_string()))
            .with("limit", Some(&limit.to_string()))
    }

    /// Without any filter, at the first page.
    #[must_use]
    pub fn without_filters(mut self) -> Self {
        self.0.retain(|(name, _)| name == "sort");
        self
    }

    /// The filters among the parameters.
    #[must_use]
    pub fn filters(&self) -> Self {
        Self(self.0.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())).cloned().collect())
    }

    /// What a saved view keeps: filters and sort, in an order of their own.
    #[must_use]
    pub fn view(&self) -> ViewQuery {
        let is_kept = |name: &str| name == "sort" || !RESERVED.contains(&name);
        self.0.iter().filter(|(name, _)| is_kept(name)).cloned().collect()
    }

    /// What a saved view shows.
    #[must_use]
    pub fn of_view(view: &ViewQuery) -> Self {
        Self(view.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// Whether nothing narrows the list.
    #[must_use]
    pub fn is_unfiltered(&self) -> bool {
        self.filters().0.is_empty()
    }

    /// Number of the page, from 1, as far as the URL knows.
    #[must_use]
    pub fn page(&self) -> u64 {
        self.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1)
    }

    /// Rows of a page in the middle of a list, which its number counts by.
    #[must_use]
    pub fn limit(&self) -> Option<u32> {
        self.get("cursor").and_then(|_| self.get("limit")?.parse().ok())
    }

    /// The filter type of the domain.
    ///
    /// # Errors
    /// A fault at each parameter that it does not know, that does not parse or is there twice: a list, and an act on
    /// all of it, must never be wider than the address says.
    pub fn filter<F: DeserializeOwned>(&self) -> Result<F, Vec<FieldError>> {
        let Self(pairs) = self.filters();
        read(&pairs).ok_or_else(|| faults(&pairs, &|pair| read::<F>(std::slice::from_ref(pair)).is_some()))
    }
}

/// What is wrong with single parameters; `is_known` says whether one can be read alone.
fn faults(pairs: &[(String, String)], is_known: &dyn Fn(&(String, String)) -> bool) -> Vec<FieldError> {
    let is_single = |name: &str| pairs.iter().filter(|(other, _)| other == name).count() == 1;
    pairs
        .iter()
        .filter(|pair| !is_known(pair) || !is_single(&pair.0))
        .map(|(name, value)| FieldError::new(format!("/{name}"), "format", format!("{name}={value}")))
        .collect()
}

/// Not inlined: it is compiled for each filter type of the domain, and called twice.
#[inline(never)]
fn read<F: DeserializeOwned>(pairs: &[(String, String)]) -> Option<F> {
    serde_urlencoded::from_str(&encoded(pairs)?).ok()
}

fn encoded(pairs: &[(String, String)]) -> Option<String> {
    serde_urlencoded::to_string(pairs).ok()
}

impl std::fmt::Display for Query {
    /// As it stands in the URL, with its `?`, or nothing.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match encoded(&self.0) {
            Some(text) if !text.is_empty() => write!(f, "?{text}"),
            _ => Ok(()),
        }
    }
}

/// The next state of a sort header: this key ascending, then descending, then the list's own order.
#[must_use]
pub fn next_sort(current: &str, key: &str, default: &str) -> Option<String> {
    let descending = format!("-{key}");
    let next = if current == key {
        descending
    } else if current == descending && default != descending {
        return None;
    } else {
        key.to_owned()
    };
    (next != default).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_domain::users::{UserFilter, UserStatus};

    #[test]
    fn parameters_survive_the_url() {
        let query = Query::parse("?q=a%26b+c&status=active");
        assert_eq!(query.get("q"), Some("a&b c"));
        assert_eq!(
            query.clone().with("status", None).with("sort", Some("-email")).to_string(),
            "?q=a%26b+c&sort=-email"
        );
        assert_eq!(Query::default().to_string(), "");
    }

    #[test]
    fn another_filter_begins_at_the_first_page() {
        let query = Query::parse("?sort=email&cursor=x&page=3");
        assert_eq!(query.clone().with("q", Some("ada")).at_start().to_string(), "?sort=email&q=ada");
        assert!(query.is_unfiltered() && query.page() == 3);
    }

    #[test]
    fn a_filter_is_read_whole_or_not_at_all() {
        let read = |search: &str| Query::parse(search).filter::<UserFilter>();
        assert_eq!(read("?status=suspended&sort=email&act=x").unwrap().status, Some(UserStatus::Suspended));
        for (search, pointer) in [
            ("?q=ada&status=suspnded", "/status"),
            ("?role=admn", "/role"),
            ("?organization_id=nonsense", "/organization_id"),
            ("?last_login_before=yesterday", "/last_login_before"),
            ("?foo=bar&status=active", "/foo"),
        ] {
            let pointers: Vec<_> = read(search).unwrap_err().into_iter().map(|fault| fault.pointer).collect();
            assert_eq!(pointers, [pointer], "{search}");
        }
        assert_eq!(read("?status=active&status=suspended").unwrap_err().len(), 2);
    }

    #[test]
    fn a_page_in_the_middle_knows_its_size() {
        let query = Query::default().at_page("x", 3, 20);
        assert_eq!((query.limit(), query.page()), (Some(20), 3));
        assert_eq!(query.at_start(), Query::default());
        assert_eq!(Query::parse("?limit=20").limit(), None);
    }

    #[test]
    fn a_view_keeps_filters_and_sort() {
        let query = Query::parse("?sort=-email&status=active&cursor=x&page=3&limit=20&act=y");
        assert_eq!(Query::of_view(&query.view()).to_string(), "?sort=-email&status=active");
        assert_eq!(Query::parse("?status=active&sort=-email").view(), query.view());
    }

    #[test]
    fn a_sort_header_has_three_states() {
        assert_eq!(next_sort("-created_at", "email", "-created_at").as_deref(), Some("email"));
        assert_eq!(next_sort("email", "email", "-created_at").as_deref(), Some("-email"));
        assert_eq!(next_sort("-email", "email", "-created_at"), None);
        assert_eq!(next_sort("-created_at", "created_at", "-created_at").as_deref(), Some("created_at"));
        assert_eq!(next_sort("created_at", "created_at", "-created_at"), None);
    }
}
