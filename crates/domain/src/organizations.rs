//! Organizations: whom users belong to.

mod defaults;

pub use defaults::{UpdateUserDefaults, UserDefaults};
use serde::{Deserialize, Serialize};

use crate::{
    FieldError, OrganizationId, Result, Timestamp,
    names::named,
    page::{ListRequest, Sort},
    text,
};

named! {
    /// What sort of organization it is; a label without effect on rights.
    OrganizationKind {
        /// A firm.
        Company = "company",
        /// A university or school.
        University = "university",
        /// A public body.
        Government = "government",
        /// A body for research.
        Research = "research",
        /// None of the others.
        Other = "other",
    }
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Id.
    pub id: OrganizationId,
    /// Short name, unique in any case; as in URLs.
    #[cfg_attr(feature = "openapi", schema(example = "analytical"))]
    pub name: String,
    /// Full name.
    #[cfg_attr(feature = "openapi", schema(example = "Analytical Engines"))]
    pub display_name: String,
    /// What sort of organization it is.
    pub kind: OrganizationKind,
    /// Users who belong to it.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 412))]
    pub member_count: u64,
    /// Those of them who may sign in.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 398))]
    pub active_member_count: u64,
    /// Seats for members who are active and not complimentary; 0 for as many as there are.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 500))]
    pub seats: u32,
    /// Seats that are taken. More than there are, when seats were taken away: nobody else comes in then.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 396))]
    pub seats_used: u64,
    /// What new users begin with.
    pub user_defaults: UserDefaults,
    /// What the avatar image is known by, as its `ETag`; another image has another. `null` without an image.
    #[cfg_attr(feature = "openapi", schema(example = "9f86d081884c7d65"))]
    pub avatar_digest: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
}

/// What a new organization is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOrganization {
    /// Short name: 3 to 50 letters, digits, dots, dashes and underscores, a letter or digit first.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 3, max_length = 50, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$", example = "analytical")
    )]
    pub name: String,
    /// Full name.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Analytical Engines"
        )
    )]
    pub display_name: String,
    /// What sort of organization it is.
    #[serde(default = "company")]
    #[cfg_attr(feature = "openapi", schema(default = "company"))]
    pub kind: OrganizationKind,
}

const fn company() -> OrganizationKind {
    OrganizationKind::Company
}

impl CreateOrganization {
    /// All faults of the fields, with pointers below `base`.
    #[must_use]
    pub fn faults(&self, base: &str) -> Vec<FieldError> {
        [
            text::check_username(&format!("{base}/name"), &self.name),
            text::check_line(&format!("{base}/display_name"), &self.display_name),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect()
    }
}

/// A change of an organization: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateOrganization {
    /// Short name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 3,
            max_length = 50,
            pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            example = "analytical"
        )
    )]
    pub name: Option<String>,
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Analytical Engines Ltd"
        )
    )]
    pub display_name: Option<String>,
    /// What sort of organization it is.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<OrganizationKind>,
    /// Seats, 0 for no limit; needs `seat.manage`. Fewer than are taken keep everybody in, and nobody else comes in.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 0, maximum = 1_000_000, example = 500))]
    pub seats: Option<u32>,
    /// What new users begin with: members that are absent stay as they are, `null` empties them all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "UpdateUserDefaults::or_emptied")]
    pub user_defaults: Option<UpdateUserDefaults>,
}

/// Most seats of an organization.
pub const SEATS_MAX: u32 = 1_000_000;

impl Organization {
    /// Seats that are free; `None` when there is no limit.
    #[must_use]
    pub fn seats_free(&self) -> Option<u64> {
        (self.seats > 0).then(|| u64::from(self.seats).saturating_sub(self.seats_used))
    }
}

impl UpdateOrganization {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let seats = match self.seats {
            Some(seats) if seats > SEATS_MAX => {
                Err(FieldError::new("/seats", "out-of-range", "must be at most 1,000,000"))
            }
            _ => Ok(()),
        };
        let mut faults: Vec<FieldError> = [
            self.name.as_deref().map_or(Ok(()), |name| text::check_username("/name", name)),
            self.display_name.as_deref().map_or(Ok(()), |name| text::check_line("/display_name", name)),
            seats,
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        faults.extend(self.user_defaults.iter().flat_map(UpdateUserDefaults::faults));
        faults
    }
}

/// Which organizations are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct OrganizationFilter {
    /// Part of name or display name in any case, or an id.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "engine")
    )]
    pub q: Option<String>,
    /// Kind.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<OrganizationKind>,
}

named! {
    /// What organizations can be sorted by.
    OrganizationSort {
        /// Name, any case.
        Name = "name",
        /// Display name, any case.
        DisplayName = "display_name",
        /// When it was made.
        CreatedAt = "created_at",
    }
}

/// By name.
pub const DEFAULT_SORT: Sort<OrganizationSort> = Sort::ascending(OrganizationSort::Name);

/// Which page of which organizations is asked for.
pub type ListOrganizations = ListRequest<OrganizationFilter, OrganizationSort>;
