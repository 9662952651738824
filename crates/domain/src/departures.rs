//! Departures: people who leave, what becomes of their accounts and of what they own, and the receipt of each step.

use serde::{Deserialize, Serialize};

use crate::{
    DepartureId, Error, FieldError, OrganizationId, Result, Timestamp, UserId, bin,
    names::named,
    page::{ListRequest, Sort},
    text,
};

/// Days for which exported data can be fetched.
pub const KEEP_EXPORT_DAYS: i64 = 30;

named! {
    /// What becomes of the account of somebody who leaves.
    AccountFate {
        /// It stays, suspended.
        Suspend = "suspend",
        /// It goes into the bin, from which it can come back.
        Bin = "bin",
        /// It is deleted for good.
        Delete = "delete",
    }
}

/// Nothing is deleted unless it is said.
impl Default for AccountFate {
    fn default() -> Self {
        Self::Suspend
    }
}

named! {
    /// What a user owns, or hangs on, by kind. Whatever else will belong to users is registered here.
    OwnedKind {
        /// API keys.
        ApiKey = "api_key",
        /// Provider keys.
        ProviderKey = "provider_key",
        /// Memberships in groups.
        Membership = "membership",
        /// Saved views, private and shared.
        SavedView = "saved_view",
    }
}

named! {
    /// What becomes of something that a user owns.
    OwnedFate {
        /// It is deleted for good.
        Delete = "delete",
        /// It goes to another user.
        Transfer = "transfer",
        /// It stays with the account: suspended, or in the bin. Of an account that is deleted, what others use stays without
        /// an owner.
        Keep = "keep",
    }
}

impl OwnedKind {
    /// What can become of things of this kind. Credentials are never handed to somebody else.
    #[must_use]
    pub const fn fates(self) -> &'static [OwnedFate] {
        match self {
            Self::ApiKey | Self::ProviderKey => &[OwnedFate::Delete, OwnedFate::Keep],
            Self::Membership | Self::SavedView => &[OwnedFate::Delete, OwnedFate::Transfer, OwnedFate::Keep],
        }
    }

    /// What becomes of them when nothing is said; `hands_over` when there is somebody who takes over.
    #[must_use]
    pub const fn default_fate(self, hands_over: bool) -> OwnedFate {
        match self {
            Self::ApiKey | Self::ProviderKey | Self::Membership => OwnedFate::Delete,
            Self::SavedView if hands_over => OwnedFate::Transfer,
            Self::SavedView => OwnedFate::Keep,
        }
    }
}

/// What becomes of things of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KindFate {
    /// Which things.
    pub kind: OwnedKind,
    /// What becomes of them.
    pub fate: OwnedFate,
}

/// How people leave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(example = json!({"reason": "left the company", "account": "bin", "keep_days": 30}))
)]
#[serde(deny_unknown_fields, default)]
pub struct Offboarding {
    /// Why.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "left the company")
    )]
    pub reason: String,
    /// What becomes of their accounts.
    #[cfg_attr(feature = "openapi", schema(default = "suspend"))]
    pub account: AccountFate,
    /// Days for which the accounts are kept in the bin; 30 unless said.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 1, maximum = 90, example = 30))]
    pub keep_days: Option<u16>,
    /// The user who takes over what is transferred.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub hand_over_to: Option<UserId>,
    /// What becomes of their things, by kind. Without a line, API keys and provider keys are deleted, memberships end, and
    /// saved views are transferred if there is somebody to take them over, and kept if not. Memberships of an account in the
    /// bin come back with it, whatever is said here.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub fates: Vec<KindFate>,
    /// Whether their data is exported first, to be fetched from the departure for 30 days; needs `user.export`.
    pub export: bool,
}

impl Offboarding {
    /// What becomes of things of this kind.
    #[must_use]
    pub fn fate(&self, kind: OwnedKind) -> OwnedFate {
        let said = self.fates.iter().find(|line| line.kind == kind).map(|line| line.fate);
        said.unwrap_or_else(|| kind.default_fate(self.hand_over_to.is_some()))
    }

    /// Days for which the accounts are kept in the bin.
    #[must_use]
    pub fn keep_days(&self) -> u16 {
        self.keep_days.unwrap_or(bin::KEEP_DAYS)
    }

