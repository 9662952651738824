//! What a key of a service account may carry: no more than the account has, and nothing by which whoever makes the key
//! would reach further than by themselves.

use quarterdeck_domain::{
    Actor, FieldError, Permission, PermissionSet, Result, SessionId, Timestamp, Visibility,
    groups::Standing,
    policy::{self, ActorKind, Authentication},
    users::User,
};
use quarterdeck_store::Tx;
use uuid::Uuid;

use crate::Ctx;

/// Those of `scopes` that the account does not have.
pub async fn lacked(tx: &Tx, account: &User, scopes: PermissionSet, now: Timestamp) -> Result<Option<FieldError>> {
    let account = &acting(tx, account, now).await?;
    let lacked = scopes.iter().filter(|scope| policy::visibility(account, *scope).is_none()).collect();
    Ok(fault(lacked, "names what the service account does not have"))
}

/// Those of `scopes` that the actor does not have wherever the account has them, for as long as a key that ends at `until`
/// lives.
pub async fn beyond_own(
    ctx: &Ctx,
    tx: &Tx,
    account: &User,
    scopes: PermissionSet,
    until: Option<Timestamp>,
) -> Result<Option<FieldError>> {
    let acting = acting(tx, account, ctx.now()).await?;
    let maker = ctx.actor.lasting(until);
    let mut beyond = PermissionSet::NONE;
    for scope in scopes.iter() {
        let is_within = policy::may_lend(&maker, &acting, scope) && reaches_groups(tx, &maker, account, scope).await?;
        if !is_within {
            beyond = beyond.with(scope);
        }
    }
    Ok(fault(beyond, "names what you do not have yourself wherever the service account has it"))
}

fn fault(scopes: PermissionSet, words: &str) -> Option<FieldError> {
    (!scopes.is_empty()).then(|| FieldError::new("/scopes", "not-allowed", format!("{words}: {scopes}")))
}

/// The account as it acts by a key of all scopes.
async fn acting(tx: &Tx, account: &User, now: Timestamp) -> Result<Actor> {
    Ok(Actor {
        kind: ActorKind::User { id: account.id(), session_id: SessionId(Uuid::nil()) },
        label: account.summary.username.clone(),
        roles: account.summary.roles,
        grants: tx.role_grants().held_by(account.id(), now).await?.into(),
        organization_id: account.summary.organization_id,
        authentication: Authentication::Recent,
        impersonator: None,
    })
}

/// Whether `maker` has the permission on all groups in which the account may have it by its standing.
async fn reaches_groups(tx: &Tx, maker: &Actor, account: &User, permission: Permission) -> Result<bool> {
    if !policy::carried_in_group(permission, Standing::Manager) {
        return Ok(true);
    }
    let Some(held) = policy::visibility(maker, permission) else { return Ok(false) };
    let groups = tx.groups();
    let all = groups.ids_of_user(account.id(), &Visibility::All).await?;
    Ok(all.len() == groups.ids_of_user(account.id(), &held).await?.len())
}
