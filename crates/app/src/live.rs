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
    audit::{Action, AuditEvent, LiveChange},
    policy,
};
use quarterdeck_store::{AuditReach, SealedEvent};
use tokio::sync::broadcast;

use crate::{App, Ctx, audit};

/// Where the follower tells the streams of new events.
pub struct LiveFeed {
    sender: broadcast::Sender<Arc<SealedEvent>>,
    last: AtomicU64,
}

/// Events that a slow stream may be behind before it reads them from the database.
const BACKLOG: usize = 256;
/// Time after which a quiet stream gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events of the chain that a stream that was away is led through; before them there is a gap.
const CATCH_UP: u64 = 1_000;
/// Events that are read at once for a stream that was away.
const CATCH_UP_BATCH: u32 = 100;

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
            users |= action.touches_counts();
        }
        if users {
            self.db.counts_changed();
        }
        if settings {
            self.reload_settings().await?;
        }
        // How old an authentication may be is a setting.
        if rights || settings {
            self.actors.invalidate();
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

/// What a stream tells.
#[derive(Debug, Clone)]
pub enum Live {
    /// A change that the actor may see.
    Change(LiveChange),
    /// Changes up to this sequence number were missed: whoever keeps a copy reads it anew.
    Gap(u64),
    /// Nothing happened for a while.
    Quiet,
}

struct Subscription {
    ctx: Ctx,
    receiver: broadcast::Receiver<Arc<SealedEvent>>,
    /// The last event that was looked at.
    last: u64,
    /// Whether events behind `last` are read from the database.
    is_behind: bool,
    ready: VecDeque<LiveChange>,
}

/// The changes that the actor may see, from behind the sequence number `after`, or from now on. The stream ends when the
/// session ends.
pub fn subscribe(ctx: &Ctx, after: Option<u64>) -> impl Stream<Item = Live> + use<> {
    let receiver = ctx.app.live.sender.subscribe();
    let present = ctx.app.live.last.load(Ordering::Acquire);
    let last = after.map_or(present, |after| after.min(present));
    let subscription =
        Subscription { ctx: ctx.clone(), receiver, last, is_behind: last < present, ready: VecDeque::new() };
    stream::unfold(subscription, |mut subscription| async move { Some((subscription.next().await?, subscription)) })
}

impl Subscription {
    async fn next(&mut self) -> Option<Live> {
        loop {
            if let Some(change) = self.ready.pop_front() {
                return Some(Live::Change(change));
            }
            if self.is_behind {
                self.ctx.renew().await.ok()?;
                if let Some(gap) = self.catch_up().await.ok()? {
                    return Some(gap);
                }
                continue;
            }
            let received = tokio::time::timeout(HEARTBEAT, self.receiver.recv()).await;
            self.ctx.renew().await.ok()?;
            match received {
                Err(_) => return Some(Live::Quiet),
                Ok(Err(broadcast::error::RecvError::Closed)) => return None,
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => self.is_behind = true,
                Ok(Ok(sealed)) if sealed.sequence > self.last => {
                    self.last = sealed.sequence;
                    if reach(&self.ctx).includes(&sealed.event) {
                        self.show(vec![sealed.event.clone()]).await.ok()?;
                    }
                }
                Ok(Ok(_)) => {}
            }
        }
    }

    /// Reads the next batch of what was missed, or tells that it is too long ago.
    async fn catch_up(&mut self) -> Result<Option<Live>> {
        let present = self.ctx.app.live.last.load(Ordering::Acquire);
        let oldest = present.saturating_sub(CATCH_UP);
        if self.last < oldest {
            self.last = oldest;
            return Ok(Some(Live::Gap(oldest)));
        }
        let events =
            self.ctx.app.db.audit().reached_after(&reach(&self.ctx), self.last, present, CATCH_UP_BATCH).await?;
        self.is_behind = events.len() == CATCH_UP_BATCH as usize;
        self.last = events.last().filter(|_| self.is_behind).map_or(present, |sealed| sealed.sequence);
        self.show(events.into_iter().map(|sealed| sealed.event).collect()).await?;
        Ok(None)
    }

    async fn show(&mut self, mut events: Vec<AuditEvent>) -> Result<()> {
        audit::narrow(&self.ctx, &mut events).await?;
        self.ready.extend(events.into_iter().filter_map(change));
        Ok(())
    }
}

/// A chained event as it is told.
fn change(event: AuditEvent) -> Option<LiveChange> {
    let AuditEvent { sequence, at, action, actor, target, .. } = event;
    Some(LiveChange { sequence: sequence?, at, action, actor, target })
}

/// The events that the actor may see: by `audit.read`, and those about them.
fn reach(ctx: &Ctx) -> AuditReach {
    let (all, organizations) = match policy::visibility(&ctx.actor, Permission::AuditRead) {
        Some(Visibility::All) => (true, Vec::new()),
        Some(Visibility::Part { organizations, .. }) => (false, organizations),
        None => (false, Vec::new()),
    };
    AuditReach { all, organizations, own: ctx.actor.user_id() }
}
