//! Acts that were refused for want of a permission or by a guard of accounts, as audit events.

use std::time::Duration;

use quarterdeck_cache::{Cache, End};
use quarterdeck_domain::{
    Actor, ApiKeyId, Error, Permission, Resource, Result, UserId,
    audit::{Action, Event, EventTarget, Outcome, TargetType},
    policy,
};

use crate::Ctx;

/// Refusals of the last minute: one event for each user, key and permission, so that a loop does not fill the log.
pub struct Denials(Cache<(UserId, Option<ApiKeyId>, Permission), ()>);

/// Time in which a refusal of the same user, key and permission is not written again.
const QUIET: Duration = Duration::from_secs(60);
/// Characters of a path that are kept.
const PATH_MAX: usize = 200;
/// Most refusals that are remembered.
const CAPACITY: usize = 20_000;

impl Default for Denials {
    fn default() -> Self {
        Self(Cache::new(CAPACITY, End::AfterWrite(QUIET)))
    }
}

/// Writes that the actor was refused the operation `method path`, if `error` says so: which permission it needs, and why it
/// was refused.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn note(ctx: &Ctx, error: &Error, method: &str, path: &str) -> Result<()> {
    let Some(permission) = error.refused() else { return Ok(()) };
    let Some(user) = ctx.actor.user_id() else { return Ok(()) };
    let Denials(quiet) = &ctx.app.denials;
    let who = (user, ctx.actor.api_key_id(), permission);
    if !quiet.insert_new(who, ()) {
        return Ok(());
    }
    let written = write(ctx, permission, error.code(), method, path).await;
    if written.is_err() {
        quiet.remove(&who);
    }
    written
}

async fn write(ctx: &Ctx, permission: Permission, why: &str, method: &str, path: &str) -> Result<()> {
    let path: String = path.chars().take(PATH_MAX).collect();
    let target = EventTarget { kind: TargetType::Operation, label: format!("{method} {path}"), id: path };
    let event = Event::new(Action::AccessDenied, target).within(ctx.actor.organization_id).because(why);
    let event = event.ending(Outcome::Denied);
    // It is the platform that writes, and the refused permission that stands in the event.
    let grant = policy::allow(&Actor::system("platform"), permission, &Resource::Platform)?;
    ctx.commit(ctx.write().await?, grant, vec![event]).await
}
