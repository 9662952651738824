//! Service accounts: accounts of machines. They are read, changed and deleted as other users.

use actix_web::post;
use quarterdeck_app::{api_keys, users};
use quarterdeck_domain::{
    UserId,
    api_keys::{ApiKeyWithSecret, CreateApiKey},
    users::{CreateServiceAccount, User},
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    document::errors::Conflict,
    path::Id,
    problem::Result,
    respond::Created,
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(create_service_account).service(create_service_account_key);
}

/// Create a service account
///
/// A user of the kind `service`: it has no password, nobody signs in or acts as it, and it acts by API keys alone. It is
/// listed, read, changed and deleted as other users (`GET /users?kind=service`). Needs `service_account.manage`; roles other
/// than `user` need `user.assign_roles`.
#[utoipa::path(tag = "service_accounts", operation_id = "create_service_account", security(("session" = [])),
    request_body(content = CreateServiceAccount, description = "The new account"),
    responses((status = 201, description = "The new account", body = User), Conflict))]
#[post("/service-accounts")]
async fn create_service_account(
    caller: Caller<needs::ServiceAccountManage>,
    body: Body<CreateServiceAccount>,
) -> Result<Created<User>> {
    let account = users::create_service_account(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/users/{}", account.id()), account))
}

/// Create an API key of a service account
///
/// Needs `service_account.manage` on the account. The key carries some of the account's permissions, and only those that the
/// caller has wherever the account has them. The secret is in this answer only. The key is changed, rotated and revoked as
/// others are.
#[utoipa::path(tag = "service_accounts", operation_id = "create_service_account_key", security(("session" = [])),
    params(("id" = UserId, Path, description = "The service account")),
    request_body(content = CreateApiKey, description = "The new key"),
    responses((status = 201, description = "The new key with its secret", body = ApiKeyWithSecret), Conflict))]
#[post("/service-accounts/{id}/api-keys")]
async fn create_service_account_key(
    caller: Caller<needs::ServiceAccountManage>,
    id: Id<UserId>,
    body: Body<CreateApiKey>,
) -> Result<Created<ApiKeyWithSecret>> {
    let created = api_keys::create_service_account_key(&caller, id.0, &body.0).await?;
    Ok(Created(format!("/api/v1/api-keys/{}", created.api_key.id), created))
}
