//! Granting roles to users and groups, and revoking the grants.

use std::collections::BTreeSet;

use quarterdeck_domain::{
    Error, Grant, GroupId, OrganizationId, Page, Permission, PermissionSet, Resource, Result, Role, RoleGrantId,
    RoleId,
    audit::{Action, Change, Event},
    error::Rule,
    policy,
    role_grants::{CreateRoleGrant, GrantHolder, GrantScope, ListRoleGrants, RevokeRoleGrant, RoleGrant},
    roles::CustomRole,
    text,
    users::User,
};
use quarterdeck_store::{EndedGrant, NewRoleGrant, Tx};

use crate::{
    Ctx,
    groups::group_target,
    users::{check_organization, user_target},
};

mod carried;
mod holder;

pub use carried::set_group_roles;
pub(crate) use carried::{allow_joining, allow_joining_of_many, allow_leaving, allow_return};
use holder::Holder;

/// A page of the grants that the actor may see.
///
/// # Errors
/// `Forbidden` without `role.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_role_grants(ctx: &Ctx, request: &ListRoleGrants) -> Result<Page<RoleGrant>> {
    let grant = ctx.allow(Permission::RoleRead, &Resource::List)?;
    ctx.app.db.role_grants().list(&grant, request, ctx.now()).await
}

/// One grant.
///
/// # Errors
/// `Forbidden` without `role.read`, `NotFound` when there is none that the actor may see.
pub async fn get_role_grant(ctx: &Ctx, id: RoleGrantId) -> Result<RoleGrant> {
    let grant = ctx.allow(Permission::RoleRead, &Resource::List)?;
    ctx.app.db.role_grants().get(&grant, id, ctx.now()).await
}

/// Grants a role to a user, or to whoever is in a group.
///
/// # Errors
/// `NotFound` for a user, a group or an organization that the actor may not see, `Forbidden`, `OwnAccount`, `PrivilegedAccount`,
/// `NotHeld` for what the actor does not hold there, `Invalid`, or `Conflict` when it is granted already.
pub async fn create_role_grant(ctx: &Ctx, body: &CreateRoleGrant) -> Result<RoleGrant> {
    ctx.allow(Permission::RoleGrant, &Resource::List)?;
    let now = ctx.now();
    let faults = body.faults(now);
    let Some(holder) = body.holder().filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let tx = ctx.write().await?;
    if let Some(organization) = body.organization_id {
        tx.organizations().hold(organization).await?;
    }
    if let Some(user) = holder.user() {
        tx.users().lock(&[user.0]).await?;
    }
    lock_groups(&tx, [holder.group(), body.scope_group_id]).await?;
    let holder = Holder::lock(ctx, &tx, holder).await?;
    // Read again: the session may have been ended meanwhile, and its user may have lost rights.
    let ctx = &ctx.within(&tx).await?;
    let scope = scope(&tx, body).await?;
    let grant = allow(ctx, &holder, scope)?;
    let (granted, event) = grant_within(ctx, &tx, &grant, &holder, scope, body).await?;
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(granted)
}

/// Makes others wait who would change these groups, in the order of all who lock several. Users come before.
async fn lock_groups(tx: &Tx, ids: impl IntoIterator<Item = Option<GroupId>>) -> Result<()> {
    let ids: BTreeSet<GroupId> = ids.into_iter().flatten().collect();
    for id in ids {
        tx.groups().lock(id).await?;
    }
    Ok(())
}

/// Where a role is to be granted. Which organization a group belongs to does not change.
async fn scope(tx: &Tx, body: &CreateRoleGrant) -> Result<GrantScope> {
    match body.scope_group_id {
        Some(id) => Ok(GrantScope::of(tx.groups().organization_of(id).await?, Some(id))),
        None => Ok(GrantScope::of(body.organization_id, None)),
    }
}

