//! Sessions of all users.

use quarterdeck_domain::{
    Error, Page, Permission, Resource, Result, SessionId, UserId, Visibility,
    audit::{Action, Change, Event, EventTarget, TargetType},
    policy,
    sessions::{ListSessions, RevocationScope, RevokeSessions, RevokedSessions, Session},
    users::User,
};
use quarterdeck_store::{Organizations, SessionScope, Users};

use crate::{Ctx, users::user_target};

/// A page of the sessions that have not ended and that the actor may see.
///
/// # Errors
/// `Forbidden` without `session.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_sessions(ctx: &Ctx, request: &ListSessions) -> Result<Page<Session>> {
    request.filter.check()?;
    let grant = ctx.allow(Permission::SessionRead, &Resource::List)?;
    let mut page = ctx.app.db.sessions().list(&grant, request, ctx.actor.session_id(), ctx.now()).await?;
    page.items.iter_mut().for_each(|session| narrow(ctx, session));
    Ok(page)
}

/// Leaves of a session what is for the actor: within an organization nobody learns who of outside acts as a member, and
/// from where. The member does.
fn narrow(ctx: &Ctx, session: &mut Session) {
    let sees_all = policy::visibility(&ctx.actor, Permission::SessionRead) == Some(Visibility::All);
    if !sees_all && !ctx.actor.is(session.user_id) {
        session.hide_impersonator();
    }
}

/// One session.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_session(ctx: &Ctx, id: SessionId) -> Result<Session> {
    let now = ctx.now();
    // Without the right, nobody learns whether there is such a session.
    let reach = ctx.allow(Permission::SessionRead, &Resource::List)?;
    let mut session = ctx.app.db.sessions().get(id, reach.visibility(), ctx.actor.session_id(), now).await?;
    let user = ctx.app.db.users().get(session.user_id, now).await?;
    ctx.allow(Permission::SessionRead, &user.resource()).map_err(|_| Error::NotFound("session"))?;
    narrow(ctx, &mut session);
    Ok(session)
}

/// Ends a session.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrivilegedAccount`.
pub async fn revoke_session(ctx: &Ctx, id: SessionId) -> Result<()> {
    let now = ctx.now();
    ctx.allow(Permission::SessionRevoke, &Resource::List)?;
    let tx = ctx.write().await?;
    let session = tx.sessions().get(id, &Visibility::All, None, now).await?;
    let user = tx.users().get(session.user_id, now).await?;
    let grant = ctx.allow(Permission::SessionRevoke, &user.resource()).map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound("session"),
        other => other,
    })?;
    let event = end(ctx, &tx, id, &user).await?;
    ctx.commit(tx, grant, vec![event]).await
}

/// Ends one session within `tx`.
pub(crate) async fn end(ctx: &Ctx, tx: &quarterdeck_store::Tx, id: SessionId, user: &User) -> Result<Event> {
    tx.impersonations().note_end(id, ctx.actor.user_id(), ctx.now()).await?;
    tx.sessions().end_one(id).await?;
    let target = EventTarget { kind: TargetType::Session, id: id.to_string(), label: user.summary.username.clone() };
    Ok(Event::new(Action::SessionRevoked, target).within(user.summary.organization_id))
}

/// Ends the sessions of a user but for the one of this request, by `permission`.
pub(crate) async fn revoke_of_user(ctx: &Ctx, permission: Permission, id: UserId) -> Result<RevokedSessions> {
    let tx = ctx.write().await?;
    let user = tx.users().get(id, ctx.now()).await?;
    let grant = ctx.allow(permission, &user.resource())?;
    let revoked = tx.sessions().end_of_user(id, ctx.actor.session_id(), ctx.now()).await?;
    if revoked > 0 {
        let event = Event::new(Action::SessionsRevoked, user_target(id, &user.summary.username))
            .within(user.summary.organization_id)
            .with(Change::of("sessions_ended", &0, &revoked));
        ctx.commit(tx, grant, vec![event]).await?;
    }
    Ok(RevokedSessions { revoked })
}

/// The scope of a revocation for this actor. Whose sessions are to end, must be there for them.
pub(crate) async fn scope(
    ctx: &Ctx,
    users: &Users<'_>,
    organizations: &Organizations<'_>,
    body: &RevokeSessions,
) -> Result<SessionScope> {
    body.check()?;
    let own = ctx.actor.session_id();
    Ok(match (body.scope, body.organization_id, body.user_id) {
        (RevocationScope::Organization, Some(organization), _) => {
            ctx.allow(Permission::SessionRevoke, &Resource::Organization(organization))?;
            organizations.get(organization).await?;
            SessionScope::Organization(organization)
        }
        (RevocationScope::User, _, Some(user)) => {
            ctx.allow(Permission::SessionRevoke, &users.get(user, ctx.now()).await?.resource())?;
            SessionScope::User(user, None)
        }
        (RevocationScope::NonAdmins, ..) => SessionScope::NonAdmins,
        (RevocationScope::All, ..) => SessionScope::All(None),
        _ => SessionScope::All(own),
    })
}

/// Ends sessions by scope, as far as the actor reaches; they are refused from the next request on.
///
/// # Errors
/// `Forbidden` without `session.revoke`, `Invalid` for a scope that lacks what it needs, `NotFound` or
/// `PrivilegedAccount` for whose sessions it names.
pub async fn revoke_sessions(ctx: &Ctx, body: &RevokeSessions) -> Result<RevokedSessions> {
    let grant = ctx.allow(Permission::SessionRevoke, &Resource::List)?;
    let tx = ctx.write().await?;
    let scope = scope(ctx, &tx.users(), &tx.organizations(), body).await?;
    let revoked = tx.sessions().end(&grant, &scope, ctx.now()).await?;
    let target = EventTarget { kind: TargetType::Platform, id: String::new(), label: "sessions".to_owned() };
    let event = Event::new(Action::SessionsRevoked, target)
        .within(grant.visibility().only_organization())
        .with(Change::of("scope", &None, &Some(body)))
        .with(Change::of("sessions_ended", &0, &revoked));
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(RevokedSessions { revoked })
}
