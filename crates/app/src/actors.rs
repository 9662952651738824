//! Who acts by the credentials in use, and what they may do.
//!
//! Rights are read on each request. So that a read costs no query, what was read is used again until any change of
//! rights: a commit in this process, or in another one as the audit chain tells. In any case it is read anew after one
//! second. See docs/adr/0004-reading-rights.md.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use quarterdeck_cache::{Cache, End};
use quarterdeck_domain::{
    Actor, Result, SessionId, Timestamp,
    error::Unauthenticated,
    networks::Network,
    policy::{ActorKind, Authentication},
    settings::Settings,
    users::UserStatus,
};
use quarterdeck_store::{ActorRow, ApiKeyCredential, Database, Impersonations, Sessions, Tx, Users};

use crate::{App, api_keys, impersonation};

/// What a request is let in by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A session, by its access token.
    Session(SessionId),
    /// An API key.
    ApiKey(ApiKeyCredential),
}

/// What was read of a credential.
#[derive(Debug, Clone)]
pub struct KnownActor {
    /// Who acts.
    pub actor: Actor,
    /// The session that it began in, when somebody acts as the user.
    pub parent_id: Option<SessionId>,
    /// Whether a new password is due before anything else.
    pub must_change_password: bool,
    /// Where it may be used from; none for anywhere.
    pub networks: Vec<Network>,
    /// Requests a minute that it is held to.
    pub requests_per_minute: Option<u32>,
    /// When it ends; a session unless it is used.
    expires_at: Option<Timestamp>,
    /// Whether a use moves that end.
    can_be_extended: bool,
    /// When the first of its role grants ends, or its authentication is recent no more: what it may do is read anew then.
    rights_until: Option<Timestamp>,
    generation: u64,
}

/// Actors by credential.
pub struct ActorCache {
    known: Cache<Credential, Arc<KnownActor>>,
    generation: AtomicU64,
}

/// Longest time for which a reading is used again.
const TTL: Duration = Duration::from_secs(1);
/// Seconds before its end in which a use of a session is written at once: more than the time between two batches.
const LATE_SECONDS: i64 = 60;
/// Most credentials that are remembered.
const CAPACITY: usize = 20_000;

impl Default for ActorCache {
    fn default() -> Self {
        Self { known: Cache::new(CAPACITY, End::AfterWrite(TTL)), generation: AtomicU64::new(0) }
    }
}

impl KnownActor {
    /// Whether a use must be written at once lest the session ends meanwhile.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.can_be_extended && self.expires_at.is_some_and(|end| end.seconds_since(now) < LATE_SECONDS)
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        let end = self.expires_at.into_iter().chain(self.rights_until).min();
        end.is_some_and(|end| end <= now)
    }
}

impl ActorCache {
    /// Reads the session anew at its next use.
    pub fn forget(&self, session: SessionId) {
        self.known.remove(&Credential::Session(session));
    }

