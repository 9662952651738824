//! API keys.

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::api_keys;
use quarterdeck_domain::{
    ApiKeyId, Page,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeySort, ApiKeyWithSecret, CreateApiKey, RotateApiKey, UpdateApiKey},
};

use crate::{
    body::{Body, OptionalBody},
    caller::{Caller, needs},
    csv::Row,
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Created, Found, Json, NoContent},
    routes::Routes,
    tags::IfMatch,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(get_api_key)
        .service(update_api_key)
        .service(revoke_api_key)
        .service(rotate_api_key);
}

impl Row for ApiKey {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "username",
        "title",
        "hint",
        "state",
        "scopes",
        "used_scopes",
        "networks",
        "requests_per_minute",
        "created_at",
        "expires_at",
        "is_capped",
        "last_used_at",
        "last_used_address",
        "use_count",
        "user_kind",
    ];

    fn cells(&self) -> Vec<String> {
        let time = |time: Option<quarterdeck_domain::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        vec![
            self.id.to_string(),
            self.user_id.to_string(),
            self.username.clone(),
            self.title.clone(),
            self.hint.clone(),
            self.state.to_string(),
            self.scopes.to_string(),
            self.used_scopes.to_string(),
            self.networks.join(","),
            self.requests_per_minute.map(|limit| limit.to_string()).unwrap_or_default(),
            self.created_at.to_string(),
            time(self.expires_at),
            self.is_capped.to_string(),
            time(self.last_used_at),
            self.last_used_address.clone(),
            self.use_count.to_string(),
            self.user_kind.to_string(),
        ]
    }
}

/// List API keys
///
/// The own ones; administrators see those of all whom they administer: what each was given, what of it was used in the
/// last 90 days, when it was used last and when it ends. The newest first unless sorted.
#[utoipa::path(tag = "api_keys", operation_id = "list_api_keys", security(("session" = [])),
    params(ListParameters<ApiKeyFilter, ApiKeySort>),
    responses((status = 200, description = "A page of API keys", body = Page<ApiKey>)))]
#[get("/api-keys")]
async fn list_api_keys(
    caller: Caller<needs::ApiKeyRead>,
    list: List<ApiKeyFilter, ApiKeySort>,
) -> Result<HttpResponse> {
    list.answer(caller, "api-keys", api_keys::list_api_keys).await
}

/// Create an API key
///
/// Of one's own. It carries some of the own permissions, and never more than its owner has when it is used. The secret
/// is in this answer only. A key makes no keys.
#[utoipa::path(tag = "api_keys", operation_id = "create_api_key", security(("session" = [])),
    request_body(content = CreateApiKey, description = "The new key"),
    responses((status = 201, description = "The new key with its secret", body = ApiKeyWithSecret), Conflict))]
#[post("/api-keys")]
async fn create_api_key(
    caller: Caller<needs::ApiKeyWrite>,
    body: Body<CreateApiKey>,
) -> Result<Created<ApiKeyWithSecret>> {
    let created = api_keys::create_api_key(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/api-keys/{}", created.api_key.id), created))
}

/// Get an API key
///
/// Without its secret.
#[utoipa::path(tag = "api_keys", operation_id = "get_api_key", security(("session" = [])),
    params(("id" = ApiKeyId, Path, description = "The key")),
    responses((status = 200, description = "The key", body = ApiKey)))]
#[get("/api-keys/{id}")]
async fn get_api_key(caller: Caller<needs::ApiKeyRead>, id: Id<ApiKeyId>) -> Result<Found<ApiKey>> {
    Ok(Found(api_keys::get_api_key(&caller, id.0).await?))
}

/// Change an API key
///
/// Of one's own, or of a service account that one manages. A JSON Merge Patch: members that are absent stay as they are.
#[utoipa::path(tag = "api_keys", operation_id = "update_api_key", security(("session" = [])),
    params(("id" = ApiKeyId, Path, description = "The key"), IfMatch),
    request_body(content = UpdateApiKey, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed key", body = ApiKey), Conflict))]
#[patch("/api-keys/{id}")]
async fn update_api_key(
    caller: Caller<needs::ApiKeyWrite>,
    id: Id<ApiKeyId>,
    body: Body<UpdateApiKey>,
    if_match: IfMatch,
) -> Result<Found<ApiKey>> {
    Ok(Found(api_keys::update_api_key(&caller, id.0, &body.0, if_match.0).await?))
}

/// Revoke an API key
///
/// Bites within one second on every node. Needs `api_key.revoke`.
#[utoipa::path(tag = "api_keys", operation_id = "revoke_api_key", security(("session" = [])),
    params(("id" = ApiKeyId, Path, description = "The key"), IfMatch),
    responses((status = 204, description = "The key is revoked")))]
#[delete("/api-keys/{id}")]
async fn revoke_api_key(caller: Caller<needs::ApiKeyRevoke>, id: Id<ApiKeyId>, if_match: IfMatch) -> Result<NoContent> {
    api_keys::revoke_api_key(&caller, id.0, if_match.0).await?;
    Ok(NoContent)
}

/// Give an API key another secret
///
/// Of one's own, or of a service account that one manages. The present secret works on for `overlap_seconds`, a day unless told otherwise; earlier ones stop by then
/// as well. The end of the key stays.
#[utoipa::path(tag = "api_keys", operation_id = "rotate_api_key", security(("session" = [])),
    params(("id" = ApiKeyId, Path, description = "The key")),
    request_body(content = Option<RotateApiKey>, description = "How long the present secret works on"),
    responses((status = 200, description = "The key with its new secret", body = ApiKeyWithSecret), Conflict))]
#[post("/api-keys/{id}/rotation")]
async fn rotate_api_key(
    caller: Caller<needs::ApiKeyWrite>,
    id: Id<ApiKeyId>,
    body: OptionalBody<RotateApiKey>,
) -> Result<Json<ApiKeyWithSecret>> {
    Ok(Json(api_keys::rotate_api_key(&caller, id.0, &body.0).await?))
}
