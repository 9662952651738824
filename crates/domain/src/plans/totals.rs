//! What groups are granted in all, set for many at once.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::MAX_IDS;
use crate::{Amount, Error, FieldError, GroupId, Result, allocations::check_not_negative, text};

/// What a group is granted in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupTotal {
    /// The group; each once.
    pub group_id: GroupId,
    /// How much.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, pattern = r"^[0-9]{1,12}(\.[0-9]{1,4})?$", example = "1250.5")
    )]
    pub total: Amount,
}

/// Checks totals and the reason for them.
///
/// # Errors
/// `Invalid` at the faulty fields.
pub(super) fn check(totals: &[GroupTotal], reason: &str) -> Result<()> {
    if !(1..=MAX_IDS).contains(&totals.len()) {
        return Err(Error::field("/totals", "out-of-range", "must name from 1 to 10,000 groups"));
    }
    let mut seen = HashSet::new();
    let twice = |(index, total): (usize, &GroupTotal)| {
        (!seen.insert(total.group_id))
            .then(|| FieldError::new(format!("/totals/{index}"), "repeated", "is there twice"))
    };
    let negative =
        |(index, total): (usize, &GroupTotal)| check_not_negative(&format!("/totals/{index}/total"), total.total).err();
    let mut faults: Vec<FieldError> = totals.iter().enumerate().filter_map(twice).collect();
    faults.extend(totals.iter().enumerate().filter_map(negative));
    faults.extend(text::check_optional_line("/reason", reason, text::REASON_MAX).err());
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}
