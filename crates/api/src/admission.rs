//! Who comes in: found out before anything else of a request is read, so that 429 and 401 come before every other fault.

use actix_web::{HttpMessage as _, HttpRequest, dev::ServiceRequest};
use quarterdeck_app::{Ctx, auth, denials, idempotency::Claim};
use quarterdeck_domain::Error;

use crate::{
    access, access_log, caller,
    limits::{Class, Gate, Permit, Standing},
    problem::{Fault, Result},
    state,
};

/// Who sends the request, or why they are not let in; in the request's extensions.
struct Identity(Result<auth::Identified>);

/// Lets a request in; where its client stands with a limit, if there is one.
///
/// # Errors
/// 429 when it is one too many. That nobody is signed in is told by the operation that asks for it.
pub async fn admit(request: &ServiceRequest) -> Result<Option<Standing>> {
    // As the router reads it: `%61uth` is `auth`.
    let Some(class) = Class::of(request.method(), request.match_info().as_str()) else { return Ok(None) };
    let request = request.request();
    let state = state::of(request)?;
    let (now, settings) = (state.app.now(), state.app.settings());
    let rules = settings.limit_rules();
    if class.is_public() {
        return Ok(state.limits.by_address(class, caller::address(request, state), rules, now)?);
    }
    let identity = identify(request).await;
    let user = identity.as_ref().ok().and_then(|identified| identified.ctx.actor.user_id());
    let key = identity
        .as_ref()
        .ok()
        .and_then(|identified| Some((identified.ctx.actor.api_key_id()?, identified.requests_per_minute?)));
    // The key's own limit first: it keeps the owner's from being used up.
    let of_key = key.map_or(Ok(None), |(id, quota)| state.limits.by_api_key(id, quota, now))?;
    let of_user = user.map_or(Ok(None), |user| state.limits.by_user(class, user, rules, now))?;
    if let Ok(identified) = &identity {
        access_log::name(&identified.ctx.actor);
        identified.note_use();
    }
    // The tighter of the two is what a client needs to know.
    let standing = [of_user, of_key].into_iter().flatten().min_by_key(|standing| standing.remaining);
    request.extensions_mut().insert(Identity(identity));
    Ok(standing)
}

/// Notes that the request was refused for want of a permission or by a guard of accounts, if it was; where that is
/// explained, for callers who may ask.
pub async fn note_denial(request: &HttpRequest, fault: &Fault) -> Option<String> {
    let Fault::Domain(error) = fault else { return None };
    let permission = error.refused()?;
    let noted = async {
        let ctx = identify(request).await?.ctx;
        denials::note(&ctx, error, request.method().as_str(), request.path()).await?;
        Ok::<_, Fault>(access::explanation(&ctx.actor, permission, request.path()))
    };
    noted.await.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "a refusal could not be noted");
        None
    })
}

async fn identify(request: &HttpRequest) -> Result<auth::Identified> {
    let app = &state::of(request)?.app;
    Ok(auth::authenticate(app, caller::bearer(request)?, caller::info(request)?).await?)
}

/// Takes out who sends the request.
///
/// # Errors
/// Why they are not let in.
pub fn take(request: &HttpRequest) -> Result<auth::Identified> {
    let Identity(identity) = request.extensions_mut().remove().ok_or_else(unasked)?;
    let mut identified = identity?;
    identified.ctx.request.idempotency = request.extensions().get::<Claim>().cloned();
    Ok(identified)
}

/// Looks at who sends the request; nothing when nobody is signed in.
pub fn look<T>(request: &HttpRequest, read: impl FnOnce(&Ctx) -> T) -> Option<T> {
    let extensions = request.extensions();
    let Identity(identity) = extensions.get()?;
    identity.as_ref().ok().map(|identified| read(&identified.ctx))
}

/// Lets somebody begin what lasts, until the permit is dropped.
///
/// # Errors
/// 429 when they have too many open.
pub fn enter(request: &HttpRequest, gate: Gate, ctx: &Ctx) -> Result<Option<Permit>> {
    let limits = &state::of(request)?.limits;
    let enter = |user| limits.enter(gate, user, ctx.app.settings().limit_rules());
    Ok(ctx.actor.user_id().map(enter).transpose()?)
}

fn unasked() -> Fault {
    Fault::from(Error::internal("an operation asks for its caller on a path where nobody is identified"))
}
