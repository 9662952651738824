//! Provider keys: stored by whom they belong to and by administrators, sealed, and never answered again.

mod uses;
mod write;

use quarterdeck_domain::{
    Error, OrganizationId, Page, Permission, ProviderKeyId, Resource, Result, UserId,
    audit::{EventTarget, TargetType},
    provider_keys::{ListProviderKeys, NewOwner, ProviderKey},
};
use quarterdeck_store::Users;

use crate::{App, Ctx};

pub use uses::{ProviderKeyUses, flush};
pub(crate) use write::seal;
pub use write::{create_provider_key, delete_provider_key, update_provider_key};

/// What a secret is sealed for: a value that is moved to another key does not open there.
fn purpose(id: ProviderKeyId) -> String {
    format!("provider key {id}")
}

/// The secret of a key.
///
/// # Errors
/// `Internal` when it cannot be opened.
pub(crate) fn open(app: &App, id: ProviderKeyId, sealed: &str) -> Result<String> {
    let bytes = app.ports.sealer.open(&purpose(id), sealed)?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// A key as the target of an event.
fn target(key: &ProviderKey) -> EventTarget {
    let label = format!("{} ({})", key.name, key.provider.title());
    EventTarget { kind: TargetType::ProviderKey, id: key.id.to_string(), label }
}

/// Whose a key is, as the decision function and the audit log need it.
struct Owner {
    resource: Resource,
    organization_id: Option<OrganizationId>,
}

async fn owner(ctx: &Ctx, users: Users<'_>, owner: NewOwner) -> Result<Owner> {
    Ok(match owner {
        NewOwner::User(id) => {
            let user = users.get(id, ctx.now()).await?;
            Owner { resource: user.resource(), organization_id: user.summary.organization_id }
        }
        NewOwner::Organization(id) => Owner { resource: Resource::Organization(id), organization_id: Some(id) },
        NewOwner::System => Owner { resource: Resource::Platform, organization_id: None },
    })
}

/// Whose a stored key is.
fn owner_of(key: &ProviderKey) -> NewOwner {
    let of_user = key.user_id.map(NewOwner::User);
    of_user.or(key.organization_id.map(NewOwner::Organization)).unwrap_or(NewOwner::System)
}

/// Nobody learns that there is a key which they may not see.
fn unseen(_: Error) -> Error {
    Error::NotFound("provider key")
}

/// Who stores a key by themselves.
fn own(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.user_id().ok_or(Error::Forbidden(Permission::ProviderKeyWrite))
}

/// A page of the keys that the actor may see.
///
/// # Errors
/// `Forbidden` without `provider_key.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_provider_keys(ctx: &Ctx, request: &ListProviderKeys) -> Result<Page<ProviderKey>> {
    let grant = ctx.allow(Permission::ProviderKeyRead, &Resource::List)?;
    request.filter.check()?;
    ctx.app.db.provider_keys().list(&grant, request).await
}

/// One key.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_provider_key(ctx: &Ctx, id: ProviderKeyId) -> Result<ProviderKey> {
    ctx.allow(Permission::ProviderKeyRead, &Resource::List)?;
    let db = &ctx.app.db;
    let key = db.provider_keys().get(id).await?;
    let owner = owner(ctx, db.users(), owner_of(&key)).await?;
    ctx.allow(Permission::ProviderKeyRead, &owner.resource).map_err(unseen)?;
    Ok(key)
}
