//! The own account.

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::me;
use quarterdeck_domain::{
    Page, SessionId,
    audit::{AuditEvent, AuditFilter, AuditSort},
    me::{ChangePassword, Me, UpdateMe},
    sessions::{RevokedSessions, Session, SessionSort, UserSessionFilter},
    users::User,
};

use crate::{
    body::Body,
    caller::{Caller, PasswordChanger},
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Found, Json, NoContent},
    routes::Routes,
    tags::IfMatch,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(get_me)
        .service(update_me)
        .service(change_own_password)
        .service(list_own_audit_events)
        .service(list_own_sessions)
        .service(revoke_other_own_sessions)
        .service(revoke_own_session);
}

/// Get the own account
///
/// Who is signed in and what they may do. Open even when a new password is due.
#[utoipa::path(tag = "me", operation_id = "get_me", security(("session" = [])),
    responses((status = 200, description = "The own account", body = Me)))]
#[get("/me")]
async fn get_me(caller: PasswordChanger) -> Result<Found<Me>> {
    Ok(Found(me::get_me(&caller).await?))
}

/// Change the own profile
///
/// A JSON Merge Patch: members that are absent stay as they are, `null` empties what may be empty. Place and organization
/// need `profile.update_place`.
#[utoipa::path(tag = "me", operation_id = "update_me", security(("session" = [])), params(IfMatch),
    request_body(content = UpdateMe, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed account", body = User)))]
#[patch("/me")]
async fn update_me(caller: Caller, body: Body<UpdateMe>, if_match: IfMatch) -> Result<Found<User>> {
    Ok(Found(me::update_me(&caller, &body.0, if_match.0).await?))
}

/// Change the own password
///
/// Ends the other sessions unless told otherwise. Open even when a new password is due.
#[utoipa::path(tag = "me", operation_id = "change_own_password", security(("session" = [])),
    request_body(content = ChangePassword, description = "The password until now and the new one"),
    responses((status = 204, description = "The password is changed")))]
#[post("/me/password")]
async fn change_own_password(caller: PasswordChanger, body: Body<ChangePassword>) -> Result<NoContent> {
    me::change_own_password(&caller, &body.0).await?;
    Ok(NoContent)
}

/// List own sessions
///
/// Those that have not ended, the one of this request marked. The newest first unless sorted.
#[utoipa::path(tag = "me", operation_id = "list_own_sessions", security(("session" = [])),
    params(ListParameters<UserSessionFilter, SessionSort>),
    responses((status = 200, description = "A page of sessions", body = Page<Session>)))]
#[get("/me/sessions")]
async fn list_own_sessions(caller: Caller, list: List<UserSessionFilter, SessionSort>) -> Result<HttpResponse> {
    list.answer(caller, "sessions", me::list_own_sessions).await
}

/// List own audit events
///
/// What the caller did, and what was done with their account. The newest first unless sorted. Of those outside the own
/// organization who did something with it, only that it was an administrator; all of them for those who have `audit.read` on
/// the platform. A key needs `audit.read` beside `profile.read`.
#[utoipa::path(tag = "me", operation_id = "list_own_audit_events", security(("session" = [])),
    params(ListParameters<AuditFilter, AuditSort>),
    responses((status = 200, description = "A page of events", body = Page<AuditEvent>)))]
#[get("/me/audit-events")]
async fn list_own_audit_events(caller: Caller, list: List<AuditFilter, AuditSort>) -> Result<HttpResponse> {
    list.answer(caller, "audit-events", me::list_own_audit_events).await
}

/// End the other own sessions
///
/// All but the one of this request.
#[utoipa::path(tag = "me", operation_id = "revoke_other_own_sessions", security(("session" = [])),
    responses((status = 200, description = "How many ended", body = RevokedSessions)))]
#[delete("/me/sessions")]
async fn revoke_other_own_sessions(caller: Caller) -> Result<Json<RevokedSessions>> {
    Ok(Json(me::revoke_other_own_sessions(&caller).await?))
}

/// End one own session
///
/// The one of this request as well, if it is named.
#[utoipa::path(tag = "me", operation_id = "revoke_own_session", security(("session" = [])),
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "The session has ended")))]
#[delete("/me/sessions/{id}")]
async fn revoke_own_session(caller: Caller, id: Id<SessionId>) -> Result<NoContent> {
    me::revoke_own_session(&caller, id.0).await?;
    Ok(NoContent)
}
