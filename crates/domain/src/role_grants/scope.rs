//! Where roles are granted, and to whom.

use crate::{GroupId, OrganizationId, Resource, UserId, names::named};

named! {
    /// Kind of the scope of a grant.
    ScopeKind {
        /// The whole platform.
        Platform = "platform",
        /// One organization.
        Organization = "organization",
        /// One group.
        Group = "group",
    }
}

impl ScopeKind {
    /// The kind of a scope that is this group, or else this organization, or else the platform.
    #[must_use]
    pub const fn of(organization: Option<OrganizationId>, group: Option<GroupId>) -> Self {
        match (organization, group) {
            (_, Some(_)) => Self::Group,
            (Some(_), None) => Self::Organization,
            (None, None) => Self::Platform,
        }
    }
}

/// Where a role is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantScope {
    /// On the whole platform.
    Platform,
    /// On one organization.
    Organization(OrganizationId),
    /// On one group.
    Group {
        /// Which.
        id: GroupId,
        /// Where it belongs; nowhere for a group of the platform.
        organization_id: Option<OrganizationId>,
    },
}

impl GrantScope {
    /// The scope that is this group of an organization or of the platform, or else this organization, or else the platform.
    #[must_use]
    pub const fn of(organization_id: Option<OrganizationId>, group: Option<GroupId>) -> Self {
        match (organization_id, group) {
            (organization_id, Some(id)) => Self::Group { id, organization_id },
            (Some(id), None) => Self::Organization(id),
            (None, None) => Self::Platform,
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> ScopeKind {
        match self {
            Self::Platform => ScopeKind::Platform,
            Self::Organization(_) => ScopeKind::Organization,
            Self::Group { .. } => ScopeKind::Group,
        }
    }

    /// The organization that it is, or lies in.
    #[must_use]
    pub const fn organization_id(self) -> Option<OrganizationId> {
        match self {
            Self::Platform => None,
            Self::Organization(id) => Some(id),
            Self::Group { organization_id, .. } => organization_id,
        }
    }

    /// The group, if it is one.
    #[must_use]
    pub const fn group_id(self) -> Option<GroupId> {
        match self {
            Self::Platform | Self::Organization(_) => None,
            Self::Group { id, .. } => Some(id),
        }
    }

    /// What it is to the decision function.
    #[must_use]
    pub const fn resource(self) -> Resource {
        match self {
            Self::Platform => Resource::Platform,
            Self::Organization(id) => Resource::Organization(id),
            Self::Group { id, organization_id } => Resource::Group { id, organization_id, standing: None },
        }
    }
}

/// Who holds what a grant gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantHolder {
    /// A user.
    User(UserId),
    /// Whoever is in a group, for as long as they are.
    Group(GroupId),
}

impl GrantHolder {
    /// One of the two, if it is one.
    pub(super) fn of(user: Option<UserId>, group: Option<GroupId>) -> Option<Self> {
        match (user, group) {
            (Some(user), None) => Some(Self::User(user)),
            (None, Some(group)) => Some(Self::Group(group)),
            _ => None,
        }
    }

    /// The user, unless it is a group.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Group(_) => None,
        }
    }

    /// The group, unless it is a user.
    #[must_use]
    pub const fn group(self) -> Option<GroupId> {
        match self {
            Self::User(_) => None,
            Self::Group(id) => Some(id),
        }
    }
}
