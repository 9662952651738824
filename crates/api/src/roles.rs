//! Custom roles and permissions.

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::roles;
use quarterdeck_domain::{
    Page, Role, RoleId,
    permissions::Permissions,
    roles::{CreateRole, CustomRole, RoleFilter, RoleSort, UpdateRole},
};

use crate::{
    body::Body,
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
        .service(list_permissions)
        .service(list_roles)
        .service(create_role)
        .service(get_role)
        .service(update_role)
        .service(delete_role);
}

impl Row for CustomRole {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "description",
        "permissions",
        "is_shared",
        "based_on",
        "grant_count",
        "created_at",
        "updated_at",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.description.clone(),
            self.permissions.to_string(),
            self.is_shared.to_string(),
            self.based_on.map(Role::name).unwrap_or_default().to_owned(),
            self.grant_count.to_string(),
            self.created_at.to_string(),
            self.updated_at.to_string(),
        ]
    }
}

/// Get all permissions
///
/// What each allows, which built-in roles have it and how far, and whether API keys and custom roles may carry it. They
/// are fixed: a release brings them.
#[utoipa::path(tag = "roles", operation_id = "list_permissions", security(("session" = [])),
    responses((status = 200, description = "All permissions", body = Permissions)))]
#[get("/permissions")]
async fn list_permissions(caller: Caller<needs::RoleRead>) -> Result<Json<Permissions>> {
    Ok(Json(roles::list_permissions(&caller)?))
}

/// List custom roles
///
/// Administrators of organizations see those that are shared with them. By name unless sorted.
#[utoipa::path(tag = "roles", operation_id = "list_roles", security(("session" = [])),
    params(ListParameters<RoleFilter, RoleSort>),
    responses((status = 200, description = "A page of roles", body = Page<CustomRole>)))]
#[get("/roles")]
async fn list_roles(caller: Caller<needs::RoleRead>, list: List<RoleFilter, RoleSort>) -> Result<HttpResponse> {
    list.answer(caller, "roles", roles::list_roles).await
}

/// Define a custom role
///
/// A set of permissions to grant under a name. Needs `role.write`.
#[utoipa::path(tag = "roles", operation_id = "create_role", security(("session" = [])),
    request_body(content = CreateRole, description = "The new role"),
    responses((status = 201, description = "The new role", body = CustomRole), Conflict))]
#[post("/roles")]
async fn create_role(caller: Caller<needs::RoleWrite>, body: Body<CreateRole>) -> Result<Created<CustomRole>> {
    let role = roles::create_role(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/roles/{}", role.id), role))
}

/// Get a custom role
///
/// With the number of its grants in force that the caller may see.
#[utoipa::path(tag = "roles", operation_id = "get_role", security(("session" = [])),
    params(("id" = RoleId, Path, description = "The role")),
    responses((status = 200, description = "The role", body = CustomRole)))]
#[get("/roles/{id}")]
async fn get_role(caller: Caller<needs::RoleRead>, id: Id<RoleId>) -> Result<Found<CustomRole>> {
    Ok(Found(roles::get_role(&caller, id.0).await?))
}

/// Change a custom role
///
/// For all who hold it, within one second on every node. A JSON Merge Patch: members that are absent stay as they are.
/// Needs `role.write`.
#[utoipa::path(tag = "roles", operation_id = "update_role", security(("session" = [])),
    params(("id" = RoleId, Path, description = "The role"), IfMatch),
    request_body(content = UpdateRole, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed role", body = CustomRole), Conflict))]
#[patch("/roles/{id}")]
async fn update_role(
    caller: Caller<needs::RoleWrite>,
    id: Id<RoleId>,
    body: Body<UpdateRole>,
    if_match: IfMatch,
) -> Result<Found<CustomRole>> {
    Ok(Found(roles::update_role(&caller, id.0, &body.0, if_match.0).await?))
}

/// Delete a custom role
///
/// One that nobody holds: revoke its grants first. Needs `role.write`.
#[utoipa::path(tag = "roles", operation_id = "delete_role", security(("session" = [])),
    params(("id" = RoleId, Path, description = "The role"), IfMatch),
    responses((status = 204, description = "The role is deleted"), Conflict))]
#[delete("/roles/{id}")]
async fn delete_role(caller: Caller<needs::RoleWrite>, id: Id<RoleId>, if_match: IfMatch) -> Result<NoContent> {
    roles::delete_role(&caller, id.0, if_match.0).await?;
    Ok(NoContent)
}
