//! The own account.

use quarterdeck_domain::{
    Error, Page, Permission, Resource, Result, SessionId, UserId, Visibility,
    audit::{Action, AuditEvent, Change, Event, EventTarget, ListAuditEvents, TargetType},
    error::Unauthenticated,
    impersonation::Impersonation,
    me::{ChangePassword, Me, UpdateMe},
    sessions::{ListUserSessions, RevokedSessions, Session},
    users::User,
};

use crate::{
    Ctx,
    actors::{self, Tables},
    audit,
    auth::{Purpose, prove},
    precondition,
    users::{places, shown_to, user_target},
};

/// Most impersonations that the own account tells of.
const IMPERSONATIONS: i64 = 20;

fn own_id(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.user_id().ok_or_else(|| Unauthenticated::Missing.into())
}

/// Who is signed in and what they may do.
///
/// # Errors
/// `Unauthenticated` when nobody is.
pub async fn get_me(ctx: &Ctx) -> Result<Me> {
    let user = ctx.app.db.users().get(own_id(ctx)?, ctx.now()).await?;
    ctx.allow(Permission::ProfileRead, &user.resource())?;
    let impersonations = ctx.app.db.impersonations();
    let impersonation = match ctx.actor.session_id().filter(|_| ctx.actor.impersonator.is_some()) {
        Some(session) => impersonations.find(session, ctx.now()).await?,
        None => None,
    };
    Ok(Me {
        user: shown_to(&ctx.actor, user),
        permissions: ctx.actor.permissions().collect(),
        grants: ctx.actor.grants.to_vec(),
        session_id: ctx.actor.session_id(),
        api_key_id: ctx.actor.api_key_id(),
        impersonation,
        impersonations: acted_as(ctx, own_id(ctx)?, IMPERSONATIONS).await?,
        password_rules: ctx.app.settings().password_rules(),
        api_key_max_days: ctx.app.settings().api_key_cap().map(|cap| cap.max_days),
        allocation_levels: ctx.app.settings().allocation_levels().shown.into(),
        allows_self_deletion: ctx.app.settings().allows_self_deletion(),
        impersonates_administrators: ctx.app.settings().impersonates_administrators(),
    })
}

/// Who acted as `user` lately, the newest first, at most `limit`. One whose impersonator has lost the right runs no more.
pub(crate) async fn acted_as(ctx: &Ctx, user: UserId, limit: i64) -> Result<Vec<Impersonation>> {
    let (db, now) = (&ctx.app.db, ctx.now());
    let mut all = db.impersonations().of_user(user, limit, now).await?;
    for one in all.iter_mut().filter(|one| one.is_running) {
        match actors::read(&Tables::from(db), &ctx.app.settings(), one.id, now).await {
            Err(Error::Unauthenticated(_)) => one.is_running = false,
            other => drop(other?),
        }
    }
    Ok(all)
}

