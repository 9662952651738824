//! Users: creating, reading, changing, passwords.

mod change;
mod create;
mod ending;
mod password;
pub(crate) mod places;
mod seats;

pub(crate) use change::{Changed, apply, decide, guard_administrators};
pub(crate) use create::{admitted, check_place, store_new};
pub use create::{create_service_account, create_user};
pub(crate) use ending::{bin_account, delete_account, finish_binning};
pub use password::{create_password_reset_link, set_user_password};
pub(crate) use seats::guard as guard_seats;

use quarterdeck_domain::{
    Actor, Error, OrganizationId, Page, Permission, PlanId, Resource, Result, UserId,
    audit::{EventTarget, TargetType},
    error::Rule,
    organizations::Organization,
    plans::{PlanAction, Selection},
    policy,
    roles::Roles,
    sessions::{ListUserSessions, RevokedSessions, Session},
    users::{ListUsers, UpdateUser, User, UserSummary},
};
use quarterdeck_store::{Subject, Tx};

use crate::{Ctx, plans, precondition};

/// A user as the target of an event.
pub(crate) fn user_target(id: UserId, username: &str) -> EventTarget {
    EventTarget { kind: TargetType::User, id: id.to_string(), label: username.to_owned() }
}

/// The user as `actor` may see it: contact info needs `user.read_contact`.
pub(crate) fn shown_to(actor: &Actor, mut user: User) -> User {
    if policy::allow(actor, Permission::UserReadContact, &user.resource()).is_err() {
        user.contact = None;
    }
    user
}

/// Makes sure that there is `organization`, and that it stays until `tx` ends.
pub(crate) async fn check_organization(tx: &Tx, organization: OrganizationId) -> Result<Organization> {
    tx.organizations().get_for_member(organization).await.map_err(|error| match error {
        Error::NotFound(_) => Error::field("/organization_id", "unknown", "there is no such organization"),
        other => other,
    })
}

/// The answer to a username that is kept for whoever had it. That it was in use is for administrators to know.
pub(crate) fn reserved(ctx: &Ctx) -> Error {
    if ctx.actor.is_admin() { Rule::UsernameReserved.into() } else { Rule::UsernameTaken.into() }
}

/// A page of the users that the actor may see.
///
/// # Errors
/// `Forbidden` without `user.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_users(ctx: &Ctx, request: &ListUsers) -> Result<Page<UserSummary>> {
    let grant = ctx.allow(Permission::UserRead, &Resource::List)?;
    request.filter.check()?;
    ctx.app.db.users().list(&grant, request, ctx.now()).await
}

/// One user.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_user(ctx: &Ctx, id: UserId) -> Result<User> {
    let user = ctx.app.db.users().get(id, ctx.now()).await?;
    ctx.allow(Permission::UserRead, &user.resource())?;
    Ok(shown_to(&ctx.actor, user))
}

/// Changes a user.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict`, `OwnAccount`, or `Stale` when `if_match` is not the version.
pub async fn update_user(ctx: &Ctx, id: UserId, body: &UpdateUser, if_match: Option<u32>) -> Result<User> {
    let tx = ctx.write().await?;
    let moves = !body.organization_id.is_absent();
    if body.roles.is_some() || body.status.is_some() || body.seat.is_some() || moves {
        // Before the row, in the same order as bulk acts.
        tx.serialize(Subject::Administrators).await?;
    }
    let before = tx.users().get_for_update(id, ctx.now()).await?;
    ctx.allow(Permission::UserRead, &before.resource())?;
    let body = sound(body)?;
    precondition::check(if_match, before.summary.version, &shown_to(&ctx.actor, before.clone()))?;
    let Some(Changed { user, events, grant }) = apply(ctx, &tx, &before, &body).await? else {
        return Ok(shown_to(&ctx.actor, before));
    };
    ctx.commit(tx, grant, events).await?;
    Ok(shown_to(&ctx.actor, user))
}

/// The change, when its fields are free of faults.
pub(crate) fn sound(body: &UpdateUser) -> Result<UpdateUser> {
    let mut faults = body.faults();
    faults.extend(places::faults("", body.time_zone.value(), body.country.value()));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    // As for a new user: an empty list is nobody's wish to have no role.
    Ok(UpdateUser { roles: body.roles.map(Roles::or_user), ..body.clone() })
}

/// Deletes a user, for good or into the bin, by a plan for this user alone.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnAccount`, `Conflict` when the plan does not fit any more, or `Stale` when `if_match` is not
/// the version.
pub async fn delete_user(ctx: &Ctx, id: UserId, plan_id: PlanId, if_match: Option<u32>) -> Result<()> {
    let user = ctx.app.db.users().get(id, ctx.now()).await?;
    ctx.allow(Permission::UserDelete, &user.resource())?;
    let alone = Selection::ids([id]);
    plans::execute_single(
        ctx,
        plan_id,
        |action| match action {
            PlanAction::DeleteUsers { selection } | PlanAction::BinUsers { selection, .. } => *selection == alone,
            _ => false,
        },
        async |tx| {
            let user = tx.users().get_for_update(id, ctx.now()).await?;
            precondition::check(if_match, user.summary.version, &shown_to(&ctx.actor, user.clone()))
        },
    )
    .await
    .map(drop)
}

/// A page of a user's sessions.
///
/// # Errors
/// `NotFound` when there is no such user that the actor may see, `Forbidden` without `session.read`, `Invalid` or
/// `Malformed` for a request that is none.
pub async fn list_user_sessions(ctx: &Ctx, id: UserId, request: &ListUserSessions) -> Result<Page<Session>> {
    let user = ctx.app.db.users().get(id, ctx.now()).await?;
    let grant = ctx.allow(Permission::SessionRead, &user.resource())?;
    ctx.app.db.sessions().list(&grant, &request.of(id), ctx.actor.session_id(), ctx.now()).await
}

/// Ends all sessions of a user, but for the session of this request.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn revoke_user_sessions(ctx: &Ctx, id: UserId) -> Result<RevokedSessions> {
    crate::sessions::revoke_of_user(ctx, Permission::SessionRevoke, id).await
}
