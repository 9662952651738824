//! The one decision function: who may do what to which resource.
//!
//! Every use-case, list, export, stream and menu asks [`allow`]. Its [`Grant`] is needed to commit a change and to
//! read a list, so a forgotten check does not compile, and a list is never wider than its check.

use crate::{
    ApiKeyId, Error, OrganizationId, Permission, PermissionSet, Result, Role, SessionId, UserId, roles::Roles,
};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Kind of actor with its identity.
    pub kind: ActorKind,
    /// Name for audit events and job lists.
    pub label: String,
    /// Roles held now.
    pub roles: Roles,
    /// The organization that the actor belongs to.
    pub organization_id: Option<OrganizationId>,
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
            organization_id: None,
        }
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

    /// Whether the credential carries the permission; a session carries all that its user has.
    const fn carries(&self, permission: Permission) -> bool {
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

    /// Whether the actor has full control.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        self.roles.contains(Role::Admin)
    }

    /// Every permission that the actor holds on some resource, for menus.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(|permission| visibility(self, *permission).is_some())
    }
}

/// What is acted on, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The platform as a whole: settings, overview, new organizations.
    Platform,
    /// A list: the grant's visibility narrows it.
    List,
    /// One organization, or something that belongs to it.
    Organization(OrganizationId),
    /// One user, or something that belongs to them.
    User {
        /// Whose account it is.
        id: UserId,
        /// Where they belong.
        organization_id: Option<OrganizationId>,
        /// What they hold.
        roles: Roles,
    },
    /// A user that is about to be created.
    NewUser {
        /// Where they will belong.
        organization_id: Option<OrganizationId>,
    },
    /// A job or plan, of the user that started it.
    Owned {
        /// Who started it; nobody for the platform's own.
        owner: Option<UserId>,
    },
}

/// How far a grant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// The whole platform.
    All,
    /// One organization.
    Organization(OrganizationId),
    /// What belongs to one user.
    Own(UserId),
}

impl Visibility {
    /// Whether something that belongs to `organization` and `owner` is within reach.
    #[must_use]
    pub fn covers(self, organization: Option<OrganizationId>, owner: Option<UserId>) -> bool {
        match self {
            Self::All => true,
            Self::Organization(own) => organization == Some(own),
            Self::Own(user) => owner == Some(user),
        }
    }
}

/// Proof that [`allow`] said yes. It cannot be made in any other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    permission: Permission,
    visibility: Visibility,
}

impl Grant {
    /// What was granted.
    #[must_use]
    pub const fn permission(&self) -> Permission {
        self.permission
    }

    /// How far it reaches.
    #[must_use]
    pub const fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// Whether accounts with privileged roles are out of its reach, as [`allow`] says for each alone.
    #[must_use]
    pub fn spares_privileged(&self) -> bool {
        guarded_on_privileged(self.permission) && matches!(self.visibility, Visibility::Organization(_))
    }
}

/// Platform roles that carry a permission everywhere. A new permission does not compile without its row.
#[must_use]
pub const fn platform_carriers(permission: Permission) -> &'static [Role] {
    use Permission as P;
    match permission {
        P::UserRead => &[Role::Admin, Role::Advocate],
        P::OverviewRead => &[Role::Admin, Role::Developer, Role::Advocate],
        P::UserCreate
        | P::UserUpdate
        | P::UserReadContact
        | P::UserUpdateContact
        | P::UserSuspend
        | P::UserDelete
        | P::UserSetPassword
        | P::UserAssignRoles
        | P::UserMove
        | P::SessionRead
        | P::SessionRevoke
        | P::OrganizationRead
        | P::OrganizationCreate
        | P::OrganizationUpdate
        | P::OrganizationDelete
        | P::AuditRead
        | P::SettingRead
        | P::SettingUpdate
        | P::JobRead
        | P::JobControl
        | P::ProfileRead
        | P::ProfileUpdate
        | P::ProfileUpdatePlace
        | P::ApiKeyRead
        | P::ApiKeyRevoke
        | P::AccessExplain => &[Role::Admin],
        P::ProfileSetPassword | P::ApiKeyWrite => &[],
    }
}

/// Whether the administrator of an organization holds the permission within it.
#[must_use]
pub const fn carried_in_organization(permission: Permission) -> bool {
    use Permission as P;
    match permission {
        P::OverviewRead
        | P::UserRead
        | P::UserCreate
        | P::UserUpdate
        | P::UserSuspend
        | P::UserDelete
        | P::UserSetPassword
        | P::SessionRead
        | P::SessionRevoke
        | P::OrganizationRead
        | P::OrganizationUpdate
        | P::AuditRead
        | P::ApiKeyRead
        | P::ApiKeyRevoke
        | P::AccessExplain => true,
        P::UserReadContact
        | P::UserUpdateContact
        | P::UserAssignRoles
        | P::UserMove
        | P::OrganizationCreate
        | P::OrganizationDelete
        | P::SettingRead
        | P::SettingUpdate
        | P::JobRead
        | P::JobControl
        | P::ProfileRead
        | P::ProfileUpdate
        | P::ProfileUpdatePlace
        | P::ProfileSetPassword
        | P::ApiKeyWrite => false,
    }
}

