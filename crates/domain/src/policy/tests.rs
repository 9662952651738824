//! The whole policy as text, and what must hold for all of it.

use std::sync::Arc;

use proptest::prelude::*;
use uuid::Uuid;

use super::explain::tests::grant;
use super::*;
use crate::{SessionId, role_grants::HeldGrant};

fn actor(roles: impl IntoIterator<Item = Role>, organization: Option<u128>) -> Actor {
    Actor {
        kind: ActorKind::User { id: UserId(Uuid::from_u128(1)), session_id: SessionId(Uuid::from_u128(2)) },
        label: "tested".to_owned(),
        roles: roles.into_iter().collect(),
        grants: Arc::default(),
        organization_id: organization.map(|id| OrganizationId(Uuid::from_u128(id))),
        authentication: Authentication::Recent,
        impersonator: None,
    }
}

fn user(id: u128, organization: Option<u128>, roles: Roles) -> Resource {
    Resource::User {
        id: UserId(Uuid::from_u128(id)),
        organization_id: organization.map(|id| OrganizationId(Uuid::from_u128(id))),
        roles,
        granted: Power::None,
    }
}

/// Reach of each role with each permission (S3-PRV-02..06). A change of the policy is a change of this text.
#[test]
fn reach_of_roles() {
    let mut text = String::new();
    for permission in Permission::ALL {
        text.push_str(permission.name());
        for role in Role::ALL {
            let reach = match visibility(&actor([*role], Some(7)), *permission) {
                Some(Visibility::All) => "all",
                Some(Visibility::Part { organizations, .. }) if organizations.is_empty() => "own",
                Some(Visibility::Part { .. }) => "organization",
                None => continue,
            };
            text.push_str(&format!(" {}={reach}", role.name()));
        }
        text.push('\n');
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/policy/reach.txt");
    if std::env::var("UPDATE_REACH").is_ok() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        text,
        "run with UPDATE_REACH=1 and look at the difference"
    );
}

fn with_grants(grants: Vec<HeldGrant>, organization: Option<u128>) -> Actor {
    Actor { grants: grants.into(), ..actor([], organization) }
}

fn roles() -> impl Strategy<Value = Roles> {
    proptest::collection::vec(proptest::sample::select(Role::ALL), 0..4).prop_map(|roles| roles.into_iter().collect())
}

fn permission() -> impl Strategy<Value = Permission> {
    proptest::sample::select(Permission::ALL)
}

fn permission_on_users() -> impl Strategy<Value = Permission> {
    permission().prop_filter("is about users", |permission| {
        ["user.", "session."].iter().any(|kind| permission.name().starts_with(kind))
    })
}

