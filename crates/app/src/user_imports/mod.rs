//! Imports of users from CSV: a file is judged line by line, and what it would do is kept for an hour; an execution does it
//! as a job, by the same functions as the single changes.

mod file;
mod judge;
mod lines;
mod organizations;

use quarterdeck_domain::{
    Error, Page, Permission, Resource, Result, Timestamp, UserId, UserImportId,
    audit::{Action, Change, Event, EventTarget, TargetType},
    error::Rule,
    jobs::{Job, JobAction},
    plans::{PlanKind, PlanState},
    user_imports::{IMPORT_TTL_SECONDS, ListUserImportLines, UserImport, UserImportLine, UserImportOptions},
    users::UserKind,
};
use quarterdeck_store::{ImportOrders, StoredUserImport, Tx};
use uuid::Uuid;

use crate::{
    Ctx, jobs,
    plans::{self, RowChange},
    users,
};

/// Imports that somebody may have made and not executed; older ones give way.
const MAX_OPEN_IMPORTS: u32 = 5;

/// Judges a file, and keeps what it would do.
///
/// # Errors
/// `Forbidden`, `StepUpRequired`, or `Invalid` for a file that cannot be read.
pub async fn create_user_import(ctx: &Ctx, options: &UserImportOptions, file: Vec<u8>) -> Result<UserImport> {
    let grant = ctx.allow(Permission::UserCreate, &Resource::List)?;
    if options.organization_id.is_some() {
        ctx.allow(Permission::UserCreate, &Resource::NewUser { organization_id: options.organization_id })?;
    }
    let lines = tokio::task::spawn_blocking(move || file::read(&file)).await.map_err(Error::internal)??;
    let judged = judge::judge(ctx, options, lines).await?;
    let now = ctx.now();
    let import = UserImport {
        id: ctx.app.new_id(),
        state: PlanState::Ready,
        on_existing: options.on_existing.unwrap_or_default(),
        organization_id: options.organization_id,
        counts: judged.counts,
        created_at: now,
        expires_at: now.plus_seconds(IMPORT_TTL_SECONDS),
        job_id: None,
    };
    let stored = StoredUserImport { owner: ctx.actor.user_id(), import, permissions: judged.permissions };
    let tx = ctx.write().await?;
    tx.user_imports().insert(&stored, &judged.lines).await?;
    tx.user_imports().keep_newest(stored.owner, MAX_OPEN_IMPORTS).await?;
    let id = stored.import.id.to_string();
    let target = EventTarget { kind: TargetType::Plan, id, label: PlanKind::ImportUsers.name().to_owned() };
    let counts = &stored.import.counts;
    let event = Event::new(Action::UserImportJudged, target).with(
        [
            ("create", counts.create),
            ("update", counts.update),
            ("unchanged", counts.unchanged),
            ("refuse", counts.refuse),
        ]
        .into_iter()
        .filter_map(|(name, count)| Change::of(name, &0, &count)),
    );
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(stored.import)
}

/// An import that the actor made.
///
/// # Errors
/// `Forbidden`, or `NotFound` when there is none.
pub async fn get_user_import(ctx: &Ctx, id: UserImportId) -> Result<UserImport> {
    ctx.allow(Permission::UserCreate, &Resource::List)?;
    let stored = own(ctx, ctx.app.db.user_imports().get(id).await?)?;
    Ok(with_state(stored.import, ctx.now()))
}

/// A page of the lines of an import that the actor made.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_user_import_lines(
    ctx: &Ctx,
    id: UserImportId,
    request: &ListUserImportLines,
) -> Result<Page<UserImportLine>> {
    let grant = ctx.allow(Permission::UserCreate, &Resource::List)?;
    own(ctx, ctx.app.db.user_imports().get(id).await?)?;
    ctx.app.db.user_imports().lines(&grant, id, request).await
}

/// Starts the job that does what the lines of an import say.
///
/// # Errors
/// `Forbidden`, `StepUpRequired`, `NotFound`, or `Conflict` when it was executed or has expired.
pub async fn execute_user_import(ctx: &Ctx, id: UserImportId) -> Result<Job> {
    let tx = ctx.write().await?;
    let stored = own(ctx, tx.user_imports().get_for_update(id).await?)?;
    allow(ctx, &stored)?;
    let import = with_state(stored.import, ctx.now());
    match import.state {
        PlanState::Ready => {}
        PlanState::Executed => return Err(Rule::UserImportExecuted.into()),
        PlanState::Expired => return Err(Rule::UserImportExpired.into()),
    }
    let job = jobs::new_job(ctx, JobAction::ImportUsers { user_import_id: id });
    let (job_id, rows) = (job.id, import.counts.to_do());
    tx.jobs().insert_for_user_import(&job, id, rows).await?;
    tx.user_imports().set_job(id, job_id).await?;
    let kind = PlanKind::ImportUsers.name().to_owned();
    let target = EventTarget { kind: TargetType::Job, id: job_id.to_string(), label: kind };
    let event = Event::new(Action::UserImportExecuted, target).with(Change::of("rows", &0, &rows));
    let grant = ctx.allow(Permission::UserCreate, &Resource::Selection)?;
    ctx.commit(tx, grant, vec![event]).await?;
    ctx.app.jobs_written.notify_one();
    ctx.app.db.jobs().get(job_id).await
}

/// Imports belong to who made them.
fn own(ctx: &Ctx, stored: StoredUserImport) -> Result<StoredUserImport> {
    if stored.owner == ctx.actor.user_id() { Ok(stored) } else { Err(Error::NotFound("import")) }
}

fn with_state(mut import: UserImport, now: Timestamp) -> UserImport {
    import.state = match import.job_id {
        Some(_) => PlanState::Executed,
        None if import.expires_at <= now => PlanState::Expired,
        None => PlanState::Ready,
    };
    import
}

/// Asks for all that the lines of an import need, so that whoever starts it has just given the password where the same
/// change by hand asks for it. What each line may do is asked again when it is done.
///
/// # Errors
/// `Forbidden` or `StepUpRequired`.
pub(crate) fn allow(ctx: &Ctx, stored: &StoredUserImport) -> Result<()> {
    ctx.allow(Permission::UserCreate, &Resource::Selection)?;
    stored.permissions.iter().try_for_each(|permission| ctx.allow(permission, &Resource::Selection).map(drop))
}

/// Does what the import `id` orders about the user `target` within `tx`.
///
/// # Errors
/// What the same change would answer when it is done alone.
pub(crate) async fn apply_line(ctx: &Ctx, tx: &Tx, id: UserImportId, target: Uuid) -> Result<RowChange> {
    let target = UserId(target);
    match tx.user_imports().orders(id, target.0).await? {
        // A job that was tried again twice comes to the same line twice.
        ImportOrders::Create(_) if tx.users().find(target, ctx.now()).await?.is_some() => Ok(RowChange::NothingToDo),
        ImportOrders::Create(body) => {
            let (body, _) = users::admitted(ctx, UserKind::Person, *body)?;
            Ok(vec![users::store_new(ctx, tx, target, UserKind::Person, &body, None).await?].into())
        }
        ImportOrders::Update(body) => plans::update_user(ctx, tx, target, &users::sound(&body)?).await,
    }
}
