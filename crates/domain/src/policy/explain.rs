//! The way to a decision, rule by rule. The verdict itself is the decision function's.

use super::*;
use crate::{
    access::{AccessChange, AccessChangeKind, AccessRule, AccessStep, ReachKind, StepOutcome, Verdict},
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

/// Explains what [`allow`] decides for `actor`, whose user has `status`.
#[must_use]
pub fn explain(actor: &Actor, status: UserStatus, permission: Permission, resource: &Resource) -> Explained {
    let steps = steps(actor, status, permission, resource);
    let verdict = verdict(actor, status, permission, resource);
    Explained {
        verdict,
        reach: visibility(actor, permission).map(kind_of),
        decided_by: deciding(&steps, verdict),
        change: change(actor, status, permission, resource, verdict),
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

const fn kind_of(visibility: Visibility) -> ReachKind {
    match visibility {
        Visibility::All => ReachKind::Platform,
        Visibility::Organization(_) => ReachKind::Organization,
        Visibility::Own(_) => ReachKind::Own,
    }
}

/// The last rule that speaks for an act that is done, the first that speaks against one that is not.
fn deciding(steps: &[AccessStep], verdict: Verdict) -> AccessRule {
    let is_done = verdict == Verdict::Allowed;
    let granting = [AccessRule::Role, AccessRule::OrganizationRole, AccessRule::Own];
    let found = if is_done {
        steps.iter().find(|step| granting.contains(&step.rule) && step.outcome == StepOutcome::Passes)
    } else {
        // A rule that could have carried the permission decides nothing where another one does.
        let is_carried = steps.iter().any(|step| granting.contains(&step.rule) && step.outcome == StepOutcome::Passes);
        steps.iter().find(|step| step.outcome == StepOutcome::Fails && !(is_carried && granting.contains(&step.rule)))
    };
    found.map_or(AccessRule::Role, |step| step.rule)
}

fn steps(actor: &Actor, status: UserStatus, permission: Permission, resource: &Resource) -> Vec<AccessStep> {
    use StepOutcome::{Fails, Passes, Silent};
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
    if carried_on_own(permission, actor.roles) {
        step(AccessRule::Own, Passes, format!("{name} is held on what is one's own"));
    } else {
        step(AccessRule::Own, Silent, format!("{name} is not held on what is one's own"));
    }
    match visibility(actor, permission) {
        None => step(AccessRule::Reach, Silent, format!("{name} is not held, so it reaches nothing")),
        Some(seen) if reaches(seen, resource) => {
            step(AccessRule::Reach, Passes, format!("reaches {}", words(seen)));
        }
        Some(seen) => step(AccessRule::Reach, Fails, format!("reaches {}, which this is not", words(seen))),
    }
    account_steps(actor, permission, resource, &mut step);
    steps
}

/// The rules of accounts, which ask about users only.
fn account_steps(
    actor: &Actor,
    permission: Permission,
    resource: &Resource,
    step: &mut impl FnMut(AccessRule, StepOutcome, String),
) {
    use StepOutcome::{Fails, Passes, Silent};
    let Resource::User { id, roles, .. } = resource else { return };
    let is_guarded = roles.is_privileged() && guarded_on_privileged(permission);
    let is_own = actor.is(*id) && carried_on_own(permission, actor.roles);
    let (outcome, words) = match is_guarded {
        false => (Silent, "the account has no guard against this".to_owned()),
        true if actor.is_admin() || is_own => (Passes, "may touch an account with privileged roles".to_owned()),
        true => (Fails, format!("only administrators touch an account with the roles {roles}")),
    };
    step(AccessRule::PrivilegedAccount, outcome, words);
    if actor.api_key_id().is_some() && takes_over(permission) {
        if actor.is(*id) {
            step(AccessRule::KeyTakesOver, Fails, "a key does not take its owner's account over".to_owned());
        } else if roles.are_powerful() {
            step(AccessRule::KeyTakesOver, Fails, format!("no key takes over an account with the roles {roles}"));
        }
    }
}

const fn words(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::All => "the whole platform",
        Visibility::Organization(_) => "the own organization",
        Visibility::Own(_) => "what is one's own",
    }
}

/// The smallest single change after which the verdict is the other one.
fn change(
    actor: &Actor,
    status: UserStatus,
    permission: Permission,
    resource: &Resource,
    verdict: Verdict,
) -> Option<AccessChange> {
    use AccessChangeKind as Kind;
    let wanted = verdict != Verdict::Allowed;
    let flips =
        |actor: &Actor, status| (self::verdict(actor, status, permission, resource) == Verdict::Allowed) == wanted;
    let plain = |kind| AccessChange { kind, role: None };
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
    // The least powerful role that does it.
    let role = Role::ALL.iter().rev().copied().find(|role| {
        let roles = if wanted { actor.roles.with(*role) } else { actor.roles.without(*role) };
        roles != actor.roles && flips(&Actor { roles, ..actor.clone() }, status)
    });
    if let Some(role) = role {
        let kind = if wanted { Kind::GiveRole } else { Kind::TakeRole };
        return Some(AccessChange { kind, role: Some(role) });
    }
    (!wanted).then(|| plain(Kind::SuspendUser))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::PermissionSet;

    fn roles() -> impl Strategy<Value = Roles> {
        proptest::collection::vec(proptest::sample::select(Role::ALL), 0..3)
            .prop_map(|roles| roles.into_iter().collect())
    }

    fn permission() -> impl Strategy<Value = Permission> {
        proptest::sample::select(Permission::ALL)
    }

    fn actor() -> impl Strategy<Value = Actor> {
        let scopes = proptest::collection::vec(permission(), 0..6);
        (roles(), prop::option::of(7_u128..9), prop::option::of(scopes)).prop_map(|(roles, organization, scopes)| {
            let id = UserId(Uuid::from_u128(1));
            let kind = match scopes {
                None => ActorKind::User { id, session_id: SessionId(Uuid::from_u128(2)) },
                Some(scopes) => ActorKind::ApiKey {
                    id: ApiKeyId(Uuid::from_u128(3)),
                    user_id: id,
                    scopes: scopes.into_iter().collect::<PermissionSet>(),
                },
            };
            let organization_id = organization.map(|id| OrganizationId(Uuid::from_u128(id)));
            Actor { kind, label: "tested".to_owned(), roles, organization_id }
        })
    }

    fn resource() -> impl Strategy<Value = Resource> {
        let organization = || prop::option::of((7_u128..9).prop_map(|id| OrganizationId(Uuid::from_u128(id))));
        prop_oneof![
            Just(Resource::Platform),
            Just(Resource::List),
            (7_u128..9).prop_map(|id| Resource::Organization(OrganizationId(Uuid::from_u128(id)))),
            organization().prop_map(|organization_id| Resource::NewUser { organization_id }),
            prop::option::of((1_u128..3).prop_map(|id| UserId(Uuid::from_u128(id))))
                .prop_map(|owner| Resource::Owned { owner }),
            (1_u128..3, organization(), roles()).prop_map(|(id, organization_id, roles)| Resource::User {
                id: UserId(Uuid::from_u128(id)),
                organization_id,
                roles,
            }),
        ]
    }

    fn status() -> impl Strategy<Value = UserStatus> {
        proptest::sample::select(vec![UserStatus::Active, UserStatus::Active, UserStatus::Suspended])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// The verdict is that of the function that enforces, and the deciding rule speaks as the verdict does.
        #[test]
        fn explains_what_is_enforced(actor in actor(), status in status(), permission in permission(), resource in resource()) {
            let explained = explain(&actor, status, permission, &resource);
            let is_done = status == UserStatus::Active && allow(&actor, permission, &resource).is_ok();
            prop_assert_eq!(explained.verdict == Verdict::Allowed, is_done);
            let step = explained.steps.iter().find(|step| step.rule == explained.decided_by).unwrap();
            if is_done {
                prop_assert_eq!(step.outcome, StepOutcome::Passes);
            } else {
                prop_assert_ne!(step.outcome, StepOutcome::Passes);
            }
        }

        /// A change that is named flips the verdict, and where a role would do it, a change is named.
        #[test]
        fn a_change_flips_the_verdict(actor in actor(), status in status(), permission in permission(), resource in resource()) {
            let explained = explain(&actor, status, permission, &resource);
            let was_done = explained.verdict == Verdict::Allowed;
            let Some(change) = explained.change else { return Ok(()) };
            let mut after = actor.clone();
            let mut active = status;
            match (change.kind, &mut after.kind) {
                (AccessChangeKind::AddScope, ActorKind::ApiKey { scopes, .. }) => *scopes = scopes.with(permission),
                (AccessChangeKind::RemoveScope, ActorKind::ApiKey { scopes, .. }) => {
                    *scopes = scopes.iter().filter(|scope| *scope != permission).collect();
                }
                (AccessChangeKind::SignIn, kind) => {
                    *kind = ActorKind::User { id: UserId(Uuid::from_u128(1)), session_id: SessionId(Uuid::nil()) };
                }
                (AccessChangeKind::ActivateUser, _) => active = UserStatus::Active,
                (AccessChangeKind::SuspendUser, _) => active = UserStatus::Suspended,
                (AccessChangeKind::GiveRole, _) => after.roles = after.roles.with(change.role.unwrap()),
                (AccessChangeKind::TakeRole, _) => after.roles = after.roles.without(change.role.unwrap()),
                (kind, _) => prop_assert!(false, "{kind:?} of a session"),
            }
            let is_done = explain(&after, active, permission, &resource).verdict == Verdict::Allowed;
            prop_assert_ne!(is_done, was_done);
        }
    }
}
