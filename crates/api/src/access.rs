//! Why somebody may, or may not, do something.

use actix_web::get;
use quarterdeck_app::access;
use quarterdeck_domain::{
    Actor, Permission,
    access::{AccessExplanation, AccessResource, ExplainAccess},
    policy,
};
use uuid::Uuid;

use crate::{
    caller::{Caller, needs},
    document::errors::NotFound,
    problem::Result,
    query::Query,
    respond::Json,
    routes::Routes,
};

/// Adds the operation.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(explain_access);
}

/// Explain access
///
/// Why a user, or an API key, may or may not do something: the verdict of the function that enforces it, each of its
/// rules in order, the one that decided, and the smallest change that would flip it. The own access may always be asked
/// for. Needs `access.explain` for others, and the right to see the thing.
#[utoipa::path(tag = "access", operation_id = "explain_access", security(("session" = [])),
    params(("subject" = Uuid, Query, description = "A user, or an API key, by its id"),
        ("permission" = Permission, Query, description = "What they want to do"),
        ("resource" = Option<String>, Query, description = "To which thing: `platform`, `user:ID`, `organization:ID` or `job:ID`; absent: whether it is held on anything",
            pattern = "^(platform|(user|organization|job):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$",
            example = "platform")),
    responses((status = 200, description = "The explanation", body = AccessExplanation), NotFound))]
#[get("/access/explanations")]
async fn explain_access(
    caller: Caller<needs::AccessExplain>,
    query: Query<ExplainAccess>,
) -> Result<Json<AccessExplanation>> {
    Ok(Json(access::explain_access(&caller, &query.0).await?))
}

/// Where it is explained that `actor` was refused what needs `permission` at `path`, if they may ask.
pub fn explanation(actor: &Actor, permission: Permission, path: &str) -> Option<String> {
    policy::visibility(actor, Permission::AccessExplain)?;
    let subject = actor.api_key_id().map(Uuid::from).or_else(|| actor.user_id().map(Uuid::from))?;
    let resource = resource_of(path).map(|resource| format!("&resource={resource}")).unwrap_or_default();
    Some(format!("/api/v1/access/explanations?subject={subject}&permission={permission}{resource}"))
}

/// The thing that a path is about.
fn resource_of(path: &str) -> Option<AccessResource> {
    let mut parts = path.strip_prefix("/api/v1/")?.split('/');
    let (list, id) = (parts.next()?, Uuid::try_parse(parts.next()?).ok()?);
    match list {
        "users" => Some(AccessResource::User(id.into())),
        "organizations" => Some(AccessResource::Organization(id.into())),
        "jobs" => Some(AccessResource::Job(id.into())),
        _ => None,
    }
}
