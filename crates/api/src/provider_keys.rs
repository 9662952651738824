//! Provider keys.

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::provider_keys;
use quarterdeck_domain::{
    Page, ProviderKeyId,
    provider_keys::{CreateProviderKey, ProviderKey, ProviderKeyFilter, ProviderKeySort, UpdateProviderKey},
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    csv::Row,
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Created, Found, NoContent},
    routes::Routes,
    tags::IfMatch,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_provider_keys)
        .service(create_provider_key)
        .service(get_provider_key)
        .service(update_provider_key)
        .service(delete_provider_key);
}

impl Row for ProviderKey {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "provider",
        "owner",
        "user_id",
        "organization_id",
        "owner_name",
        "name",
        "hint",
        "is_active",
        "created_at",
        "updated_at",
        "last_used_at",
        "use_count",
        "sent_bytes",
        "received_bytes",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.provider.to_string(),
            self.owner.to_string(),
            self.user_id.map(|id| id.to_string()).unwrap_or_default(),
            self.organization_id.map(|id| id.to_string()).unwrap_or_default(),
            self.owner_name.clone(),
            self.name.clone(),
            self.hint.clone(),
            self.is_active.to_string(),
            self.created_at.to_string(),
            self.updated_at.to_string(),
            self.last_used_at.map(|time| time.to_string()).unwrap_or_default(),
            self.use_count.to_string(),
            self.sent_bytes.to_string(),
            self.received_bytes.to_string(),
        ]
    }
}

/// List provider keys
///
/// The own ones; administrators see those of all whom they administer, of their organizations and of the platform. No secret
/// is shown but its last four characters. The newest first unless sorted.
#[utoipa::path(tag = "provider_keys", operation_id = "list_provider_keys", security(("session" = [])),
    params(ListParameters<ProviderKeyFilter, ProviderKeySort>),
    responses((status = 200, description = "A page of provider keys", body = Page<ProviderKey>)))]
#[get("/provider-keys")]
async fn list_provider_keys(
    caller: Caller<needs::ProviderKeyRead>,
    list: List<ProviderKeyFilter, ProviderKeySort>,
) -> Result<HttpResponse> {
    list.answer(caller, "provider-keys", provider_keys::list_provider_keys).await
}

/// Store a provider key
///
/// Of one's own unless `owner` says otherwise: administrators store those of organizations, of the platform, and of people
/// whom they administer. It is sealed, and no answer has it again. An owner has one key of each provider. Needs
/// `provider_key.write`.
#[utoipa::path(tag = "provider_keys", operation_id = "create_provider_key", security(("session" = [])),
    request_body(content = CreateProviderKey, description = "The new key"),
    responses((status = 201, description = "The new key, without its secret", body = ProviderKey), Conflict))]
#[post("/provider-keys")]
async fn create_provider_key(
    caller: Caller<needs::ProviderKeyWrite>,
    body: Body<CreateProviderKey>,
) -> Result<Created<ProviderKey>> {
    let created = provider_keys::create_provider_key(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/provider-keys/{}", created.id), created))
}

/// Get a provider key
///
/// Without its secret.
#[utoipa::path(tag = "provider_keys", operation_id = "get_provider_key", security(("session" = [])),
    params(("id" = ProviderKeyId, Path, description = "The key")),
    responses((status = 200, description = "The key", body = ProviderKey)))]
#[get("/provider-keys/{id}")]
async fn get_provider_key(caller: Caller<needs::ProviderKeyRead>, id: Id<ProviderKeyId>) -> Result<Found<ProviderKey>> {
    Ok(Found(provider_keys::get_provider_key(&caller, id.0).await?))
}

/// Change a provider key
///
/// Its name, its switch, its secret. A JSON Merge Patch: members that are absent stay as they are. Needs
/// `provider_key.write`.
#[utoipa::path(tag = "provider_keys", operation_id = "update_provider_key", security(("session" = [])),
    params(("id" = ProviderKeyId, Path, description = "The key"), IfMatch),
    request_body(content = UpdateProviderKey, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed key", body = ProviderKey)))]
#[patch("/provider-keys/{id}")]
async fn update_provider_key(
    caller: Caller<needs::ProviderKeyWrite>,
    id: Id<ProviderKeyId>,
    body: Body<UpdateProviderKey>,
    if_match: IfMatch,
) -> Result<Found<ProviderKey>> {
    Ok(Found(provider_keys::update_provider_key(&caller, id.0, &body.0, if_match.0).await?))
}

/// Delete a provider key
///
/// The next request goes out with another key, or with none. Needs `provider_key.write`.
#[utoipa::path(tag = "provider_keys", operation_id = "delete_provider_key", security(("session" = [])),
    params(("id" = ProviderKeyId, Path, description = "The key"), IfMatch),
    responses((status = 204, description = "The key is deleted")))]
#[delete("/provider-keys/{id}")]
async fn delete_provider_key(
    caller: Caller<needs::ProviderKeyWrite>,
    id: Id<ProviderKeyId>,
    if_match: IfMatch,
) -> Result<NoContent> {
    provider_keys::delete_provider_key(&caller, id.0, if_match.0).await?;
    Ok(NoContent)
}
