//! Saving, changing and deleting views.

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Permission, Resource, Result, SavedViewId,
    audit::Action,
    error::Rule,
    saved_views::{Audience, CreateSavedView, MAX_OF_OWNER, SavedView, UpdateSavedView},
};
use quarterdeck_store::Tx;

use super::{event, own, sight};
use crate::{Ctx, precondition, users::check_organization};

/// The right to share in an organization, or on the platform.
fn sharing(ctx: &Ctx, organization: Option<OrganizationId>) -> Result<Grant> {
    let scope = organization.map_or(Resource::Platform, Resource::Organization);
    ctx.allow(Permission::SavedViewShare, &scope)
}

/// The right to show a view to `audience`, which is there until `tx` ends; and the name of the custom role among it.
async fn audience(ctx: &Ctx, tx: &Tx, audience: &Audience) -> Result<(Grant, Option<String>)> {
    if !audience.is_shared() {
        return Ok((ctx.allow(Permission::ProfileUpdate, &Resource::List)?, None));
    }
    let grant = sharing(ctx, audience.organization_id)?;
    if let Some(organization) = audience.organization_id {
        check_organization(tx, organization).await?;
    }
    let Some(id) = audience.role_id else { return Ok((grant, None)) };
    let unknown =
        || Error::field("/role_id", "unknown", "there is no such role, or it is not shared with organizations");
    let reach = ctx.allow(Permission::RoleRead, &Resource::List)?;
    let role = tx.roles().get_for_grant(&reach, id, ctx.now()).await.map_err(|error| match error {
        Error::NotFound(_) => unknown(),
        other => other,
    })?;
    // An organization does not learn of roles that are not shared with it.
    if audience.organization_id.is_some() && !role.is_shared {
        return Err(unknown());
    }
    Ok((grant, Some(role.name)))
}

/// Saves a view of the actor's own, or one that is shared.
///
/// # Errors
/// `Forbidden`, `NotFound` when the organization is not there for the actor, `Invalid`, or `Conflict` when the name is taken
/// or there are too many.
pub async fn create_saved_view(ctx: &Ctx, body: &CreateSavedView) -> Result<SavedView> {
    ctx.allow(Permission::ProfileUpdate, &Resource::List)?;
    body.check()?;
    let tx = ctx.write().await?;
    let wanted = body.audience();
    if let Some(organization) = wanted.organization_id {
        tx.organizations().hold(organization).await?;
    }
    let owner = own(ctx)?;
    // One after the other, so that there are never too many.
    tx.users().get_for_update(owner, ctx.now()).await?;
    let ctx = &ctx.within(&tx).await?;
    ctx.allow(body.table.permission(), &Resource::List)?;
    let (grant, role_name) = audience(ctx, &tx, &wanted).await?;
    if tx.saved_views().count_of(owner).await? >= MAX_OF_OWNER {
        return Err(Rule::TooManySavedViews.into());
    }
    let now = ctx.now();
    let view = SavedView {
        id: ctx.app.new_id(),
        table: body.table,
        name: body.name.clone(),
        query: body.query.clone(),
        columns: body.columns.clone(),
        visibility: wanted.visibility,
        role: wanted.role,
        role_id: wanted.role_id,
        role_name,
        organization_id: wanted.organization_id,
        owner_id: Some(owner),
        owner_name: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    tx.saved_views().insert(&view, owner).await?;
    let stored = tx.saved_views().get(&sight(ctx)?, view.id).await?;
    let told = event(ctx, Action::SavedViewCreated, None, Some(&stored));
    ctx.commit(tx, grant, vec![told]).await?;
    Ok(stored)
}

/// A view that nobody else changes until `tx` ends, and the grant to change it. Rights are those within `tx`.
async fn for_update(ctx: &Ctx, tx: &Tx, id: SavedViewId) -> Result<(SavedView, Grant)> {
    let view = tx.saved_views().get_for_update(&sight(ctx)?, id).await?;
    let grant = if view.is_shared() {
        // Who sees the view learns that the act is refused.
        sharing(ctx, view.organization_id).map_err(|refused| match refused {
            Error::NotFound(_) => Error::Forbidden(Permission::SavedViewShare),
            refused => refused,
        })?
    } else {
        ctx.allow(Permission::ProfileUpdate, &Resource::List)?
    };
    Ok((view, grant))
}

/// Changes a view: its name, what it shows, who sees it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict` when the name is taken, or `Stale` when `if_match` is not the version.
pub async fn update_saved_view(
    ctx: &Ctx,
    id: SavedViewId,
    body: &UpdateSavedView,
    if_match: Option<u32>,
) -> Result<SavedView> {
    ctx.allow(Permission::ProfileUpdate, &Resource::List)?;
    let tx = ctx.write().await?;
    // Organizations before their views, in the order of their deletion.
    if let Some(organization) = body.organization_id {
        tx.organizations().hold(organization).await?;
    }
    let ctx = &ctx.within(&tx).await?;
    let (before, mut grant) = for_update(ctx, &tx, id).await?;
    body.check(before.table)?;
    precondition::check(if_match, before.version, &before)?;
    let mut after = before.clone();
    if let Some(wanted) = body.audience() {
        if !wanted.is_shared() && before.owner_id != ctx.actor.user_id() {
            return Err(Error::field("/visibility", "not-allowed", "only who made a view may make it private"));
        }
        let role_name;
        (grant, role_name) = audience(ctx, &tx, &wanted).await?;
        (after.visibility, after.organization_id) = (wanted.visibility, wanted.organization_id);
        (after.role, after.role_id, after.role_name) = (wanted.role, wanted.role_id, role_name);
    }
    let body = body.clone();
    after.name = body.name.unwrap_or(after.name);
    after.query = body.query.unwrap_or(after.query);
    after.columns = body.columns.apply(after.columns);
    if after == before {
        return Ok(before);
    }
    after.updated_at = ctx.now();
    tx.saved_views().save(&after, own(ctx)?).await?;
    let stored = tx.saved_views().get(&sight(ctx)?, id).await?;
    let told = |before, after| event(ctx, Action::SavedViewUpdated, before, after);
    let is_elsewhere = before.is_shared() && stored.is_shared() && before.organization_id != stored.organization_id;
    let told = match is_elsewhere {
        // Each place learns of its own side alone.
        true => vec![told(Some(&before), None), told(None, Some(&stored))],
        false => vec![told(Some(&before), Some(&stored))],
    };
    ctx.commit(tx, grant, told).await?;
    Ok(stored)
}

/// Deletes a view, for all who see it.
///
/// # Errors
/// `NotFound`, `Forbidden`, or `Stale` when `if_match` is not the version.
pub async fn delete_saved_view(ctx: &Ctx, id: SavedViewId, if_match: Option<u32>) -> Result<()> {
    ctx.allow(Permission::ProfileUpdate, &Resource::List)?;
    let tx = ctx.write().await?;
    let ctx = &ctx.within(&tx).await?;
    let (view, grant) = for_update(ctx, &tx, id).await?;
    precondition::check(if_match, view.version, &view)?;
    tx.saved_views().delete(id).await?;
    let told = event(ctx, Action::SavedViewDeleted, Some(&view), None);
    ctx.commit(tx, grant, vec![told]).await
}
