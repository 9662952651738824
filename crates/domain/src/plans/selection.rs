//! Which rows an act is for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::MAX_IDS;
use crate::{Error, Result, users::UserFilter};

/// Which rows an act is for: named one by one, or all that match a filter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// The rows' ids; exactly one of `ids` and `filter` is given.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, min_items = 1, max_items = 10_000, example = json!(["0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"])))]
    pub ids: Option<Vec<Uuid>>,
    /// All users that match.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub filter: Option<UserFilter>,
}

impl Selection {
    /// The rows named one by one.
    pub fn ids(ids: impl IntoIterator<Item = impl Into<Uuid>>) -> Self {
        Self { ids: Some(ids.into_iter().map(Into::into).collect()), filter: None }
    }

    /// All rows that match `filter`.
    #[must_use]
    pub const fn matching(filter: UserFilter) -> Self {
        Self { ids: None, filter: Some(filter) }
    }

    /// Checks that it says which rows in exactly one way.
    ///
    /// # Errors
    /// `Invalid` below `/selection`.
    pub fn check(&self) -> Result<()> {
        match (&self.ids, &self.filter) {
            (Some(ids), None) if (1..=MAX_IDS).contains(&ids.len()) => Ok(()),
            (Some(_), None) => Err(Error::field("/selection/ids", "out-of-range", "must name from 1 to 10,000 ids")),
            (None, Some(filter)) => filter.check(),
            _ => Err(Error::field("/selection", "format", "must have either ids or a filter")),
        }
    }
}
