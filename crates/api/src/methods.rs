//! What each path answers to and what its operations take: for 405 with `Allow`, for OPTIONS, and for the refusal of the rest.

use actix_web::http::Method;
use utoipa::openapi::{
    OpenApi, PathItem, RefOr,
    path::{Operation, Parameter, ParameterIn},
};

use crate::{events, tags::IfMatch};

/// What an operation takes beside its path.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Takes {
    /// Names of the query parameters.
    pub query: Vec<String>,
    /// Whether it takes a body.
    pub body: bool,
    /// Whether it minds `If-Match`.
    pub if_match: bool,
    /// Whether it passes on whatever comes.
    pub anything: bool,
}

/// The end of paths that go on as far as the client likes: what comes there is for somebody else.
const TAIL: &str = "/{path}";

/// Paths with their methods, read from the OpenAPI document.
#[derive(Debug, Default)]
pub struct MethodTable {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    pattern: Vec<Option<String>>,
    has_tail: bool,
    allow: String,
    operations: Vec<(Method, Takes)>,
}

impl MethodTable {
    /// The paths of `document`.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let mut table = Self::default();
        for (path, item) in &document.paths.paths {
            table.add(path, &methods(path, item));
            if let Some(row) = table.rows.last_mut() {
                row.operations = operations(item).map(|(method, operation)| (method, takes(path, operation))).collect();
            }
        }
        table
    }

    /// Adds a path; segments in braces match any.
    pub fn add(&mut self, path: &str, methods: &[&str]) {
        let segment = |segment: &str| if segment.starts_with('{') { None } else { Some(segment.to_owned()) };
        let pattern = path.split('/').map(segment).collect();
        let (has_tail, allow) = (path.ends_with(TAIL), methods.join(", "));
        self.rows.push(Row { pattern, has_tail, allow, operations: Vec::new() });
    }

    /// What `Allow` says of `path`; nothing when there is no such path.
    #[must_use]
    pub fn allow(&self, path: &str) -> Option<&str> {
        self.row(path).map(|row| row.allow.as_str())
    }

    /// What the operation `method path` takes; nothing when the document has no such operation.
    #[must_use]
    pub fn takes(&self, method: &Method, path: &str) -> Option<&Takes> {
        self.row(path)?.operations.iter().find(|(of, _)| of == method).map(|(_, takes)| takes)
    }

    fn row(&self, path: &str) -> Option<&Row> {
        let segments: Vec<&str> = path.split('/').collect();
        let matches = |Row { pattern, has_tail, .. }: &Row| {
            (pattern.len() == segments.len() || *has_tail && pattern.len() < segments.len())
                && pattern.iter().zip(&segments).all(|(pattern, segment)| match pattern {
                    Some(literal) => literal == segment,
                    None => !segment.is_empty(),
                })
        };
        self.rows.iter().find(|row| matches(row))
    }
}

fn methods(path: &str, item: &PathItem) -> Vec<&'static str> {
    let present = [
        ("GET", item.get.is_some()),
        ("HEAD", item.get.is_some() && path != events::PATH),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    present.into_iter().filter(|(_, is_present)| *is_present).map(|(name, _)| name).chain(["OPTIONS"]).collect()
}

fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn takes(path: &str, operation: &Operation) -> Takes {
    let given = operation.parameters.as_deref().unwrap_or_default().iter();
    let parameters: Vec<&Parameter> = given
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
        .collect();
    let of_query = parameters.iter().filter(|parameter| parameter.parameter_in == ParameterIn::Query);
    Takes {
        query: of_query.map(|parameter| parameter.name.clone()).collect(),
        body: operation.request_body.is_some(),
        if_match: parameters.iter().any(|parameter| parameter.name == IfMatch::NAME),
        anything: path.ends_with(TAIL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    #[test]
    fn literal_paths_win_over_patterns_when_added_first() {
        let mut table = MethodTable::default();
        table.add("/api/v1/sessions/revocations", &["POST", "OPTIONS"]);
        table.add("/api/v1/sessions/{id}", &["GET", "DELETE", "OPTIONS"]);
        assert_eq!(table.allow("/api/v1/sessions/revocations"), Some("POST, OPTIONS"));
        assert_eq!(table.allow("/api/v1/sessions/7"), Some("GET, DELETE, OPTIONS"));
        assert_eq!(table.allow("/api/v1/sessions/"), None);
        assert_eq!(table.allow("/api/v1/sessions/7/x"), None);
    }

    #[test]
    fn operations_take_what_the_document_says() {
        let table = MethodTable::of(&document::openapi());
        let takes = |method, path| table.takes(&method, path).unwrap();
        let delete = takes(Method::DELETE, "/api/v1/users/7");
        assert_eq!(*delete, Takes { query: vec!["plan_id".to_owned()], if_match: true, ..Takes::default() });
        assert!(takes(Method::GET, "/api/v1/users").query.iter().any(|name| name == "cursor"));
        assert_eq!(*takes(Method::POST, "/api/v1/users"), Takes { body: true, ..Takes::default() });
        assert_eq!(table.takes(&Method::PUT, "/api/v1/users"), None);
        let passed_on = "/api/v1/model-services/openai/v1/chat/completions";
        assert!(takes(Method::POST, passed_on).anything);
        assert_eq!(table.allow(passed_on), Some("GET, HEAD, POST, DELETE, OPTIONS"));
    }
}
