//! Live changes: the audit chain as a stream, narrowed to what each actor may see.
//!
//! One follower per process reads the chain in order. What it learns also keeps this process up to date with others:
//! rights and settings are read anew.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{Stream, stream};
use quarterdeck_domain::{
    Permission, Result, Visibility,
    audit::{Action, AuditEvent, LiveChange, TargetType},
    policy,
};
use quarterdeck_store::SealedEvent;
use tokio::sync::broadcast;

use crate::{App, Ctx};

/// Where the follower tells the streams of new events.
pub struct LiveFeed {
    sender: broadcast::Sender<Arc<SealedEvent>>,
    last: AtomicU64,
}

/// Events that a slow stream may be behind before it reads them from the database.
const BACKLOG: usize = 256;
/// Time after which a quiet stream gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Most events that are sent to a stream that was away.
const CATCH_UP: u64 = 10_000;

impl Default for LiveFeed {
    fn default() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0, last: AtomicU64::new(0) }
    }
}

impl App {
    /// What follows from actions, whoever did them: rights and settings are read anew.
    pub(crate) async fn apply(&self, actions: impl IntoIterator<Item = Action>) -> Result<()> {
        let (mut rights, mut settings, mut users) = (false, false, false);
        for action in actions {
            rights |= action.touches_rights();
            settings |= action.touches_settings();
            users |= action.touches_users();
        }
        if rights {
            self.actors.invalidate();
        }
        if users {
            self.db.users_changed();
        }
        if settings {
            self.reload_settings().await?;
        }
        Ok(())
    }
}

/// Begins to follow the chain at its end.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn start(app: &App) -> Result<()> {
    app.live.last.store(app.db.audit().last_sequence().await?, Ordering::Release);
    Ok(())
}

/// Reads what was chained since the last call, applies it and tells the streams; how many events.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn follow(app: &App) -> Result<usize> {
    let mut count = 0;
    loop {
        let events = app.db.audit().sealed_after(app.live.last.load(Ordering::Acquire)).await?;
        let Some(last) = events.last().map(|sealed| sealed.sequence) else { return Ok(count) };
        count += events.len();
        app.apply(events.iter().map(|sealed| sealed.event.action)).await?;
        for sealed in events {
            // No receiver is no error: nobody listens.
            let _ = app.live.sender.send(Arc::new(sealed));
        }
        app.live.last.store(last, Ordering::Release);
    }
}

struct State {
    ctx: Ctx,
    receiver: broadcast::Receiver<Arc<SealedEvent>>,
    last: u64,
    ready: VecDeque<LiveChange>,
}

/// The changes that the actor may see, from behind the sequence number `after`, or from now on. An item without change
/// is a sign of life. The stream ends when the session ends.
pub fn subscribe(ctx: &Ctx, after: Option<u64>) -> impl Stream<Item = Option<LiveChange>> + use<> {
    let receiver = ctx.app.live.sender.subscribe();
    let present = ctx.app.live.last.load(Ordering::Acquire);
    let last = after.map_or(present, |after| after.max(present.saturating_sub(CATCH_UP)));
    let state = State { ctx: ctx.clone(), receiver, last, ready: VecDeque::new() };
    stream::unfold((state, after.is_some_and(|after| after < present)), |(mut state, behind)| async move {
        if behind && state.catch_up().await.is_err() {
            return None;
        }
        let item = state.next().await?;
        Some((item, (state, false)))
    })
}

impl State {
    async fn next(&mut self) -> Option<Option<LiveChange>> {
        loop {
            if let Some(change) = self.ready.pop_front() {
                return Some(Some(change));
            }
            match tokio::time::timeout(HEARTBEAT, self.receiver.recv()).await {
                Err(_) => {
                    self.refresh_actor().await?;
                    return Some(None);
                }
                Ok(Err(broadcast::error::RecvError::Closed)) => return None,
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => self.catch_up().await.ok()?,
                Ok(Ok(sealed)) => {
                    self.refresh_actor().await?;
                    self.take(&sealed);
                }
            }
        }
    }

    /// Reads the actor's rights anew; nothing when the session has ended.
    async fn refresh_actor(&mut self) -> Option<()> {
        let app = &self.ctx.app;
        let session = self.ctx.actor.session_id()?;
        let known = app.actors.get(&app.db, session, app.now()).await.ok()?;
        self.ctx.actor.clone_from(&known.actor);
        Some(())
    }

    async fn catch_up(&mut self) -> Result<()> {
        loop {
            let events = self.ctx.app.db.audit().sealed_after(self.last).await?;
            if events.is_empty() {
                return Ok(());
            }
            for sealed in &events {
                self.take(sealed);
            }
        }
    }

    fn take(&mut self, sealed: &SealedEvent) {
        if sealed.sequence <= self.last {
            return;
        }
        self.last = sealed.sequence;
        if may_see(&self.ctx, &sealed.event) {
            let AuditEvent { at, action, actor, target, .. } = sealed.event.clone();
            self.ready.push_back(LiveChange { sequence: sealed.sequence, at, action, actor, target });
        }
    }
}

/// Whether the actor may see the event: by `audit.read`, or because it is about them.
fn may_see(ctx: &Ctx, event: &AuditEvent) -> bool {
    let by_right = match policy::visibility(&ctx.actor, Permission::AuditRead) {
        Some(Visibility::All) => true,
        Some(Visibility::Organization(own)) => event.organization_id == Some(own),
        Some(Visibility::Own(_)) | None => false,
    };
    let own_id = ctx.actor.user_id();
    let about_self =
        event.target.kind == TargetType::User && own_id.is_some_and(|id| event.target.id == id.to_string());
    by_right || about_self || (own_id.is_some() && event.actor.id == own_id)
}
