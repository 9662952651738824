//! The ledger: its entries, and the reservations that they are about.

use serde::{Deserialize, Serialize};

use crate::{
    AllocationEntryId, Amount, GroupId, ReservationId, Timestamp,
    names::named,
    page::{ListRequest, Sort},
};

named! {
    /// What an entry does.
    EntryKind {
        /// More is granted, or some taken back.
        Grant = "grant",
        /// Something is held back.
        Reserve = "reserve",
        /// What was held back is used, or a part of it.
        Settle = "settle",
        /// What was held back is given up.
        Release = "release",
        /// What was held back has run out.
        Expire = "expire",
    }
}

/// An entry of a ledger. Entries are never changed; the audit log tells who made each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllocationEntry {
    /// Id.
    pub id: AllocationEntryId,
    /// Whose ledger.
    pub group_id: GroupId,
    /// When.
    pub created_at: Timestamp,
    /// What it does.
    pub kind: EntryKind,
    /// By how much it changes what is granted.
    pub total_change: Amount,
    /// By how much it changes what is reserved.
    pub reserved_change: Amount,
    /// By how much it changes what is used.
    pub used_change: Amount,
    /// The reservation that it is about.
    pub reservation_id: Option<ReservationId>,
    /// Why, or what for.
    #[cfg_attr(feature = "openapi", schema(example = "budget of the second quarter"))]
    pub note: String,
}

/// Which entries are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EntryFilter {
    /// What they do.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<EntryKind>,
    /// The reservation that they are about.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reservation_id: Option<ReservationId>,
    /// At this time or later.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub after: Option<Timestamp>,
    /// Before this time.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub before: Option<Timestamp>,
}

named! {
    /// What entries can be sorted by.
    EntrySort {
        /// When.
        CreatedAt = "created_at",
    }
}

/// The newest first.
pub const DEFAULT_ENTRY_SORT: Sort<EntrySort> = Sort::descending(EntrySort::CreatedAt);

/// Which page of which entries is asked for.
pub type ListAllocationEntries = ListRequest<EntryFilter, EntrySort>;

named! {
    /// What became of a reservation.
    ReservationState {
        /// It holds.
        Open = "open",
        /// It was used.
        Settled = "settled",
        /// It was given up.
        Released = "released",
        /// It ran out.
        Expired = "expired",
    }
}

/// Something that is held back for what is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reservation {
    /// Id.
    pub id: ReservationId,
    /// The group whose allocation it is held back from.
    pub group_id: GroupId,
    /// How much.
    pub amount: Amount,
    /// What became of it.
    pub state: ReservationState,
    /// How much of it was used in the end; `null` until it is settled.
    pub used: Option<Amount>,
    /// What for.
    #[cfg_attr(feature = "openapi", schema(example = "workspace of ada.byron"))]
    pub note: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
    /// When it was settled, given up or ran out.
    pub ended_at: Option<Timestamp>,
}

/// Which reservations are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReservationFilter {
    /// What became of them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub state: Option<ReservationState>,
}

named! {
    /// What reservations can be sorted by.
    ReservationSort {
        /// When they were made.
        CreatedAt = "created_at",
    }
}

/// The newest first.
pub const DEFAULT_RESERVATION_SORT: Sort<ReservationSort> = Sort::descending(ReservationSort::CreatedAt);

/// Which page of which reservations is asked for.
pub type ListReservations = ListRequest<ReservationFilter, ReservationSort>;