proptest! {
    /// An organization's administrator never reaches beyond the own organization.
    #[test]
    fn organizations_are_isolated(permission in permission(), target in roles(), others in prop::option::of(8_u128..12)) {
        let actor = actor([Role::OrganizationAdmin], Some(7));
        prop_assert!(allow(&actor, permission, &user(5, others, target)).is_err());
        let new = Resource::NewUser { organization_id: others.map(|id| OrganizationId(Uuid::from_u128(id))) };
        prop_assert!(allow(&actor, permission, &new).is_err());
    }

    /// Without the right to see, the answer is the same as for what does not exist.
    #[test]
    fn nobody_learns_of_what_they_may_not_see(permission in permission_on_users(), held in roles(), target in roles()) {
        let actor = actor(held.without(Role::Admin).without(Role::Advocate).iter(), Some(7));
        let refused = allow(&actor, permission, &user(5, Some(8), target)).unwrap_err();
        prop_assert_eq!(refused.code(), "not-found");
    }

    /// Only an administrator changes accounts with privileged roles.
    #[test]
    fn privileged_accounts_are_guarded(held in roles(), target in roles()) {
        prop_assume!(!held.contains(Role::Admin) && target.is_privileged());
        let actor = actor(held.iter(), Some(7));
        for permission in [Permission::UserUpdate, Permission::UserSetPassword, Permission::UserDelete, Permission::SessionRevoke] {
            prop_assert!(allow(&actor, permission, &user(5, Some(7), target)).is_err());
        }
    }

    /// A bulk act leaves out exactly the accounts that it could not touch alone.
    #[test]
    fn bulk_acts_spare_what_is_guarded(permission in permission(), held in roles(), target in roles()) {
        prop_assume!(target.is_privileged());
        let actor = actor(held.iter(), Some(7));
        let Ok(grant) = allow(&actor, permission, &Resource::List) else { return Ok(()) };
        let alone = allow(&actor, permission, &user(5, Some(7), target));
        prop_assert_eq!(grant.guard().is_some(), matches!(alone, Err(Error::PrivilegedAccount(_))));
    }

    /// Grants on organizations reach nothing beyond them, whatever they carry.
    #[test]
    fn grants_end_at_their_organizations(grants in proptest::collection::vec(grant(), 0..5), permission in permission(), target in roles()) {
        let grants: Vec<_> = grants.into_iter().filter(|grant| grant.scope() != GrantScope::Platform).collect();
        let actor = with_grants(grants, Some(7));
        prop_assert!(allow(&actor, permission, &Resource::Platform).is_err());
        prop_assert!(allow(&actor, permission, &user(5, Some(12), target)).is_err());
        prop_assert!(allow(&actor, permission, &user(5, None, target)).is_err());
    }

    /// Grants on groups reach those groups and nothing else, whatever they carry.
    #[test]
    fn grants_end_at_their_groups(grants in proptest::collection::vec(grant(), 0..5), permission in permission(), target in roles()) {
        let on_groups = grants.into_iter().filter(|grant| grant.scope_group.is_some()).collect::<Vec<_>>();
        let named = on_groups.iter().any(|grant| {
            grant.permissions.contains(permission) && grant.scope_group.as_ref().is_some_and(|group| group.id.0.as_u128() == 1)
        });
        let actor = with_grants(on_groups, None);
        for resource in [
            Resource::Platform,
            Resource::Organization(OrganizationId(Uuid::from_u128(7))),
            Resource::NewGroup { organization_id: Some(OrganizationId(Uuid::from_u128(7))) },
            user(5, Some(7), target),
        ] {
            prop_assert!(allow(&actor, permission, &resource).is_err(), "{resource:?}");
        }
        let group = |id| Resource::Group { id: GroupId(Uuid::from_u128(id)), organization_id: None, standing: None };
        prop_assert!(allow(&actor, permission, &group(9)).is_err());
        prop_assert_eq!(allow(&actor, permission, &group(1)).is_ok(), named);
        prop_assert!(!actor.is_admin() && actor.administered().next().is_none());
    }

    /// Nobody grants more than they have: whoever gets it has no wider reach by it with any permission.
    #[test]
    fn nobody_grants_more_than_they_hold(grants in proptest::collection::vec(grant(), 0..5), held in roles(), given in grant()) {
        let granter = Actor { roles: held, ..with_grants(grants, Some(7)) };
        let scope = given.scope();
        prop_assume!(may_grant(&granter, given.role, given.permissions, scope).is_ok());
        let holder = with_grants(vec![given], None);
        for permission in Permission::ALL {
            match (visibility(&holder, *permission), visibility(&granter, *permission)) {
                (Some(Visibility::All), own) => prop_assert_eq!(own, Some(Visibility::All)),
                (Some(Visibility::Part { organizations, groups, .. }), own) => {
                    prop_assert!(organizations.iter().all(|id| own.as_ref().is_some_and(|own| own.covers_scope(Some(*id)))));
                    let of = scope.organization_id();
                    prop_assert!(groups.iter().all(|id| own.as_ref().is_some_and(|own| own.covers_group(*id, of))));
                }
                (None, _) => {}
            }
        }
        prop_assert!(!holder.is_admin() || granter.is_admin());
        prop_assert!(holder.administered().all(|id| granter.administers(id)));
    }

    /// Whoever may touch an account in a way that leads to it holds all that its power stands for.
    #[test]
    fn power_is_not_taken_over(grants in proptest::collection::vec(grant(), 0..5), power in proptest::sample::select(Power::ALL)) {
        let actor = with_grants(grants, Some(7));
        let id = OrganizationId(Uuid::from_u128(7));
        let account = Resource::User { id: UserId(Uuid::from_u128(5)), organization_id: Some(id), roles: Roles::NONE, granted: power };
        if allow(&actor, Permission::UserSetPassword, &account).is_ok() {
            let has_more = match power {
                Power::None => true,
                Power::Organization => actor.administers(id),
                Power::Platform => actor.is_admin(),
            };
            prop_assert!(has_more);
        }
    }

    /// A role more never takes a permission away.
    #[test]
    fn roles_add_up(permission in permission(), held in roles(), more in proptest::sample::select(Role::ALL)) {
        let before = visibility(&actor(held.iter(), Some(7)), permission);
        let after = visibility(&actor(held.with(more).iter(), Some(7)), permission);
        prop_assert!(before.is_none() || after.is_some());
    }
}
