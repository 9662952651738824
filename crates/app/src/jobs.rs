//! Jobs: doing the rows of large acts in the background.
//!
//! A worker takes a job for a time and renews it while it works. Each row, or some of them, is a transaction that also notes
//! its outcome: after a crash the next worker goes on behind the last row that was done, and no row is done twice.

use std::{sync::Arc, time::Duration};

use quarterdeck_domain::{
    Actor, Error, JobId, Page, Permission, Resource, Result, SessionId, Timestamp, UserId,
    audit::{Action, Change, Event, EventTarget, TargetType},
    error::Rule,
    jobs::{Job, JobAction, JobRow, ListJobRows, ListJobs},
    policy::{ActorKind, Authentication},
    users::UserStatus,
};
use quarterdeck_store::{ApiKeyCredential, ClaimedJob, NewJob, Subject, Target, Tx};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::{
    App, Ctx, RequestInfo, api_keys,
    departures::Archives,
    impersonation,
    plans::{self, RowChange},
    user_imports,
};

/// Seconds for which a worker has a job to itself; a job whose worker died waits for their end.
const LEASE_SECONDS: i64 = 5;
/// Time after which it renews that, while it works.
const RENEWAL: Duration = Duration::from_secs(1);
/// Time that a renewal may take: a worker lets go of the job before another may take it.
const RENEWAL_LIMIT: Duration = Duration::from_secs(3);
/// Rows between two looks whether the job is cancelled.
const BATCH: u64 = 25;
/// Lines of an import that one transaction carries out.
const LINES_AT_ONCE: usize = 25;

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
    ctx.allow(job.kind.told_with(), &Resource::List)?;
    ctx.app.db.jobs().rows(&grant, id, request).await
}

/// An event about a job; it names act, role and number of rows.
fn job_event(action: Action, job: &Job, rows: u64) -> Event {
    let target = EventTarget { kind: TargetType::Job, id: job.id.to_string(), label: job.act.name().to_owned() };
    Event::new(action, target).with(Change::of("role", &None, &job.role)).with(Change::of("rows", &0, &rows))
}

/// A job that the actor starts.
pub(crate) fn new_job(ctx: &Ctx, action: JobAction) -> NewJob {
    NewJob {
        id: ctx.app.new_id(),
        action,
        plan_id: None,
        retry_of: None,
        created_by: ctx.actor.user_id(),
        created_by_name: ctx.actor.label.clone(),
        session_id: ctx.actor.session_id(),
        api_key_id: ctx.actor.api_key_id(),
        address: ctx.request.address.clone(),
        user_agent: ctx.request.user_agent.clone(),
        request_id: ctx.request.request_id.clone(),
        created_at: ctx.now(),
    }
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
    if let JobAction::ImportUsers { user_import_id } = action {
        user_imports::allow(ctx, &tx.user_imports().get(user_import_id).await?)?;
    }
    let job = NewJob { plan_id: former.plan_id, retry_of: Some(id), ..new_job(ctx, action) };
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
        for rows in rows.chunks(rows_at_once(&job.action)) {
            run_rows(app, job, rows).await?;
        }
    }
}

/// Rows of one transaction. A row of a plan may end thousands of sessions; a line of an import is small, and thousands of
/// commits would take most of its time.
const fn rows_at_once(action: &JobAction) -> usize {
    match action {
        JobAction::Plan(_) => 1,
        JobAction::ImportUsers { .. } => LINES_AT_ONCE,
    }
}

async fn run_rows(app: &Arc<App>, job: &ClaimedJob, rows: &[(u64, Target)]) -> Result<()> {
    let mut archives = collected(app, job, rows).await?;
    let tx = app.db.begin().await?;
    tx.serialize(Subject::Administrators).await?;
    let permission = job.action.kind().permission();
    // Whoever has lost the right to the act meanwhile does none of its rows, whatever each of them asks for.
    let allowed = |ctx: Ctx| ctx.allow(permission, &Resource::List).ok().map(|grant| (ctx, grant));
    let actor = context(app, &tx, job).await?.and_then(allowed);
    let mut events = Vec::new();
    for (position, target) in rows {
        tx.begin_step().await?;
        let change = match &actor {
            Some((ctx, _)) => apply(ctx, &tx, &job.action, target.id, &mut archives).await,
            None => Err(Error::Forbidden(permission)),
        };
        let keep = change.is_ok();
        let (result, row_events) = plans::row_result(*position, change)?;
        // What a failed row had begun is undone.
        tx.end_step(keep).await?;
        if !tx.jobs().finish_row(job.id, &result).await? {
            // Another worker took the job for abandoned and did this row: what was done here is not committed.
            return Ok(());
        }
        events.extend(row_events);
    }
    match actor {
        Some((ctx, grant)) if !events.is_empty() => ctx.commit(tx, grant, events).await,
        _ => tx.commit_bookkeeping().await,
    }
}

/// The data that the rows export, as whoever started the job sees it now.
async fn collected(app: &Arc<App>, job: &ClaimedJob, rows: &[(u64, Target)]) -> Result<Archives> {
    let JobAction::Plan(action) = &job.action else { return Ok(Archives::default()) };
    if !action.exports() {
        return Ok(Archives::default());
    }
    let tx = app.db.begin().await?;
    let actor = context(app, &tx, job).await?;
    tx.commit_bookkeeping().await?;
    match actor {
        Some(ctx) => Ok(Archives::collect(&ctx, action, rows.iter().map(|(_, target)| target.id)).await),
        None => Ok(Archives::default()),
    }
}

/// Does the row `target` of `action`.
async fn apply(ctx: &Ctx, tx: &Tx, action: &JobAction, target: Uuid, archives: &mut Archives) -> Result<RowChange> {
    match action {
        JobAction::Plan(action) => plans::apply_row(ctx, tx, action, target, archives).await,
        JobAction::ImportUsers { user_import_id } => user_imports::apply_line(ctx, tx, *user_import_id, target).await,
    }
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
        return Ok(Some(Ctx { request, is_job: true, ..Ctx::system(app, &job.created_by_name) }));
    };
    if let Some(key) = job.api_key_id {
        return match api_keys::actor_of(&tx.api_keys(), &ApiKeyCredential::Id(key), app.now()).await {
            Ok((actor, _)) => Ok(Some(Ctx { app: app.clone(), request, actor, secret: None, is_job: true })),
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
    Ok(Some(Ctx { app: app.clone(), request, secret: None, actor, is_job: true }))
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
