//! How far a permission reaches.

use crate::{GroupId, OrganizationId, UserId, audit::OUTSIDER, role_grants::GrantScope};

/// How far a permission reaches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// The whole platform.
    All,
    /// A part of it.
    Part {
        /// These organizations, by id, each once.
        organizations: Vec<OrganizationId>,
        /// These groups, by id, each once.
        groups: Vec<GroupId>,
        /// What belongs to this user, unless that lies within the organizations.
        own: Option<UserId>,
    },
}

impl Visibility {
    /// One organization.
    #[must_use]
    pub fn of(organization: OrganizationId) -> Self {
        Self::Part { organizations: vec![organization], groups: Vec::new(), own: None }
    }

    /// Nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self::Part { organizations: Vec::new(), groups: Vec::new(), own: None }
    }

    /// What a grant on `scope` reaches.
    #[must_use]
    pub fn of_scope(scope: GrantScope) -> Self {
        match scope {
            GrantScope::Platform => Self::All,
            GrantScope::Organization(id) => Self::of(id),
            GrantScope::Group { id, .. } => Self::Part { organizations: Vec::new(), groups: vec![id], own: None },
        }
    }

    /// What lies within both.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, other) => other.clone(),
            (reach, Self::All) => reach,
            (
                Self::Part { mut organizations, mut groups, own },
                Self::Part { organizations: others, groups: other_groups, own: other },
            ) => {
                organizations.retain(|id| others.contains(id));
                groups.retain(|id| other_groups.contains(id));
                Self::Part { organizations, groups, own: own.filter(|own| Some(*own) == *other) }
            }
        }
    }

    /// Whether something that belongs to `organization` and `owner` is within reach.
    #[must_use]
    pub fn covers(&self, organization: Option<OrganizationId>, owner: Option<UserId>) -> bool {
        match self {
            Self::All => true,
            Self::Part { organizations, own, .. } => {
                organization.is_some_and(|id| organizations.contains(&id)) || owner.is_some() && owner == *own
            }
        }
    }

    /// Whether a group of `organization`, or of the platform, is within reach.
    #[must_use]
    pub fn covers_group(&self, id: GroupId, organization: Option<OrganizationId>) -> bool {
        let is_named = matches!(self, Self::Part { groups, .. } if groups.contains(&id));
        is_named || self.covers(organization, None)
    }

    /// Leaves the name of who acted, who belongs to `organization`, to those alone who see that far.
    pub fn name(&self, organization: Option<OrganizationId>, id: &mut Option<UserId>, name: &mut String) {
        if id.is_some() && !self.covers_scope(organization) {
            *id = None;
            OUTSIDER.clone_into(name);
        }
    }

    /// Whether it reaches all of `organization`, or of the platform.
    #[must_use]
    pub fn covers_scope(&self, organization: Option<OrganizationId>) -> bool {
        *self == Self::All || self.covers(organization, None)
    }

    /// Whether it reaches all that a grant on `scope` reaches.
    #[must_use]
    pub fn covers_grant(&self, scope: GrantScope) -> bool {
        match scope {
            GrantScope::Platform | GrantScope::Organization(_) => self.covers_scope(scope.organization_id()),
            GrantScope::Group { id, organization_id } => self.covers_group(id, organization_id),
        }
    }

    /// The organization, if it reaches this one alone.
    #[must_use]
    pub fn only_organization(&self) -> Option<OrganizationId> {
        match self {
            Self::Part { organizations, groups, own: None } => match (organizations.as_slice(), groups.as_slice()) {
                ([only], []) => Some(*only),
                _ => None,
            },
            _ => None,
        }
    }
}
