//! Allocations: what a group may use, as a ledger. Each entry says by how much it changes what is granted, reserved and
//! used; the sums of the entries are the balance.

mod balance;
mod ledger;
mod levels;

use serde::{Deserialize, Serialize};

use crate::{Amount, Error, FieldError, Result, Timestamp, names::named, text};

pub use balance::{Balance, Movement};
pub use ledger::{
    AllocationEntry, DEFAULT_ENTRY_SORT, DEFAULT_RESERVATION_SORT, EntryFilter, EntryKind, EntrySort,
    ListAllocationEntries, ListReservations, Reservation, ReservationFilter, ReservationSort, ReservationState,
};
pub use levels::{AllocationState, Colour, Level, Levels};

/// Seconds for which a reservation holds unless told otherwise.
pub const RESERVATION_SECONDS: i64 = 3_600;
/// Most seconds for which a reservation holds.
pub const RESERVATION_SECONDS_MAX: i64 = 90 * 86_400;
/// Days whose use the forecast goes by.
pub const FORECAST_DAYS: i64 = 28;

named! {
    /// Whether an allocation may be overdrawn.
    LimitKind {
        /// What is used and reserved never exceeds what is granted.
        Hard = "hard",
        /// It may.
        Soft = "soft",
    }
}

/// What a group may use, and how much of it is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Allocation {
    /// Whether it may be overdrawn.
    pub limit: LimitKind,
    /// Granted.
    pub total: Amount,
    /// Used.
    pub used: Amount,
    /// Reserved for what is under way.
    pub reserved: Amount,
    /// Neither used nor reserved; negative when overdrawn.
    pub available: Amount,
    /// Hundredths of the total that are used, rounded down; `null` when nothing is granted.
    pub percent: Option<Amount>,
    /// Level that the use has reached.
    pub state: AllocationState,
    /// What the platform calls this level.
    #[cfg_attr(feature = "openapi", schema(example = "Normal"))]
    pub label: String,
    /// Colour of this level.
    pub colour: Colour,
    /// What is counted.
    #[cfg_attr(feature = "openapi", schema(example = "credits"))]
    pub unit: String,
}

/// The allocation of one group, with a look ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllocationReport {
    /// What it may use.
    #[serde(flatten)]
    pub allocation: Allocation,
    /// Used in the last 28 days.
    pub used_recently: Amount,
    /// When nothing is left if it goes on so; `null` when nothing was used lately. Of what is used up already, now.
    pub runs_out_at: Option<Timestamp>,
    /// Entries of the ledger, and changes of the limit; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 7))]
    pub version: u32,
}

/// The time at which `left` is used up when it goes on as it went since `since`; nothing when nothing was used.
#[must_use]
pub fn forecast(used_recently: Amount, left: Amount, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
    if !used_recently.is_positive() {
        return None;
    }
    if !left.is_positive() {
        return Some(now);
    }
    // A day at least: the first hour says little of a month.
    let seconds = i128::from(now.seconds_since(since).max(86_400));
    let ahead = i128::from(left.parts()) * seconds / i128::from(used_recently.parts());
    // What lasts for a century lasts.
    let ahead = i64::try_from(ahead).ok().filter(|ahead| *ahead <= 100 * 366 * 86_400)?;
    Some(now.plus_seconds(ahead))
}

/// More, or less, for a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GrantAllocation {
    /// How much; negative to take back.
    pub amount: Amount,
    /// Why.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "budget of the second quarter")
    )]
    pub note: String,
}

impl GrantAllocation {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let amount =
            (self.amount == Amount::ZERO).then(|| FieldError::new("/amount", "out-of-range", "must not be zero"));
        amount.into_iter().chain(check_note(&self.note).err()).collect()
    }
}

fn check_note(note: &str) -> Result<(), FieldError> {
    text::check_optional_line("/note", note, text::REASON_MAX)
}

/// Checks that `amount` is not negative.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_not_negative(pointer: &str, amount: Amount) -> Result<(), FieldError> {
    if amount < Amount::ZERO {
        return Err(FieldError::new(pointer, "out-of-range", "must not be negative"));
    }
    Ok(())
}

/// A change of an allocation: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateAllocation {
    /// Whether it may be overdrawn.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub limit: Option<LimitKind>,
    /// What is granted in all; the difference becomes an entry.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, value_type = String, pattern = r"^[0-9]{1,12}(\.[0-9]{1,4})?$", example = "1250.5")
    )]
    pub total: Option<Amount>,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "budget of the second quarter")
    )]
    pub note: String,
}

impl UpdateAllocation {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let total = self.total.and_then(|total| check_not_negative("/total", total).err());
        total.into_iter().chain(check_note(&self.note).err()).collect()
    }
}

/// An order to hold something back for what is about to be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateReservation {
    /// How much.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, pattern = r"^[0-9]{1,12}(\.[0-9]{1,4})?$", example = "12.5")
    )]
    pub amount: Amount,
    /// Seconds after which it expires, if it is not settled; an hour unless given.
    #[serde(default = "an_hour", deserialize_with = "crate::whole::number")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 7_776_000, default = 3600, example = 3600))]
    pub ttl_seconds: i64,
    /// What for.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "workspace of ada.byron")
    )]
    pub note: String,
}

const fn an_hour() -> i64 {
    RESERVATION_SECONDS
}

impl CreateReservation {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let range = |pointer, message: &str| Some(FieldError::new(pointer, "out-of-range", message));
        let amount = if self.amount.is_positive() { None } else { range("/amount", "must be more than zero") };
        let is_long = !(1..=RESERVATION_SECONDS_MAX).contains(&self.ttl_seconds);
        let ttl = if is_long { range("/ttl_seconds", "must be from 1 second to 90 days") } else { None };
        amount.into_iter().chain(ttl).chain(check_note(&self.note).err()).collect()
    }
}

/// An order to settle a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SettleReservation {
    /// How much was used; all that was reserved unless given.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, value_type = String, pattern = r"^[0-9]{1,12}(\.[0-9]{1,4})?$", example = "9.75")
    )]
    pub amount: Option<Amount>,
}

impl SettleReservation {
    /// Checks the amount.
    ///
    /// # Errors
    /// `Invalid` at `/amount`.
    pub fn check(&self) -> Result<()> {
        let amount = self.amount.map_or(Ok(()), |amount| check_not_negative("/amount", amount));
        amount.map_err(|fault| Error::Invalid(vec![fault]))
    }
}
