//! Grants of roles.

use actix_web::{HttpResponse, delete, get, post, put};
use quarterdeck_app::role_grants;
use quarterdeck_domain::{
    GroupId, Page, RoleGrantId,
    role_grants::{
        CreateRoleGrant, GroupRoles, RevokeRoleGrant, RoleGrant, RoleGrantFilter, RoleGrantSort, SetGroupRoles,
    },
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    csv::Row,
    document::errors::{Conflict, NotFound},
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    query::Query,
    respond::{Created, Found, Json, NoContent},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_role_grants)
        .service(create_role_grant)
        .service(get_role_grant)
        .service(revoke_role_grant)
        .service(set_group_roles);
}

impl Row for RoleGrant {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "user_id",
        "username",
        "group_id",
        "group_name",
        "display_name",
        "role",
        "role_id",
        "role_name",
        "scope",
        "organization_id",
        "organization_name",
        "scope_group_id",
        "scope_group_name",
        "reason",
        "granted_by",
        "granted_by_name",
        "granted_at",
        "expires_at",
        "state",
    ];

    fn cells(&self) -> Vec<String> {
        fn text(value: Option<&impl ToString>) -> String {
            value.map(ToString::to_string).unwrap_or_default()
        }
        vec![
            self.id.to_string(),
            text(self.user_id.as_ref()),
            text(self.username.as_ref()),
            text(self.group_id.as_ref()),
            text(self.group_name.as_ref()),
            self.display_name.clone(),
            text(self.role.as_ref()),
            text(self.role_id.as_ref()),
            self.role_name.clone(),
            self.scope.to_string(),
            text(self.organization_id.as_ref()),
            text(self.organization_name.as_ref()),
            text(self.scope_group_id.as_ref()),
            text(self.scope_group_name.as_ref()),
            self.reason.clone(),
            text(self.granted_by.as_ref()),
            self.granted_by_name.clone(),
            self.granted_at.to_string(),
            text(self.expires_at.as_ref()),
            self.state.to_string(),
        ]
    }
}

/// List role grants
///
/// Who holds which role where, beside the roles that users have of their own: those are found by `GET /users?role=`. What is
/// granted to a group is held by whoever is in it; `user_id` finds what somebody holds by both ways. Grants that have ended
/// are listed for 90 days. Administrators of organizations see those of their own people on their own
/// organizations. The newest first unless sorted.
#[utoipa::path(tag = "roles", operation_id = "list_role_grants", security(("session" = [])),
    params(ListParameters<RoleGrantFilter, RoleGrantSort>),
    responses((status = 200, description = "A page of grants", body = Page<RoleGrant>)))]
#[get("/role-grants")]
async fn list_role_grants(
    caller: Caller<needs::RoleRead>,
    list: List<RoleGrantFilter, RoleGrantSort>,
) -> Result<HttpResponse> {
    list.answer(caller, "role-grants", role_grants::list_role_grants).await
}

/// Grant a role
///
/// A built-in role or a custom one, on the whole platform, one organization or one group, for good or until a time, to a user or to
/// all members of a group, for as long as they are in it: adding members to it takes the right to grant that too. Nobody grants
/// what they do not hold there themselves, to themselves, or beyond their own reach; roles of administrators, developers,
/// advocates and billing administrators on the platform are for administrators to grant. Needs `role.grant`.
#[utoipa::path(tag = "roles", operation_id = "create_role_grant", security(("session" = [])),
    request_body(content = CreateRoleGrant, description = "The new grant"),
    responses((status = 201, description = "The new grant", body = RoleGrant), NotFound, Conflict))]
#[post("/role-grants")]
async fn create_role_grant(
    caller: Caller<needs::RoleGrant>,
    body: Body<CreateRoleGrant>,
) -> Result<Created<RoleGrant>> {
    let granted = role_grants::create_role_grant(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/role-grants/{}", granted.id), granted))
}

/// Get a role grant
///
/// As granted: it does not change.
#[utoipa::path(tag = "roles", operation_id = "get_role_grant", security(("session" = [])),
    params(("id" = RoleGrantId, Path, description = "The grant")),
    responses((status = 200, description = "The grant", body = RoleGrant)))]
#[get("/role-grants/{id}")]
async fn get_role_grant(caller: Caller<needs::RoleRead>, id: Id<RoleGrantId>) -> Result<Found<RoleGrant>> {
    Ok(Found(role_grants::get_role_grant(&caller, id.0).await?))
}

/// Revoke a role grant
///
/// Bites within one second on every node, open streams included. Needs `role.grant`.
#[utoipa::path(tag = "roles", operation_id = "revoke_role_grant", security(("session" = [])),
    params(("id" = RoleGrantId, Path, description = "The grant"), RevokeRoleGrant),
    responses((status = 204, description = "The grant is revoked")))]
#[delete("/role-grants/{id}")]
async fn revoke_role_grant(
    caller: Caller<needs::RoleGrant>,
    id: Id<RoleGrantId>,
    query: Query<RevokeRoleGrant>,
) -> Result<NoContent> {
    role_grants::revoke_role_grant(&caller, id.0, &query.0).await?;
    Ok(NoContent)
}

/// Set the roles of a group
///
/// All that the group is to carry, within the caller's reach: what is named and not there is granted, what is there and not
/// named is revoked, and the others stay as they were granted. All of it or nothing. Needs `role.grant`.
#[utoipa::path(tag = "roles", operation_id = "set_group_roles", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group")),
    request_body(content = SetGroupRoles, description = "The roles"),
    responses((status = 200, description = "What the group carries", body = GroupRoles), Conflict))]
#[put("/groups/{id}/roles")]
async fn set_group_roles(
    caller: Caller<needs::RoleGrant>,
    id: Id<GroupId>,
    body: Body<SetGroupRoles>,
) -> Result<Json<GroupRoles>> {
    Ok(Json(role_grants::set_group_roles(&caller, id.0, &body.0).await?))
}
