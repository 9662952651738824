//! The one decision function: who may do what to which resource.
//!
//! Every use-case, list, export, stream and menu asks [`allow`]. Its [`Grant`] is needed to commit a change and to
//! read a list, so a forgotten check does not compile, and a list is never wider than its check.

use crate::{
    Error, GroupId, OrganizationId, Permission, PermissionSet, Result, Role, UserId,
    groups::Standing,
    role_grants::GrantScope,
    roles::{Power, Roles},
};

/// What is acted on, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The platform as a whole: settings, overview, new organizations.
    Platform,
    /// A list: the grant's visibility narrows it.
    List,
    /// Several things that are acted on at once; the grant's visibility narrows them.
    Selection,
    /// A setting of the platform.
    Setting {
        /// Whether a wrong value keeps people out, or lets more in.
        is_sensitive: bool,
    },
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
        /// What power they have by role grants.
        granted: Power,
    },
    /// A user that is about to be created.
    NewUser {
        /// Where they will belong.
        organization_id: Option<OrganizationId>,
    },
    /// One group, or something that belongs to it.
    Group {
        /// Which.
        id: GroupId,
        /// Where it belongs; nowhere for a group of the platform.
        organization_id: Option<OrganizationId>,
        /// What the actor is in it.
        standing: Option<Standing>,
    },
    /// A group that is about to be created.
    NewGroup {
        /// Where it will belong.
        organization_id: Option<OrganizationId>,
    },
    /// A job or plan, of the user that started it.
    Owned {
        /// Who started it; nobody for the platform's own.
        owner: Option<UserId>,
    },
}

/// Proof that [`allow`] said yes. It cannot be made in any other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    permission: Permission,
    visibility: Visibility,
    guard: Option<Vec<OrganizationId>>,
}

impl Grant {
    /// What was granted.
    #[must_use]
    pub const fn permission(&self) -> Permission {
        self.permission
    }

    /// How far it reaches.
    #[must_use]
    pub const fn visibility(&self) -> &Visibility {
        &self.visibility
    }

    /// The same as far as `other` reaches too.
    #[must_use]
    pub fn within(self, other: &Visibility) -> Self {
        Self { visibility: self.visibility.and(other), ..self }
    }

    /// Whether accounts with power over others are out of its reach, as [`allow`] says for each alone: but for those whose
    /// power ends within these organizations.
    #[must_use]
    pub fn guard(&self) -> Option<&[OrganizationId]> {
        self.guard.as_deref()
    }
}

/// Checks that `actor` may hand on the base roles `roles` to somebody of `organization`. Nobody hands on what they do not
/// hold, and a key none over others, by which it would be more than it was given.
///
/// # Errors
/// `PrivilegedAccount`.
pub fn may_give(actor: &Actor, roles: Roles, organization: Option<OrganizationId>) -> Result<()> {
    // Base roles have no end, so what will end does not give them.
    let actor = &actor.lasting(None);
    let is_held = match roles.power() {
        Power::None => true,
        _ if actor.api_key_id().is_some() => false,
        Power::Organization => actor.is_admin() || organization.is_some_and(|id| actor.administers(id)),
        Power::Platform => actor.is_admin(),
    };
    if is_held { Ok(()) } else { Err(Error::PrivilegedAccount(Permission::UserAssignRoles)) }
}

/// Checks that `actor` may grant what `role`, or a custom one, carries on `scope`: all of it is theirs there, and to make
/// administrators, they are one.
///
/// # Errors
/// `PrivilegedAccount`, or `NotHeld`.
pub fn may_grant(actor: &Actor, role: Option<Role>, permissions: PermissionSet, scope: GrantScope) -> Result<()> {
    let is_of_administrators = match (role, scope) {
        (Some(Role::OrganizationAdmin), GrantScope::Organization(id)) => !actor.administers(id),
        (Some(role), GrantScope::Platform) => role.is_privileged() && !actor.is_admin(),
        _ => false,
    };
    if is_of_administrators {
        return Err(Error::PrivilegedAccount(Permission::RoleGrant));
    }
    let is_held = |permission| visibility(actor, permission).is_some_and(|seen| seen.covers_grant(scope));
    permissions.iter().find(|one| !is_held(*one)).map_or(Ok(()), |missing| Err(Error::NotHeld(missing)))
}