/// Changes the own profile.
///
/// # Errors
/// `Forbidden` when place or organization are named without `profile.update_place`, `Invalid`, or `Stale` when `if_match`
/// is not the version.
pub async fn update_me(ctx: &Ctx, body: &UpdateMe, if_match: Option<u32>) -> Result<User> {
    if body.names_place() {
        ctx.allow(Permission::ProfileUpdatePlace, &Resource::List)?;
    }
    let mut faults = body.faults();
    faults.extend(places::faults("", body.time_zone.value(), body.country.value()));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let before = tx.users().get_for_update(own_id(ctx)?, ctx.now()).await?;
    let grant = ctx.allow(Permission::ProfileUpdate, &before.resource())?;
    precondition::check(if_match, before.summary.version, &shown_to(&ctx.actor, before.clone()))?;
    let mut after = before.clone();
    let body = body.clone();
    after.summary.display_name = body.display_name.unwrap_or(after.summary.display_name);
    after.first_name = body.first_name.unwrap_or(after.first_name);
    after.last_name = body.last_name.unwrap_or(after.last_name);
    after.language = body.language.apply(after.language);
    after.time_zone = body.time_zone.apply(after.time_zone);
    after.organization_label = body.organization_label.unwrap_or(after.organization_label);
    after.country = body.country.apply(after.country);
    if let Some(parts) = body.subdivisions {
        after.subdivisions = parts.into_iter().map(|part| part.0).collect();
    }
    let changes: Vec<Change> = [
        Change::of("display_name", &before.summary.display_name, &after.summary.display_name),
        Change::of("first_name", &before.first_name, &after.first_name),
        Change::of("last_name", &before.last_name, &after.last_name),
        Change::of("language", &before.language, &after.language),
        Change::of("time_zone", &before.time_zone, &after.time_zone),
        Change::of("organization_label", &before.organization_label, &after.organization_label),
        Change::of("country", &before.country, &after.country),
        Change::of("subdivisions", &before.subdivisions, &after.subdivisions),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() {
        return Ok(shown_to(&ctx.actor, before));
    }
    let user = tx.users().save(&before, &after, ctx.now()).await?;
    let event = Event::new(Action::UserUpdated, user_target(user.id(), &user.summary.username));
    ctx.commit(tx, grant, vec![event.within(user.summary.organization_id).with(changes)]).await?;
    Ok(shown_to(&ctx.actor, user))
}

const CHANGE: Purpose =
    Purpose { action: Action::PasswordChanged, pointer: "/current_password", wrong: "is not your current password" };

/// Changes the own password; the other sessions end unless the caller wants otherwise.
///
/// # Errors
/// `Invalid` when the current password is wrong or the policy refuses the new one, `RateLimited` after too many wrong
/// ones.
pub async fn change_own_password(ctx: &Ctx, body: &ChangePassword) -> Result<()> {
    let app = &ctx.app;
    let id = own_id(ctx)?;
    ctx.allow(Permission::ProfileSetPassword, &Resource::List)?;
    let known = app.db.users().credentials_of(id).await?.ok_or(Unauthenticated::SessionEnded)?;
    body.check()?;
    app.settings().password_rules().check("/new_password", &body.new_password, &known.username)?;
    let (username, organization_id) = (known.username.clone(), known.organization_id);
    let proof = prove(ctx, CHANGE, known, body.current_password.clone()).await?;
    let hash = app.ports.hasher.hash(body.new_password.clone()).await?;
    let now = ctx.now();
    let tx = ctx.write().await?;
    let user = tx.users().get_for_update(id, now).await?;
    // Read again: an administrator may have ended this session or set another password since.
    let ctx = &ctx.within(&tx).await?;
    let grant = ctx.allow(Permission::ProfileSetPassword, &user.resource())?;
    proof.take(&tx, now).await?;
    tx.users().set_password(id, &hash, false, now).await?;
    if let Some(session) = ctx.actor.session_id() {
        tx.sessions().authenticate(session, now).await?;
    }
    let ended = match body.keep_other_sessions {
        true => 0,
        false => tx.sessions().end_of_user(id, ctx.actor.session_id(), now).await?,
    };
    let event = Event::new(Action::PasswordChanged, user_target(id, &username)).within(organization_id);
    ctx.commit(tx, grant, vec![event.with(Change::of("sessions_ended", &0, &ended))]).await
}

/// A page of the own sessions, the current one marked.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in; `Invalid` or `Malformed` for a request that is none.
pub async fn list_own_sessions(ctx: &Ctx, request: &ListUserSessions) -> Result<Page<Session>> {
    let request = request.of(own_id(ctx)?);
    let grant = ctx.allow(Permission::ProfileRead, &Resource::List)?;
    ctx.app.db.sessions().list(&grant, &request, ctx.actor.session_id(), ctx.now()).await
}

/// A page of the events that the actor caused, and of those about them. They tell of others as well, so a key asks for more
/// than the profile.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in, `Forbidden` for a key without `audit.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_own_audit_events(ctx: &Ctx, request: &ListAuditEvents) -> Result<Page<AuditEvent>> {
    request.filter.check()?;
    if ctx.actor.api_key_id().is_some() {
        ctx.allow(Permission::AuditRead, &Resource::List)?;
    }
    let grant = ctx.allow(Permission::ProfileRead, &Resource::List)?;
    let mut page = ctx.app.db.audit().list_of_user(own_id(ctx)?, &grant, request).await?;
    audit::narrow(ctx, &mut page.items).await?;
    Ok(page)
}

/// Ends the own sessions but for the one of this request.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn revoke_other_own_sessions(ctx: &Ctx) -> Result<RevokedSessions> {
    crate::sessions::revoke_of_user(ctx, Permission::ProfileUpdate, own_id(ctx)?).await
}

/// Ends one own session.
///
/// # Errors
/// `NotFound` when there is no such session of one's own.
pub async fn revoke_own_session(ctx: &Ctx, id: SessionId) -> Result<()> {
    let own = own_id(ctx)?;
    let tx = ctx.write().await?;
    let session = tx.sessions().get(id, &Visibility::All, None, ctx.now()).await?;
    if session.user_id != own {
        return Err(Error::NotFound("session"));
    }
    let grant = ctx.allow(Permission::ProfileUpdate, &Resource::List)?;
    let by = ctx.actor.impersonator.as_ref().map_or(own, |by| by.id);
    tx.impersonations().note_end(id, Some(by), ctx.now()).await?;
    tx.sessions().end_one(id).await?;
    let target = EventTarget { kind: TargetType::Session, id: id.to_string(), label: session.username };
    let event = Event::new(Action::SessionRevoked, target).within(ctx.actor.organization_id);
    ctx.commit(tx, grant, vec![event]).await
}
