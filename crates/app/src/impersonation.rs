//! Acting as somebody else: for a reason, for a while, and never without trace.
//!
//! It is a session of its own, of the user who is impersonated. It ends with the session that it began in, and whenever it is
//! read, its impersonator must still be allowed to begin it.

use std::sync::Arc;

use quarterdeck_domain::{
    Actor, Error, Grant, Permission, Resource, Result, SessionId, Timestamp, UserId,
    audit::{Action, Change, Event},
    error::{Rule, Unauthenticated},
    impersonation::{Impersonation, StartImpersonation, StartedImpersonation},
    policy::{self, Authentication, Impersonator},
    roles::Power,
    sessions::ClientKind,
    settings::Settings,
    users::{User, UserStatus},
};
use quarterdeck_store::{NewSession, Tx};

use crate::{
    Ctx,
    actors::{self, Reading, Tables},
    auth,
    users::{shown_to, user_target},
};

/// Begins to act as the user `id`; what ran before by the same person ends.
///
/// # Errors
/// `NotFound`, `Forbidden` for a key, `Impersonated` for who acts as somebody already, `OwnAccount`, `PrivilegedAccount`,
/// `StepUpRequired` with write, `Conflict` for a suspended user or a service account, `Invalid` without a reason.
pub async fn start_impersonation(ctx: &Ctx, id: UserId, body: &StartImpersonation) -> Result<StartedImpersonation> {
    ctx.allow(Permission::UserImpersonate, &Resource::List)?;
    let app = &ctx.app;
    let now = ctx.now();
    let tx = ctx.write().await?;
    let ctx = &ctx.within(&tx).await?;
    let user = tx.users().get(id, now).await?;
    let grant = check(&ctx.actor, &user, body.may_write, &app.settings())?;
    body.check()?;
    user.check_person()?;
    if user.summary.status != UserStatus::Active {
        return Err(Rule::UserSuspended.into());
    }
    let (own, parent) = ctx.actor.user_id().zip(ctx.actor.session_id()).ok_or(Unauthenticated::Missing)?;
    let impersonation = Impersonation {
        id: app.new_id(),
        user_id: id,
        username: user.summary.username.clone(),
        impersonator_id: own,
        impersonator_name: ctx.actor.label.clone(),
        reason: body.reason.trim().to_owned(),
        may_write: body.may_write,
        started_at: now,
        expires_at: now.plus_seconds(body.ttl_seconds.into()),
        ended_at: None,
        ended_by: None,
        is_running: true,
    };
    let mut events = Vec::new();
    for former in tx.impersonations().running(own, None, now).await? {
        events.push(end(&tx, &former, now).await?);
    }
    tx.sessions().insert(&session(ctx, &impersonation, parent)).await?;
    tx.impersonations().insert(&impersonation).await?;
    let event = Event::new(Action::ImpersonationStarted, user_target(id, &user.summary.username))
        .within(user.summary.organization_id)
        .because(&impersonation.reason)
        .with(Change::of("may_write", &false, &impersonation.may_write))
        .with(Change::of("expires_at", &None, &Some(impersonation.expires_at)));
    events.push(event);
    ctx.commit(tx, grant, events).await?;
    let tokens = auth::impersonated(app, &impersonation, shown_to(&ctx.actor, user))?;
    Ok(StartedImpersonation { impersonation, tokens })
}

fn session(ctx: &Ctx, impersonation: &Impersonation, parent: SessionId) -> NewSession {
    NewSession {
        id: impersonation.id,
        user_id: impersonation.user_id,
        parent_id: Some(parent),
        client: ClientKind::Cli,
        remembered: false,
        address: ctx.request.address.clone(),
        device: ctx.app.devices.read(&ctx.request.user_agent),
        user_agent: ctx.request.user_agent.clone(),
        idle_seconds: impersonation.expires_at.seconds_since(impersonation.started_at),
        created_at: impersonation.started_at,
        absolute_expires_at: impersonation.expires_at,
    }
}

/// Returns: ends acting as the user `id`, asked for by either session.
///
/// # Errors
/// `NotFound` when the caller does not act as that user, `Forbidden` for a key.
pub async fn end_impersonation(ctx: &Ctx, id: UserId) -> Result<()> {
    let (own, session) =
        ctx.actor.user_id().zip(ctx.actor.session_id()).ok_or(Error::Forbidden(Permission::UserImpersonate))?;
    let grant = ctx.allow(Permission::ProfileRead, &Resource::List)?;
    let now = ctx.now();
    let tx = ctx.write().await?;
    let running = match ctx.actor.impersonator {
        Some(_) => tx.impersonations().find(session, now).await?.into_iter().filter(|one| one.user_id == id).collect(),
        None => tx.impersonations().running(own, Some(id), now).await?,
    };
    if running.is_empty() {
        return Err(Error::NotFound("impersonation"));
    }
    let mut events = Vec::new();
    for one in &running {
        events.push(end(&tx, one, now).await?);
    }
    ctx.commit(tx, grant, events).await
}

/// Ends one within `tx`.
pub(crate) async fn end(tx: &Tx, impersonation: &Impersonation, now: Timestamp) -> Result<Event> {
    let user = tx.users().get(impersonation.user_id, now).await?;
    tx.impersonations().end(impersonation.id, impersonation.impersonator_id, now).await?;
    let target = user_target(impersonation.user_id, &impersonation.username);
    Ok(Event::new(Action::ImpersonationEnded, target).within(user.summary.organization_id))
}

/// Who acts in the session `reading`, which began in the session `parent`, as long as they may; the reading of `parent`.
///
/// # Errors
/// `SessionEnded` when they may not any more.
pub(crate) async fn read(
    tables: &Tables<'_>,
    settings: &Settings,
    (session, parent): (SessionId, SessionId),
    now: Timestamp,
) -> Result<(Arc<Impersonator>, Reading)> {
    let ended = || Error::from(Unauthenticated::SessionEnded);
    let reading = actors::read_own(tables, settings, parent, now).await?;
    let impersonation = tables.impersonations.find(session, now).await?.ok_or_else(ended)?;
    let user = tables.users.find(impersonation.user_id, now).await?.ok_or_else(ended)?;
    // Whoever began it was asked for the password then.
    let actor = Actor { authentication: Authentication::Recent, ..reading.actor.clone() };
    check(&actor, &user, impersonation.may_write, settings).map_err(|_| ended())?;
    Ok((impersonation.impersonator().into(), reading))
}

/// Checks that `actor` may act as `user`.
///
/// # Errors
/// `Forbidden`, `Impersonated`, `OwnAccount`, `PrivilegedAccount`; `StepUpRequired` with write.
pub(crate) fn check(actor: &Actor, user: &User, may_write: bool, settings: &Settings) -> Result<Grant> {
    let permission = Permission::UserImpersonate;
    let grant = policy::allow(actor, permission, &user.resource())?;
    if actor.is(user.id()) {
        return Err(Error::OwnAccount(permission));
    }
    if user.power() == Power::Platform && !settings.impersonates_administrators() {
        return Err(Error::PrivilegedAccount(permission));
    }
    if may_write { policy::allow(actor, Permission::UserActAs, &user.resource()) } else { Ok(grant) }
}
