//! The platform: its name, condition and first page.

use actix_web::get;
use quarterdeck_app::meta;
use quarterdeck_domain::{health::Health, meta::Meta, overview::Overview};

use crate::{
    caller::{Caller, Visitor, needs},
    problem::Result,
    respond::{Found, Json},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(get_meta).service(get_health).service(get_overview);
}

/// Get the platform's name, version and limits
///
/// What everybody may know, signed in or not.
#[utoipa::path(tag = "platform", operation_id = "get_meta", security(()),
    responses((status = 200, description = "The platform", body = Meta)))]
#[get("/meta")]
async fn get_meta(visitor: Visitor) -> Result<Found<Meta>> {
    Ok(Found(meta::get_meta(&visitor).await?))
}

/// Get the platform's condition
///
/// Each check with its outcome. The answer is 200 whatever the outcome; `/readyz` answers 503 when a check fails.
#[utoipa::path(tag = "platform", operation_id = "get_health", security(()),
    responses((status = 200, description = "The checks", body = Health)))]
#[get("/health")]
async fn get_health(visitor: Visitor) -> Result<Json<Health>> {
    Ok(Json(meta::get_health(&visitor).await?))
}

/// Get the overview
///
/// Counts, recent sign-ins and changes, and the platform's condition, as far as the caller may see. Needs
/// `overview.read`.
#[utoipa::path(tag = "platform", operation_id = "get_overview", security(("session" = [])),
    responses((status = 200, description = "The overview", body = Overview)))]
#[get("/overview")]
async fn get_overview(caller: Caller<needs::OverviewRead>) -> Result<Json<Overview>> {
    Ok(Json(meta::get_overview(&caller).await?))
}
