//! Sessions of all users.

use actix_web::{HttpResponse, delete, get, post, web};
use quarterdeck_app::sessions;
use quarterdeck_domain::{
    Page, SessionId,
    sessions::{RevokeSessions, RevokedSessions, Session, SessionFilter, SessionSort},
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    csv::Row,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Found, Json, NoContent},
    routes::Routes,
    routes::missing,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_sessions)
        .service(revoke_sessions)
        // Not an id, whatever the method.
        .route("/sessions/revocations", web::to(missing))
        .service(get_session)
        .service(revoke_session);
}

impl Row for Session {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "username",
        "display_name",
        "client",
        "address",
        "device",
        "user_agent",
        "remembered",
        "impersonator",
        "created_at",
        "authenticated_at",
        "last_seen_at",
        "expires_at",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.user_id.to_string(),
            self.username.clone(),
            self.display_name.clone(),
            self.client.to_string(),
            self.address.clone(),
            self.device.clone(),
            self.user_agent.clone(),
            self.remembered.to_string(),
            self.impersonator.clone().unwrap_or_default(),
            self.created_at.to_string(),
            self.authenticated_at.to_string(),
            self.last_seen_at.to_string(),
            self.expires_at.to_string(),
        ]
    }
}

/// List sessions
///
/// Those that have not ended and that the caller may see. Needs `session.read`. The newest first unless sorted.
#[utoipa::path(tag = "sessions", operation_id = "list_sessions", security(("session" = [])),
    params(ListParameters<SessionFilter, SessionSort>),
    responses((status = 200, description = "A page of sessions", body = Page<Session>)))]
#[get("/sessions")]
async fn list_sessions(
    caller: Caller<needs::SessionRead>,
    list: List<SessionFilter, SessionSort>,
) -> Result<HttpResponse> {
    list.answer(caller, "sessions", sessions::list_sessions).await
}

/// Get a session
///
/// Needs `session.read`; the own ones are listed at `/me/sessions`.
#[utoipa::path(tag = "sessions", operation_id = "get_session", security(("session" = [])),
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 200, description = "The session", body = Session)))]
#[get("/sessions/{id}")]
async fn get_session(caller: Caller<needs::SessionRead>, id: Id<SessionId>) -> Result<Found<Session>> {
    Ok(Found(sessions::get_session(&caller, id.0).await?))
}

/// End a session
///
/// Bites within one second on every node. Needs `session.revoke`.
#[utoipa::path(tag = "sessions", operation_id = "revoke_session", security(("session" = [])),
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "The session has ended")))]
#[delete("/sessions/{id}")]
async fn revoke_session(caller: Caller<needs::SessionRevoke>, id: Id<SessionId>) -> Result<NoContent> {
    sessions::revoke_session(&caller, id.0).await?;
    Ok(NoContent)
}

/// End sessions by scope
///
/// All but the own one unless told otherwise. Needs `session.revoke`.
#[utoipa::path(tag = "sessions", operation_id = "revoke_sessions", security(("session" = [])),
    request_body(content = RevokeSessions, description = "Whose sessions end"),
    responses((status = 200, description = "How many ended", body = RevokedSessions)))]
#[post("/sessions/revocations")]
async fn revoke_sessions(
    caller: Caller<needs::SessionRevoke>,
    body: Body<RevokeSessions>,
) -> Result<Json<RevokedSessions>> {
    Ok(Json(sessions::revoke_sessions(&caller, &body.0).await?))
}
