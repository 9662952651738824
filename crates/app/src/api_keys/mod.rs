//! API keys: made, changed and rotated by whom they belong to, those of service accounts by whoever manages the account;
//! seen and revoked by administrators as well.

mod authenticate;
mod lending;
mod uses;
mod write;

use std::sync::Arc;

use quarterdeck_domain::{
    ApiKeyId, Error, Grant, Page, Permission, Resource, Result, Timestamp,
    api_keys::{ApiKey, ApiKeyCap, ListApiKeys},
    audit::{Action, Change, Event, EventTarget, TargetType},
    policy,
    users::{User, UserKind},
};
use quarterdeck_store::Tx;

use crate::{App, Ctx};

pub(crate) use authenticate::{actor_of, admit, authenticate, credential};
pub use uses::{KeyUses, flush};
pub use write::{create_api_key, create_service_account_key, revoke_api_key, rotate_api_key, update_api_key};

/// A key as the target of an event.
fn api_key_target(key: &ApiKey) -> EventTarget {
    EventTarget { kind: TargetType::ApiKey, id: key.id.to_string(), label: key.title.clone() }
}

/// A page of the keys that the actor may see.
///
/// # Errors
/// `Forbidden` without `api_key.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_api_keys(ctx: &Ctx, request: &ListApiKeys) -> Result<Page<ApiKey>> {
    let grant = ctx.allow(Permission::ApiKeyRead, &Resource::List)?;
    request.filter.check()?;
    ctx.app.db.api_keys().list(&grant, request, ctx.now()).await
}

/// One key.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_api_key(ctx: &Ctx, id: ApiKeyId) -> Result<ApiKey> {
    ctx.allow(Permission::ApiKeyRead, &Resource::List)?;
    let key = ctx.app.db.api_keys().get(id, ctx.now()).await?;
    let owner = ctx.app.db.users().get(key.user_id, ctx.now()).await?;
    ctx.allow(Permission::ApiKeyRead, &owner.resource()).map_err(unseen)?;
    Ok(key)
}

/// A key that nobody else changes until `tx` ends, with the grant to do what `permission` names to it. Rights are read
/// again within `tx`: a session that was ended meanwhile is not given a key.
async fn for_update(ctx: &Ctx, tx: &Tx, permission: Permission, id: ApiKeyId) -> Result<(ApiKey, User, Grant)> {
    let key = tx.api_keys().get_for_update(id, ctx.now()).await?;
    let ctx = &ctx.within(tx).await?;
    let owner = tx.users().get(key.user_id, ctx.now()).await?;
    let permission = match (permission, owner.summary.kind) {
        (Permission::ApiKeyWrite, UserKind::Service) => Permission::ServiceAccountManage,
        _ => permission,
    };
    let allowed = ctx.allow(permission, &owner.resource());
    // Who may see the key learns that the act is refused, and others nothing.
    let grant = match (allowed, policy::allow(&ctx.actor, Permission::ApiKeyRead, &owner.resource())) {
        (Ok(grant), _) => grant,
        (Err(_), Err(_)) => return Err(unseen(Error::NotFound(""))),
        (Err(Error::NotFound(_)), Ok(_)) => return Err(Error::Forbidden(permission)),
        (Err(refused), Ok(_)) => return Err(refused),
    };
    Ok((key, owner, grant))
}

/// Nobody learns that there is a key which they may not see.
fn unseen(_: Error) -> Error {
    Error::NotFound("API key")
}

/// Moves the ends of keys by the maximum that is in force, `former` being the one before; how many moved.
///
/// # Errors
/// `Internal` when the database fails.
pub(crate) async fn apply_cap(
    tx: &Tx,
    former: Option<ApiKeyCap>,
    cap: Option<ApiKeyCap>,
    now: Timestamp,
) -> Result<u64> {
    let is_looser = former.zip(cap).is_some_and(|(former, cap)| cap.max_days > former.max_days);
    tx.api_keys().apply_cap(cap.as_ref(), is_looser, now).await
}

/// The same at the start, for a maximum that is fixed from outside: it may have changed while nothing ran.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn start(app: &Arc<App>) -> Result<()> {
    let ctx = Ctx::system(app, "start");
    let grant = ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    let tx = ctx.write().await?;
    let moved = apply_cap(&tx, None, app.settings().api_key_cap(), app.now()).await?;
    if moved == 0 {
        return Ok(());
    }
    let target = EventTarget { kind: TargetType::Platform, id: String::new(), label: "API keys".to_owned() };
    let event = Event::new(Action::ApiKeyUpdated, target).with(Change::of("api_keys_moved", &0, &moved));
    ctx.commit(tx, grant, vec![event]).await
}
