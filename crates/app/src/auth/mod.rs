//! Signing in and out, refreshing, and choosing a new password by a link.

mod delays;
mod device;
mod own_password;
mod refresh;
mod reset;
mod sign_in;
mod step_up;
mod tokens;
mod turns;

use std::sync::Arc;

pub(crate) use delays::unlock;
pub use delays::{FORGET_FAILURES_SECONDS, KNOWN_PAIR_SECONDS};
pub(crate) use device::Devices;
pub(crate) use own_password::{Purpose, prove};
pub use refresh::{logout, logout_by_access, refresh_session};
pub(crate) use reset::make_link;
pub use reset::{inspect_password_reset, reset_password};
pub use sign_in::login;
pub use step_up::step_up;
pub(crate) use tokens::{RESET_PREFIX, SETUP_PREFIX, impersonated, one_time_secret, token_hash};
pub(crate) use turns::Turns;

use quarterdeck_domain::{Error, Result, auth::Tokens, error::Unauthenticated, sessions::ClientKind};

use crate::{App, Ctx, RequestInfo, actors::Credential, api_keys, touches};

/// What a sign-in or a refresh gives.
#[derive(Debug)]
pub struct SignedIn {
    /// The answer, without the refresh token.
    pub tokens: Tokens,
    /// The refresh token: for the cookie of a browser, for the body of a script.
    pub refresh_token: String,
    /// Kind of client.
    pub client: ClientKind,
    /// Seconds for which the session lives at most.
    pub refresh_max_age_seconds: i64,
    /// Whether it was made with "remember me".
    pub remembered: bool,
}

/// Somebody whose credential holds.
#[derive(Clone)]
pub struct Identified {
    /// What a use-case works with.
    pub ctx: Ctx,
    /// Whether a new password is due before anything else.
    pub must_change_password: bool,
    /// Requests a minute that the credential is held to.
    pub requests_per_minute: Option<u32>,
}

impl Identified {
    /// Notes that the request was let in, for a key.
    pub fn note_use(&self) {
        let Ctx { app, actor, request, .. } = &self.ctx;
        if let Some(key) = actor.api_key_id() {
            app.key_uses.note_request(key, app.now(), &request.address);
        }
    }

    /// The context, for everything but the few operations that are open to somebody whose new password is due.
    ///
    /// # Errors
    /// `PasswordChangeRequired`.
    pub fn ready(self) -> Result<Ctx> {
        if self.must_change_password { Err(Error::PasswordChangeRequired) } else { Ok(self.ctx) }
    }
}

/// Finds out who sends a request by its bearer token: an access token, or the secret of an API key.
///
/// # Errors
/// `Unauthenticated`, or `AddressNotAllowed` for a key that may not be used from there.
pub async fn authenticate(app: &Arc<App>, token: &str, request: RequestInfo) -> Result<Identified> {
    if let Some(credential) = api_keys::credential(token) {
        return api_keys::authenticate(app, credential?, request).await;
    }
    let now = app.now();
    let claims = app.ports.signer.verify_access(token, now)?;
    let known = app.actors.get(app, &Credential::Session(claims.session_id), now).await?;
    let impersonator = known.actor.impersonator.as_ref().map(|by| by.id);
    if !known.actor.is(claims.user_id) || impersonator != claims.impersonator_id {
        return Err(Unauthenticated::Invalid.into());
    }
    // What an impersonator does keeps their own session alive, and is no sign of life of the user.
    match known.parent_id.zip(impersonator) {
        Some((parent, impersonator)) => app.touches.note(parent, impersonator, now),
        None => app.touches.note(claims.session_id, claims.user_id, now),
    }
    if known.is_late(now) {
        touches::flush(app).await?;
        app.actors.forget(claims.session_id);
    }
    let ctx = Ctx { app: app.clone(), actor: known.actor.clone(), request, secret: None, is_job: false };
    Ok(Identified { ctx, must_change_password: known.must_change_password, requests_per_minute: None })
}
