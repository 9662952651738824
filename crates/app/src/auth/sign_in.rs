//! Signing in by password.

use quarterdeck_domain::{
    Actor, Error, FieldError, Result, Timestamp,
    audit::{Action, Event, EventTarget, Outcome, TargetType},
    auth::Login,
    error::Unauthenticated,
    policy::{ActorKind, Authentication},
    text::{EMAIL_MAX, check_search},
    users::{User, UserStatus},
};
use quarterdeck_store::{Candidate, Credentials, NewSession, NotedLogin, Tx};

use super::{
    SignedIn,
    delays::{DelayKeys, Guess},
    tokens,
};
use crate::{Visitor, users::user_target};

/// Signs in by username or e-mail address and password.
///
/// An unknown user and a wrong password cost the same time and answer the same.
///
/// # Errors
/// `Unauthenticated`, or `RateLimited` after too many failures.
pub async fn login(visitor: &Visitor, body: &Login) -> Result<SignedIn> {
    check(body)?;
    let app = &visitor.app;
    let delays = DelayKeys::new(&body.login, &visitor.request.address);
    let users = app.db.users();
    let (guess, known) = tokio::try_join!(delays.begin(app), users.find_candidate(&body.login, app.now()))?;
    let hash = known.as_ref().and_then(|known| known.password_hash.clone());
    let verified = app.ports.hasher.verify(body.password.clone(), hash).await?;
    let Some(known) = known.filter(|_| verified.matches) else {
        let target = users.find_candidate(&body.login, app.now()).await?.map(|found| found.user);
        return Err(fail(visitor, &delays, target.as_ref(), Unauthenticated::WrongCredentials).await?);
    };
    if known.user.summary.status != UserStatus::Active {
        return Err(fail(visitor, &delays, Some(&known.user), Unauthenticated::Suspended).await?);
    }
    let rehashed = match verified.outdated {
        true => Some(app.ports.hasher.hash(body.password.clone()).await?),
        false => None,
    };
    succeed(visitor, body, (&delays, &guess), known, rehashed).await
}

fn check(body: &Login) -> Result<()> {
    let mut faults: Vec<FieldError> = check_search("/login", &body.login, EMAIL_MAX).err().into_iter().collect();
    if body.password.chars().count() > quarterdeck_domain::passwords::MAX_LENGTH as usize {
        faults.push(FieldError::new("/password", "too-long", "must have at most 256 characters"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

async fn fail(visitor: &Visitor, delays: &DelayKeys, known: Option<&User>, cause: Unauthenticated) -> Result<Error> {
    let tx = visitor.app.db.begin().await?;
    delays.fail(&tx, visitor.app.now()).await?;
    // An unknown login is not noted: people type passwords into the wrong field.
    let target = known.map_or_else(
        || EventTarget { kind: TargetType::Platform, id: String::new(), label: "unknown user".to_owned() },
        |known| user_target(known.summary.id, &known.summary.username),
    );
    let event = Event::new(Action::SignInFailed, target)
        .within(known.and_then(|known| known.summary.organization_id))
        .because(cause.code())
        .ending(Outcome::Failure);
    visitor.commit(tx, None, vec![event]).await?;
    Ok(cause.into())
}

async fn succeed(
    visitor: &Visitor,
    body: &Login,
    (delays, guess): (&DelayKeys, &Guess),
    Candidate { mut user, password_hash }: Candidate,
    rehashed: Option<String>,
) -> Result<SignedIn> {
    let app = &visitor.app;
    let now = app.now();
    let rules = app.settings().session_rules();
    let (idle, absolute) = match body.remember_me {
        true => (rules.remembered_idle_seconds, rules.remembered_absolute_seconds),
        false => (rules.idle_seconds, rules.absolute_seconds),
    };
    let session = NewSession {
        id: app.new_id(),
        user_id: user.summary.id,
        parent_id: None,
        client: body.client,
        remembered: body.remember_me,
        address: visitor.request.address.clone(),
        device: app.devices.read(&visitor.request.user_agent),
        user_agent: visitor.request.user_agent.clone(),
        idle_seconds: idle,
        created_at: now,
        absolute_expires_at: now.plus_seconds(absolute),
    };
    let tx = app.db.begin().await?;
    // Read again once the row is written and thereby locked: a suspension or a new password may have come between.
    let noted = tx.users().note_login(user.summary.id, now).await?;
    let may_sign_in = |NotedLogin { credentials, .. }: &NotedLogin| {
        credentials.status == UserStatus::Active && credentials.password_hash == password_hash
    };
    let NotedLogin { credentials: current, sessions, has_grants } =
        noted.filter(may_sign_in).ok_or(Unauthenticated::WrongCredentials)?;
    if current.version != user.summary.version {
        user = tx.users().get(current.id, now).await?;
    }
    delays.succeed(&tx, guess, now).await?;
    if let (Some(hash), Some(former)) = (rehashed, &password_hash) {
        tx.users().rehash_password(current.id, former, &hash).await?;
    }
    let mut events = match sessions {
        Some(sessions) if sessions < rules.max_per_user => Vec::new(),
        _ => end_oldest(&tx, &current, rules.max_per_user, now).await?,
    };
    tx.sessions().insert(&session).await?;
    let ended = u32::try_from(events.len()).unwrap_or(u32::MAX);
    user.summary.active_sessions = user.summary.active_sessions.saturating_sub(ended).saturating_add(1);
    (user.summary.last_login_at, user.last_seen_at) = (Some(now), Some(now));
    let grants = if has_grants { tx.role_grants().held_by(current.id, now).await? } else { Vec::new() };
    let actor = Actor {
        kind: ActorKind::User { id: current.id, session_id: session.id },
        label: current.username.clone(),
        roles: current.roles,
        grants: grants.into(),
        organization_id: current.organization_id,
        authentication: Authentication::Recent,
        impersonator: None,
    };
    let target = user_target(current.id, &current.username);
    events.push(Event::new(Action::SignedIn, target).within(current.organization_id));
    visitor.commit(tx, Some(&actor), events).await?;
    let session = tokens::TokenSession {
        id: session.id,
        user_id: current.id,
        impersonator_id: None,
        generation: 0,
        client: body.client,
        remembered: body.remember_me,
        max_age_seconds: absolute,
    };
    tokens::issue(app, &session, crate::users::shown_to(&actor, user))
}

/// Makes room for one more session.
async fn end_oldest(tx: &Tx, known: &Credentials, max: i64, now: Timestamp) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for oldest in tx.sessions().end_beyond(known.id, max - 1, now).await? {
        let target = EventTarget { kind: TargetType::Session, id: oldest.to_string(), label: known.username.clone() };
        events.push(
            Event::new(Action::SessionRevoked, target).within(known.organization_id).because("one session too many"),
        );
    }
    Ok(events)
}
