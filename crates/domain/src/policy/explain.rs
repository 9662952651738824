//! The way to a decision, rule by rule. The verdict itself is the decision function's.

use super::*;
use crate::{
    SessionId,
    access::{AccessChange, AccessChangeKind, AccessRule, AccessStep, ReachKind, StepOutcome, Verdict},
    role_grants::{HeldGrant, NamedGroup},
    text::counted,
    users::UserStatus,
};

/// A decision with the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What becomes of the act.
    pub verdict: Verdict,
    /// How far the permission reaches.
    pub reach: Option<ReachKind>,
    /// The rule that decided.
    pub decided_by: AccessRule,
    /// All rules in order.
    pub steps: Vec<AccessStep>,
    /// The smallest change that would flip the verdict.
    pub change: Option<AccessChange>,
}

/// Whose access is explained, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// Whether their user may act at all.
    pub status: UserStatus,
    /// Grants that are past their end.
    pub ended: &'a [HeldGrant],
    /// How far whoever asks sees grants; of others they learn that there are some, and no more.
    pub seen: &'a Visibility,
}

impl Subject<'_> {
    fn names(&self, grant: &HeldGrant) -> bool {
        let is_seen = |group: &NamedGroup| self.seen.covers_scope(group.organization_id);
        self.seen.covers_scope(grant.organization_id) && grant.group.as_ref().is_none_or(is_seen)
    }
}

/// Explains what [`allow`] decides for the subject's actor.
#[must_use]
pub fn explain(subject: &Subject<'_>, permission: Permission, resource: &Resource) -> Explained {
    let Subject { actor, status, .. } = *subject;
    let steps = steps(subject, permission, resource);
    let verdict = verdict(actor, status, permission, resource);
    Explained {
        verdict,
        reach: visibility(actor, permission).as_ref().map(kind_of),
        decided_by: deciding(&steps, verdict),
        change: change(subject, permission, resource, verdict),
        steps,
    }
}

fn verdict(actor: &Actor, status: UserStatus, permission: Permission, resource: &Resource) -> Verdict {
    if status != UserStatus::Active {
        return Verdict::SignedOut;
    }
    match allow(actor, permission, resource) {
        Ok(_) => Verdict::Allowed,
        Err(Error::NotFound(_)) => Verdict::Hidden,
        Err(_) => Verdict::Forbidden,
    }
}

const fn kind_of(visibility: &Visibility) -> ReachKind {
    match visibility {
        Visibility::All => ReachKind::Platform,
        Visibility::Part { organizations, .. } if !organizations.is_empty() => ReachKind::Organization,
        Visibility::Part { groups, .. } if !groups.is_empty() => ReachKind::Group,
        Visibility::Part { .. } => ReachKind::Own,
    }
}

/// The last rule that speaks for an act that is done, the first that speaks against one that is not.
fn deciding(steps: &[AccessStep], verdict: Verdict) -> AccessRule {
    let is_done = verdict == Verdict::Allowed;
    let granting = [AccessRule::Role, AccessRule::OrganizationRole, AccessRule::RoleGrant, AccessRule::Own];
    let found = if is_done {
        steps.iter().find(|step| granting.contains(&step.rule) && step.outcome == StepOutcome::Passes)
    } else {
        // A rule that could have carried the permission decides nothing where another one does.
        let is_carried = steps.iter().any(|step| granting.contains(&step.rule) && step.outcome == StepOutcome::Passes);
        steps.iter().find(|step| step.outcome == StepOutcome::Fails && !(is_carried && granting.contains(&step.rule)))
    };
    found.map_or(AccessRule::Role, |step| step.rule)
}

