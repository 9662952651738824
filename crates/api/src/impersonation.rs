//! Acting as somebody else.

use actix_web::{delete, post};
use quarterdeck_app::impersonation;
use quarterdeck_domain::{
    UserId,
    impersonation::{StartImpersonation, StartedImpersonation},
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    document::errors::Conflict,
    path::Id,
    problem::Result,
    respond::{Json, NoContent},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(start_impersonation).service(end_impersonation);
}

/// Act as a user
///
/// For a reason and for 60 minutes at most, to see only unless `may_write` is chosen, which needs `user.act_as` and a recent
/// authentication. Needs `user.impersonate`. The tokens are those of a session of the user that names its impersonator in the
/// claim `act` (RFC 8693); it ends with the caller's own session and rights. Nobody acts so as somebody with power over the
/// platform, unless `impersonation.administrators` is set; and nobody who acts so gets to passwords, keys, roles, deletions,
/// or at a third person.
#[utoipa::path(tag = "users", operation_id = "start_impersonation", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    request_body(content = StartImpersonation, description = "Why, and how far"),
    responses((status = 200, description = "The impersonation and its tokens", body = StartedImpersonation), Conflict))]
#[post("/users/{id}/impersonation")]
async fn start_impersonation(
    caller: Caller<needs::UserImpersonate>,
    id: Id<UserId>,
    body: Body<StartImpersonation>,
) -> Result<Json<StartedImpersonation>> {
    Ok(Json(impersonation::start_impersonation(&caller, id.0, &body.0).await?))
}

/// Act as oneself again
///
/// Asked for with the tokens of the impersonation or with the own ones.
#[utoipa::path(tag = "users", operation_id = "end_impersonation", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "The impersonation has ended")))]
#[delete("/users/{id}/impersonation")]
async fn end_impersonation(caller: Caller, id: Id<UserId>) -> Result<NoContent> {
    impersonation::end_impersonation(&caller, id.0).await?;
    Ok(NoContent)
}
