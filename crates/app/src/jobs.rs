//! Jobs: doing the rows of large acts in the background.
//!
//! A worker takes a job for a time and renews it while it works. Each row is a transaction of its own that also notes
//! its outcome: after a crash the next worker goes on behind the last row that was done, and no row is done twice.

use std::{sync::Arc, time::Duration};

use quarterdeck_domain::{
    Actor, Error, JobId, Page, Permission, Resource, Result, SessionId, Timestamp, UserId,
    audit::{Action, Change, Event, EventTarget, TargetType},
    error::Rule,
    jobs::{Job, JobRow, ListJobRows, ListJobs},
    policy::{ActorKind, Authentication},
    users::UserStatus,
};
use quarterdeck_store::{ApiKeyCredential, ClaimedJob, NewJob, Subject, Target, Tx};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::{App, Ctx, RequestInfo, api_keys, impersonation, plans};

/// Seconds for which a worker has a job to itself; a job whose worker died waits for their end.
const LEASE_SECONDS: i64 = 5;
/// Time after which it renews that, while it works.
const RENEWAL: Duration = Duration::from_secs(1);
/// Time that a renewal may take: a worker lets go of the job before another may take it.
const RENEWAL_LIMIT: Duration = Duration::from_secs(3);
/// Rows between two looks whether the job is cancelled.
const BATCH: u64 = 25;

/// A page of the jobs that the actor may see.
///
/// # Errors
/// `Forbidden`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_jobs(ctx: &Ctx, request: &ListJobs) -> Result<Page<Job>> {
    let grant = ctx.allow(Permission::JobRead, &Resource::List)?;
    ctx.app.db.jobs().list(&grant, request).await
}

/// One job.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_job(ctx: &Ctx, id: JobId) -> Result<Job> {
    let job = ctx.app.db.jobs().get(id).await?;
    ctx.allow(Permission::JobRead, &Resource::Owned { owner: job.created_by })?;
    Ok(job)
}

/// A page of the rows of a job.
///
/// # Errors
/// `NotFound` when there is no such job that the actor may see, `Forbidden` without the permission of its act; `Invalid`
/// or `Malformed` for a request that is none.
pub async fn list_job_rows(ctx: &Ctx, id: JobId, request: &ListJobRows) -> Result<Page<JobRow>> {
    let job = ctx.app.db.jobs().get(id).await?;
    let grant = ctx.allow(Permission::JobRead, &Resource::Owned { owner: job.created_by })?;
    // Rows name people.
    ctx.allow(job.kind.permission(), &Resource::List)?;
    ctx.app.db.jobs().rows(&grant, id, request).await
}

/// An event about a job; it names act, role and number of rows.
fn job_event(action: Action, job: &Job, rows: u64) -> Event {
    let target = EventTarget { kind: TargetType::Job, id: job.id.to_string(), label: job.act.name().to_owned() };
    Event::new(action, target).with(Change::of("role", &None, &job.role)).with(Change::of("rows", &0, &rows))
}

/// Asks a job to stop; rows that are done stay done.
///
/// # Errors
/// `NotFound`, `Forbidden`, or `Conflict` when it has ended.
pub async fn cancel_job(ctx: &Ctx, id: JobId) -> Result<Job> {
    let tx = ctx.write().await?;
    let job = tx.jobs().get(id).await?;
    let grant = ctx.allow(Permission::JobControl, &Resource::Owned { owner: job.created_by })?;
    if job.state.is_final() {
        return Err(Rule::JobEnded.into());
    }
    tx.jobs().request_cancellation(id).await?;
    ctx.commit(tx, grant, vec![job_event(Action::JobCancelled, &job, job.total)]).await?;
    ctx.app.db.jobs().get(id).await
}

/// Tries the failed rows of a job again, as a new job.
///
/// # Errors
/// `NotFound`, `Forbidden`, or `Invalid` when no row failed or the job has not ended.
pub async fn retry_job(ctx: &Ctx, id: JobId) -> Result<Job> {
    let tx = ctx.write().await?;
    let former = tx.jobs().get(id).await?;
    let grant = ctx.allow(Permission::JobControl, &Resource::Owned { owner: former.created_by })?;
    if !former.state.is_final() || former.failed == 0 {
        return Err(Rule::NothingFailed.into());
    }
    let ClaimedJob { action, .. } = tx.jobs().origin(id).await?;
    ctx.allow(action.kind().permission(), &Resource::Selection)?;
    let job = NewJob {
        id: ctx.app.new_id(),
        action,
        plan_id: former.plan_id,
        retry_of: Some(id),
        created_by: ctx.actor.user_id(),
        created_by_name: ctx.actor.label.clone(),
        session_id: ctx.actor.session_id(),
        api_key_id: ctx.actor.api_key_id(),
        address: ctx.request.address.clone(),
        user_agent: ctx.request.user_agent.clone(),
        request_id: ctx.request.request_id.clone(),
        created_at: ctx.now(),
    };
    tx.jobs().insert_retry(&job, id, former.failed).await?;
    let event = job_event(Action::JobRetried, &former, former.failed);
    ctx.commit(tx, grant, vec![event]).await?;
    ctx.app.jobs_written.notify_one();
    ctx.app.db.jobs().get(job.id).await
}

/// Takes over the jobs of the process that had this data folder before, which it left without a word. Call it at the start.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn take_over(app: &Arc<App>) -> Result<()> {
    let tx = app.db.begin().await?;
    let jobs = tx.jobs().release().await?;
    if jobs > 0 {
        tracing::info!(jobs, "going on with jobs that a stop interrupted");
    }
    tx.commit_bookkeeping().await
}

