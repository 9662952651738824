//! Explanations agree with what is enforced.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    ApiKeyId, GroupId, RoleGrantId,
    policy::{carried_by, narrowed},
    role_grants::{NamedGroup, ScopeKind},
};

fn roles() -> impl Strategy<Value = Roles> {
    proptest::collection::vec(proptest::sample::select(Role::ALL), 0..3).prop_map(|roles| roles.into_iter().collect())
}

fn permission() -> impl Strategy<Value = Permission> {
    proptest::sample::select(Permission::ALL)
}

fn group(id: u128) -> NamedGroup {
    NamedGroup { id: GroupId(Uuid::from_u128(id)), name: format!("group-{id}"), organization_id: None }
}

/// A grant of a built-in role or of a custom one, on the platform, an organization or a group, by a group or not.
pub(in crate::policy) fn grant() -> impl Strategy<Value = HeldGrant> {
    let role = prop::option::of(proptest::sample::select(Role::ALL));
    let permissions = proptest::collection::vec(permission(), 0..5);
    let groups = (prop::option::of(1_u128..3), prop::option::of(1_u128..3));
    let parts = (role, permissions, prop::option::of(7_u128..9), groups, 1_u128..100);
    parts.prop_map(|(role, permissions, organization, (carrying, on), id)| {
        let organization_id = organization.map(|id| OrganizationId(Uuid::from_u128(id)));
        let scope_group = on.map(group);
        let scope = ScopeKind::of(organization_id, scope_group.as_ref().map(|group| group.id));
        let grantable = permissions.into_iter().filter(|one| is_grantable(*one)).collect();
        HeldGrant {
            id: RoleGrantId(Uuid::from_u128(id)),
            role,
            role_name: "granted".to_owned(),
            organization_id,
            organization_name: organization.map(|id| id.to_string()),
            scope_group,
            permissions: role.map_or_else(|| narrowed(grantable, scope), |role| carried_by(role, scope)),
            group: carrying.map(group),
            expires_at: None,
        }
    })
}

fn actor() -> impl Strategy<Value = Actor> {
    let scopes = proptest::collection::vec(permission(), 0..6);
    let grants = proptest::collection::vec(grant(), 0..4);
    let authentication =
        proptest::sample::select(vec![Authentication::Recent, Authentication::Old { max_age_seconds: 900 }]);
    let by = prop::option::of(any::<bool>());
    let parts = (roles(), prop::option::of(7_u128..9), prop::option::of(scopes), grants, authentication, by);
    parts.prop_map(|(roles, organization, scopes, mut grants, authentication, by)| {
        grants.sort_by_key(|grant| grant.id);
        grants.dedup_by_key(|grant| grant.id);
        let id = UserId(Uuid::from_u128(1));
        let kind = match scopes {
            None => ActorKind::User { id, session_id: SessionId(Uuid::from_u128(2)) },
            // A key has nothing to authenticate by again.
            Some(scopes) => ActorKind::ApiKey {
                id: ApiKeyId(Uuid::from_u128(3)),
                user_id: id,
                scopes: scopes.into_iter().collect::<PermissionSet>(),
            },
        };
        let organization_id = organization.map(|id| OrganizationId(Uuid::from_u128(id)));
        let by = by.filter(|_| matches!(kind, ActorKind::User { .. }));
        let impersonator = by.map(|may_write| {
            let label = "impersonator".to_owned();
            Impersonator { id: UserId(Uuid::from_u128(9)), label, may_write }.into()
        });
        let authentication =
            if matches!(kind, ActorKind::User { .. }) { authentication } else { Authentication::Recent };
        Actor {
            kind,
            label: "tested".to_owned(),
            roles,
            grants: grants.into(),
            organization_id,
            authentication,
            impersonator,
        }
    })
}

fn resource() -> impl Strategy<Value = Resource> {
    let organization = || prop::option::of((7_u128..9).prop_map(|id| OrganizationId(Uuid::from_u128(id))));
    prop_oneof![
        Just(Resource::Platform),
        Just(Resource::List),
        Just(Resource::Selection),
        any::<bool>().prop_map(|is_sensitive| Resource::Setting { is_sensitive }),
        (7_u128..9).prop_map(|id| Resource::Organization(OrganizationId(Uuid::from_u128(id)))),
        organization().prop_map(|organization_id| Resource::NewUser { organization_id }),
        organization().prop_map(|organization_id| Resource::NewGroup { organization_id }),
        (1_u128..3, organization(), prop::option::of(proptest::sample::select(Standing::ALL))).prop_map(
            |(id, organization_id, standing)| {
                Resource::Group { id: GroupId(Uuid::from_u128(id)), organization_id, standing }
            }
        ),
        prop::option::of((1_u128..3).prop_map(|id| UserId(Uuid::from_u128(id))))
            .prop_map(|owner| Resource::Owned { owner }),
        (1_u128..3, organization(), roles(), proptest::sample::select(Power::ALL)).prop_map(
            |(id, organization_id, roles, granted)| Resource::User {
                id: UserId(Uuid::from_u128(id)),
                organization_id,
                roles,
                granted,
            }
        ),
    ]
}

