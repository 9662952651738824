//! Who the sessions in use belong to, and what they may do.
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

use moka::sync::Cache;
use quarterdeck_domain::{
    Actor, Result, SessionId, Timestamp, error::Unauthenticated, policy::ActorKind, users::UserStatus,
};
use quarterdeck_store::{ActorRow, Database, Sessions};

/// What was read of a session.
#[derive(Debug, Clone)]
pub struct KnownActor {
    /// Who acts.
    pub actor: Actor,
    /// Whether a new password is due before anything else.
    pub must_change_password: bool,
    /// When the session ends unless it is used.
    expires_at: Timestamp,
    /// Whether a use moves that end.
    can_be_extended: bool,
    generation: u64,
}

/// Actors by session.
pub struct ActorCache {
    known: Cache<SessionId, Arc<KnownActor>>,
    generation: AtomicU64,
}

/// Longest time for which a reading is used again.
const TTL: Duration = Duration::from_secs(1);
/// Seconds before its end in which a use of a session is written at once: more than the time between two batches.
const LATE_SECONDS: i64 = 60;
/// Most sessions that are remembered.
const CAPACITY: u64 = 20_000;

impl Default for ActorCache {
    fn default() -> Self {
        Self { known: Cache::builder().max_capacity(CAPACITY).time_to_live(TTL).build(), generation: AtomicU64::new(0) }
    }
}

impl KnownActor {
    /// Whether a use must be written at once lest the session ends meanwhile.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.can_be_extended && self.expires_at.seconds_since(now) < LATE_SECONDS
    }
}

impl ActorCache {
    /// Reads the session anew at its next use.
    pub fn forget(&self, session: SessionId) {
        self.known.invalidate(&session);
    }

    /// Makes every reading so far worthless.
    pub fn invalidate(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Who acts in the session.
    ///
    /// # Errors
    /// `SessionEnded` when it has ended or its user is suspended.
    pub async fn get(&self, db: &Database, session: SessionId, now: Timestamp) -> Result<Arc<KnownActor>> {
        // Taken before the read: a change during the read makes the reading worthless.
        let generation = self.generation.load(Ordering::Acquire);
        if let Some(known) = self.known.get(&session)
            && known.generation == generation
            && known.expires_at > now
        {
            return Ok(known);
        }
        let (actor, row) = read(&db.sessions(), session, now).await?;
        let known = Arc::new(KnownActor {
            actor,
            must_change_password: row.must_change_password,
            expires_at: row.expires_at,
            can_be_extended: row.expires_at < row.absolute_expires_at,
            generation,
        });
        self.known.insert(session, known.clone());
        Ok(known)
    }
}

/// Who acts in the session, as `sessions` have it now.
///
/// # Errors
/// `SessionEnded` when it has ended or its user is suspended.
pub async fn read(sessions: &Sessions<'_>, session: SessionId, now: Timestamp) -> Result<(Actor, ActorRow)> {
    let row = sessions.find_actor(session, now).await?;
    let row = row.filter(|row| row.status == UserStatus::Active).ok_or(Unauthenticated::SessionEnded)?;
    let actor = Actor {
        kind: ActorKind::User { id: row.user_id, session_id: session },
        label: row.username.clone(),
        roles: row.roles,
        organization_id: row.organization_id,
    };
    Ok((actor, row))
}
