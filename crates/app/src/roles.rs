//! Custom roles, and what there is to put into them.

use quarterdeck_domain::{
    Error, Page, Permission, Resource, Result, RoleId,
    audit::{Action, Change, Event, EventTarget, TargetType},
    error::Rule,
    permissions::Permissions,
    roles::{CreateRole, CustomRole, ListRoles, UpdateRole},
};
use quarterdeck_store::TokenPurpose;

use crate::{Ctx, precondition, saved_views};

fn role_target(role: &CustomRole) -> EventTarget {
    EventTarget { kind: TargetType::Role, id: role.id.to_string(), label: role.name.clone() }
}

/// All permissions, with who has them.
///
/// # Errors
/// `Forbidden` without `role.read`.
pub fn list_permissions(ctx: &Ctx) -> Result<Permissions> {
    ctx.allow(Permission::RoleRead, &Resource::List)?;
    Ok(Permissions::all())
}

/// A page of the custom roles that the actor may see.
///
/// # Errors
/// `Forbidden` without `role.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_roles(ctx: &Ctx, request: &ListRoles) -> Result<Page<CustomRole>> {
    let grant = ctx.allow(Permission::RoleRead, &Resource::List)?;
    request.filter.check()?;
    ctx.app.db.roles().list(&grant, request, ctx.now()).await
}

/// One custom role.
///
/// # Errors
/// `Forbidden` without `role.read`, `NotFound` when there is none that the actor may see.
pub async fn get_role(ctx: &Ctx, id: RoleId) -> Result<CustomRole> {
    let grant = ctx.allow(Permission::RoleRead, &Resource::List)?;
    ctx.app.db.roles().get(&grant, id, ctx.now()).await
}

/// Defines a role.
///
/// # Errors
/// `Forbidden`, `Invalid`, or `Conflict` when the name is taken.
pub async fn create_role(ctx: &Ctx, body: &CreateRole) -> Result<CustomRole> {
    let grant = ctx.allow(Permission::RoleWrite, &Resource::Platform)?;
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let now = ctx.now();
    let role = CustomRole {
        id: ctx.app.new_id(),
        name: body.name.clone(),
        description: body.description.clone(),
        permissions: body.permissions,
        is_shared: body.is_shared,
        based_on: body.based_on,
        grant_count: 0,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let tx = ctx.write().await?;
    tx.roles().insert(&role).await?;
    let event = Event::new(Action::RoleCreated, role_target(&role))
        .with(Change::of("name", &None, &Some(&role.name)))
        .with(Change::of("description", &String::new(), &role.description))
        .with(Change::of("permissions", &None, &Some(role.permissions)))
        .with(Change::of("is_shared", &None, &Some(role.is_shared)))
        .with(Change::of("based_on", &None, &role.based_on));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(role)
}

/// Changes a role, for all who hold it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict`, or `Stale` when `if_match` is not the version.
pub async fn update_role(ctx: &Ctx, id: RoleId, body: &UpdateRole, if_match: Option<u32>) -> Result<CustomRole> {
    let grant = ctx.allow(Permission::RoleWrite, &Resource::Platform)?;
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let before = tx.roles().get_for_update(&grant, id, ctx.now()).await?;
    precondition::check(if_match, before.version, &before)?;
    let mut after = before.clone();
    let body = body.clone();
    after.name = body.name.unwrap_or(after.name);
    after.description = body.description.unwrap_or(after.description);
    after.permissions = body.permissions.unwrap_or(after.permissions);
    after.is_shared = body.is_shared.unwrap_or(after.is_shared);
    let changes: Vec<Change> = [
        Change::of("name", &before.name, &after.name),
        Change::of("description", &before.description, &after.description),
        Change::of("permissions", &before.permissions, &after.permissions),
        Change::of("is_shared", &before.is_shared, &after.is_shared),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() {
        return Ok(before);
    }
    if before.permissions != after.permissions {
        tx.role_grants().note_power(id, after.permissions).await?;
        tx.one_time_tokens().remove_of_holders(TokenPurpose::PasswordReset, id).await?;
    }
    let saved = tx.roles().save(after, ctx.now()).await?;
    ctx.commit(tx, grant, vec![Event::new(Action::RoleUpdated, role_target(&before)).with(changes)]).await?;
    Ok(saved)
}

/// Deletes a role that nobody holds: taking it from people is an act of its own, told for each of them. Views that are shared
/// with it, which nobody sees, go with it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` while it is held, or `Stale` when `if_match` is not the version.
pub async fn delete_role(ctx: &Ctx, id: RoleId, if_match: Option<u32>) -> Result<()> {
    let grant = ctx.allow(Permission::RoleWrite, &Resource::Platform)?;
    let tx = ctx.write().await?;
    let now = ctx.now();
    let role = tx.roles().get_for_update(&grant, id, now).await?;
    precondition::check(if_match, role.version, &role)?;
    if role.grant_count > 0 {
        return Err(Rule::RoleHeld.into());
    }
    let mut events = saved_views::end_with_role(&tx, id).await?;
    tx.roles().delete(id, now).await?;
    let event = Event::new(Action::RoleDeleted, role_target(&role))
        .with(Change::of("name", &Some(&role.name), &None))
        .with(Change::of("permissions", &Some(role.permissions), &None));
    events.push(event);
    ctx.commit(tx, grant, events).await
}
