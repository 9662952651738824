//! Who acts: by which credential, with which roles.

use std::sync::Arc;

use super::visibility;
use crate::{
    ApiKeyId, OrganizationId, Permission, PermissionSet, Role, SessionId, Timestamp, UserId,
    role_grants::{GrantScope, HeldGrant},
    roles::Roles,
};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Kind of actor with its identity.
    pub kind: ActorKind,
    /// Name for audit events and job lists.
    pub label: String,
    /// Base roles held now.
    pub roles: Roles,
    /// Role grants in force now, beside the base roles.
    pub grants: Arc<[HeldGrant]>,
    /// The organization that the actor belongs to.
    pub organization_id: Option<OrganizationId>,
    /// How fresh the authentication of the session is.
    pub authentication: Authentication,
    /// Who acts in truth, when it is somebody else.
    pub impersonator: Option<Arc<Impersonator>>,
}

/// Somebody who acts as somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impersonator {
    /// Who.
    pub id: UserId,
    /// Their name, for audit events.
    pub label: String,
    /// Whether they may change things, not only see them.
    pub may_write: bool,
}

/// How fresh an authentication is, as far as sensitive acts ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Authentication {
    /// Fresh enough. Keys and the platform itself have nothing to authenticate by again.
    #[default]
    Recent,
    /// Older than this.
    Old {
        /// Seconds for which it is fresh enough.
        max_age_seconds: u32,
    },
}

/// Kinds of actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// A signed-in person.
    User {
        /// Whose account it is.
        id: UserId,
        /// The session of the request.
        session_id: SessionId,
    },
    /// A script with an API key: its owner, within the key's scopes.
    ApiKey {
        /// The key.
        id: ApiKeyId,
        /// Whose key it is.
        user_id: UserId,
        /// What it was given; never more than its owner has.
        scopes: PermissionSet,
    },
    /// The platform itself: background work, or an operator on the command line.
    System,
}

impl Actor {
    /// The platform itself, named `label`, with every permission.
    pub fn system(label: impl Into<String>) -> Self {
        Self {
            kind: ActorKind::System,
            label: label.into(),
            roles: Roles::NONE.with(Role::Admin),
            grants: Arc::default(),
            organization_id: None,
            authentication: Authentication::Recent,
            impersonator: None,
        }
    }

    /// The same without the grants that end before `until`, or at all when there is none.
    #[must_use]
    pub fn lasting(&self, until: Option<Timestamp>) -> Self {
        let lasts = |grant: &&HeldGrant| grant.expires_at.is_none_or(|end| until.is_some_and(|until| end >= until));
        Self { grants: self.grants.iter().filter(lasts).cloned().collect(), ..self.clone() }
    }

    /// The user who acts, by hand or by a key.
    #[must_use]
    pub const fn user_id(&self) -> Option<UserId> {
        match self.kind {
            ActorKind::User { id, .. } | ActorKind::ApiKey { user_id: id, .. } => Some(id),
            ActorKind::System => None,
        }
    }

    /// The session, if a person acts by hand.
    #[must_use]
    pub const fn session_id(&self) -> Option<SessionId> {
        match self.kind {
            ActorKind::User { session_id, .. } => Some(session_id),
            ActorKind::ApiKey { .. } | ActorKind::System => None,
        }
    }

    /// The API key, if one acts.
    #[must_use]
    pub const fn api_key_id(&self) -> Option<ApiKeyId> {
        match self.kind {
            ActorKind::ApiKey { id, .. } => Some(id),
            ActorKind::User { .. } | ActorKind::System => None,
        }
    }

    /// What the credential was given, if that is less than all that its user has.
    #[must_use]
    pub const fn scopes(&self) -> Option<PermissionSet> {
        match self.kind {
            ActorKind::ApiKey { scopes, .. } => Some(scopes),
            ActorKind::User { .. } | ActorKind::System => None,
        }
    }

    /// Whether the credential carries the permission; a session carries all that its user has, but for an impersonator.
    pub(super) fn carries(&self, permission: Permission) -> bool {
        if let Some(by) = &self.impersonator
            && !(permission.is_for_impersonators() && (by.may_write || permission.is_read()))
        {
            return false;
        }
        match self.kind {
            ActorKind::ApiKey { scopes, .. } => permission.is_for_keys() && scopes.contains(permission),
            ActorKind::User { .. } | ActorKind::System => true,
        }
    }

    /// Whether the actor is `user`.
    #[must_use]
    pub fn is(&self, user: UserId) -> bool {
        self.user_id() == Some(user)
    }

    /// The built-in roles that the actor holds on the whole platform, by themselves or by a grant.
    #[must_use]
    pub fn platform_roles(&self) -> Roles {
        let granted = self.grants.iter().filter(|grant| grant.scope() == GrantScope::Platform);
        granted.filter_map(|grant| grant.role).fold(self.roles, Roles::with)
    }

    /// Whether the actor has full control.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.platform_roles().contains(Role::Admin)
    }

    /// Organizations whose administrator the actor is, by the base role or by a grant.
    pub fn administered(&self) -> impl Iterator<Item = OrganizationId> {
        let own = self.organization_id.filter(|_| self.roles.contains(Role::OrganizationAdmin));
        let granted = self.grants.iter().filter(|grant| grant.role == Some(Role::OrganizationAdmin));
        own.into_iter().chain(granted.filter_map(|grant| match grant.scope() {
            GrantScope::Organization(id) => Some(id),
            GrantScope::Platform | GrantScope::Group { .. } => None,
        }))
    }

    /// Whether the actor may decide over all that `organization` decides by itself.
    #[must_use]
    pub fn administers(&self, organization: OrganizationId) -> bool {
        self.is_admin() || self.administered().any(|own| own == organization)
    }

    /// Every permission that the actor holds on some resource, for menus.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(|permission| visibility(self, *permission).is_some())
    }
}
