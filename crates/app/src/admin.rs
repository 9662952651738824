//! What an operator does on the command line when nobody can sign in: the first administrator, lost passwords, delays.

use quarterdeck_domain::{
    Error, Permission, Result, Role,
    audit::{Action, Event},
    roles::Roles,
    users::{CreateUser, PasswordResetLink, SetPassword, User, UserSummary},
};

use crate::{Ctx, auth, users};

/// Creates an administrator who may sign in at once.
///
/// # Errors
/// `Invalid` for fields that break a rule, `Conflict` when username or e-mail address are taken.
pub async fn create_administrator(
    ctx: &Ctx,
    username: &str,
    display_name: Option<&str>,
    email: Option<&str>,
    password: &str,
) -> Result<User> {
    let administrator = CreateUser {
        username: username.to_owned(),
        display_name: display_name.unwrap_or(username).to_owned(),
        email: email.map(str::to_owned),
        password: Some(password.to_owned()),
        roles: Roles::NONE.with(Role::Admin),
        ..CreateUser::default()
    };
    users::create_user(ctx, &administrator).await
}

/// Sets a user's password; all their sessions end and their delays are lifted.
///
/// # Errors
/// `NotFound`, or `Invalid` when the policy refuses the password.
pub async fn reset_password(ctx: &Ctx, login: &str, password: &str) -> Result<User> {
    let user = find(ctx, login).await?;
    let body =
        SetPassword { password: password.to_owned(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
    users::set_user_password(ctx, user.id(), &body).await?;
    Ok(user)
}

/// Makes a link with which a user chooses a new password.
///
/// # Errors
/// `NotFound`.
pub async fn reset_link(ctx: &Ctx, login: &str) -> Result<PasswordResetLink> {
    let user = find(ctx, login).await?;
    users::create_password_reset_link(ctx, user.id()).await
}

/// Lifts the delays after failed sign-ins of a user, and those of addresses for an hour; whether there were any of the
/// user.
///
/// # Errors
/// `NotFound`.
pub async fn unlock(ctx: &Ctx, login: &str) -> Result<bool> {
    let user = find(ctx, login).await?;
    let grant = ctx.allow(Permission::UserSetPassword, &user.resource())?;
    let tx = ctx.write().await?;
    let lifted = auth::unlock(&tx, &user.summary, ctx.now()).await?;
    let target = users::user_target(user.id(), &user.summary.username);
    let event = Event::new(Action::UserUnlocked, target).within(user.summary.organization_id);
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(lifted)
}

/// All administrators, by username.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn list(ctx: &Ctx) -> Result<Vec<UserSummary>> {
    ctx.app.db.users().administrators(ctx.now()).await
}

/// The user who signs in as `login`.
async fn find(ctx: &Ctx, login: &str) -> Result<User> {
    let found = ctx.app.db.users().find_candidate(login, ctx.now()).await?;
    found.map(|found| found.user).ok_or(Error::NotFound("user"))
}
