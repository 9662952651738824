//! The inventory of credentials.

use actix_web::{HttpResponse, get};
use quarterdeck_app::credentials;
use quarterdeck_domain::{
    Page, PermissionSet,
    credentials::{Credential, CredentialFilter, CredentialSort},
};

use crate::{
    caller::{Caller, needs},
    csv::{Row, optional, time},
    listing::{List, ListParameters},
    problem::Result,
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_credentials);
}

impl Row for Credential {
    const COLUMNS: &'static [&'static str] = &[
        "kind",
        "id",
        "user_id",
        "username",
        "user_kind",
        "is_suspended",
        "organization_id",
        "title",
        "hint",
        "scopes",
        "used_scopes",
        "granted_count",
        "used_count",
        "created_at",
        "last_used_at",
        "last_used_address",
        "expires_at",
        "is_capped",
    ];

    fn cells(&self) -> Vec<String> {
        let count = |set: Option<PermissionSet>| optional(set.map(PermissionSet::len).as_ref());
        vec![
            self.kind.to_string(),
            self.id.to_string(),
            self.user_id.to_string(),
            self.username.clone(),
            self.user_kind.to_string(),
            self.is_suspended.to_string(),
            optional(self.organization_id.as_ref()),
            self.title.clone(),
            self.hint.clone(),
            optional(self.scopes.as_ref()),
            optional(self.used_scopes.as_ref()),
            count(self.scopes),
            count(self.used_scopes),
            self.created_at.to_string(),
            time(self.last_used_at),
            self.last_used_address.clone(),
            time(self.expires_at),
            self.is_capped.to_string(),
        ]
    }
}

/// List credentials
///
/// Whatever people and service accounts can act by at present: API keys, sessions with their refresh tokens, unused password
/// reset links; with `credential.read` those of all, or of the own organization. Of keys it tells what they were given, what
/// they used in the last 90 days, and whether the platform's cap ends them sooner than they were made for. No secret is in
/// it. The newest first unless sorted.
#[utoipa::path(tag = "credentials", operation_id = "list_credentials", security(("session" = [])),
    params(ListParameters<CredentialFilter, CredentialSort>),
    responses((status = 200, description = "A page of credentials", body = Page<Credential>)))]
#[get("/credentials")]
async fn list_credentials(
    caller: Caller<needs::CredentialRead>,
    list: List<CredentialFilter, CredentialSort>,
) -> Result<HttpResponse> {
    list.answer(caller, "credentials", credentials::list_credentials).await
}