/// Checks that `actor` may change the roles of a group of `home`, or of the platform, that gives its members `power`: they could
/// do that to each of its members, so not by a key.
///
/// # Errors
/// `PrivilegedAccount`.
pub fn may_change_roles(actor: &Actor, home: Option<OrganizationId>, power: Power) -> Result<()> {
    let is_allowed = match power {
        Power::None => true,
        _ if actor.api_key_id().is_some() => false,
        Power::Organization => home.is_some_and(|home| actor.administers(home)),
        Power::Platform => actor.is_admin(),
    };
    if is_allowed { Ok(()) } else { Err(Error::PrivilegedAccount(Permission::RoleGrant)) }
}

/// Whether `actor` may make a credential of `account` that carries `permission`: wherever the account has it, the actor has
/// it too. What is the account's own is no more than the actor decides over anyhow.
#[must_use]
pub fn may_lend(actor: &Actor, account: &Actor, permission: Permission) -> bool {
    let Some(held) = visibility(actor, permission) else { return false };
    match visibility(account, permission) {
        None => true,
        Some(Visibility::All) => held == Visibility::All,
        Some(Visibility::Part { organizations, groups, .. }) => {
            organizations.iter().all(|id| held.covers_scope(Some(*id)))
                && groups.iter().all(|id| held.covers_group(*id, None))
        }
    }
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
    let roles = actor.platform_roles();
    let granted = || actor.grants.iter().filter(|grant| grant.permissions.contains(permission));
    if platform_carriers(permission).iter().any(|role| roles.contains(*role))
        || granted().any(|grant| grant.scope() == GrantScope::Platform)
    {
        return Some(Visibility::All);
    }
    let (mut organizations, mut groups) = (Vec::new(), Vec::new());
    for grant in granted() {
        match grant.scope() {
            GrantScope::Platform => {}
            GrantScope::Organization(id) => organizations.push(id),
            GrantScope::Group { id, .. } => groups.push(id),
        }
    }
    if carried_in_organization(permission) && actor.roles.contains(Role::OrganizationAdmin) {
        organizations.extend(actor.organization_id);
    }
    organizations.sort_unstable();
    organizations.dedup();
    groups.sort_unstable();
    groups.dedup();
    let is_within = actor.organization_id.is_some_and(|own| organizations.contains(&own));
    let own = actor.user_id().filter(|_| !is_within && carried_on_own(permission, roles));
    let is_held = own.is_some() || !organizations.is_empty() || !groups.is_empty();
    is_held.then_some(Visibility::Part { organizations, groups, own })
}

/// Decides whether `actor` may do what `permission` names to `resource`.
///
/// # Errors
/// `Forbidden` when the actor may see the resource, `NotFound` when not, so that nobody learns of what they may not
/// see. `PrivilegedAccount` when only an administrator may touch the account. `StepUpRequired` when nothing is missing but
/// a recent authentication.
pub fn allow(actor: &Actor, permission: Permission, resource: &Resource) -> Result<Grant> {
    let Some(visibility) = visibility(actor, permission) else {
        return Err(refusal(actor, permission, resource));
    };
    if !reaches(&visibility, permission, resource) {
        return Err(refusal(actor, permission, resource));
    }
    if let Resource::User { id, roles, granted, .. } = resource {
        if !touches(actor, permission, resource) {
            return Err(Error::PrivilegedAccount(permission));
        }
        if actor.api_key_id().is_some() && takes_over(permission) {
            if actor.is(*id) {
                return Err(Error::OwnAccount(permission));
            }
            if roles.power().max(*granted) > Power::None {
                return Err(Error::PrivilegedAccount(permission));
            }
        }
    }
    if let Authentication::Old { max_age_seconds } = actor.authentication
        && is_sensitive(actor, permission, resource)
    {
        return Err(Error::StepUpRequired { permission, max_age_seconds });
    }
    let is_of_others = !matches!(&visibility, Visibility::Part { organizations, .. } if organizations.is_empty());
    let is_guarded = is_of_others && guarded_on_privileged(permission) && !actor.is_admin();
    let guard = is_guarded.then(|| actor.administered().collect());
    Ok(Grant { permission, visibility, guard })
}

