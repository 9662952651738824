//! Organizations.

mod avatar;

use actix_web::{Either, HttpResponse, delete, get, patch, post};
use quarterdeck_app::organizations;
use quarterdeck_domain::{
    OrganizationId, Page, PlanId,
    jobs::Job,
    organizations::{CreateOrganization, Organization, OrganizationFilter, OrganizationSort, UpdateOrganization},
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    csv::Row,
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    query::Query,
    respond::{Created, Found, JobAnswer, NoContent},
    routes::Routes,
    tags::IfMatch,
    users::ByPlan,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_organizations)
        .service(create_organization)
        .service(get_organization)
        .service(update_organization)
        .service(delete_organization)
        .configure(avatar::routes);
}

impl Row for Organization {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "display_name",
        "kind",
        "member_count",
        "active_member_count",
        "seats",
        "seats_used",
        "created_at",
        "updated_at",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.display_name.clone(),
            self.kind.to_string(),
            self.member_count.to_string(),
            self.active_member_count.to_string(),
            self.seats.to_string(),
            self.seats_used.to_string(),
            self.created_at.to_string(),
            self.updated_at.to_string(),
        ]
    }
}

/// List organizations
///
/// Those that the caller may see. By name unless sorted.
#[utoipa::path(tag = "organizations", operation_id = "list_organizations", security(("session" = [])),
    params(ListParameters<OrganizationFilter, OrganizationSort>),
    responses((status = 200, description = "A page of organizations", body = Page<Organization>)))]
#[get("/organizations")]
async fn list_organizations(
    caller: Caller<needs::OrganizationRead>,
    list: List<OrganizationFilter, OrganizationSort>,
) -> Result<HttpResponse> {
    list.answer(caller, "organizations", organizations::list_organizations).await
}

/// Create an organization
///
/// Needs `organization.create`.
#[utoipa::path(tag = "organizations", operation_id = "create_organization", security(("session" = [])),
    request_body(content = CreateOrganization, description = "The new organization"),
    responses((status = 201, description = "The new organization", body = Organization), Conflict))]
#[post("/organizations")]
async fn create_organization(
    caller: Caller<needs::OrganizationCreate>,
    body: Body<CreateOrganization>,
) -> Result<Created<Organization>> {
    let organization = organizations::create_organization(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/organizations/{}", organization.id), organization))
}

/// Get an organization
///
/// With the numbers of its members and of seats that are taken: by members who are active and not complimentary.
#[utoipa::path(tag = "organizations", operation_id = "get_organization", security(("session" = [])),
    params(("id" = OrganizationId, Path, description = "The organization")),
    responses((status = 200, description = "The organization", body = Organization)))]
#[get("/organizations/{id}")]
async fn get_organization(caller: Caller, id: Id<OrganizationId>) -> Result<Found<Organization>> {
    Ok(Found(organizations::get_organization(&caller, id.0).await?))
}

/// Change an organization
///
/// A JSON Merge Patch: members that are absent stay as they are. Needs `organization.update`; another `name`,
/// unique for the whole platform, needs `organization.create` too, other default roles `user.assign_roles`. Other `seats` need
/// `seat.manage`, which alone is enough for them.
#[utoipa::path(tag = "organizations", operation_id = "update_organization", security(("session" = [])),
    params(("id" = OrganizationId, Path, description = "The organization"), IfMatch),
    request_body(content = UpdateOrganization, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed organization", body = Organization), Conflict))]
#[patch("/organizations/{id}")]
async fn update_organization(
    caller: Caller,
    id: Id<OrganizationId>,
    body: Body<UpdateOrganization>,
    if_match: IfMatch,
) -> Result<Found<Organization>> {
    Ok(Found(organizations::update_organization(&caller, id.0, &body.0, if_match.0).await?))
}

/// Delete an organization as planned
///
/// With its groups and all that was granted on it; its members move or are deleted, as the plan says, which must be of the kind
/// `delete_organization` and for this one. Up to 100 rows are done at once, all or none; more are done in the background,
/// answered with 202.
#[utoipa::path(tag = "organizations", operation_id = "delete_organization", security(("session" = [])),
    params(("id" = OrganizationId, Path, description = "The organization"),
        ("plan_id" = PlanId, Query, description = "The plan that showed what is deleted"), IfMatch),
    responses((status = 204, description = "The organization is deleted"),
        (status = 202, description = "The job, which goes on", body = Job), Conflict))]
#[delete("/organizations/{id}")]
async fn delete_organization(
    caller: Caller,
    id: Id<OrganizationId>,
    query: Query<ByPlan>,
    if_match: IfMatch,
) -> Result<Either<NoContent, JobAnswer>> {
    let job = organizations::delete_organization(&caller, id.0, query.0.plan_id, if_match.0).await?;
    Ok(if job.state.is_final() { Either::Left(NoContent) } else { Either::Right(JobAnswer(job)) })
}
