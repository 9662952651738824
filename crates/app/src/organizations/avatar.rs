//! The avatar image of an organization.

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Permission, Resource, Result,
    audit::{Action, Change, Event},
    organizations::Organization,
};
use quarterdeck_store::{Avatar, Tx};

use super::organization_target;
use crate::{
    Ctx,
    images::{self, Form},
};

/// The image.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_organization_avatar(ctx: &Ctx, id: OrganizationId) -> Result<Avatar> {
    ctx.allow(Permission::OrganizationRead, &Resource::Organization(id))?;
    ctx.app.db.avatars().find(id).await?.ok_or(Error::NotFound("avatar"))
}

/// Makes the image that was sent the avatar.
///
/// # Errors
/// `NotFound`, `Forbidden`, or `Invalid` when it is no image of that form.
pub async fn set_organization_avatar(ctx: &Ctx, id: OrganizationId, form: Form, image: Vec<u8>) -> Result<()> {
    let grant = ctx.allow(Permission::OrganizationUpdate, &Resource::Organization(id))?;
    ctx.app.db.organizations().get(id).await?;
    let png = images::squared(form, image).await?;
    let avatar = Avatar { digest: images::digest(&png), png };
    let tx = ctx.write().await?;
    let before = tx.organizations().get_for_update(id).await?;
    let digest = Some(avatar.digest.clone());
    if before.avatar_digest == digest {
        return Ok(());
    }
    tx.avatars().put(id, avatar, ctx.now()).await?;
    commit(ctx, tx, grant, before, digest).await
}

/// Removes the avatar, if there is one.
///
/// # Errors
/// `NotFound` when there is no such organization, or `Forbidden`.
pub async fn delete_organization_avatar(ctx: &Ctx, id: OrganizationId) -> Result<()> {
    let grant = ctx.allow(Permission::OrganizationUpdate, &Resource::Organization(id))?;
    let tx = ctx.write().await?;
    let before = tx.organizations().get_for_update(id).await?;
    if before.avatar_digest.is_none() {
        return Ok(());
    }
    tx.avatars().delete(id).await?;
    commit(ctx, tx, grant, before, None).await
}

/// The image is a part of the organization: its change raises the version.
async fn commit(ctx: &Ctx, tx: Tx, grant: Grant, before: Organization, digest: Option<String>) -> Result<()> {
    let event = Event::new(Action::OrganizationUpdated, organization_target(before.id, &before.name))
        .within(Some(before.id))
        .with(Change::of("avatar_digest", &before.avatar_digest, &digest));
    tx.organizations().save(before, ctx.now()).await?;
    ctx.commit(tx, grant, vec![event]).await
}
