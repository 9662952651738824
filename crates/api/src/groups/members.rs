//! Members of groups, and the groups of a user.

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::groups;
use quarterdeck_domain::{
    GroupId, Page, UserId,
    groups::{
        AddGroupMember, GroupMember, MemberFilter, MemberSort, UpdateGroupMember, UserGroupFilter, UserGroupSort,
    },
};

use crate::{
    body::Body,
    caller::Caller,
    csv::Row,
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::{Id, Member},
    problem::Result,
    respond::{Created, Found, NoContent},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_group_members)
        .service(add_group_member)
        .service(get_group_member)
        .service(update_group_member)
        .service(remove_group_member)
        .service(list_user_groups)
        .service(remove_user_from_groups);
}

impl Row for GroupMember {
    const COLUMNS: &'static [&'static str] =
        &["group_id", "group_name", "user_id", "username", "display_name", "status", "standing", "created_at"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.group_id.to_string(),
            self.group_name.clone(),
            self.user_id.to_string(),
            self.username.clone(),
            self.display_name.clone(),
            self.status.to_string(),
            self.standing.to_string(),
            self.created_at.to_string(),
        ]
    }
}

/// List the members of a group
///
/// For administrators and for the group's managers. By username unless sorted. Needs `group.read_members`.
#[utoipa::path(tag = "groups", operation_id = "list_group_members", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), ListParameters<MemberFilter, MemberSort>),
    responses((status = 200, description = "A page of members", body = Page<GroupMember>)))]
#[get("/groups/{id}/members")]
async fn list_group_members(
    caller: Caller,
    id: Id<GroupId>,
    list: List<MemberFilter, MemberSort>,
) -> Result<HttpResponse> {
    let id = id.0;
    list.answer(caller, "group-members", async move |ctx, request| groups::list_group_members(ctx, id, request).await)
        .await
}

/// Add a user to a group
///
/// By id or by username. A group of an organization takes its people; who only manages a group of the platform adds people of
/// their own organization. Needs `group.manage_members`, and `group.update` for a manager.
#[utoipa::path(tag = "groups", operation_id = "add_group_member", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group")),
    request_body(content = AddGroupMember, description = "Who, and as what"),
    responses((status = 201, description = "The new member", body = GroupMember), Conflict))]
#[post("/groups/{id}/members")]
async fn add_group_member(caller: Caller, id: Id<GroupId>, body: Body<AddGroupMember>) -> Result<Created<GroupMember>> {
    let member = groups::add_group_member(&caller, id.0, &body.0).await?;
    Ok(Created(format!("/api/v1/groups/{}/members/{}", member.group_id, member.user_id), member))
}

/// Get a member of a group
///
/// What they are in it and since when. Needs `group.read_members`.
#[utoipa::path(tag = "groups", operation_id = "get_group_member", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), ("user_id" = UserId, Path, description = "The member")),
    responses((status = 200, description = "The member", body = GroupMember)))]
#[get("/groups/{id}/members/{user_id}")]
async fn get_group_member(caller: Caller, member: Member) -> Result<Found<GroupMember>> {
    Ok(Found(groups::get_group_member(&caller, member.group, member.user).await?))
}

/// Change what somebody is in a group
///
/// Makes a manager of a member, or a member of a manager. Needs `group.update`.
#[utoipa::path(tag = "groups", operation_id = "update_group_member", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), ("user_id" = UserId, Path, description = "The member")),
    request_body(content = UpdateGroupMember, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed member", body = GroupMember)))]
#[patch("/groups/{id}/members/{user_id}")]
async fn update_group_member(
    caller: Caller,
    member: Member,
    body: Body<UpdateGroupMember>,
) -> Result<Found<GroupMember>> {
    Ok(Found(groups::update_group_member(&caller, member.group, member.user, &body.0).await?))
}

/// Take a user out of a group
///
/// Needs `group.manage_members`, and `group.update` to take another manager out.
#[utoipa::path(tag = "groups", operation_id = "remove_group_member", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), ("user_id" = UserId, Path, description = "The member")),
    responses((status = 204, description = "The user is not in the group any more")))]
#[delete("/groups/{id}/members/{user_id}")]
async fn remove_group_member(caller: Caller, member: Member) -> Result<NoContent> {
    groups::remove_group_member(&caller, member.group, member.user).await?;
    Ok(NoContent)
}

/// List the groups of a user
///
/// Those that the caller may see; for oneself all that one is in. By name unless sorted.
#[utoipa::path(tag = "groups", operation_id = "list_user_groups", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user"), ListParameters<UserGroupFilter, UserGroupSort>),
    responses((status = 200, description = "A page of the user's groups", body = Page<GroupMember>)))]
#[get("/users/{id}/groups")]
async fn list_user_groups(
    caller: Caller,
    id: Id<UserId>,
    list: List<UserGroupFilter, UserGroupSort>,
) -> Result<HttpResponse> {
    let id = id.0;
    list.answer(caller, "user-groups", async move |ctx, request| groups::list_user_groups(ctx, id, request).await).await
}

/// Take a user out of all groups
///
/// Of all that the caller administers; each has an audit event of its own. Needs `group.update`. For many users at once
/// there is the plan `remove_from_groups`.
#[utoipa::path(tag = "groups", operation_id = "remove_user_from_groups", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "The user is in none of these groups any more")))]
#[delete("/users/{id}/groups")]
async fn remove_user_from_groups(caller: Caller, id: Id<UserId>) -> Result<NoContent> {
    groups::remove_user_from_groups(&caller, id.0).await?;
    Ok(NoContent)
}
