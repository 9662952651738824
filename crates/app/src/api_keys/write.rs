//! Making, changing, rotating and revoking keys.

use quarterdeck_domain::{
    ApiKeyId, Error, FieldError, Permission, PermissionSet, Resource, Result, Timestamp, UserId,
    api_keys::{
        ApiKey, ApiKeyState, ApiKeyWithSecret, CreateApiKey, RANDOM_CHARACTERS, RotateApiKey, UpdateApiKey, hint,
        secret,
    },
    audit::{Action, Change, Event},
    error::{Rule, Unauthenticated},
    networks::Network,
    policy,
    users::{User, UserKind},
};
use quarterdeck_store::{NewApiKey, Subject, Tx};

use super::{api_key_target, for_update, lending};
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
    create(ctx, UserKind::Person, user_id, body).await
}

/// Makes a key of a service account.
///
/// # Errors
/// `NotFound` when there is no such account that the actor may see, `Forbidden`, `PrivilegedAccount`, `StepUpRequired`,
/// `Invalid` for scopes beyond those of the account or of the actor, or a life beyond the cap, `Conflict` when the title is
/// taken or there are too many.
pub async fn create_service_account_key(ctx: &Ctx, id: UserId, body: &CreateApiKey) -> Result<ApiKeyWithSecret> {
    ctx.allow(Permission::ServiceAccountManage, &Resource::List)?;
    create(ctx, UserKind::Service, id, body).await.map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound("service account"),
        other => other,
    })
}

/// Makes a key of the user `user_id`, who is of this kind.
async fn create(ctx: &Ctx, kind: UserKind, user_id: UserId, body: &CreateApiKey) -> Result<ApiKeyWithSecret> {
    let settings = ctx.app.settings();
    let now = ctx.now();
    let tx = ctx.write().await?;
    tx.serialize(Subject::ApiKeys).await?;
    let owner = tx.users().get_for_update(user_id, now).await?;
    // Read again: the session may have been ended meanwhile, and its user may have lost rights.
    let ctx = &ctx.within(&tx).await?;
    let grant = ctx.allow(permission(kind), &owner.resource())?;
    if owner.summary.kind != kind {
        return Err(Error::NotFound("user"));
    }
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let expires_at = body.end(now, settings.api_key_cap().as_ref())?;
    let beyond = match kind {
        UserKind::Person => beyond_own(ctx, body.scopes),
        UserKind::Service => beyond_account(ctx, &tx, &owner, body.scopes, expires_at).await?,
    };
    if let Some(fault) = beyond {
        return Err(Error::Invalid(vec![fault]));
    }
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
    if tx.api_keys().count_of(user_id, now).await? >= settings.api_keys_per_user() {
        return Err(Rule::TooManyApiKeys.into());
    }
    tx.api_keys().insert(&new).await?;
    let api_key = tx.api_keys().get(new.id, ctx.now()).await?;
    let event = Event::new(Action::ApiKeyCreated, api_key_target(&api_key))
        .within(owner.summary.organization_id)
        .with(Change::of("user_id", &None, &(kind == UserKind::Service).then_some(user_id)))
        .with(Change::of("title", &None, &Some(&api_key.title)))
        .with(Change::of("hint", &None, &Some(&api_key.hint)))
        .with(Change::of("scopes", &PermissionSet::NONE, &api_key.scopes))
        .with(Change::of("networks", &Vec::new(), &api_key.networks))
        .with(Change::of("requests_per_minute", &None, &api_key.requests_per_minute))
        .with(Change::of("expires_at", &None, &api_key.expires_at));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(ApiKeyWithSecret { api_key, secret })
}

/// What it needs to make a key of somebody of this kind.
const fn permission(kind: UserKind) -> Permission {
    match kind {
        UserKind::Person => Permission::ApiKeyWrite,
        UserKind::Service => Permission::ServiceAccountManage,
    }
}

/// Faults of scopes that are more than the service account has, or more than the actor has where it has them.
async fn beyond_account(
    ctx: &Ctx,
    tx: &Tx,
    account: &User,
    scopes: PermissionSet,
    until: Option<Timestamp>,
) -> Result<Option<FieldError>> {
    match lending::lacked(tx, account, scopes, ctx.now()).await? {
        None => lending::beyond_own(ctx, tx, account, scopes, until).await,
        lacked => Ok(lacked),
    }
}

/// Changes a key of the actor's own, or of a service account that they manage.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict` when the title is taken, or `Stale` when `if_match` is not the version.
pub async fn update_api_key(ctx: &Ctx, id: ApiKeyId, body: &UpdateApiKey, if_match: Option<u32>) -> Result<ApiKey> {
    ctx.allow(Permission::ApiKeyWrite, &Resource::List)?;
    let tx = ctx.write().await?;
    let (before, owner, grant) = for_update(ctx, &tx, Permission::ApiKeyWrite, id).await?;
    let ctx = &ctx.within(&tx).await?;
    let mut faults = body.faults();
    // What it has already may be more than its owner has now; that stays without effect.
    let more = body.scopes.map(|scopes| scopes.iter().filter(|scope| !before.scopes.contains(*scope)).collect());
    faults.extend(match (more, owner.summary.kind) {
        (None, _) => None,
        (Some(more), UserKind::Person) => beyond_own(ctx, more),
        (Some(more), UserKind::Service) => beyond_account(ctx, &tx, &owner, more, before.expires_at).await?,
    });
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

/// Gives a key of the actor's own, or of a service account that they manage, another secret; the present one works on for a
/// while.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid` for an overlap that is too long or a key that carries more than the actor has,
/// `Conflict` when the key has ended.
pub async fn rotate_api_key(ctx: &Ctx, id: ApiKeyId, body: &RotateApiKey) -> Result<ApiKeyWithSecret> {
    ctx.allow(Permission::ApiKeyWrite, &Resource::List)?;
    body.check()?;
    let secret = new_secret(&ctx.app)?;
    let tx = ctx.write().await?;
    let (before, owner, grant) = for_update(ctx, &tx, Permission::ApiKeyWrite, id).await?;
    if before.state == ApiKeyState::Expired {
        return Err(Rule::ApiKeyEnded.into());
    }
    // Whoever sees the secret could use it.
    let ctx = &ctx.within(&tx).await?;
    if owner.summary.kind == UserKind::Service
        && let Some(fault) = lending::beyond_own(ctx, &tx, &owner, before.scopes, before.expires_at).await?
    {
        return Err(Error::Invalid(vec![fault]));
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
