//! Users.

use actix_web::{HttpResponse, delete, get, patch, post, put};
use quarterdeck_app::{Ctx, users};
use quarterdeck_domain::{
    Page, PlanId, UserId,
    sessions::{ListUserSessions, RevokedSessions, Session, SessionSort, UserSessionFilter},
    users::{CreateUser, PasswordResetLink, SetPassword, UpdateUser, User, UserFilter, UserSort, UserSummary},
};
use serde::Deserialize;

use crate::{
    body::Body,
    caller::{Caller, needs},
    csv::{Row, optional, time},
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    query::Query,
    respond::{Created, Found, Json, NoContent},
    routes::Routes,
    tags::IfMatch,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_users)
        .service(create_user)
        .service(get_user)
        .service(update_user)
        .service(delete_user)
        .service(set_user_password)
        .service(create_password_reset_link)
        .service(list_user_sessions)
        .service(revoke_user_sessions);
}

/// The plan that an act was shown by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByPlan {
    /// Its id.
    pub plan_id: PlanId,
}

impl Row for UserSummary {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "username",
        "display_name",
        "email",
        "status",
        "roles",
        "organization_id",
        "organization_name",
        "active_sessions",
        "last_login_at",
        "created_at",
        "kind",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.username.clone(),
            self.display_name.clone(),
            optional(self.email.as_ref()),
            self.status.to_string(),
            self.roles.to_string(),
            optional(self.organization_id.as_ref()),
            optional(self.organization_name.as_ref()),
            self.active_sessions.to_string(),
            time(self.last_login_at),
            self.created_at.to_string(),
            self.kind.to_string(),
        ]
    }
}

/// List users
///
/// Those that the caller may see: all with `user.read`, or the own organization's; people and service accounts unless
/// narrowed by `kind`. The newest first unless sorted.
#[utoipa::path(tag = "users", operation_id = "list_users", security(("session" = [])),
    params(ListParameters<UserFilter, UserSort>),
    responses((status = 200, description = "A page of users", body = Page<UserSummary>)))]
#[get("/users")]
async fn list_users(caller: Caller<needs::UserRead>, list: List<UserFilter, UserSort>) -> Result<HttpResponse> {
    list.answer(caller, "users", users::list_users).await
}

/// Create a user
///
/// A person. Needs `user.create`; roles other than `user` need `user.assign_roles`.
#[utoipa::path(tag = "users", operation_id = "create_user", security(("session" = [])),
    request_body(content = CreateUser, description = "The new user"),
    responses((status = 201, description = "The new user", body = User), Conflict))]
#[post("/users")]
async fn create_user(caller: Caller<needs::UserCreate>, body: Body<CreateUser>) -> Result<Created<User>> {
    let user = users::create_user(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/users/{}", user.id()), user))
}

/// Get a user
///
/// Contact info is `null` without `user.read_contact`.
#[utoipa::path(tag = "users", operation_id = "get_user", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The user", body = User)))]
#[get("/users/{id}")]
async fn get_user(caller: Caller, id: Id<UserId>) -> Result<Found<User>> {
    Ok(Found(users::get_user(&caller, id.0).await?))
}

/// Change a user
///
/// A JSON Merge Patch: members that are absent stay as they are, `null` empties what may be empty. Needs `user.update`, or
/// what a member names instead.
/// Suspending ends all sessions of the user. Nobody suspends or demotes the own account, and the last active administrator
/// stays one.
#[utoipa::path(tag = "users", operation_id = "update_user", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user"), IfMatch),
    request_body(content = UpdateUser, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed user", body = User), Conflict))]
#[patch("/users/{id}")]
async fn update_user(caller: Caller, id: Id<UserId>, body: Body<UpdateUser>, if_match: IfMatch) -> Result<Found<User>> {
    Ok(Found(users::update_user(&caller, id.0, &body.0, if_match.0).await?))
}

/// Delete a user as planned
///
/// With their sessions; it cannot be undone. The plan must be of the kind `delete_users` and for this user alone.
#[utoipa::path(tag = "users", operation_id = "delete_user", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user"),
        ("plan_id" = PlanId, Query, description = "The plan that showed what is deleted"), IfMatch),
    responses((status = 204, description = "The user is deleted"), Conflict))]
#[delete("/users/{id}")]
async fn delete_user(caller: Caller, id: Id<UserId>, query: Query<ByPlan>, if_match: IfMatch) -> Result<NoContent> {
    users::delete_user(&caller, id.0, query.0.plan_id, if_match.0).await?;
    Ok(NoContent)
}

/// Set a user's password
///
/// Needs `user.set_password`. Ends all sessions of the user unless told otherwise. Not for the own account: its password
/// is changed by who knows it.
#[utoipa::path(tag = "users", operation_id = "set_user_password", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    request_body(content = SetPassword, description = "The new password"),
    responses((status = 204, description = "The password is set")))]
#[put("/users/{id}/password")]
async fn set_user_password(caller: Caller, id: Id<UserId>, body: Body<SetPassword>) -> Result<NoContent> {
    users::set_user_password(&caller, id.0, &body.0).await?;
    Ok(NoContent)
}

/// Make a password reset link
///
/// Shown once, good for one use within 24 hours; the links before it stop working, and this one does with any new password and any
/// change of roles, organization, e-mail address or status. Needs `user.set_password`. Not for the own account.
#[utoipa::path(tag = "users", operation_id = "create_password_reset_link", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The link", body = PasswordResetLink)))]
#[post("/users/{id}/password-reset-link")]
async fn create_password_reset_link(caller: Caller, id: Id<UserId>) -> Result<Json<PasswordResetLink>> {
    Ok(Json(users::create_password_reset_link(&caller, id.0).await?))
}

/// List a user's sessions
///
/// Those that have not ended. Needs `session.read`. The newest first unless sorted.
#[utoipa::path(tag = "users", operation_id = "list_user_sessions", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user"), ListParameters<UserSessionFilter, SessionSort>),
    responses((status = 200, description = "A page of sessions", body = Page<Session>)))]
#[get("/users/{id}/sessions")]
async fn list_user_sessions(
    caller: Caller,
    id: Id<UserId>,
    list: List<UserSessionFilter, SessionSort>,
) -> Result<HttpResponse> {
    let sessions =
        async move |ctx: &Ctx, request: &ListUserSessions| users::list_user_sessions(ctx, id.0, request).await;
    list.answer(caller, "sessions", sessions).await
}

/// End all sessions of a user
///
/// Needs `session.revoke`.
#[utoipa::path(tag = "users", operation_id = "revoke_user_sessions", security(("session" = [])),
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "How many ended", body = RevokedSessions)))]
#[delete("/users/{id}/sessions")]
async fn revoke_user_sessions(caller: Caller, id: Id<UserId>) -> Result<Json<RevokedSessions>> {
    Ok(Json(users::revoke_user_sessions(&caller, id.0).await?))
}
