//! What a decision of the one function costs.

use std::{hint::black_box, time::Instant};

use anyhow::Result;
use quarterdeck_domain::{
    Actor, OrganizationId, Permission, Resource, RoleGrantId, SessionId, UserId,
    policy::{self, ActorKind, Authentication},
    role_grants::HeldGrant,
    roles::{Power, Roles},
};
use uuid::Uuid;

use crate::report::Report;

/// Role grants of the actor.
const GRANTS: u128 = 50;
/// Decisions that are timed.
const DECISIONS: u32 = 1_000_000;

/// A decision for an actor who holds many grants, the last of which carries it.
pub fn access(report: &mut Report) -> Result<()> {
    let organization = |number| OrganizationId(Uuid::from_u128(1_000 + number));
    let grants = (0..GRANTS).map(|number| HeldGrant {
        id: RoleGrantId(Uuid::from_u128(number)),
        role: None,
        role_name: "granted".to_owned(),
        organization_id: Some(organization(number)),
        organization_name: None,
        permissions: [Permission::UserRead, Permission::UserSuspend].into_iter().collect(),
        scope_group: None,
        group: None,
        expires_at: None,
    });
    let actor = Actor {
        kind: ActorKind::User { id: UserId(Uuid::from_u128(1)), session_id: SessionId(Uuid::from_u128(2)) },
        label: "measured".to_owned(),
        roles: Roles::NONE,
        grants: grants.collect(),
        organization_id: Some(organization(GRANTS)),
        authentication: Authentication::Recent,
        impersonator: None,
    };
    let target = Resource::User {
        id: UserId(Uuid::from_u128(5)),
        organization_id: Some(organization(GRANTS - 1)),
        roles: Roles::NONE,
        granted: Power::None,
    };
    let began = Instant::now();
    let allowed = (0..DECISIONS)
        .filter(|_| policy::allow(black_box(&actor), Permission::UserSuspend, black_box(&target)).is_ok())
        .count();
    let each = began.elapsed().as_secs_f64() * 1e6 / f64::from(DECISIONS);
    anyhow::ensure!(allowed == DECISIONS as usize, "the decision is wrong");
    report.at_most("permission check with 50 grants", each, "µs", 5.0);
    Ok(())
}
