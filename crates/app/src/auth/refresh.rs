//! Refreshing and ending a session by its refresh token.

use quarterdeck_domain::{
    Actor, Error, Result, SessionId, Timestamp,
    audit::{Action, Event, EventTarget, Outcome, TargetType},
    error::Unauthenticated,
    policy::{ActorKind, Authentication},
    users::User,
};
use quarterdeck_store::{RefreshRow, Tx};

use super::{SignedIn, tokens};
use crate::{
    Visitor,
    actors::{self, Tables},
    impersonation,
    users::user_target,
};

/// Exchanges a refresh token for new tokens.
///
/// A token whose successor was used is a replay and ends the session. A token whose successor was never used counts as
/// a lost answer: the same successor is given again.
///
/// # Errors
/// `Unauthenticated`.
pub async fn refresh_session(visitor: &Visitor, refresh_token: &str) -> Result<SignedIn> {
    let app = &visitor.app;
    let now = app.now();
    let (id, presented) = tokens::read_refresh_token(app, refresh_token)?;
    let tx = app.db.begin().await?;
    let session = tx.sessions().find_for_refresh(id, now).await?.ok_or(Unauthenticated::SessionEnded)?;
    let user = tx.users().get(session.user_id, now).await?;
    if presented > session.generation || presented.saturating_add(1) < session.generation {
        return Err(replayed(visitor, tx, id, &session, &user).await?);
    }
    // Whoever may not act as the user any more gets no token to do so.
    let impersonator = match session.parent_id {
        Some(_) => actors::read(&Tables::from(&tx), &app.settings(), id, now).await?.actor.impersonator,
        None => None,
    };
    let generation = presented + 1;
    tx.sessions().rotate(id, generation, &visitor.request.address, now).await?;
    tx.commit_bookkeeping().await?;
    let actor = actor(id, &user);
    let session = tokens::TokenSession {
        id,
        user_id: session.user_id,
        impersonator_id: impersonator.map(|by| by.id),
        generation,
        client: session.client,
        remembered: session.remembered,
        max_age_seconds: seconds_left(&session, now),
    };
    tokens::issue(app, &session, crate::users::shown_to(&actor, user))
}

fn seconds_left(session: &RefreshRow, now: Timestamp) -> i64 {
    session.absolute_expires_at.seconds_since(now).max(0)
}

fn actor(session_id: SessionId, user: &User) -> Actor {
    Actor {
        kind: ActorKind::User { id: user.id(), session_id },
        label: user.summary.username.clone(),
        roles: user.summary.roles,
        grants: std::sync::Arc::default(),
        organization_id: user.summary.organization_id,
        authentication: Authentication::Recent,
        impersonator: None,
    }
}

async fn replayed(visitor: &Visitor, tx: Tx, id: SessionId, session: &RefreshRow, user: &User) -> Result<Error> {
    tx.sessions().end_one(id).await?;
    let target = EventTarget { kind: TargetType::Session, id: id.to_string(), label: user.summary.username.clone() };
    let event =
        Event::new(Action::RefreshReplayed, target).within(user.summary.organization_id).ending(Outcome::Denied);
    tracing::warn!(user.id = %session.user_id, session.id = %id, "a refresh token was used twice; its session is ended");
    visitor.commit(tx, None, vec![event]).await?;
    Ok(Unauthenticated::RefreshReplayed.into())
}

/// Ends the session of a refresh token. A session that has ended already is no error.
///
/// # Errors
/// `Unauthenticated` when the token was not made here.
pub async fn logout(visitor: &Visitor, refresh_token: &str) -> Result<()> {
    let (id, _) = tokens::read_refresh_token(&visitor.app, refresh_token)?;
    end(visitor, id).await
}

/// Ends the session of an access token. A session that has ended already is no error.
///
/// # Errors
/// `Unauthenticated` when the token was not made here or has expired.
pub async fn logout_by_access(visitor: &Visitor, access_token: &str) -> Result<()> {
    let claims = visitor.app.ports.signer.verify_access(access_token, visitor.app.now())?;
    end(visitor, claims.session_id).await
}

async fn end(visitor: &Visitor, id: SessionId) -> Result<()> {
    let app = &visitor.app;
    let now = app.now();
    let tx = app.db.begin().await?;
    let Some(session) = tx.sessions().find_for_refresh(id, now).await? else { return Ok(()) };
    let user = tx.users().get(session.user_id, now).await?;
    if let Some(impersonation) = tx.impersonations().find(id, now).await? {
        let event = impersonation::end(&tx, &impersonation, now).await?;
        let impersonator = Some(impersonation.impersonator().into());
        return visitor.commit(tx, Some(&Actor { impersonator, ..actor(id, &user) }), vec![event]).await;
    }
    tx.sessions().end_one(id).await?;
    let event = Event::new(Action::SignedOut, user_target(user.id(), &user.summary.username));
    let event = event.within(user.summary.organization_id);
    visitor.commit(tx, Some(&actor(id, &user)), vec![event]).await
}
