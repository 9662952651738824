//! Groups, who is in them, and their allocations.

mod allocation;
mod members;

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::groups;
use quarterdeck_domain::{
    Amount, GroupId, Page, PlanId,
    groups::{CreateGroup, Group, GroupFilter, GroupSort, UpdateGroup},
};

use crate::{
    body::Body,
    caller::{Caller, needs},
    csv::{Row, optional},
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    query::Query,
    respond::{Created, Found, NoContent},
    routes::Routes,
    tags::IfMatch,
    users::ByPlan,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_groups)
        .service(create_group)
        .service(get_group)
        .service(update_group)
        .service(delete_group)
        .configure(members::routes)
        .configure(allocation::routes);
}

impl Row for Group {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "display_name",
        "organization_id",
        "organization_name",
        "member_count",
        "total",
        "used",
        "reserved",
        "percent",
        "state",
        "created_at",
    ];

    fn cells(&self) -> Vec<String> {
        let allocation = self.allocation.as_ref();
        let amount = |of: Option<Amount>| optional(of.as_ref());
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.display_name.clone(),
            optional(self.organization_id.as_ref()),
            optional(self.organization_name.as_ref()),
            self.member_count.to_string(),
            amount(allocation.map(|allocation| allocation.total)),
            amount(allocation.map(|allocation| allocation.used)),
            amount(allocation.map(|allocation| allocation.reserved)),
            amount(allocation.and_then(|allocation| allocation.percent)),
            optional(allocation.map(|allocation| allocation.state).as_ref()),
            self.created_at.to_string(),
        ]
    }
}

/// List groups
///
/// Those that the caller administers or is in. By name unless sorted. To sort or filter by allocations, the caller has to see
/// those of all groups in the list.
#[utoipa::path(tag = "groups", operation_id = "list_groups", security(("session" = [])),
    params(ListParameters<GroupFilter, GroupSort>),
    responses((status = 200, description = "A page of groups", body = Page<Group>)))]
#[get("/groups")]
async fn list_groups(caller: Caller<needs::GroupRead>, list: List<GroupFilter, GroupSort>) -> Result<HttpResponse> {
    list.answer(caller, "groups", groups::list_groups).await
}

/// Create a group
///
/// Of an organization, or of the platform; administrators of an organization create groups of their own. Needs `group.create`.
#[utoipa::path(tag = "groups", operation_id = "create_group", security(("session" = [])),
    request_body(content = CreateGroup, description = "The new group"),
    responses((status = 201, description = "The new group", body = Group), Conflict))]
#[post("/groups")]
async fn create_group(caller: Caller<needs::GroupCreate>, body: Body<CreateGroup>) -> Result<Created<Group>> {
    let group = groups::create_group(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/groups/{}", group.id), group))
}

/// Get a group
///
/// With the number of its members, what the caller is in it, and its allocation for who may see that.
#[utoipa::path(tag = "groups", operation_id = "get_group", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group")),
    responses((status = 200, description = "The group", body = Group)))]
#[get("/groups/{id}")]
async fn get_group(caller: Caller, id: Id<GroupId>) -> Result<Found<Group>> {
    Ok(Found(groups::get_group(&caller, id.0).await?))
}

/// Change a group
///
/// A JSON Merge Patch: members that are absent stay as they are. Needs `group.update`.
#[utoipa::path(tag = "groups", operation_id = "update_group", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), IfMatch),
    request_body(content = UpdateGroup, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed group", body = Group), Conflict))]
#[patch("/groups/{id}")]
async fn update_group(
    caller: Caller,
    id: Id<GroupId>,
    body: Body<UpdateGroup>,
    if_match: IfMatch,
) -> Result<Found<Group>> {
    Ok(Found(groups::update_group(&caller, id.0, &body.0, if_match.0).await?))
}

/// Delete a group as planned
///
/// With its allocation; its members stay. The plan must be of the kind `delete_group` and for this one.
#[utoipa::path(tag = "groups", operation_id = "delete_group", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"),
        ("plan_id" = PlanId, Query, description = "The plan that showed what is deleted"), IfMatch),
    responses((status = 204, description = "The group is deleted"), Conflict))]
#[delete("/groups/{id}")]
async fn delete_group(caller: Caller, id: Id<GroupId>, query: Query<ByPlan>, if_match: IfMatch) -> Result<NoContent> {
    groups::delete_group(&caller, id.0, query.0.plan_id, if_match.0).await?;
    Ok(NoContent)
}
