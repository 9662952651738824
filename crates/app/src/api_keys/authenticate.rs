//! Who acts by a key.

use std::{net::IpAddr, sync::Arc};

use quarterdeck_domain::{
    Actor, Error, Result, Timestamp,
    api_keys::{PREFIX, is_well_formed},
    error::Unauthenticated,
    policy::{ActorKind, Authentication},
    users::UserStatus,
};
use quarterdeck_store::{ApiKeyActorRow, ApiKeyCredential, ApiKeys};
use sha2::{Digest as _, Sha256};

use crate::{
    App, Ctx, RequestInfo,
    actors::{Credential, KnownActor},
    auth::Identified,
};

/// The credential of a bearer token that is a key's secret; nothing for another token. What has the form of a key but not
/// its checksum is known to be none without a look at the database.
pub fn credential(token: &str) -> Option<Result<ApiKeyCredential>> {
    token.starts_with(PREFIX).then(|| {
        if !is_well_formed(token) {
            return Err(Unauthenticated::ApiKeyUnknown.into());
        }
        Ok(ApiKeyCredential::Secret(Sha256::digest(token).into()))
    })
}

/// Who acts by the key, as `keys` have it now.
///
/// # Errors
/// `ApiKeyUnknown` or `ApiKeyEnded` when nobody does.
pub async fn actor_of(
    keys: &ApiKeys<'_>,
    credential: &ApiKeyCredential,
    now: Timestamp,
) -> Result<(Actor, ApiKeyActorRow)> {
    let row = keys.find_actor(credential, now).await?.ok_or(Unauthenticated::ApiKeyUnknown)?;
    if row.status != UserStatus::Active || row.expires_at.is_some_and(|end| end <= now) {
        return Err(Unauthenticated::ApiKeyEnded.into());
    }
    let actor = Actor {
        kind: ActorKind::ApiKey { id: row.id, user_id: row.user_id, scopes: row.scopes },
        label: format!("{} ({})", row.username, row.title),
        roles: row.roles,
        grants: row.grants.as_slice().into(),
        organization_id: row.organization_id,
        authentication: Authentication::Recent,
        impersonator: None,
    };
    Ok((actor, row))
}

/// Finds out who sends a request by the secret of a key.
///
/// # Errors
/// `Unauthenticated`, or `AddressNotAllowed` when the key may not be used from there.
pub async fn authenticate(app: &Arc<App>, credential: ApiKeyCredential, request: RequestInfo) -> Result<Identified> {
    let now = app.now();
    let known = app.actors.get(app, &Credential::ApiKey(credential), now).await?;
    admit(&known, &request.address)?;
    let ctx = Ctx { app: app.clone(), actor: known.actor.clone(), request, secret: Some(credential), is_job: false };
    Ok(Identified { ctx, must_change_password: false, requests_per_minute: known.requests_per_minute })
}

/// Checks that a credential may be used from `address`.
///
/// # Errors
/// `AddressNotAllowed`.
pub fn admit(known: &KnownActor, address: &str) -> Result<()> {
    let address = address.parse::<IpAddr>().ok();
    let is_inside = |address| known.networks.iter().any(|network| network.contains(address));
    if known.networks.is_empty() || address.is_some_and(is_inside) { Ok(()) } else { Err(Error::AddressNotAllowed) }
}
