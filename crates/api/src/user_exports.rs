//! Exports of all data of a user.

use actix_web::{
    HttpRequest, HttpResponse, Responder, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use quarterdeck_app::user_exports::{self, UserExport};
use quarterdeck_domain::UserId;
use utoipa::ToSchema;

use crate::{
    admission,
    caller::{Caller, needs},
    limits::Gate,
    path::Id,
    problem::Result,
    routes::Routes,
};

/// Media type of an archive.
pub const MEDIA_TYPE: &str = "application/zip";

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(export_user);
}

/// A ZIP, byte by byte: `manifest.json`, and files of JSON lines.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Archive(pub UserExport);

/// It is compressed already, and nobody but the client keeps it.
impl Responder for Archive {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, MEDIA_TYPE))
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.0.file_name)))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(self.0.bytes)
    }
}

/// Export all data of a user
///
/// A ZIP with one file of JSON lines for each kind of thing: `profile`, `role_grants`, `memberships`, `sessions`, `api_keys`,
/// `provider_keys`, `saved_views`, `impersonations` and `audit_events`, which they caused or which are about them; the newest
/// rows first, at most 20,000 of each. Each line is what this API shows of the thing; no secret is in it. `manifest.json` has
/// the number of rows and the SHA-256 of each file, and notes on what is left out. Needs `user.export`, and contains what lies
/// within its reach; contact info needs `user.read_contact`. It is noted in the audit log.
#[utoipa::path(tag = "users", operation_id = "export_user", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The archive", body = Archive, content_type = "application/zip",
        headers(("Content-Disposition" = String, description = "Name for the file: username and date")))))]
#[get("/users/{id}/export")]
async fn export_user(caller: Caller<needs::UserExport>, id: Id<UserId>, request: HttpRequest) -> Result<Archive> {
    let _permit = admission::enter(&request, Gate::Exports, &caller)?;
    Ok(Archive(user_exports::export_user(&caller, id.0).await?))
}
