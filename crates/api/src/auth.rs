//! Signing in and out, and choosing a new password by a link.

use actix_web::{HttpRequest, HttpResponse, post};
use quarterdeck_app::auth::{self, SignedIn};
use quarterdeck_domain::{
    auth::{Login, RefreshToken, ResetInspection, ResetPassword, ResetToken, StepUp, SteppedUp, Tokens},
    error::Unauthenticated,
    sessions::ClientKind,
};

use crate::{
    body::{Body, OptionalBody},
    caller::{self, Caller, Visitor},
    cookie,
    document::errors::{CrossSite, WrongCredential},
    problem::Result,
    respond::{Json, NoContent},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(login)
        .service(refresh_session)
        .service(logout)
        .service(step_up)
        .service(inspect_password_reset)
        .service(reset_password);
}

/// Sign in
///
/// By username or e-mail address. Browsers get the refresh token in a cookie, scripts (`client: cli`) in the body.
/// Failures delay the next attempt for the account and for the address; an unknown name answers like a wrong password.
#[utoipa::path(tag = "auth", operation_id = "login", security(()),
    request_body(content = Login, description = "The credentials"),
    responses((status = 200, description = "Signed in", body = Tokens,
        headers(("Set-Cookie" = Option<String>, description = "The refresh token, for browsers"))),
        WrongCredential))]
#[post("/auth/login")]
async fn login(visitor: Visitor, body: Body<Login>) -> Result<HttpResponse> {
    Ok(signed_in(auth::login(&visitor, &body.0).await?))
}

/// Refresh the session
///
/// Exchanges the refresh token for new tokens. Scripts send it in the body; browsers send the cookie, with the header
/// `X-Quarterdeck-CSRF: 1`. A token that was used before ends the session, unless its successor was never used.
#[utoipa::path(tag = "auth", operation_id = "refresh_session", security(()),
    params(("X-Quarterdeck-CSRF" = Option<String>, Header, description = "`1`, when the token comes in the cookie", pattern = "^1$", nullable = false)),
    request_body(content = Option<RefreshToken>, description = "The refresh token, unless it comes in the cookie"),
    responses((status = 200, description = "New tokens", body = Tokens,
        headers(("Set-Cookie" = Option<String>, description = "The next refresh token, for browsers"))),
        WrongCredential, CrossSite))]
#[post("/auth/refresh")]
async fn refresh_session(
    visitor: Visitor,
    body: OptionalBody<RefreshToken>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let token = cookie::refresh_token(&request, body.0.refresh_token)?.ok_or(Unauthenticated::Missing)?;
    Ok(signed_in(auth::refresh_session(&visitor, &token).await?))
}

/// Sign out
///
/// Ends the session of the refresh token, which comes as in a refresh, or without one that of the access token. A session
/// that has ended already is no error.
#[utoipa::path(tag = "auth", operation_id = "logout", security((), ("session" = [])),
    params(("X-Quarterdeck-CSRF" = Option<String>, Header, description = "`1`, when the token comes in the cookie", pattern = "^1$", nullable = false)),
    request_body(content = Option<RefreshToken>, description = "The refresh token, unless it comes in the cookie"),
    responses((status = 204, description = "Signed out"), WrongCredential, CrossSite))]
#[post("/auth/logout")]
async fn logout(visitor: Visitor, body: OptionalBody<RefreshToken>, request: HttpRequest) -> Result<HttpResponse> {
    match cookie::refresh_token(&request, body.0.refresh_token)? {
        Some(token) => auth::logout(&visitor, &token).await?,
        None => auth::logout_by_access(&visitor, caller::bearer(&request)?).await?,
    }
    Ok(HttpResponse::NoContent().cookie(cookie::removal()).finish())
}

/// Give the password again
///
/// Renews the authentication of the session. Sensitive acts refuse a session whose password was given too long ago with
/// `step-up-required` and `max_age_seconds`; after this they can be sent again. Wrong passwords delay the next attempt as
/// they do at sign-in. Keys cannot: what they were given is what they may do.
#[utoipa::path(tag = "auth", operation_id = "step_up", security(("session" = [])),
    request_body(content = StepUp, description = "The own password"),
    responses((status = 200, description = "The authentication is recent", body = SteppedUp)))]
#[post("/auth/step-up")]
async fn step_up(caller: Caller, body: Body<StepUp>) -> Result<Json<SteppedUp>> {
    Ok(Json(auth::step_up(&caller, &body.0).await?))
}

/// Look at a password reset link
///
/// For whom the link is and what the new password must satisfy. It does not use the link up.
#[utoipa::path(tag = "auth", operation_id = "inspect_password_reset", security(()),
    request_body(content = ResetToken, description = "The token of the link"),
    responses((status = 200, description = "For whom the link is", body = ResetInspection), WrongCredential))]
#[post("/auth/password-resets/inspection")]
async fn inspect_password_reset(visitor: Visitor, body: Body<ResetToken>) -> Result<Json<ResetInspection>> {
    Ok(Json(auth::inspect_password_reset(&visitor, &body.0).await?))
}

/// Choose a new password by a link
///
/// Uses the link up and ends all sessions of the user. The token of the link does what an `Idempotency-Key` does elsewhere:
/// a second request with it changes nothing and is answered with 401.
#[utoipa::path(tag = "auth", operation_id = "reset_password", security(()),
    request_body(content = ResetPassword, description = "The token of the link and the new password"),
    responses((status = 204, description = "The password is set"), WrongCredential))]
#[post("/auth/password-resets")]
async fn reset_password(visitor: Visitor, body: Body<ResetPassword>) -> Result<NoContent> {
    auth::reset_password(&visitor, &body.0).await?;
    Ok(NoContent)
}

/// The tokens, with the refresh token where the client wants it.
fn signed_in(signed_in: SignedIn) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    let cookie = cookie::of(&signed_in);
    let mut tokens = signed_in.tokens;
    match signed_in.client {
        ClientKind::Browser => {
            response.cookie(cookie);
        }
        ClientKind::Cli => tokens.refresh_token = Some(signed_in.refresh_token),
    }
    response.json(tokens)
}
