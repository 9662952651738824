//! Model services: by whose key a request goes out, and the request itself.

mod environment;
mod send;

use quarterdeck_domain::{
    Permission, Resource, Result, Visibility,
    error::Unauthenticated,
    model_services::{KeyCandidate, KeySource, KeyStanding, ModelProvider, ModelService, ModelServices},
    policy, provider_keys,
};
use quarterdeck_store::SealedKey;

use crate::{Ctx, provider_keys::open};

pub use environment::EnvironmentKeys;
pub use send::{ModelAnswer, ModelRequest, send};

/// A place where a key is looked for, with the secret that was found.
struct Found {
    candidate: KeyCandidate,
    secret: Option<String>,
}

/// All model services, with the key that a request of the actor would go out with.
///
/// # Errors
/// `Forbidden` without `model_service.use`.
pub async fn list_model_services(ctx: &Ctx) -> Result<ModelServices> {
    let keys = keys(ctx, None).await?;
    Ok(ModelServices { items: ModelProvider::ALL.iter().map(|provider| service(ctx, *provider, &keys)).collect() })
}

/// One of them.
///
/// # Errors
/// `Forbidden` without `model_service.use`.
pub async fn get_model_service(ctx: &Ctx, provider: ModelProvider) -> Result<ModelService> {
    Ok(service(ctx, provider, &keys(ctx, Some(provider)).await?))
}

fn service(ctx: &Ctx, provider: ModelProvider, keys: &[SealedKey]) -> ModelService {
    let is_on = ctx.app.settings().model_endpoint(provider).is_some();
    let candidates = look(ctx, provider, keys).into_iter().map(|found| found.candidate).collect();
    ModelService::new(provider, is_on, candidates)
}

/// The stored keys that requests of the actor may go out with.
async fn keys(ctx: &Ctx, provider: Option<ModelProvider>) -> Result<Vec<SealedKey>> {
    ctx.allow(Permission::ModelServiceUse, &Resource::List)?;
    let user = ctx.actor.user_id().ok_or(Unauthenticated::Missing)?;
    ctx.app.db.provider_keys().sealed_for(user, ctx.actor.organization_id, provider).await
}

/// Looks in each place, in order. What works is [`KeyStanding::Used`] here, whatever stands before it.
fn look(ctx: &Ctx, provider: ModelProvider, keys: &[SealedKey]) -> Vec<Found> {
    let of = |source| keys.iter().find(|key| key.provider == provider && key.source == source);
    KeySource::ALL
        .iter()
        .map(|source| match source {
            KeySource::Environment => in_environment(ctx, provider),
            stored => of(*stored).map_or_else(|| absent(*stored), |key| stored_key(ctx, key)),
        })
        .collect()
}

const fn absent(source: KeySource) -> Found {
    let candidate = KeyCandidate { source, standing: KeyStanding::Absent, provider_key_id: None, hint: None };
    Found { candidate, secret: None }
}

fn stored_key(ctx: &Ctx, key: &SealedKey) -> Found {
    let opened = open(&ctx.app, key.id, &key.sealed).ok();
    let standing = match &opened {
        _ if !key.is_active => KeyStanding::Inactive,
        None => KeyStanding::Unreadable,
        Some(_) => KeyStanding::Used,
    };
    let is_seen = sees(ctx, key.source);
    let candidate = KeyCandidate {
        source: key.source,
        standing,
        provider_key_id: is_seen.then_some(key.id),
        hint: is_seen.then(|| key.hint.clone()),
    };
    Found { candidate, secret: opened }
}

fn in_environment(ctx: &Ctx, provider: ModelProvider) -> Found {
    let source = KeySource::Environment;
    let Some(secret) = ctx.app.config.model_keys.get(provider) else { return absent(source) };
    let hint = sees(ctx, source).then(|| provider_keys::hint(secret));
    let candidate = KeyCandidate { source, standing: KeyStanding::Used, provider_key_id: None, hint };
    Found { candidate, secret: Some(secret.to_owned()) }
}

/// Whether the actor may see the key of this source.
fn sees(ctx: &Ctx, source: KeySource) -> bool {
    let Some(seen) = policy::visibility(&ctx.actor, Permission::ProviderKeyRead) else { return false };
    match source {
        KeySource::User => seen.covers(ctx.actor.organization_id, ctx.actor.user_id()),
        KeySource::Organization => seen.covers(ctx.actor.organization_id, None),
        KeySource::System | KeySource::Environment => seen == Visibility::All,
    }
}
