//! `If-Match`: a change of what has changed since it was read is refused, with the present value.

use quarterdeck_domain::{Error, Result};
use serde::Serialize;

/// Refuses a change that is meant for another version than `present`, the one of `current`.
///
/// # Errors
/// `Stale` with the current value.
pub(crate) fn check(if_match: Option<u32>, present: u32, current: &impl Serialize) -> Result<()> {
    if if_match.is_none_or(|version| version == present) {
        return Ok(());
    }
    Err(stale(current))
}

/// What the change is refused with.
pub(crate) fn stale(current: &impl Serialize) -> Error {
    serde_json::to_value(current).map_or_else(Error::internal, |current| Error::Stale(Box::new(current)))
}
