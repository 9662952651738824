//! Roles that groups carry: whoever joins holds them, so that letting somebody in takes what granting them takes.

use std::collections::BTreeSet;

use quarterdeck_domain::{
    Error, Grant, GroupId, Permission, Resource, Result, Visibility, policy,
    role_grants::{GrantHolder, GroupRole, GroupRoles, HeldGrant, SetGroupRoles},
    users::User,
};
use quarterdeck_store::{RoleGrants, Tx};

use super::{Holder, allow, grant_within, lock_groups, revocation, scope};
use crate::{Ctx, groups};

/// Checks that a role that a group carries would be the actor's to grant. Of what is beyond their reach they learn no more
/// than that it is.
fn allow_granting(ctx: &Ctx, role: &HeldGrant) -> Result<()> {
    within_reach(ctx, role)?;
    ctx.allow(Permission::RoleGrant, &role.scope().resource())?;
    policy::may_grant(&ctx.actor.lasting(role.expires_at), role.role, role.permissions, role.scope())
}

fn within_reach(ctx: &Ctx, role: &HeldGrant) -> Result<()> {
    let reach = policy::visibility(&ctx.actor, Permission::RoleGrant).unwrap_or_else(Visibility::nothing);
    let sees_group = role.group.as_ref().is_none_or(|group| reach.covers_scope(group.organization_id));
    match sees_group && reach.covers_grant(role.scope()) {
        true => Ok(()),
        false => Err(Error::Forbidden(Permission::RoleGrant)),
    }
}

/// Checks that the actor may let a locked `user` into a locked group for all the roles that it carries: each would be theirs
/// to grant. Links of the user end as with a grant.
///
/// # Errors
/// As for [`super::create_role_grant`].
pub(crate) async fn allow_joining(ctx: &Ctx, tx: &Tx, group: GroupId, user: &User) -> Result<()> {
    let carried = tx.role_grants().carried_by(group, ctx.now()).await?;
    if carried.is_empty() {
        return Ok(());
    }
    let holder = Holder::User(Box::new(user.clone()));
    for role in &carried {
        allow_granting(ctx, role)?;
        allow(ctx, &holder, role.scope())?;
    }
    holder.end_reset_links(tx).await
}

/// Checks that the actor may let users into a group for all the roles that it carries, whoever they are; the grant that each
/// of them is judged by, if it carries any.
///
/// # Errors
/// As for [`super::create_role_grant`].
pub(crate) async fn allow_joining_of_many(ctx: &Ctx, grants: &RoleGrants<'_>, group: GroupId) -> Result<Option<Grant>> {
    let carried = grants.carried_by(group, ctx.now()).await?;
    if carried.is_empty() {
        return Ok(None);
    }
    carried.iter().try_for_each(|role| allow_granting(ctx, role))?;
    ctx.allow(Permission::RoleGrant, &Resource::Selection).map(Some)
}

/// Checks that the actor may take a user out of a locked group for all the roles that it carries: each would be theirs to
/// revoke. Everybody may leave.
///
/// # Errors
/// As for [`super::revoke_role_grant`].
pub(crate) async fn allow_leaving(ctx: &Ctx, tx: &Tx, group: GroupId, user: &User) -> Result<()> {
    if ctx.actor.is(user.id()) {
        return Ok(());
    }
    let holder = Holder::User(Box::new(user.clone()));
    let carried = tx.role_grants().carried_by(group, ctx.now()).await?;
    carried.iter().try_for_each(|role| {
        within_reach(ctx, role)?;
        allow(ctx, &holder, role.scope()).map(drop)
    })
}

/// Checks that the actor may bring a group back with all the roles that it carries, and those that are granted on it. Links end
/// as with the grants.
///
/// # Errors
/// As for [`super::create_role_grant`].
pub(crate) async fn allow_return(ctx: &Ctx, tx: &Tx, id: GroupId) -> Result<()> {
    // Roles may carry more, or less, than they did.
    tx.role_grants().renew_power(GrantHolder::Group(id)).await?;
    for (holder, role) in tx.role_grants().of_group_or_on_it(id, ctx.now()).await? {
        let holder = Holder::read(ctx, tx, holder).await?;
        allow_granting(ctx, &role)?;
        allow(ctx, &holder, role.scope())?;
        holder.end_reset_links(tx).await?;
    }
    Ok(())
}

/// Makes a group carry exactly these roles (S1-GRP-05), as far as the actor reaches: those that it has stay as they are, the
/// others come and go. What was granted beyond that reach stays.
///
/// # Errors
/// `NotFound` for a group or an organization that the actor may not see, `Forbidden`, `OwnAccount`, `NotHeld`, or `Invalid`.
pub async fn set_group_roles(ctx: &Ctx, id: GroupId, body: &SetGroupRoles) -> Result<GroupRoles> {
    ctx.allow(Permission::RoleGrant, &groups::seen(ctx, id).await?.resource())?;
    let now = ctx.now();
    let orders = body.grants(id, now)?;
    let tx = ctx.write().await?;
    let scopes: BTreeSet<_> = body.roles.iter().filter_map(|role| role.organization_id).collect();
    for organization in scopes {
        tx.organizations().hold(organization).await?;
    }
    lock_groups(&tx, body.roles.iter().map(|role| role.scope_group_id).chain([Some(id)])).await?;
    let group = Holder::lock(ctx, &tx, GrantHolder::Group(id)).await?;
    let ctx = &ctx.within(&tx).await?;
    let reach = ctx.allow(Permission::RoleGrant, &group.resource())?;
    let (mut events, mut kept) = (Vec::new(), Vec::new());
    for former in tx.role_grants().of_group(id, &reach, now).await? {
        if body.roles.contains(&GroupRole::of(&former)) {
            kept.push(former);
            continue;
        }
        allow(ctx, &group, former.place())?;
        tx.role_grants().delete(former.id).await?;
        events.push(revocation(&group, &former).because(&body.reason));
    }
    for (index, order) in orders.iter().enumerate() {
        if kept.iter().any(|former| GroupRole::of(former) == body.roles[index]) {
            continue;
        }
        let under = |error: Error| error.under(&format!("/roles/{index}"));
        let scope = scope(&tx, order).await.map_err(under)?;
        let grant = allow(ctx, &group, scope)?;
        let (granted, event) = grant_within(ctx, &tx, &grant, &group, scope, order).await.map_err(under)?;
        kept.push(granted);
        events.push(event);
    }
    if !events.is_empty() {
        ctx.commit(tx, reach, events).await?;
    }
    Ok(GroupRoles { roles: kept })
}
