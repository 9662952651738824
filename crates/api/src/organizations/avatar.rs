//! The avatar image of an organization.

use actix_web::{HttpResponse, delete, get, put};
use quarterdeck_app::organizations;
use quarterdeck_domain::OrganizationId;

use crate::{
    caller::Caller,
    image::{self, Image, ImageBody},
    path::Id,
    problem::Result,
    respond::NoContent,
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(get_organization_avatar).service(set_organization_avatar).service(delete_organization_avatar);
}

/// Get the avatar image of an organization
///
/// A PNG of 256 by 256 pixels. Its `ETag` is `avatar_digest` of the organization.
#[utoipa::path(tag = "organizations", operation_id = "get_organization_avatar", security(("session" = [])),
    params(("id" = OrganizationId, Path, description = "The organization")),
    responses((status = 200, description = "The image", body = Image, content_type = "image/png",
        headers(("ETag" = String, description = "Digest of the image")))))]
#[get("/organizations/{id}/avatar")]
async fn get_organization_avatar(
    caller: Caller,
    id: Id<OrganizationId>,
    request: actix_web::HttpRequest,
) -> Result<HttpResponse> {
    let avatar = organizations::get_organization_avatar(&caller, id.0).await?;
    Ok(image::png(&request, &avatar.digest, avatar.png))
}

/// Set the avatar image of an organization
///
/// The body is the image itself, of at most 1 MiB and 4096 by 4096 pixels. Its middle square is kept, as a PNG of 256 by
/// 256 pixels without metadata. Raises the `version` of the organization. Needs `organization.update`.
#[utoipa::path(tag = "organizations", operation_id = "set_organization_avatar", security(("session" = [])),
    params(("id" = OrganizationId, Path, description = "The organization")),
    request_body(description = "The image",
        content((Image = "image/png"), (Image = "image/jpeg"), (Image = "image/webp"))),
    responses((status = 204, description = "The image is set")))]
#[put("/organizations/{id}/avatar")]
async fn set_organization_avatar(caller: Caller, id: Id<OrganizationId>, body: ImageBody) -> Result<NoContent> {
    organizations::set_organization_avatar(&caller, id.0, body.form, body.image.0.into()).await?;
    Ok(NoContent)
}

/// Remove the avatar image of an organization
///
/// Raises the `version` of the organization. Needs `organization.update`.
#[utoipa::path(tag = "organizations", operation_id = "delete_organization_avatar", security(("session" = [])),
    params(("id" = OrganizationId, Path, description = "The organization")),
    responses((status = 204, description = "The image is removed")))]
#[delete("/organizations/{id}/avatar")]
async fn delete_organization_avatar(caller: Caller, id: Id<OrganizationId>) -> Result<NoContent> {
    organizations::delete_organization_avatar(&caller, id.0).await?;
    Ok(NoContent)
}