fn status() -> impl Strategy<Value = UserStatus> {
    proptest::sample::select(vec![UserStatus::Active, UserStatus::Active, UserStatus::Suspended])
}

fn asked(actor: &Actor, status: UserStatus) -> Subject<'_> {
    Subject { actor, status, ended: &[], seen: &Visibility::All }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// The verdict is that of the function that enforces, and the deciding rule speaks as the verdict does.
    #[test]
    fn explains_what_is_enforced(actor in actor(), status in status(), permission in permission(), resource in resource()) {
        let explained = explain(&asked(&actor, status), permission, &resource);
        let is_done = status == UserStatus::Active && allow(&actor, permission, &resource).is_ok();
        prop_assert_eq!(explained.verdict == Verdict::Allowed, is_done);
        let step = explained.steps.iter().find(|step| step.rule == explained.decided_by).unwrap();
        if is_done {
            prop_assert_eq!(step.outcome, StepOutcome::Passes);
        } else {
            prop_assert_ne!(step.outcome, StepOutcome::Passes);
        }
    }

    /// A recent authentication is the last thing that is asked for, of sensitive acts alone; it gives nothing else.
    #[test]
    fn an_old_authentication_takes_sensitive_acts_alone(actor in actor(), permission in permission(), resource in resource()) {
        let recent = Actor { authentication: Authentication::Recent, ..actor.clone() };
        let old = Actor { authentication: Authentication::Old { max_age_seconds: 900 }, ..actor };
        match (allow(&recent, permission, &resource), allow(&old, permission, &resource)) {
            (Ok(grant), Ok(same)) => prop_assert_eq!(grant, same),
            (Ok(_), Err(refused)) => {
                prop_assert_eq!(refused.code(), "step-up-required");
                prop_assert!(is_sensitive(&old, permission, &resource));
            }
            (Err(refused), Err(same)) => prop_assert_eq!(refused.code(), same.code()),
            (Err(_), Ok(_)) => prop_assert!(false, "age gives a right"),
        }
    }

    /// Whoever acts as somebody has no more than they have, nothing that is sensitive, and to see only, nothing that changes.
    #[test]
    fn impersonators_have_less(actor in actor(), permission in permission(), resource in resource()) {
        let Some(by) = actor.impersonator.clone() else { return Ok(()) };
        if let Ok(grant) = allow(&actor, permission, &resource) {
            let own = allow(&Actor { impersonator: None, authentication: Authentication::Recent, ..actor }, permission, &resource);
            prop_assert_eq!(grant, own.unwrap());
            prop_assert!(!permission.is_sensitive() && permission != Permission::ProfileSetPassword);
            prop_assert!(by.may_write || permission.is_read());
        }
    }

    /// A change that is named flips the verdict, and where a role would do it, a change is named.
    #[test]
    fn a_change_flips_the_verdict(actor in actor(), status in status(), permission in permission(), resource in resource()) {
        let explained = explain(&asked(&actor, status), permission, &resource);
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
            (AccessChangeKind::ActAsOneself, _) => after.impersonator = None,
            (AccessChangeKind::StepUp, _) => after.authentication = Authentication::Recent,
            (AccessChangeKind::SuspendUser, _) => active = UserStatus::Suspended,
            (AccessChangeKind::GiveRole, _) => after.roles = after.roles.with(change.role.unwrap()),
            (AccessChangeKind::TakeRole, _) => after.roles = after.roles.without(change.role.unwrap()),
            (AccessChangeKind::RevokeGrant, _) => {
                let kept = after.grants.iter().filter(|grant| Some(grant.id) != change.grant_id).cloned();
                after.grants = kept.collect();
            }
            (AccessChangeKind::LeaveGroup, _) => {
                let of = |grant: &&HeldGrant| grant.group.as_ref().map(|group| group.id) != change.group_id;
                after.grants = after.grants.iter().filter(of).cloned().collect();
            }
            (kind, _) => prop_assert!(false, "{kind:?} of a session"),
        }
        let is_done = explain(&asked(&after, active), permission, &resource).verdict == Verdict::Allowed;
        prop_assert_ne!(is_done, was_done);
    }
}
