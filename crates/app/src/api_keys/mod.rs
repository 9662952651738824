//! API keys: made, changed and rotated by whom they belong to; seen and revoked by administrators as well.

mod authenticate;
mod uses;
mod write;

use quarterdeck_domain::{
    ApiKeyId, Error, Grant, Page, Permission, Resource, Result, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyCap, ListApiKeys},
    audit::{EventTarget, TargetType},
};
use quarterdeck_store::{ApiKeyTerms, Tx};

use crate::{App, Ctx};

pub(crate) use authenticate::{actor_of, authenticate, credential};
pub use uses::{KeyUses, flush};
pub use write::{create_api_key, revoke_api_key, rotate_api_key, update_api_key};

/// A key as the target of an event.
fn api_key_target(key: &ApiKey) -> EventTarget {
    EventTarget { kind: TargetType::ApiKey, id: key.id.to_string(), label: key.title.clone() }
}

/// The rules of this moment.
pub(crate) struct Terms {
    now: Timestamp,
    cap: Option<ApiKeyCap>,
}

impl Terms {
    pub(crate) fn of(app: &App) -> Self {
        Self { now: app.now(), cap: app.settings().api_key_cap() }
    }

    pub(crate) const fn stored(&self) -> ApiKeyTerms<'_> {
        ApiKeyTerms { now: self.now, cap: self.cap.as_ref() }
    }
}

/// A page of the keys that the actor may see.
///
/// # Errors
/// `Forbidden` without `api_key.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_api_keys(ctx: &Ctx, request: &ListApiKeys) -> Result<Page<ApiKey>> {
    let grant = ctx.allow(Permission::ApiKeyRead, &Resource::List)?;
    request.filter.check()?;
    ctx.app.db.api_keys().list(&grant, request, &Terms::of(&ctx.app).stored()).await
}

/// One key.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_api_key(ctx: &Ctx, id: ApiKeyId) -> Result<ApiKey> {
    ctx.allow(Permission::ApiKeyRead, &Resource::List)?;
    let key = ctx.app.db.api_keys().get(id, &Terms::of(&ctx.app).stored()).await?;
    let owner = ctx.app.db.users().get(key.user_id, ctx.now()).await?;
    ctx.allow(Permission::ApiKeyRead, &owner.resource()).map_err(unseen)?;
    Ok(key)
}

/// A key that nobody else changes until `tx` ends, with the grant to do what `permission` names to it.
async fn for_update(ctx: &Ctx, tx: &Tx, permission: Permission, id: ApiKeyId) -> Result<(ApiKey, Owner, Grant)> {
    let key = tx.api_keys().get_for_update(id, &Terms::of(&ctx.app).stored()).await?;
    let owner = tx.users().get(key.user_id, ctx.now()).await?;
    let allowed = ctx.allow(permission, &owner.resource());
    // Who may see the key learns that the act is refused, and others nothing.
    let grant = match (allowed, ctx.allow(Permission::ApiKeyRead, &owner.resource())) {
        (Ok(grant), _) => grant,
        (Err(_), Err(_)) => return Err(unseen(Error::NotFound(""))),
        (Err(Error::NotFound(_)), Ok(_)) => return Err(Error::Forbidden(permission)),
        (Err(refused), Ok(_)) => return Err(refused),
    };
    Ok((key, Owner { id: owner.id(), organization_id: owner.summary.organization_id }, grant))
}

/// Whose key it is.
struct Owner {
    id: UserId,
    organization_id: Option<quarterdeck_domain::OrganizationId>,
}

/// Nobody learns that there is a key which they may not see.
fn unseen(_: Error) -> Error {
    Error::NotFound("API key")
}
