//! Giving the password again, before sensitive acts.

use quarterdeck_domain::{
    Error, Permission, Resource, Result,
    audit::{Action, Event},
    auth::{StepUp, SteppedUp},
    error::Unauthenticated,
    passwords,
};

use super::own_password::{Purpose, prove};
use crate::{Ctx, actors, users::user_target};

const PURPOSE: Purpose = Purpose { action: Action::SteppedUp, pointer: "/password", wrong: "is not your password" };

/// Renews the authentication of the session by the own password.
///
/// # Errors
/// `Forbidden` for a key, `Invalid` when the password is wrong, `RateLimited` after too many wrong ones.
pub async fn step_up(ctx: &Ctx, body: &StepUp) -> Result<SteppedUp> {
    let app = &ctx.app;
    ctx.allow(Permission::ProfileSetPassword, &Resource::List)?;
    let (user_id, session) = ctx.actor.user_id().zip(ctx.actor.session_id()).ok_or(Unauthenticated::Missing)?;
    if body.password.chars().count() > passwords::MAX_LENGTH as usize {
        return Err(Error::field("/password", "too-long", "must have at most 256 characters"));
    }
    let known = app.db.users().credentials_of(user_id).await?.ok_or(Unauthenticated::SessionEnded)?;
    let proof = prove(ctx, PURPOSE, known, body.password.clone()).await?;
    let now = ctx.now();
    let tx = ctx.write().await?;
    let user = tx.users().get_for_update(user_id, now).await?;
    // Read again: the session may have been ended meanwhile.
    let ctx = &ctx.within(&tx).await?;
    let grant = ctx.allow(Permission::ProfileSetPassword, &user.resource())?;
    proof.take(&tx, now).await?;
    tx.sessions().authenticate(session, now).await?;
    let event = Event::new(Action::SteppedUp, user_target(user_id, &user.summary.username));
    ctx.commit(tx, grant, vec![event.within(user.summary.organization_id)]).await?;
    Ok(SteppedUp { authenticated_at: now, recent_until: actors::recent_until(now, app.settings().step_up_seconds()) })
}