    /// Checks the fields.
    ///
    /// # Errors
    /// `Invalid` at the faulty fields.
    pub fn check(&self) -> Result<()> {
        let mut faults: Vec<FieldError> =
            text::check_optional_line("/reason", &self.reason, text::REASON_MAX).err().into_iter().collect();
        match self.keep_days {
            Some(_) if self.account != AccountFate::Bin => {
                faults.push(FieldError::new("/keep_days", "contradiction", "is for accounts that go into the bin"));
            }
            Some(days) => bin::check_keep_days(days)?,
            None => {}
        }
        for (index, line) in self.fates.iter().enumerate() {
            let pointer = format!("/fates/{index}");
            if self.fates.iter().take(index).any(|other| other.kind == line.kind) {
                faults.push(FieldError::new(pointer, "repeated", "is there twice"));
            } else if !line.kind.fates().contains(&line.fate) {
                faults.push(FieldError::new(pointer, "unsupported", "cannot become of things of this kind"));
            } else if line.fate == OwnedFate::Transfer && self.hand_over_to.is_none() {
                faults.push(FieldError::new("/hand_over_to", "required", "must name who takes over"));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

named! {
    /// A step of a departure.
    DepartureStepKind {
        /// The data was exported; the number is of its rows.
        DataExported = "data_exported",
        /// Sessions were ended.
        SessionsEnded = "sessions_ended",
        /// API keys were revoked.
        ApiKeysRevoked = "api_keys_revoked",
        /// API keys were kept.
        ApiKeysKept = "api_keys_kept",
        /// Provider keys were deleted.
        ProviderKeysDeleted = "provider_keys_deleted",
        /// Provider keys were kept.
        ProviderKeysKept = "provider_keys_kept",
        /// The user was taken out of groups.
        MembershipsEnded = "memberships_ended",
        /// Memberships went to whoever takes over, who was not in these groups.
        MembershipsTransferred = "memberships_transferred",
        /// Memberships were kept.
        MembershipsKept = "memberships_kept",
        /// Saved views were deleted.
        SavedViewsDeleted = "saved_views_deleted",
        /// Saved views went to whoever takes over.
        SavedViewsTransferred = "saved_views_transferred",
        /// Saved views were kept.
        SavedViewsKept = "saved_views_kept",
        /// The account was suspended.
        AccountSuspended = "account_suspended",
        /// The account went into the bin.
        AccountBinned = "account_binned",
        /// The account was deleted.
        AccountDeleted = "account_deleted",
    }
}

/// A step of a departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DepartureStep {
    /// What was done.
    pub kind: DepartureStepKind,
    /// To how many things.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 3))]
    pub count: u64,
}

named! {
    /// How the account of somebody who left stands today.
    DepartureState {
        /// It is there: suspended, or activated since.
        Present = "present",
        /// It is in the bin.
        InBin = "in_bin",
        /// It is gone for good.
        Gone = "gone",
    }
}

/// The data of somebody who left, as a ZIP archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DepartureExport {
    /// Its length in bytes.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 48213))]
    pub bytes: u64,
    /// SHA-256 of the archive, in hexadecimal.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    )]
    pub sha256: String,
    /// Until when it can be fetched.
    pub expires_at: Timestamp,
}

/// Somebody who left: the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Departure {
    /// Id.
    pub id: DepartureId,
    /// Who left.
    pub user_id: UserId,
    /// Their username.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub username: String,
    /// Their full name.
    #[cfg_attr(feature = "openapi", schema(example = "Bob Kettle"))]
    pub display_name: String,
    /// Where they belonged.
    pub organization_id: Option<OrganizationId>,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(example = "left the company"))]
    pub reason: String,
    /// What became of the account.
    pub account: AccountFate,
    /// How it stands today.
    pub state: DepartureState,
    /// Until when it is in the bin.
    pub purge_at: Option<Timestamp>,
    /// Who took over, if the caller may know.
    pub handed_over_to: Option<UserId>,
    /// Their username.
    #[cfg_attr(feature = "openapi", schema(example = "carol"))]
    pub handed_over_to_name: Option<String>,
    /// What was done, in this order.
    pub steps: Vec<DepartureStep>,
    /// The data, while it can be fetched.
    pub export: Option<DepartureExport>,
    /// Who ordered it, if the caller may know.
    pub departed_by: Option<UserId>,
    /// Their username.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub departed_by_name: String,
    /// When.
    pub departed_at: Timestamp,
}

/// Which departures are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DepartureFilter {
    /// Part of the username or of the full name, any case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, max_length = 200, example = "bob"))]
    pub q: Option<String>,
    /// Of whom.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// Where they belonged.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// What became of the account.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub account: Option<AccountFate>,
}

impl DepartureFilter {
    /// Checks the fields.
    ///
    /// # Errors
    /// `Invalid` at the faulty fields.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}

named! {
    /// What departures can be sorted by.
    DepartureSort {
        /// When.
        DepartedAt = "departed_at",
        /// Username, any case.
        Username = "username",
    }
}

/// Newest first.
pub const DEFAULT_SORT: Sort<DepartureSort> = Sort::descending(DepartureSort::DepartedAt);

/// Which page of departures is asked for.
pub type ListDepartures = ListRequest<DepartureFilter, DepartureSort>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_never_handed_over() {
        for (kind, fate) in [(OwnedKind::ApiKey, OwnedFate::Transfer), (OwnedKind::ProviderKey, OwnedFate::Transfer)] {
            let order = Offboarding { fates: vec![KindFate { kind, fate }], ..Offboarding::default() };
            assert!(matches!(order.check(), Err(Error::Invalid(faults)) if faults[0].pointer == "/fates/0"));
        }
    }

    #[test]
    fn what_is_transferred_goes_to_somebody() {
        let views = KindFate { kind: OwnedKind::SavedView, fate: OwnedFate::Transfer };
        let order = Offboarding { fates: vec![views], ..Offboarding::default() };
        assert!(matches!(order.check(), Err(Error::Invalid(faults)) if faults[0].pointer == "/hand_over_to"));
        let to = Some(UserId(uuid::Uuid::from_u128(7)));
        assert!(Offboarding { hand_over_to: to, ..order.clone() }.check().is_ok());
        let twice = Offboarding { hand_over_to: to, fates: vec![views, views], ..Offboarding::default() };
        assert!(matches!(twice.check(), Err(Error::Invalid(faults)) if faults[0].pointer == "/fates/1"));
    }

    #[test]
    fn days_are_for_the_bin() {
        let days = |account, keep_days| Offboarding { account, keep_days, ..Offboarding::default() }.check();
        assert!(days(AccountFate::Bin, Some(90)).is_ok() && days(AccountFate::Bin, None).is_ok());
        assert!(days(AccountFate::Bin, Some(91)).is_err() && days(AccountFate::Bin, Some(0)).is_err());
        assert!(days(AccountFate::Suspend, Some(30)).is_err());
    }
}
