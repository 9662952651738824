//! Signing in and out, refreshing, and choosing a new password by a link.

mod delays;
mod device;
mod refresh;
mod reset;
mod sign_in;
mod tokens;

use std::sync::Arc;

pub use delays::FORGET_FAILURES_SECONDS;
pub(crate) use delays::unlock;
pub(crate) use device::device;
pub use refresh::{logout, refresh_session};
pub(crate) use reset::make_link;
pub use reset::{inspect_password_reset, reset_password};
pub use sign_in::login;
pub(crate) use tokens::{RESET_PREFIX, SETUP_PREFIX, one_time_secret, token_hash};

use quarterdeck_domain::{Error, Result, auth::Tokens, error::Unauthenticated, sessions::ClientKind};

use crate::{App, Ctx, RequestInfo, touches};

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

/// Finds out who sends a request by its access token.
///
/// # Errors
/// `Unauthenticated`, or `PasswordChangeRequired` when a new password is due.
pub async fn authenticate(app: &Arc<App>, token: &str, request: RequestInfo) -> Result<Ctx> {
    identify(app, token, request, false).await
}

/// The same for the few operations that are open to somebody whose new password is due.
///
/// # Errors
/// `Unauthenticated`.
pub async fn authenticate_for_password_change(app: &Arc<App>, token: &str, request: RequestInfo) -> Result<Ctx> {
    identify(app, token, request, true).await
}

async fn identify(app: &Arc<App>, token: &str, request: RequestInfo, password_due: bool) -> Result<Ctx> {
    let now = app.now();
    let claims = app.ports.signer.verify_access(token, now)?;
    let known = app.actors.get(&app.db, claims.session_id, now).await?;
    if !known.actor.is(claims.user_id) {
        return Err(Unauthenticated::Invalid.into());
    }
    if known.must_change_password && !password_due {
        return Err(Error::PasswordChangeRequired);
    }
    app.touches.note(claims.session_id, claims.user_id, now);
    if known.is_late(now) {
        touches::flush(app).await?;
        app.actors.forget(claims.session_id);
    }
    Ok(Ctx { app: app.clone(), actor: known.actor.clone(), request })
}
