//! Background work: loops that call a use-case when they are woken or when its time has come.
//!
//! What is done stands in `quarterdeck-app`; here stands only when. Each loop survives an error of the database: it
//! says so once, waits and tries again.

mod pace;

use std::{future::Future, sync::Arc, time::Duration};

use pace::{Pace, Stop};
use quarterdeck_app::{App, allocations, api_keys, audit, bin, housekeeping, jobs, keys, live, provider_keys, touches};
use quarterdeck_domain::Result;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout_at},
};

/// Longest time until events get their place in the chain and news of other replicas are read, when nothing wakes.
const CHAIN: Duration = Duration::from_millis(250);
/// Shortest time between two looks at the chain: a single change is told at once, and what many write meanwhile gets its
/// place by one transaction.
const GATHER: Duration = Duration::from_millis(200);
/// Longest time until a job is taken, when nothing wakes.
const JOBS: Duration = Duration::from_secs(1);
/// Time between two writes of times of last use.
const TOUCHES: Duration = Duration::from_secs(15);
/// Time between two looks for reservations that ran out.
const RESERVATIONS: Duration = Duration::from_secs(15);
/// Time between two removals of what has run out.
const SWEEP: Duration = Duration::from_secs(600);
/// Time between two looks at the key files.
const KEYS: Duration = Duration::from_secs(1);
/// Time until the last writes are tried again.
const LAST_AGAIN: Duration = Duration::from_millis(20);
/// Time until a lost connection for news is made again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

/// The loops of this process.
pub struct Worker {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    loops: Vec<JoinHandle<()>>,
}

/// Starts all loops. Call [`live::start`] first: the follower begins where the chain ends.
#[must_use]
pub fn spawn(app: Arc<App>) -> Worker {
    let (stop, stopped) = watch::channel(false);
    let stopped = || Stop::new(stopped.clone());
    let loops = vec![
        tokio::spawn(chain(app.clone(), stopped())),
        tokio::spawn(run_jobs(app.clone(), stopped())),
        tokio::spawn(listen(app.clone(), stopped())),
        tokio::spawn(every("writing times of last use", TOUCHES, app.clone(), stopped(), touch)),
        tokio::spawn(every("taking changed keys", KEYS, app.clone(), stopped(), take_keys)),
        tokio::spawn(every("ending reservations that ran out", RESERVATIONS, app.clone(), stopped(), expire)),
        tokio::spawn(every("removing what has run out", SWEEP, app.clone(), stopped(), sweep)),
    ];
    Worker { app, stop, loops }
}

impl Worker {
    /// Ends all loops within `limit`: each ends its step, and what waits in memory is written. What is cut off is rolled
    /// back, and done again at the next start.
    pub async fn stop(self, limit: Duration) {
        let _ = self.stop.send(true);
        let (half, end) = (Instant::now() + limit / 2, Instant::now() + limit);
        for handle in self.loops {
            let cut_off = handle.abort_handle();
            if timeout_at(half, handle).await.is_err() {
                cut_off.abort();
            }
        }
        let mut failure = None;
        // A connection ends with the thread of the HTTP server that opened it: then the next one is tried.
        let last = async {
            while let Err(error) = last_writes(&self.app).await {
                failure = Some(pace::describe(&error));
                tokio::time::sleep(LAST_AGAIN).await;
            }
        };
        if timeout_at(end, last).await.is_ok() {
            return;
        }
        match failure {
            Some(error) => {
                tracing::error!(error, "the last writes before the stop failed; the next start tries them again");
            }
            None => tracing::warn!("the last writes before the stop took too long; the next start does them"),
        }
    }
}

async fn last_writes(app: &Arc<App>) -> Result<()> {
    touches::flush(app).await?;
    api_keys::flush(app).await?;
    provider_keys::flush(app).await?;
    seal(app).await
}

/// Gives all waiting events their place in the chain.
async fn seal(app: &Arc<App>) -> Result<()> {
    while audit::seal_pending(app).await? > 0 {}
    Ok(())
}

/// Gives events their place in the chain, then reads the chain: one after the other, so that a change is told to the
/// live streams at once.
async fn chain(app: Arc<App>, mut stop: Stop) {
    let mut pace = Pace::new("the audit chain");
    loop {
        let step = async {
            let sealed = seal(&app).await;
            // Another replica may have sealed what this one cannot.
            live::follow(&app).await?;
            sealed
        };
        let next = Instant::now() + GATHER;
        pace.judge(step.await, &mut stop).await;
        let stopped = stop.after(next.saturating_duration_since(Instant::now())).await;
        if stopped || stop.or(app.events_written.notified(), CHAIN).await {
            return;
        }
    }
}

async fn run_jobs(app: Arc<App>, mut stop: Stop) {
    let mut pace = Pace::new("the job runner");
    loop {
        let outcome = jobs::run_next(&app).await;
        let more = matches!(outcome, Ok(true));
        pace.judge(outcome.map(drop), &mut stop).await;
        // Straight to the next job, if there was one.
        let wait = if more { Duration::ZERO } else { JOBS };
        if stop.or(app.jobs_written.notified(), wait).await {
            return;
        }
    }
}

/// Wakes the chain when another replica has committed; does nothing on SQLite, which serves one process.
async fn listen(app: Arc<App>, mut stop: Stop) {
    let mut pace = Pace::new("listening to other replicas");
    loop {
        let mut changes = match app.db.changes().await {
            Ok(Some(changes)) => changes,
            Ok(None) => return,
            Err(error) => {
                pace.judge(Err(error), &mut stop).await;
                if stop.after(LISTEN_AGAIN).await {
                    return;
                }
                continue;
            }
        };
        loop {
            let next = tokio::select! {
                next = changes.next() => next,
                () = stop.asked() => return,
            };
            let lost = next.is_err();
            pace.judge(next, &mut stop).await;
            // What came while the connection was lost is found too.
            app.events_written.notify_one();
            app.jobs_written.notify_one();
            if lost {
                break;
            }
        }
    }
}

async fn touch(app: Arc<App>) -> Result<()> {
    touches::flush(&app).await?;
    api_keys::flush(&app).await?;
    provider_keys::flush(&app).await
}

async fn take_keys(app: Arc<App>) -> Result<()> {
    keys::refresh(&app)
}

async fn expire(app: Arc<App>) -> Result<()> {
    allocations::expire_reservations(&app).await.map(drop)
}

async fn sweep(app: Arc<App>) -> Result<()> {
    let removed = housekeeping::sweep(&app).await? + bin::purge_due(&app).await?;
    if removed > 0 {
        tracing::info!(removed, "removed rows that had run out");
    }
    Ok(())
}

async fn every<F, S>(name: &'static str, period: Duration, app: Arc<App>, mut stop: Stop, step: F)
where
    F: Fn(Arc<App>) -> S,
    S: Future<Output = Result<()>>,
{
    let mut pace = Pace::new(name);
    while !stop.after(period).await {
        pace.judge(step(app.clone()).await, &mut stop).await;
    }
}
