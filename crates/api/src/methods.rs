//! Which methods each path has: for 405 with `Allow`, and for OPTIONS.

use utoipa::openapi::{OpenApi, PathItem};

use crate::events;

/// Paths with their methods, read from the OpenAPI document.
#[derive(Debug, Default)]
pub struct MethodTable {
    rows: Vec<(Vec<Option<String>>, String)>,
}

impl MethodTable {
    /// The paths of `document`.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let mut table = Self::default();
        for (path, item) in &document.paths.paths {
            table.add(path, &methods(path, item));
        }
        table
    }

    /// Adds a path; segments in braces match any.
    pub fn add(&mut self, path: &str, methods: &[&str]) {
        let segment = |segment: &str| if segment.starts_with('{') { None } else { Some(segment.to_owned()) };
        self.rows.push((path.split('/').map(segment).collect(), methods.join(", ")));
    }

    /// What `Allow` says of `path`; nothing when there is no such path.
    #[must_use]
    pub fn allow(&self, path: &str) -> Option<&str> {
        let segments: Vec<&str> = path.split('/').collect();
        let matches = |pattern: &[Option<String>]| {
            pattern.len() == segments.len()
                && pattern.iter().zip(&segments).all(|(pattern, segment)| match pattern {
                    Some(literal) => literal == segment,
                    None => !segment.is_empty(),
                })
        };
        self.rows.iter().find(|(pattern, _)| matches(pattern)).map(|(_, allow)| allow.as_str())
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