fn steps(subject: &Subject<'_>, permission: Permission, resource: &Resource) -> Vec<AccessStep> {
    use StepOutcome::{Fails, Passes, Silent};
    let Subject { actor, status, .. } = *subject;
    let name = permission.name();
    let mut steps = Vec::new();
    let mut step = |rule, outcome, detail: String| steps.push(AccessStep { rule, outcome, detail });
    match status {
        UserStatus::Active => step(AccessRule::Status, Passes, "the user is active".to_owned()),
        UserStatus::Suspended => step(AccessRule::Status, Fails, "the user is suspended".to_owned()),
    }
    match actor.scopes() {
        None => step(AccessRule::Scope, Silent, "a session has no scopes: it carries all that its user has".to_owned()),
        Some(_) if !permission.is_for_keys() => step(AccessRule::Scope, Fails, format!("no key carries {name}")),
        Some(scopes) if scopes.contains(permission) => step(AccessRule::Scope, Passes, format!("the key has {name}")),
        Some(_) => step(AccessRule::Scope, Fails, format!("the key was not given {name}")),
    }
    if let Some(by) = &actor.impersonator {
        let (outcome, why) = match actor.carries(permission) {
            true => (Passes, format!("{name} is held by who acts as the user")),
            false if by.may_write || !permission.is_for_impersonators() => {
                (Fails, format!("nobody has {name} who acts as somebody else"))
            }
            false => (Fails, format!("{name} changes things, and this is to see only")),
        };
        step(AccessRule::Impersonation, outcome, why);
    }
    match platform_carriers(permission) {
        [] => step(AccessRule::Role, Silent, format!("no role carries {name} everywhere")),
        carriers => match carriers.iter().find(|role| actor.roles.contains(**role)) {
            Some(role) => step(AccessRule::Role, Passes, format!("the role {role} carries {name} everywhere")),
            None => {
                let names: Vec<_> = carriers.iter().map(|role| role.name()).collect();
                step(AccessRule::Role, Fails, format!("{name} is carried everywhere by {}", names.join(", ")));
            }
        },
    }
    let rule = AccessRule::OrganizationRole;
    match (carried_in_organization(permission), actor.organization_id) {
        (false, _) => step(rule, Silent, format!("administrators of organizations do not hold {name}")),
        (true, Some(_)) if actor.roles.contains(Role::OrganizationAdmin) => {
            step(rule, Passes, format!("an administrator of the own organization holds {name} within it"));
        }
        (true, Some(_)) => step(rule, Fails, "is no administrator of the own organization".to_owned()),
        (true, None) => step(rule, Fails, "belongs to no organization".to_owned()),
    }
    let (outcome, detail) = grant_step(subject, permission, resource);
    step(AccessRule::RoleGrant, outcome, detail);
    if carried_on_own(permission, actor.platform_roles()) {
        step(AccessRule::Own, Passes, format!("{name} is held on what is one's own"));
    } else {
        step(AccessRule::Own, Silent, format!("{name} is not held on what is one's own"));
    }
    match visibility(actor, permission) {
        None => step(AccessRule::Reach, Silent, format!("{name} is not held, so it reaches nothing")),
        Some(seen) if reaches(&seen, permission, resource) => {
            let far = group_words(&seen, resource).unwrap_or_else(|| words(&seen));
            step(AccessRule::Reach, Passes, format!("reaches {far}"));
        }
        Some(seen) => step(AccessRule::Reach, Fails, format!("reaches {}, which this is not", words(&seen))),
    }
    account_steps(actor, permission, resource, &mut step);
    let (outcome, detail) = authentication_step(actor, permission, resource);
    step(AccessRule::Authentication, outcome, detail);
    steps
}

/// What the grants of roles say: the one that reaches the thing, or another that carries the permission, or one that did.
fn grant_step(subject: &Subject<'_>, permission: Permission, resource: &Resource) -> (StepOutcome, String) {
    let carrying = |grants: &[HeldGrant]| -> Vec<HeldGrant> {
        grants.iter().filter(|grant| grant.permissions.contains(permission)).cloned().collect()
    };
    let reaching = |grant: &&HeldGrant| covers(&Visibility::of_scope(grant.scope()), resource);
    let (live, ended) = (carrying(&subject.actor.grants), carrying(subject.ended));
    if let Some(grant) = live.iter().find(reaching).or(live.first()) {
        return (StepOutcome::Passes, format!("{} carries {permission}", way(subject, grant)));
    }
    match ended.iter().find(reaching).or(ended.first()) {
        Some(grant) => (StepOutcome::Fails, format!("{} carried {permission} and has expired", way(subject, grant))),
        None => (StepOutcome::Silent, format!("no role that was granted carries {permission}")),
    }
}

/// A grant in words, for whoever may see it.
fn way(subject: &Subject<'_>, grant: &HeldGrant) -> String {
    if !subject.names(grant) {
        return "a role that was granted beyond what you see".to_owned();
    }
    let scope = match (&grant.scope_group, &grant.organization_name) {
        (Some(group), _) => format!("the group {}", group.name),
        (None, Some(name)) => format!("the organization {name}"),
        (None, None) => "the platform".to_owned(),
    };
    let until = grant.expires_at.map(|end| format!(" until {end}")).unwrap_or_default();
    let to = grant.group.as_ref().map(|group| format!(" to the group {}", group.name)).unwrap_or_default();
    format!("the role {}, granted{to} on {scope}{until},", grant.role_name)
}

/// The rules of accounts, which ask about users only.
fn account_steps(
    actor: &Actor,
    permission: Permission,
    resource: &Resource,
    step: &mut impl FnMut(AccessRule, StepOutcome, String),
) {
    use StepOutcome::{Fails, Passes, Silent};
    let Resource::User { id, roles, granted, .. } = resource else { return };
    let power = roles.power().max(*granted);
    let is_guarded = power > Power::None && guarded_on_privileged(permission);
    let (outcome, words) = match is_guarded {
        false => (Silent, "the account has no guard against this".to_owned()),
        true if touches(actor, permission, resource) => (Passes, "may touch an account of this power".to_owned()),
        true => (Fails, format!("only administrators touch an account with power over others ({power})")),
    };
    step(AccessRule::PrivilegedAccount, outcome, words);
    if actor.api_key_id().is_some() && takes_over(permission) {
        if actor.is(*id) {
            step(AccessRule::KeyTakesOver, Fails, "a key does not take its owner's account over".to_owned());
        } else if power > Power::None {
            step(
                AccessRule::KeyTakesOver,
                Fails,
                format!("no key takes over an account with power over others ({power})"),
            );
        }
    }
}

