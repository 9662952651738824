//! Passwords of others: setting one, making a link to choose one.

use quarterdeck_domain::{
    Error, Permission, Result, UserId,
    audit::{Action, Change, Event},
    users::{PasswordResetLink, SetPassword},
};

use super::user_target;
use crate::{Ctx, auth};

/// Sets a user's password. Sessions end unless the caller wants otherwise; the session of this request goes on.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrivilegedAccount`, `OwnAccount`, `Conflict` for a service account, or `Invalid` when the policy
/// refuses the password.
pub async fn set_user_password(ctx: &Ctx, id: UserId, body: &SetPassword) -> Result<()> {
    let user = ctx.app.db.users().get(id, ctx.now()).await?;
    ctx.allow(Permission::UserSetPassword, &user.resource())?;
    guard_own_account(ctx, id)?;
    user.check_person()?;
    ctx.app.settings().password_rules().check("/password", &body.password, &user.summary.username)?;
    let hash = ctx.app.ports.hasher.hash(body.password.clone()).await?;
    let now = ctx.now();
    let tx = ctx.write().await?;
    let user = tx.users().get_for_update(id, now).await?;
    let ctx = &ctx.within(&tx).await?;
    let grant = ctx.allow(Permission::UserSetPassword, &user.resource())?;
    tx.users().set_password(id, &hash, body.must_change, now).await?;
    auth::unlock(&tx, &user.summary, now).await?;
    let ended = match body.revoke_sessions {
        true => tx.sessions().end_of_user(id, ctx.actor.session_id(), now).await?,
        false => 0,
    };
    let revoked = match body.revoke_api_keys.unwrap_or(body.revoke_sessions) {
        true => tx.api_keys().delete_of_user(id).await?,
        false => 0,
    };
    let event = Event::new(Action::PasswordSet, user_target(id, &user.summary.username))
        .within(user.summary.organization_id)
        .with(Change::of("must_change_password", &user.must_change_password, &body.must_change))
        .with(Change::of("sessions_ended", &0, &ended))
        .with(Change::of("api_keys_revoked", &0, &revoked));
    ctx.commit(tx, grant, vec![event]).await
}

/// The own password is changed by who knows it, not by whoever holds a session.
fn guard_own_account(ctx: &Ctx, id: UserId) -> Result<()> {
    if ctx.actor.is(id) { Err(Error::OwnAccount(Permission::UserSetPassword)) } else { Ok(()) }
}

/// Makes a link with which the user chooses a new password; the links before it stop working.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrivilegedAccount`, `OwnAccount`, or `Conflict` for a service account.
pub async fn create_password_reset_link(ctx: &Ctx, id: UserId) -> Result<PasswordResetLink> {
    let tx = ctx.write().await?;
    let user = tx.users().get_for_update(id, ctx.now()).await?;
    let grant = ctx.allow(Permission::UserSetPassword, &user.resource())?;
    guard_own_account(ctx, id)?;
    user.check_person()?;
    let link = auth::make_link(&ctx.app, &tx, &user).await?;
    let event = Event::new(Action::ResetLinkCreated, user_target(id, &user.summary.username));
    ctx.commit(tx, grant, vec![event.within(user.summary.organization_id)]).await?;
    Ok(link)
}