/// Grants a role to a locked holder, whom `grant` reaches with the scope, within `tx`; what happened.
async fn grant_within(
    ctx: &Ctx,
    tx: &Tx,
    grant: &Grant,
    holder: &Holder,
    scope: GrantScope,
    body: &CreateRoleGrant,
) -> Result<(RoleGrant, Event)> {
    let now = ctx.now();
    if let Some(organization) = body.organization_id {
        check_organization(tx, organization).await?;
    }
    let (name, permissions) = carried(ctx, tx, body).await?;
    if permissions.is_empty() && scope.group_id().is_some() {
        return Err(Error::field("/role_id", "unfit", "carries nothing about groups"));
    }
    // Nobody gives for longer than they have.
    policy::may_grant(&ctx.actor.lasting(body.expires_at), body.role, permissions, scope)?;
    let new = NewRoleGrant {
        id: ctx.app.new_id(),
        holder: holder.id(),
        role: body.role,
        role_id: body.role_id,
        scope,
        power: policy::power_of(permissions, body.scope),
        reason: body.reason.clone(),
        granted_by: ctx.actor.user_id(),
        granted_by_name: ctx.actor.label.clone(),
        granted_at: now,
        expires_at: body.expires_at,
    };
    if tx.role_grants().is_held(&new).await? {
        return Err(Rule::RoleGranted.into());
    }
    tx.role_grants().insert(&new).await?;
    holder.end_reset_links(tx).await?;
    let granted = tx.role_grants().get(grant, new.id, now).await?;
    let event = event(Action::RoleGranted, holder, scope)
        .because(&body.reason)
        .with(Change::of("role", &None, &Some(name)))
        .with(Change::of("scope", &None, &Some(body.scope)))
        .with(Change::of("organization_id", &None, &scope.organization_id()))
        .with(Change::of("group_id", &None, &scope.group_id()))
        .with(Change::of("permissions", &None, &Some(permissions)))
        .with(Change::of("expires_at", &None, &body.expires_at))
        .with(Change::of("grant_id", &None, &Some(new.id)));
    Ok((granted, event))
}

/// Revokes a grant; what it gave is gone with the next request.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnAccount`, `PrivilegedAccount`, or `Invalid` for a reason that is none.
pub async fn revoke_role_grant(ctx: &Ctx, id: RoleGrantId, body: &RevokeRoleGrant) -> Result<()> {
    let reach = ctx.allow(Permission::RoleGrant, &Resource::List)?;
    text::check_optional_line("/reason", &body.reason, text::REASON_MAX)
        .map_err(|fault| Error::Invalid(vec![fault]))?;
    let tx = ctx.write().await?;
    let now = ctx.now();
    let revoked = tx.role_grants().get(&reach, id, now).await?;
    let holder = revoked.holder().ok_or_else(|| Error::internal("a grant to nobody"))?;
    let holder = Holder::lock(ctx, &tx, holder).await?;
    let ctx = &ctx.within(&tx).await?;
    let grant = allow(ctx, &holder, revoked.place())?;
    if !tx.role_grants().delete(id).await? {
        return Err(Error::NotFound("role grant"));
    }
    ctx.commit(tx, grant, vec![revocation(&holder, &revoked).because(&body.reason)]).await
}

/// Ends what a user who leaves `organization` was granted on it, as a part of the move; what happened.
pub(crate) async fn end_on_leaving(
    ctx: &Ctx,
    tx: &Tx,
    user: &User,
    organization: OrganizationId,
) -> Result<Vec<Event>> {
    let ended = tx.role_grants().end_on(Some(user.id()), organization, ctx.now()).await?;
    // Nor does it come back with a group from the bin.
    tx.bin().forget_grants(user.id(), organization).await?;
    let target = || user_target(user.id(), &user.summary.username);
    let own = Some(organization).filter(|_| user.summary.organization_id == Some(organization));
    let revoked = |ended: &EndedGrant| Event::new(Action::RoleRevoked, target()).within(own).with(lost(&ended.grant));
    Ok(ended.iter().map(revoked).collect())
}

