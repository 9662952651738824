//! Storing, changing and deleting keys.

use quarterdeck_domain::{
    Error, Grant, OrganizationId, Permission, ProviderKeyId, Resource, Result,
    audit::{Action, Change, Event},
    policy,
    provider_keys::{CreateProviderKey, NewOwner, ProviderKey, UpdateProviderKey, hint},
};
use quarterdeck_store::{NewProviderKey, Tx};

use super::{own, owner, owner_of, purpose, target, unseen};
use crate::{App, Ctx, precondition};

/// The secret, sealed for the key `id` alone.
pub(crate) fn seal(app: &App, id: ProviderKeyId, secret: &str) -> String {
    app.ports.sealer.seal(&purpose(id), secret.as_bytes())
}

/// Stores a key of the actor's own, or of somebody whom they administer, of an organization, or of the platform.
///
/// # Errors
/// `Forbidden`, `NotFound` when the owner is not there for the actor, `Invalid`, or `Conflict` when the owner has a key of
/// the provider.
pub async fn create_provider_key(ctx: &Ctx, body: &CreateProviderKey) -> Result<ProviderKey> {
    ctx.allow(Permission::ProviderKeyWrite, &Resource::List)?;
    body.check()?;
    let new_owner = body.owner(own(ctx)?).ok_or_else(|| Error::field("/owner", "not-allowed", "has no such owner"))?;
    let tx = ctx.write().await?;
    // Read again: the session may have been ended meanwhile, and its user may have lost rights.
    let ctx = &ctx.within(&tx).await?;
    // The owner is there until the key is.
    match new_owner {
        NewOwner::User(id) => drop(tx.users().get_for_update(id, ctx.now()).await?),
        NewOwner::Organization(id) => drop(tx.organizations().get_for_member(id).await?),
        NewOwner::System => {}
    }
    let owner = owner(ctx, tx.users(), new_owner).await?;
    let grant = ctx.allow(Permission::ProviderKeyWrite, &owner.resource)?;
    let id = ctx.app.new_id();
    let new = NewProviderKey {
        id,
        owner: new_owner,
        provider: body.provider,
        name: body.name.clone(),
        hint: hint(&body.secret),
        sealed: seal(&ctx.app, id, &body.secret),
        created_at: ctx.now(),
    };
    tx.provider_keys().insert(&new).await?;
    let key = tx.provider_keys().get(id).await?;
    let event = Event::new(Action::ProviderKeyCreated, target(&key))
        .within(owner.organization_id)
        .with(Change::of("provider", &None, &Some(key.provider)))
        .with(Change::of("owner", &None, &Some(key.owner)))
        .with(Change::of("user_id", &None, &key.user_id))
        .with(Change::of("name", &None, &Some(&key.name)))
        .with(Change::of("hint", &None, &Some(&key.hint)));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(key)
}

/// A key that nobody else changes until `tx` ends, its organization, and the grant to change it. Rights are read again
/// within `tx`.
async fn for_update(ctx: &Ctx, tx: &Tx, id: ProviderKeyId) -> Result<(ProviderKey, Option<OrganizationId>, Grant)> {
    let key = tx.provider_keys().get_for_update(id).await?;
    let ctx = &ctx.within(tx).await?;
    let owner = owner(ctx, tx.users(), owner_of(&key)).await?;
    let allowed = ctx.allow(Permission::ProviderKeyWrite, &owner.resource);
    // Who may see the key learns that the act is refused, and others nothing.
    let is_seen = policy::allow(&ctx.actor, Permission::ProviderKeyRead, &owner.resource).is_ok();
    let grant = allowed.map_err(|refused| match refused {
        _ if !is_seen => unseen(refused),
        Error::NotFound(_) => Error::Forbidden(Permission::ProviderKeyWrite),
        refused => refused,
    })?;
    Ok((key, owner.organization_id, grant))
}

/// Changes a key: its name, its switch, its secret.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, or `Stale` when `if_match` is not the version.
pub async fn update_provider_key(
    ctx: &Ctx,
    id: ProviderKeyId,
    body: &UpdateProviderKey,
    if_match: Option<u32>,
) -> Result<ProviderKey> {
    ctx.allow(Permission::ProviderKeyWrite, &Resource::List)?;
    let tx = ctx.write().await?;
    let (before, organization, grant) = for_update(ctx, &tx, id).await?;
    body.check()?;
    precondition::check(if_match, before.version, &before)?;
    let name = body.name.as_ref().unwrap_or(&before.name);
    let is_active = body.is_active.unwrap_or(before.is_active);
    let secret = body.secret.as_deref().map(|secret| (hint(secret), seal(&ctx.app, id, secret)));
    if (name, is_active) == (&before.name, before.is_active) && secret.is_none() {
        return Ok(before);
    }
    let stored = secret.as_ref().map(|(hint, sealed)| (hint.as_str(), sealed.as_str()));
    tx.provider_keys().save(id, name, is_active, stored, ctx.now()).await?;
    let after = tx.provider_keys().get(id).await?;
    let event = Event::new(Action::ProviderKeyUpdated, target(&before))
        .within(organization)
        .with(Change::of("name", &before.name, &after.name))
        .with(Change::of("is_active", &before.is_active, &after.is_active))
        // Told even where both secrets end in the same characters.
        .with(Change::of("has_new_secret", &false, &secret.is_some()))
        .with(Change::of("hint", &before.hint, &after.hint));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(after)
}

/// Deletes a key; the next request goes out with another one, or with none.
///
/// # Errors
/// `NotFound`, `Forbidden`, or `Stale` when `if_match` is not the version.
pub async fn delete_provider_key(ctx: &Ctx, id: ProviderKeyId, if_match: Option<u32>) -> Result<()> {
    ctx.allow(Permission::ProviderKeyWrite, &Resource::List)?;
    let tx = ctx.write().await?;
    let (key, organization, grant) = for_update(ctx, &tx, id).await?;
    precondition::check(if_match, key.version, &key)?;
    tx.provider_keys().delete(id).await?;
    let event = Event::new(Action::ProviderKeyDeleted, target(&key))
        .within(organization)
        .with(Change::of("user_id", &key.user_id, &None))
        .with(Change::of("hint", &Some(&key.hint), &None));
    ctx.commit(tx, grant, vec![event]).await
}