/// What the age of the authentication says. Of others it is not known: they are asked when they act.
fn authentication_step(actor: &Actor, permission: Permission, resource: &Resource) -> (StepOutcome, String) {
    match actor.authentication {
        _ if !is_sensitive(actor, permission, resource) => {
            (StepOutcome::Silent, "this asks for no recent authentication".to_owned())
        }
        _ if actor.api_key_id().is_some() => {
            (StepOutcome::Silent, "a key has nothing to authenticate by again".to_owned())
        }
        Authentication::Recent => {
            (StepOutcome::Passes, "the password was given recently, or is asked for at the act".to_owned())
        }
        Authentication::Old { max_age_seconds } => {
            let age = counted(u64::from(max_age_seconds / 60), "minute");
            (StepOutcome::Fails, format!("the password was given more than {age} ago"))
        }
    }
}

const fn words(visibility: &Visibility) -> &'static str {
    match kind_of(visibility) {
        ReachKind::Platform => "the whole platform",
        ReachKind::Organization => "some organizations",
        ReachKind::Group => "some groups",
        ReachKind::Own => "what is one's own",
    }
}

/// How far the permission reaches where it is the actor's standing in a group that decides.
fn group_words(visibility: &Visibility, resource: &Resource) -> Option<&'static str> {
    let Resource::Group { id, organization_id, standing } = *resource else { return None };
    if visibility.covers_group(id, organization_id) {
        return None;
    }
    standing.map(|standing| match standing {
        Standing::Member => "groups that one is in",
        Standing::Manager => "groups that one manages",
    })
}

/// The smallest single change after which the verdict is the other one.
fn change(
    subject: &Subject<'_>,
    permission: Permission,
    resource: &Resource,
    verdict: Verdict,
) -> Option<AccessChange> {
    use AccessChangeKind as Kind;
    let Subject { actor, status, .. } = *subject;
    let wanted = verdict != Verdict::Allowed;
    let flips =
        |actor: &Actor, status| (self::verdict(actor, status, permission, resource) == Verdict::Allowed) == wanted;
    let plain = |kind| AccessChange { kind, role: None, grant_id: None, group_id: None };
    if let ActorKind::ApiKey { id, user_id, scopes } = actor.kind {
        let with = |scopes| Actor { kind: ActorKind::ApiKey { id, user_id, scopes }, ..actor.clone() };
        let (scopes, kind) = match wanted {
            true => (scopes.with(permission), Kind::AddScope),
            false => (scopes.iter().filter(|scope| *scope != permission).collect(), Kind::RemoveScope),
        };
        if flips(&with(scopes), status) {
            return Some(plain(kind));
        }
        let session = ActorKind::User { id: user_id, session_id: SessionId(uuid::Uuid::nil()) };
        if wanted && flips(&Actor { kind: session, ..actor.clone() }, status) {
            return Some(plain(Kind::SignIn));
        }
    }
    if wanted && flips(actor, UserStatus::Active) {
        return Some(plain(Kind::ActivateUser));
    }
    if wanted && flips(&Actor { authentication: Authentication::Recent, ..actor.clone() }, status) {
        return Some(plain(Kind::StepUp));
    }
    if wanted && actor.impersonator.is_some() && flips(&Actor { impersonator: None, ..actor.clone() }, status) {
        return Some(plain(Kind::ActAsOneself));
    }
    // The least powerful role that does it.
    let role = Role::ALL.iter().rev().copied().find(|role| {
        let roles = if wanted { actor.roles.with(*role) } else { actor.roles.without(*role) };
        roles != actor.roles && flips(&Actor { roles, ..actor.clone() }, status)
    });
    if let Some(role) = role {
        let kind = if wanted { Kind::GiveRole } else { Kind::TakeRole };
        return Some(AccessChange { role: Some(role), ..plain(kind) });
    }
    if wanted {
        return None;
    }
    // Who leaves a group loses all that it carries.
    let of = |grant: &HeldGrant| grant.group.as_ref().map(|group| group.id);
    let without = |grant: &HeldGrant| {
        let stays = |other: &&HeldGrant| other.id != grant.id && (of(grant).is_none() || of(other) != of(grant));
        Actor { grants: actor.grants.iter().filter(stays).cloned().collect(), ..actor.clone() }
    };
    let grant = actor.grants.iter().find(|grant| subject.names(grant) && flips(&without(grant), status));
    Some(match grant {
        None => plain(Kind::SuspendUser),
        Some(grant) => match of(grant) {
            None => AccessChange { grant_id: Some(grant.id), ..plain(Kind::RevokeGrant) },
            group_id => AccessChange { group_id, ..plain(Kind::LeaveGroup) },
        },
    })
}

#[cfg(test)]
pub(super) mod tests;