    /// Makes every reading so far worthless.
    pub fn invalidate(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Who acts by the credential.
    ///
    /// # Errors
    /// `Unauthenticated` when it has ended or its user is suspended.
    pub async fn get(&self, app: &App, credential: &Credential, now: Timestamp) -> Result<Arc<KnownActor>> {
        // Taken before the read: a change during the read makes the reading worthless.
        let generation = self.generation.load(Ordering::Acquire);
        if let Some(known) = self.known.get(credential)
            && known.generation == generation
            && !known.has_ended(now)
        {
            return Ok(known);
        }
        let known = match credential {
            Credential::Session(session) => {
                let Reading { actor, row, rights_until } =
                    read(&Tables::from(&app.db), &app.settings(), *session, now).await?;
                KnownActor {
                    must_change_password: row.must_change_password && actor.impersonator.is_none(),
                    actor,
                    parent_id: row.parent_id,
                    networks: Vec::new(),
                    requests_per_minute: None,
                    expires_at: Some(row.expires_at),
                    can_be_extended: row.expires_at < row.absolute_expires_at,
                    rights_until,
                    generation,
                }
            }
            Credential::ApiKey(key) => {
                let (actor, row) = api_keys::actor_of(&app.db.api_keys(), key, now).await?;
                KnownActor {
                    rights_until: first_end(&actor),
                    actor,
                    parent_id: None,
                    must_change_password: false,
                    networks: row.networks,
                    requests_per_minute: row.requests_per_minute,
                    expires_at: row.expires_at,
                    can_be_extended: false,
                    generation,
                }
            }
        };
        let known = Arc::new(known);
        self.known.insert(credential.clone(), known.clone());
        Ok(known)
    }
}

fn first_end(actor: &Actor) -> Option<Timestamp> {
    actor.grants.iter().filter_map(|grant| grant.expires_at).min()
}

/// Until when an authentication of `at` is recent, if that ends.
pub fn recent_until(at: Timestamp, max_age_seconds: Option<u32>) -> Option<Timestamp> {
    max_age_seconds.map(|seconds| at.plus_seconds(seconds.into()))
}

/// What an actor is read from: within a transaction, or before there is one.
pub struct Tables<'a> {
    pub(crate) sessions: Sessions<'a>,
    pub(crate) users: Users<'a>,
    pub(crate) impersonations: Impersonations<'a>,
}

impl<'a> From<&'a Tx> for Tables<'a> {
    fn from(tx: &'a Tx) -> Self {
        Self { sessions: tx.sessions(), users: tx.users(), impersonations: tx.impersonations() }
    }
}

impl<'a> From<&'a Database> for Tables<'a> {
    fn from(db: &'a Database) -> Self {
        Self { sessions: db.sessions(), users: db.users(), impersonations: db.impersonations() }
    }
}

/// What was read of a session.
pub struct Reading {
    /// Who acts.
    pub actor: Actor,
    /// The session and its user.
    pub row: ActorRow,
    /// When it has to be read anew at the latest.
    rights_until: Option<Timestamp>,
}

/// Who acts in the session, as it is now.
///
/// # Errors
/// `SessionEnded` when it has ended, its user is suspended, or whoever acts as the user may not any more.
pub async fn read(tables: &Tables<'_>, settings: &Settings, session: SessionId, now: Timestamp) -> Result<Reading> {
    let mut reading = read_own(tables, settings, session, now).await?;
    if let Some(parent) = reading.row.parent_id {
        let (impersonator, own) = impersonation::read(tables, settings, (session, parent), now).await?;
        reading.actor.impersonator = Some(impersonator);
        let ends = [reading.rights_until, own.rights_until, Some(own.row.expires_at)];
        reading.rights_until = ends.into_iter().flatten().min();
    }
    Ok(reading)
}

/// The same without a look at who acts there in truth.
///
/// # Errors
/// `SessionEnded` when it has ended or its user is suspended.
pub(crate) async fn read_own(
    tables: &Tables<'_>,
    settings: &Settings,
    session: SessionId,
    now: Timestamp,
) -> Result<Reading> {
    let row = tables.sessions.find_actor(session, now).await?;
    let row = row.filter(|row| row.status == UserStatus::Active).ok_or(Unauthenticated::SessionEnded)?;
    let max_age_seconds = settings.step_up_seconds();
    let recent_until = recent_until(row.authenticated_at, max_age_seconds);
    let is_old = recent_until.is_some_and(|end| end <= now);
    let actor = Actor {
        kind: ActorKind::User { id: row.user_id, session_id: session },
        label: row.username.clone(),
        roles: row.roles,
        grants: row.grants.as_slice().into(),
        organization_id: row.organization_id,
        authentication: match max_age_seconds {
            Some(max_age_seconds) if is_old => Authentication::Old { max_age_seconds },
            _ => Authentication::Recent,
        },
        impersonator: None,
    };
    let rights_until = first_end(&actor).into_iter().chain(recent_until.filter(|_| !is_old)).min();
    Ok(Reading { actor, row, rights_until })
}
