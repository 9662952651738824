//! Groups: people who share an allocation. A group belongs to an organization or to the platform.

mod members;

use serde::{Deserialize, Serialize};

use crate::{
    Actor, FieldError, GroupId, OrganizationId, Permission, Resource, Result, Timestamp, Visibility,
    allocations::{Allocation, AllocationState, LimitKind},
    names::named,
    page::{ListRequest, Sort},
    policy, text,
};

pub use members::{
    AddGroupMember, DEFAULT_MEMBER_SORT, DEFAULT_USER_GROUP_SORT, GroupMember, ListGroupMembers, ListUserGroups,
    MemberFilter, MemberSort, NamedUser, UpdateGroupMember, UserGroupFilter, UserGroupSort,
};

/// Most characters of a group's name.
pub const NAME_MAX: usize = 50;
/// Most characters of a description.
pub const DESCRIPTION_MAX: usize = 2_000;

named! {
    /// What somebody is in a group.
    Standing {
        /// Belongs to it.
        Member = "member",
        /// Belongs to it, sees and changes who else does, and sees its allocation.
        Manager = "manager",
    }
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// Id.
    pub id: GroupId,
    /// Organization that it belongs to; `null` for a group of the platform.
    pub organization_id: Option<OrganizationId>,
    /// Full name of that organization.
    #[cfg_attr(feature = "openapi", schema(example = "Analytical Engines"))]
    pub organization_name: Option<String>,
    /// Short name, unique in its organization in any case.
    #[cfg_attr(feature = "openapi", schema(example = "difference-engine"))]
    pub name: String,
    /// Full name.
    #[cfg_attr(feature = "openapi", schema(example = "Difference Engine"))]
    pub display_name: String,
    /// What it is for; may be empty.
    #[cfg_attr(feature = "openapi", schema(example = "Tables of logarithms"))]
    pub description: String,
    /// Users in it.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 12))]
    pub member_count: u64,
    /// What the caller is in it; `null` for who is not in it.
    pub standing: Option<Standing>,
    /// What it may use; `null` for who may not see that.
    pub allocation: Option<Allocation>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
}

impl Group {
    /// The group as the decision function sees it, for the caller whose standing it has.
    #[must_use]
    pub const fn resource(&self) -> Resource {
        Resource::Group { id: self.id, organization_id: self.organization_id, standing: self.standing }
    }
}

/// Checks a group's name: 1 to 50 of `A-Z a-z 0-9 _ -`.
fn check_name(pointer: &str, name: &str) -> Result<(), FieldError> {
    if name.is_empty() {
        return Err(FieldError::new(pointer, "required", "must not be empty"));
    }
    if name.chars().count() > NAME_MAX {
        return Err(FieldError::new(pointer, "too-long", format!("must have at most {NAME_MAX} characters")));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        return Err(FieldError::new(pointer, "format", "may have letters, digits, dashes and underscores only"));
    }
    Ok(())
}

fn check_description(description: &str) -> Result<(), FieldError> {
    text::check_lines("/description", description, DESCRIPTION_MAX)
}

fn faults<const N: usize>(checks: [Result<(), FieldError>; N]) -> Vec<FieldError> {
    checks.into_iter().filter_map(Result::err).collect()
}

/// What a new group is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateGroup {
    /// Short name: 1 to 50 letters, digits, dashes and underscores.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 50, pattern = "^[A-Za-z0-9_-]+$", example = "difference-engine")
    )]
    pub name: String,
    /// Full name; the short one unless given.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Difference Engine"
        )
    )]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 2000, pattern = r"^[^\x00-\x09\x0b-\x1f\x7f]*$", example = "Tables of logarithms")
    )]
    pub description: String,
    /// Organization that it belongs to; the own one for its administrators, else none.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// Whether its allocation may be overdrawn.
    #[serde(default = "hard")]
    #[cfg_attr(feature = "openapi", schema(default = "hard"))]
    pub limit: LimitKind,
}

const fn hard() -> LimitKind {
    LimitKind::Hard
}

impl CreateGroup {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        faults([
            check_name("/name", &self.name),
            self.display_name.as_deref().map_or(Ok(()), |name| text::check_line("/display_name", name)),
            check_description(&self.description),
        ])
    }
}

/// A change of a group: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateGroup {
    /// Short name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 50,
            pattern = "^[A-Za-z0-9_-]+$",
            example = "difference-engine"
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
            example = "Difference Engine No. 2"
        )
    )]
    pub display_name: Option<String>,
    /// What it is for; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 2000, pattern = r"^[^\x00-\x09\x0b-\x1f\x7f]*$", example = "Tables of logarithms")
    )]
    pub description: Option<String>,
}

impl UpdateGroup {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        faults([
            self.name.as_deref().map_or(Ok(()), |name| check_name("/name", name)),
            self.display_name.as_deref().map_or(Ok(()), |name| text::check_line("/display_name", name)),
            check_description(self.description.as_deref().unwrap_or_default()),
        ])
    }
}

/// Which groups are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct GroupFilter {
    /// Part of name or display name in any case, or an id.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "engine")
    )]
    pub q: Option<String>,
    /// Organization.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Level that the use of the allocation has reached; needs `allocation.read`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub state: Option<AllocationState>,
}

impl GroupFilter {
    /// Checks the search text.
    ///
    /// # Errors
    /// `Invalid` at `/q`.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}

named! {
    /// What groups can be sorted by; by the allocation with `allocation.read` only.
    GroupSort {
        /// Name, any case.
        Name = "name",
        /// Display name, any case.
        DisplayName = "display_name",
        /// Users in it.
        MemberCount = "member_count",
        /// What it was granted.
        Total = "total",
        /// How much of that is used; groups without an allocation come first.
        Percent = "percent",
        /// When it was made.
        CreatedAt = "created_at",
    }
}

impl GroupSort {
    /// Whether the order tells something of allocations.
    #[must_use]
    pub const fn is_of_allocation(self) -> bool {
        matches!(self, Self::Total | Self::Percent)
    }
}

/// By name.
pub const DEFAULT_SORT: Sort<GroupSort> = Sort::ascending(GroupSort::Name);

/// Which page of which groups is asked for.
pub type ListGroups = ListRequest<GroupFilter, GroupSort>;

/// Whether `actor` sees the allocations of all groups that they see: to others, the order of all would tell of those that
/// they do not see.
#[must_use]
pub fn sees_all_allocations(actor: &Actor) -> bool {
    let reach = |permission| policy::visibility(actor, permission);
    match reach(Permission::GroupRead) {
        None | Some(Visibility::Part { own: Some(_), .. }) => false,
        of_groups => reach(Permission::AllocationRead) == of_groups,
    }
}

/// Whether the filter or the order of a list tells something of allocations.
#[must_use]
pub fn tells_allocations(request: &ListGroups) -> bool {
    request.filter.state.is_some() || request.sort.is_some_and(|sort| sort.key.is_of_allocation())
}
