//! Making, changing, rotating and revoking keys.

use quarterdeck_domain::{
    ApiKeyId, Error, FieldError, Permission, PermissionSet, Resource, Result,
    api_keys::{
        ApiKey, ApiKeyState, ApiKeyWithSecret, CreateApiKey, RANDOM_CHARACTERS, RotateApiKey, UpdateApiKey, hint,
        secret,
    },
    audit::{Action, Change, Event},
    error::{Rule, Unauthenticated},
    networks::Network,
    policy,
};
use quarterdeck_store::{NewApiKey, Subject};

use super::{api_key_target, for_update};
use crate::{App, Ctx, auth::token_hash, precondition};

/// Random bytes that a secret is made of: more than its characters, as some bytes are passed over.
const RANDOM_BYTES: usize = RANDOM_CHARACTERS * 4;

/// A new secret.
fn new_secret(app: &App) -> Result<String> {
    let mut bytes = [0; RANDOM_BYTES];
    app.ports.random.fill(&mut bytes);
    secret(&bytes).ok_or_else(|| Error::internal("the source of randomness repeats itself"))
}

/// Faults of scopes that are more than the actor has.
fn beyond_own(ctx: &Ctx, scopes: PermissionSet) -> Option<FieldError> {
    let lacks = |permission: &Permission| policy::visibility(&ctx.actor, *permission).is_none();
    let beyond: PermissionSet = scopes.iter().filter(lacks).collect();
    (!beyond.is_empty())
        .then(|| FieldError::new("/scopes", "not-allowed", format!("names what you do not have yourself: {beyond}")))
}