/// Whether somebody with `roles` holds the permission on what is their own.
#[must_use]
pub const fn carried_on_own(permission: Permission, roles: Roles) -> bool {
    use Permission as P;
    match permission {
        P::ProfileRead
        | P::ProfileUpdate
        | P::ProfileSetPassword
        | P::JobRead
        | P::JobControl
        | P::ApiKeyRead
        | P::ApiKeyWrite
        | P::ApiKeyRevoke
        | P::AccessExplain => true,
        P::ProfileUpdatePlace => roles.contains(Role::Developer),
        _ => false,
    }
}

/// Permissions that only an administrator holds on an account with privileged roles.
const fn guarded_on_privileged(permission: Permission) -> bool {
    use Permission as P;
    matches!(
        permission,
        P::UserUpdate
            | P::UserUpdateContact
            | P::UserSuspend
            | P::UserDelete
            | P::UserSetPassword
            | P::UserAssignRoles
            | P::UserMove
            | P::SessionRevoke
            | P::ApiKeyRevoke
    )
}

/// Permissions that lead to somebody's account. With them a key would outlive its scopes, so that it holds them neither on
/// its owner's account nor on one with roles over others.
const fn takes_over(permission: Permission) -> bool {
    use Permission as P;
    matches!(permission, P::UserUpdate | P::UserUpdateContact | P::UserSetPassword | P::UserAssignRoles | P::UserMove)
}

/// Checks that `actor` may hand on `roles`: a key hands on none over others, by which it would be more than it was given.
///
/// # Errors
/// `PrivilegedAccount`.
pub fn may_give(actor: &Actor, roles: Roles) -> Result<()> {
    if actor.api_key_id().is_some() && roles.are_powerful() {
        return Err(Error::PrivilegedAccount(Permission::UserAssignRoles));
    }
    Ok(())
}

/// The widest reach that `actor` has with `permission`, or none.
#[must_use]
pub fn visibility(actor: &Actor, permission: Permission) -> Option<Visibility> {
    if actor.kind == ActorKind::System {
        return Some(Visibility::All);
    }
    if !actor.carries(permission) {
        return None;
    }
    if platform_carriers(permission).iter().any(|role| actor.roles.contains(*role)) {
        return Some(Visibility::All);
    }
    if carried_in_organization(permission)
        && actor.roles.contains(Role::OrganizationAdmin)
        && let Some(own) = actor.organization_id
    {
        return Some(Visibility::Organization(own));
    }
    match actor.user_id() {
        Some(user) if carried_on_own(permission, actor.roles) => Some(Visibility::Own(user)),
        _ => None,
    }
}

/// Decides whether `actor` may do what `permission` names to `resource`.
///
/// # Errors
/// `Forbidden` when the actor may see the resource, `NotFound` when not, so that nobody learns of what they may not
/// see. `PrivilegedAccount` when only an administrator may touch the account.
pub fn allow(actor: &Actor, permission: Permission, resource: &Resource) -> Result<Grant> {
    let Some(visibility) = visibility(actor, permission) else {
        return Err(refusal(actor, permission, resource));
    };
    if !reaches(visibility, resource) {
        return Err(refusal(actor, permission, resource));
    }
    if let Resource::User { id, roles, .. } = resource {
        let is_own = actor.is(*id) && carried_on_own(permission, actor.roles);
        if roles.is_privileged() && guarded_on_privileged(permission) && !actor.is_admin() && !is_own {
            return Err(Error::PrivilegedAccount(permission));
        }
        if actor.api_key_id().is_some() && takes_over(permission) {
            if actor.is(*id) {
                return Err(Error::OwnAccount(permission));
            }
            if roles.are_powerful() {
                return Err(Error::PrivilegedAccount(permission));
            }
        }
    }
    Ok(Grant { permission, visibility })
}

fn reaches(visibility: Visibility, resource: &Resource) -> bool {
    match *resource {
        Resource::List => true,
        Resource::Platform => visibility == Visibility::All,
        Resource::Organization(id) => visibility.covers(Some(id), None),
        Resource::User { id, organization_id, .. } => visibility.covers(organization_id, Some(id)),
        Resource::NewUser { organization_id } => visibility.covers(organization_id, None),
        Resource::Owned { owner } => visibility.covers(None, owner),
    }
}

fn refusal(actor: &Actor, permission: Permission, resource: &Resource) -> Error {
    let (kind, read) = match resource {
        Resource::List | Resource::Platform | Resource::NewUser { .. } => return Error::Forbidden(permission),
        Resource::Organization(_) => ("organization", Permission::OrganizationRead),
        Resource::User { id, .. } if actor.is(*id) => return Error::Forbidden(permission),
        Resource::User { .. } => ("user", Permission::UserRead),
        Resource::Owned { .. } => ("job", Permission::JobRead),
    };
    match visibility(actor, read) {
        Some(seen) if reaches(seen, resource) => Error::Forbidden(permission),
        _ => Error::NotFound(kind),
    }
}

mod explain;

pub use explain::{Explained, explain};

#[cfg(test)]
mod tests;