/// Takes the oldest job that waits and does it; whether there was one.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails; the job is then taken again when its time is over.
pub async fn run_next(app: &Arc<App>) -> Result<bool> {
    if app.db.jobs().open_count().await? == 0 {
        return Ok(false);
    }
    let now = app.now();
    let lease = now.plus_seconds(LEASE_SECONDS);
    let tx = app.db.begin().await?;
    let claimed = tx.jobs().claim(now, lease).await?;
    tx.commit_bookkeeping().await?;
    let Some(job) = claimed else { return Ok(false) };
    tracing::info!(job.id = %job.id, "job taken: {}", job.action.kind());
    // What is cut off in the middle of a row is rolled back.
    let cancelled = tokio::select! {
        done = run(app, &job) => done?,
        kept = keep(app, job.id, lease) => {
            kept?;
            tracing::warn!(job.id = %job.id, "another worker took the job for abandoned and goes on with it");
            return Ok(true);
        }
    };
    let tx = app.db.begin().await?;
    tx.jobs().finish(job.id, cancelled, app.now()).await?;
    tx.commit_bookkeeping().await?;
    tracing::info!(job.id = %job.id, cancelled, "job ended");
    Ok(true)
}

/// Keeps the job, held until `lease`; ends when another worker has it.
async fn keep(app: &App, id: JobId, mut lease: Timestamp) -> Result<()> {
    loop {
        sleep(RENEWAL).await;
        let next = app.now().plus_seconds(LEASE_SECONDS);
        let renewal = async {
            let tx = app.db.begin().await?;
            let is_held = tx.jobs().renew(id, lease, next).await?;
            tx.commit_bookkeeping().await?;
            Ok::<_, Error>(is_held)
        };
        let is_held = timeout(RENEWAL_LIMIT, renewal).await.map_err(|_| Error::Unavailable("the database"))??;
        if !is_held {
            return Ok(());
        }
        lease = next;
    }
}

/// Does the rows; whether it was cancelled.
async fn run(app: &Arc<App>, job: &ClaimedJob) -> Result<bool> {
    loop {
        if app.db.jobs().is_cancelled(job.id).await? {
            return Ok(true);
        }
        let rows = app.db.jobs().pending(job.id, BATCH).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        for (position, target) in rows {
            run_row(app, job, position, &target).await?;
        }
    }
}

async fn run_row(app: &Arc<App>, job: &ClaimedJob, position: u64, target: &Target) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.serialize(Subject::Administrators).await?;
    let (ctx, change) = match context(app, &tx, job).await? {
        Some(ctx) => {
            let change = plans::apply_row(&ctx, &tx, &job.action, target.id).await;
            (ctx, change)
        }
        // Whoever started it has lost the right meanwhile.
        None => (Ctx::system(app, "jobs"), Err(Error::Forbidden(job.action.kind().permission()))),
    };
    let failed = change.is_err();
    let (result, events) = plans::row_result(position, change)?;
    // What a failed row had begun is undone.
    let tx = if failed { reopen(app, tx).await? } else { tx };
    if !tx.jobs().finish_row(job.id, &result).await? {
        // Another worker took the job for abandoned and did this row: what was done here is not committed.
        return Ok(());
    }
    if events.is_empty() {
        return tx.commit_bookkeeping().await;
    }
    let grant = ctx.allow(job.action.kind().permission(), &Resource::List)?;
    ctx.commit(tx, grant, events).await
}

async fn reopen(app: &App, tx: Tx) -> Result<Tx> {
    drop(tx);
    app.db.begin().await
}

/// The one who started the job, with the rights that they have now; nothing when they may not act any more.
async fn context(app: &Arc<App>, tx: &Tx, job: &ClaimedJob) -> Result<Option<Ctx>> {
    let request = RequestInfo {
        request_id: job.request_id.clone(),
        address: job.address.clone(),
        user_agent: job.user_agent.clone(),
        idempotency: None,
    };
    let Some(id) = job.created_by else {
        return Ok(Some(Ctx { request, ..Ctx::system(app, &job.created_by_name) }));
    };
    if let Some(key) = job.api_key_id {
        return match api_keys::actor_of(&tx.api_keys(), &ApiKeyCredential::Id(key), app.now()).await {
            Ok((actor, _)) => Ok(Some(Ctx { app: app.clone(), request, actor, secret: None })),
            Err(Error::Unauthenticated(_)) => Ok(None),
            Err(fault) => Err(fault),
        };
    }
    let session_id = job.session_id.unwrap_or(SessionId(Uuid::nil()));
    let now = app.now();
    let Some(mut actor) = person(tx, id, session_id, now).await? else { return Ok(None) };
    if let Some(impersonation) = tx.impersonations().find(session_id, now).await? {
        // As a job outlives a sign-out, it outlives a return; but not the right to act as the user.
        let Some(own) = person(tx, impersonation.impersonator_id, session_id, now).await? else { return Ok(None) };
        let user = tx.users().get(id, now).await?;
        if impersonation::check(&own, &user, impersonation.may_write, &app.settings()).is_err() {
            return Ok(None);
        }
        actor.impersonator = Some(impersonation.impersonator().into());
    }
    Ok(Some(Ctx { app: app.clone(), request, secret: None, actor }))
}

/// A person as they are now, unless they are suspended or gone.
async fn person(tx: &Tx, id: UserId, session_id: SessionId, now: Timestamp) -> Result<Option<Actor>> {
    let known = tx.users().credentials_of(id).await?.filter(|known| known.status == UserStatus::Active);
    let Some(known) = known else { return Ok(None) };
    Ok(Some(Actor {
        kind: ActorKind::User { id, session_id },
        label: known.username,
        roles: known.roles,
        grants: tx.role_grants().held_by(id, now).await?.into(),
        organization_id: known.organization_id,
        // Whoever started it was asked then.
        authentication: Authentication::Recent,
        impersonator: None,
    }))
}