/// Networks as they are kept: each once, without the bits of a host.
fn canonical(networks: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for network in networks.iter().filter_map(|text| text.parse::<Network>().ok()) {
        let text = network.to_string();
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

/// Makes a key of the actor's own.
///
/// # Errors
/// `Forbidden` for a key, `Invalid` for scopes beyond the own ones or a life beyond the cap, `Conflict` when the title is
/// taken or there are too many.
pub async fn create_api_key(ctx: &Ctx, body: &CreateApiKey) -> Result<ApiKeyWithSecret> {
    let user_id = ctx.actor.user_id().ok_or(Unauthenticated::Missing)?;
    ctx.allow(Permission::ApiKeyWrite, &Resource::List)?;
    let mut faults = body.faults();
    faults.extend(beyond_own(ctx, body.scopes));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let settings = ctx.app.settings();
    let now = ctx.now();
    let expires_at = body.end(now, settings.api_key_cap().as_ref())?;
    let secret = new_secret(&ctx.app)?;
    let new = NewApiKey {
        id: ctx.app.new_id(),
        user_id,
        title: body.title.clone(),
        hint: hint(&secret),
        digest: token_hash(&secret),
        scopes: body.scopes,
        networks: canonical(&body.networks),
        requests_per_minute: body.requests_per_minute,
        expires_at,
        created_at: now,
    };
    let tx = ctx.write().await?;
    tx.serialize(Subject::ApiKeys).await?;
    let owner = tx.users().get_for_update(user_id, now).await?;
    // Read again: the session may have been ended meanwhile, and its user may have lost rights.
    let ctx = &ctx.within(&tx).await?;
    let grant = ctx.allow(Permission::ApiKeyWrite, &owner.resource())?;
    if let Some(fault) = beyond_own(ctx, body.scopes) {
        return Err(Error::Invalid(vec![fault]));
    }
    if tx.api_keys().count_of(user_id, now).await? >= settings.api_keys_per_user() {
        return Err(Rule::TooManyApiKeys.into());
    }
    tx.api_keys().insert(&new).await?;
    let api_key = tx.api_keys().get(new.id, ctx.now()).await?;
    let event = Event::new(Action::ApiKeyCreated, api_key_target(&api_key))
        .within(owner.summary.organization_id)
        .with(Change::of("title", &None, &Some(&api_key.title)))
        .with(Change::of("hint", &None, &Some(&api_key.hint)))
        .with(Change::of("scopes", &PermissionSet::NONE, &api_key.scopes))
        .with(Change::of("networks", &Vec::new(), &api_key.networks))
        .with(Change::of("requests_per_minute", &None, &api_key.requests_per_minute))
        .with(Change::of("expires_at", &None, &api_key.expires_at));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(ApiKeyWithSecret { api_key, secret })
}

/// Changes a key of the actor's own.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict` when the title is taken, or `Stale` when `if_match` is not the version.
pub async fn update_api_key(ctx: &Ctx, id: ApiKeyId, body: &UpdateApiKey, if_match: Option<u32>) -> Result<ApiKey> {
    ctx.allow(Permission::ApiKeyWrite, &Resource::List)?;
    let tx = ctx.write().await?;
    let (before, owner, grant) = for_update(ctx, &tx, Permission::ApiKeyWrite, id).await?;
    let mut faults = body.faults();
    // What it has already may be more than its owner has now; that stays without effect.
    let more = body.scopes.map(|scopes| scopes.iter().filter(|scope| !before.scopes.contains(*scope)).collect());
    faults.extend(more.and_then(|more| beyond_own(ctx, more)));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    precondition::check(if_match, before.version, &before)?;
    let mut after = before.clone();
    let body = body.clone();
    after.title = body.title.unwrap_or(after.title);
    after.scopes = body.scopes.unwrap_or(after.scopes);
    after.networks = body.networks.map_or(after.networks, |networks| canonical(&networks));
    after.requests_per_minute = body.requests_per_minute.apply(after.requests_per_minute);
    let changes: Vec<Change> = [
        Change::of("title", &before.title, &after.title),
        Change::of("scopes", &before.scopes, &after.scopes),
        Change::of("networks", &before.networks, &after.networks),
        Change::of("requests_per_minute", &before.requests_per_minute, &after.requests_per_minute),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() {
        return Ok(before);
    }
    tx.api_keys().save(&after).await?;
    let saved = tx.api_keys().get(id, ctx.now()).await?;
    let event =
        Event::new(Action::ApiKeyUpdated, api_key_target(&before)).within(owner.summary.organization_id).with(changes);
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(saved)
}

/// Gives a key of the actor's own another secret; the present one works on for a while.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid` for an overlap that is too long, or `Conflict` when the key has ended.
pub async fn rotate_api_key(ctx: &Ctx, id: ApiKeyId, body: &RotateApiKey) -> Result<ApiKeyWithSecret> {
    ctx.allow(Permission::ApiKeyWrite, &Resource::List)?;
    body.check()?;
    let secret = new_secret(&ctx.app)?;
    let tx = ctx.write().await?;
    let (before, owner, grant) = for_update(ctx, &tx, Permission::ApiKeyWrite, id).await?;
    if before.state == ApiKeyState::Expired {
        return Err(Rule::ApiKeyEnded.into());
    }
    let until = ctx.now().plus_seconds(body.overlap_seconds);
    tx.api_keys().rotate(id, &token_hash(&secret), &hint(&secret), until).await?;
    let api_key = tx.api_keys().get(id, ctx.now()).await?;
    let event = Event::new(Action::ApiKeyRotated, api_key_target(&before))
        .within(owner.summary.organization_id)
        .with(Change::of("hint", &before.hint, &api_key.hint))
        .with(Change::of("former_secret_until", &before.former_secret_until, &Some(until)));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(ApiKeyWithSecret { api_key, secret })
}

/// Revokes a key; it is refused from the next request on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrivilegedAccount`, or `Stale` when `if_match` is not the version.
pub async fn revoke_api_key(ctx: &Ctx, id: ApiKeyId, if_match: Option<u32>) -> Result<()> {
    ctx.allow(Permission::ApiKeyRevoke, &Resource::List)?;
    let tx = ctx.write().await?;
    let (key, owner, grant) = for_update(ctx, &tx, Permission::ApiKeyRevoke, id).await?;
    precondition::check(if_match, key.version, &key)?;
    tx.api_keys().delete(id).await?;
    let event = Event::new(Action::ApiKeyRevoked, api_key_target(&key))
        .within(owner.summary.organization_id)
        .with(Change::of("user_id", &Some(owner.id()), &None))
        .with(Change::of("hint", &Some(&key.hint), &None));
    ctx.commit(tx, grant, vec![event]).await
}
