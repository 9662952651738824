//! First-run set-up.

use actix_web::{get, post};
use quarterdeck_app::setup;
use quarterdeck_domain::{
    setup::{SetUp, SetupState},
    users::User,
};

use crate::{
    body::Body,
    caller::Visitor,
    document::errors::{Conflict, WrongCredential},
    problem::Result,
    respond::{Created, Json},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(get_setup).service(complete_setup);
}

/// Ask whether set-up is needed
///
/// It is as long as the platform has no active administrator.
#[utoipa::path(tag = "setup", operation_id = "get_setup", security(()),
    responses((status = 200, description = "Whether set-up is needed", body = SetupState)))]
#[get("/setup")]
async fn get_setup(visitor: Visitor) -> Result<Json<SetupState>> {
    Ok(Json(setup::get_setup(&visitor).await?))
}

/// Create the first organization and administrator
///
/// With the one-time token of the link that the server prints at its start. The token does what an `Idempotency-Key` does
/// elsewhere: a second request with it changes nothing and is answered with 409.
#[utoipa::path(tag = "setup", operation_id = "complete_setup", security(()),
    request_body(content = SetUp, description = "The first organization and administrator"),
    responses((status = 201, description = "The administrator", body = User), WrongCredential, Conflict))]
#[post("/setup")]
async fn complete_setup(visitor: Visitor, body: Body<SetUp>) -> Result<Created<User>> {
    let user = setup::complete_setup(&visitor, &body.0).await?;
    Ok(Created(format!("/api/v1/users/{}", user.id()), user))
}
