//! Who is in a group, and in which groups somebody is.

use serde::{Deserialize, Serialize};

use super::Standing;
use crate::{
    Error, GroupId, Result, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
    text,
    users::UserStatus,
};

/// A user in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupMember {
    /// The group.
    pub group_id: GroupId,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "difference-engine"))]
    pub group_name: String,
    /// Its full name.
    #[cfg_attr(feature = "openapi", schema(example = "Difference Engine"))]
    pub group_display_name: String,
    /// The user.
    pub user_id: UserId,
    /// Their username.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// Their full name.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// What they are in the group.
    pub standing: Standing,
    /// Since when.
    pub created_at: Timestamp,
}

/// Somebody who is to be in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddGroupMember {
    /// The user, by id; exactly one of `user_id` and `username` is given.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// The user, by username in any case.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "ada.byron")
    )]
    pub username: Option<String>,
    /// What they become; who only manages the group adds members, not managers.
    #[serde(default = "member")]
    #[cfg_attr(feature = "openapi", schema(default = "member"))]
    pub standing: Standing,
}

const fn member() -> Standing {
    Standing::Member
}

/// A way to name a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedUser<'a> {
    /// By id.
    Id(UserId),
    /// By username.
    Username(&'a str),
}

impl NamedUser<'_> {
    /// Pointer to the field that names them.
    #[must_use]
    pub const fn pointer(&self) -> &'static str {
        match self {
            Self::Id(_) => "/user_id",
            Self::Username(_) => "/username",
        }
    }
}

impl AddGroupMember {
    /// The user who is meant.
    ///
    /// # Errors
    /// `Invalid` when they are named in no way or in two.
    pub fn user(&self) -> Result<NamedUser<'_>> {
        match (self.user_id, self.username.as_deref()) {
            (Some(id), None) => Ok(NamedUser::Id(id)),
            (None, Some(name)) => {
                text::check_search("/username", name, 200).map_err(|fault| Error::Invalid(vec![fault]))?;
                Ok(NamedUser::Username(name))
            }
            _ => Err(Error::field("", "format", "must have either user_id or username")),
        }
    }
}

/// A change of what somebody is in a group: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateGroupMember {
    /// What they become.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub standing: Option<Standing>,
}

/// Which members are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MemberFilter {
    /// Part of username or display name in any case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "byron")
    )]
    pub q: Option<String>,
    /// What they are in the group.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub standing: Option<Standing>,
}

impl MemberFilter {
    /// Checks the search text.
    ///
    /// # Errors
    /// `Invalid` at `/q`.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}

named! {
    /// What members can be sorted by.
    MemberSort {
        /// Username, any case.
        Username = "username",
        /// Since when they are in the group.
        CreatedAt = "created_at",
    }
}

/// By username.
pub const DEFAULT_MEMBER_SORT: Sort<MemberSort> = Sort::ascending(MemberSort::Username);

/// Which page of which members is asked for.
pub type ListGroupMembers = ListRequest<MemberFilter, MemberSort>;

/// Which groups of a user are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UserGroupFilter {
    /// What they are in it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub standing: Option<Standing>,
}

named! {
    /// What the groups of a user can be sorted by.
    UserGroupSort {
        /// Name of the group, any case.
        GroupName = "group_name",
        /// Since when they are in it.
        CreatedAt = "created_at",
    }
}

/// By name.
pub const DEFAULT_USER_GROUP_SORT: Sort<UserGroupSort> = Sort::ascending(UserGroupSort::GroupName);

/// Which page of which groups of a user is asked for.
pub type ListUserGroups = ListRequest<UserGroupFilter, UserGroupSort>;
