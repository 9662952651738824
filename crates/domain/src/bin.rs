//! The bin: users and groups that were deleted and can still come back with all that hung on them.

use serde::{Deserialize, Serialize};

use crate::{
    BinItemId, Error, OrganizationId, Result, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
    plans::KindCount,
    text,
};

/// Days for which something is kept in the bin unless said.
pub const KEEP_DAYS: u16 = 30;
/// Most days for which something is kept in the bin. So long is the username reserved that somebody comes back with.
pub const MAX_KEEP_DAYS: u16 = 90;
const _: () = assert!(MAX_KEEP_DAYS as i64 <= text::USERNAME_RESERVED_DAYS, "a name is freed before its owner is gone");

/// Checks for how many days something is kept.
///
/// # Errors
/// `Invalid` at `/keep_days`.
pub fn check_keep_days(days: u16) -> Result<()> {
    match days {
        1..=MAX_KEEP_DAYS => Ok(()),
        _ => Err(Error::field("/keep_days", "out-of-range", "must be from 1 to 90 days")),
    }
}

named! {
    /// What can be in the bin.
    BinKind {
        /// A user.
        User = "user",
        /// A group with its allocation.
        Group = "group",
    }
}

/// Something in the bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BinItem {
    /// The id that it had, and will have again.
    pub id: BinItemId,
    /// What it is.
    pub kind: BinKind,
    /// Username, or name of the group.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub label: String,
    /// Full name, or display name of the group.
    #[cfg_attr(feature = "openapi", schema(example = "Bob Kettle"))]
    pub display_name: String,
    /// To which organization it belonged.
    pub organization_id: Option<OrganizationId>,
    /// Display name of that organization, if it is still there.
    #[cfg_attr(feature = "openapi", schema(example = "Acme"))]
    pub organization_name: Option<String>,
    /// What lies there with it.
    pub contents: Vec<KindCount>,
    /// Why it was deleted.
    #[cfg_attr(feature = "openapi", schema(example = "left the company"))]
    pub reason: String,
    /// Who deleted it, if the caller may know.
    pub deleted_by: Option<UserId>,
    /// Their username.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub deleted_by_name: String,
    /// When.
    pub deleted_at: Timestamp,
    /// When it goes for good.
    pub purge_at: Timestamp,
}

/// Which things are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct BinFilter {
    /// Part of the name, any case, or the id.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, max_length = 200, example = "bob"))]
    pub q: Option<String>,
    /// What they are.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<BinKind>,
    /// To which organization they belonged.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
}

impl BinFilter {
    /// Checks the fields.
    ///
    /// # Errors
    /// `Invalid` at the faulty fields.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}

named! {
    /// What the bin can be sorted by.
    BinSort {
        /// When it was deleted.
        DeletedAt = "deleted_at",
        /// When it goes for good.
        PurgeAt = "purge_at",
        /// Name, any case.
        Label = "label",
    }
}

/// Newest first.
pub const DEFAULT_SORT: Sort<BinSort> = Sort::descending(BinSort::DeletedAt);

/// Which page of the bin is asked for.
pub type ListBin = ListRequest<BinFilter, BinSort>;

/// An order to bring something back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RestoreBinItem {
    /// Bring a user back without the e-mail address, which somebody else has meanwhile.
    pub without_email: bool,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RestoredBinItem {
    /// Its id.
    pub id: BinItemId,
    /// What it is.
    pub kind: BinKind,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub label: String,
    /// What came back with it.
    pub returned: Vec<KindCount>,
    /// What comes back with something else that is in the bin still.
    pub waiting: Vec<KindCount>,
    /// What cannot come back, because what it hung on is gone for good.
    pub lost: Vec<KindCount>,
}