/// Whether `actor` may touch the account in this way, for all the power that it has: accounts with power over the platform
/// are for administrators, those with power over their organization for its own as well.
fn touches(actor: &Actor, permission: Permission, account: &Resource) -> bool {
    let Resource::User { id, organization_id, roles, granted } = account else { return true };
    let power = roles.power().max(*granted);
    power == Power::None
        || !guarded_on_privileged(permission)
        || actor.is_admin()
        || actor.is(*id) && carried_on_own(permission, actor.platform_roles())
        || power == Power::Organization && organization_id.is_some_and(|own| actor.administers(own))
}

/// Whether the act asks for a recent authentication. Looking at what one could act on does not.
fn is_sensitive(actor: &Actor, permission: Permission, resource: &Resource) -> bool {
    match *resource {
        Resource::List => false,
        Resource::Setting { is_sensitive } => is_sensitive && permission == Permission::SettingUpdate,
        // To give up what is one's own asks for nothing.
        Resource::User { id, .. } if permission == Permission::ApiKeyRevoke => !actor.is(id),
        _ => permission.is_sensitive(),
    }
}

fn reaches(visibility: &Visibility, permission: Permission, resource: &Resource) -> bool {
    let standing = if let Resource::Group { standing, .. } = resource { *standing } else { None };
    covers(visibility, resource) || standing.is_some_and(|standing| carried_in_group(permission, standing))
}

fn covers(visibility: &Visibility, resource: &Resource) -> bool {
    match *resource {
        Resource::List | Resource::Selection => true,
        Resource::Platform | Resource::Setting { .. } => *visibility == Visibility::All,
        Resource::Organization(id) => visibility.covers(Some(id), None),
        Resource::User { id, organization_id, .. } => visibility.covers(organization_id, Some(id)),
        Resource::NewUser { organization_id } | Resource::NewGroup { organization_id } => {
            visibility.covers(organization_id, None)
        }
        Resource::Group { id, organization_id, .. } => visibility.covers_group(id, organization_id),
        Resource::Owned { owner } => visibility.covers(None, owner),
    }
}

/// Why `actor` does not hold `permission` at all, or not here.
#[must_use]
pub fn missing(actor: &Actor, permission: Permission) -> Error {
    match actor.impersonator {
        Some(_) if !actor.carries(permission) => Error::Impersonated(permission),
        _ => Error::Forbidden(permission),
    }
}

fn refusal(actor: &Actor, permission: Permission, resource: &Resource) -> Error {
    let (kind, read) = match resource {
        Resource::List
        | Resource::Selection
        | Resource::Platform
        | Resource::Setting { .. }
        | Resource::NewUser { .. }
        | Resource::NewGroup { .. } => {
            return missing(actor, permission);
        }
        Resource::Group { .. } => ("group", Permission::GroupRead),
        Resource::Organization(_) => ("organization", Permission::OrganizationRead),
        Resource::User { id, .. } if actor.is(*id) => return missing(actor, permission),
        Resource::User { .. } => ("user", Permission::UserRead),
        Resource::Owned { .. } => ("job", Permission::JobRead),
    };
    match visibility(actor, read) {
        Some(seen) if reaches(&seen, read, resource) => missing(actor, permission),
        _ => Error::NotFound(kind),
    }
}

mod actor;
mod carriers;
mod explain;
mod visibility;

pub use actor::{Actor, ActorKind, Authentication, Impersonator};
pub use carriers::{
    carried_by, carried_in_group, carried_in_organization, carried_on_own, granted, is_grantable, narrowed,
    platform_carriers, power_of, reaches_organizations,
};
pub use explain::{Explained, Subject, explain};
pub use visibility::Visibility;

use carriers::{guarded_on_privileged, takes_over};

#[cfg(test)]
mod tests;