/// Ends what is still granted on an organization that is deleted, to people of elsewhere; what happened.
pub(crate) async fn end_on_deletion(ctx: &Ctx, tx: &Tx, organization: OrganizationId) -> Result<Vec<Event>> {
    Ok(ended(&tx.role_grants().end_on(None, organization, ctx.now()).await?))
}

/// Ends what is granted on a group that is deleted; what happened.
pub(crate) async fn end_on_group(ctx: &Ctx, tx: &Tx, group: GroupId) -> Result<Vec<Event>> {
    Ok(ended(&tx.role_grants().end_on_group(group, ctx.now()).await?))
}

/// Grants that ended with what they were on, as events of their holders.
fn ended(grants: &[EndedGrant]) -> Vec<Event> {
    let revoked = |EndedGrant { grant, home }: &EndedGrant| {
        let target = match (grant.holder()?, &grant.username, &grant.group_name) {
            (GrantHolder::User(id), Some(name), _) => user_target(id, name),
            (GrantHolder::Group(id), _, Some(name)) => group_target(id, name),
            _ => return None,
        };
        let event = Event::new(Action::RoleRevoked, target).within(told_within(grant.place(), *home));
        Some(event.with(lost(grant)))
    };
    grants.iter().filter_map(revoked).collect()
}

/// Asks for the holder and for the scope: what is granted or revoked lies within both.
fn allow(ctx: &Ctx, holder: &Holder, scope: GrantScope) -> Result<Grant> {
    ctx.allow(Permission::RoleGrant, &holder.resource())?;
    let grant = ctx.allow(Permission::RoleGrant, &scope.resource())?;
    holder.guard(&ctx.actor)?;
    if holder.is_actor(ctx) {
        return Err(Error::OwnAccount(Permission::RoleGrant));
    }
    Ok(grant)
}

/// Name of the role and what it carries there. A custom role is not changed until `tx` ends.
async fn carried(ctx: &Ctx, tx: &Tx, body: &CreateRoleGrant) -> Result<(String, PermissionSet)> {
    let (name, permissions) = match body.role_id {
        Some(id) => {
            let CustomRole { name, permissions, .. } = custom_role(ctx, tx, id).await?;
            (name, permissions)
        }
        None => (body.role.map_or("", Role::name).to_owned(), PermissionSet::NONE),
    };
    Ok((name, policy::granted(body.role, permissions, body.scope)))
}

async fn custom_role(ctx: &Ctx, tx: &Tx, id: RoleId) -> Result<CustomRole> {
    let reach = ctx.allow(Permission::RoleRead, &Resource::List)?;
    tx.roles().get_for_grant(&reach, id, ctx.now()).await.map_err(|error| match error {
        Error::NotFound(_) => Error::field("/role_id", "unknown", "there is no such role"),
        other => other,
    })
}

/// What happened to the grants of `holder`.
fn event(action: Action, holder: &Holder, scope: GrantScope) -> Event {
    Event::new(action, holder.target()).within(told_within(scope, holder.organization_id()))
}

/// Where a change of a grant is told: within the organization of the scope if the holder is at home there, for it sees no
/// others.
fn told_within(scope: GrantScope, home: Option<OrganizationId>) -> Option<OrganizationId> {
    scope.organization_id().filter(|_| scope.organization_id() == home)
}

fn revocation(holder: &Holder, revoked: &RoleGrant) -> Event {
    event(Action::RoleRevoked, holder, revoked.place()).with(lost(revoked))
}

/// What a grant gave.
fn lost(revoked: &RoleGrant) -> impl Iterator<Item = Change> + use<> {
    [
        Change::of("role", &Some(&revoked.role_name), &None),
        Change::of("scope", &Some(revoked.scope), &None),
        Change::of("organization_id", &revoked.organization_id, &None),
        Change::of("group_id", &revoked.scope_group_id, &None),
        Change::of("expires_at", &revoked.expires_at, &None),
        Change::of("grant_id", &Some(revoked.id), &None),
    ]
    .into_iter()
    .flatten()
}
