//! Plans: what a bulk or destructive act would do, in exact numbers, and its execution.
//!
//! A plan keeps the rows that it matched. Execution matches again within its own transaction and goes on only when the
//! rows are the same. Up to 100 rows are done at once, in that transaction, 5 where each exports data; more become a job.

mod joining;
mod matching;
mod organization;
mod rows;

pub(crate) use rows::{RowChange, apply_row, update_user};

use std::collections::{BTreeSet, HashSet};

use quarterdeck_domain::{
    Error, JobId, PlanId, Resource, Result, Timestamp,
    audit::{Action, Change, Event, EventTarget, TargetType},
    error::Rule,
    jobs::{Job, JobAction, RowOutcome},
    plans::{
        CountDifference, CountKind, CreatePlan, ExecutePlan, KindCount, PLAN_TTL_SECONDS, Plan, PlanAction,
        PlanDifference, PlanRow, PlanState, SAMPLE_ROWS,
    },
};
use quarterdeck_store::{NewJob, RowResult, StoredPlan, Subject, Target, Tx};

use crate::{Ctx, departures::Archives, jobs};
use matching::{Matched, Tables, matched};

/// Plans that somebody may have made and not executed; older ones give way.
const MAX_OPEN_PLANS: u32 = 50;

/// Plans an act.
///
/// # Errors
/// `Forbidden`, `Invalid`, or `NotFound` for a target that the actor may not see.
pub async fn create_plan(ctx: &Ctx, body: &CreatePlan) -> Result<Plan> {
    body.action.check()?;
    // Before the transaction: on SQLite every other writer would wait for the matching of ten thousand rows.
    let found = matched(ctx, &Tables::from(&ctx.app.db), &body.action).await?;
    let now = ctx.now();
    let plan = Plan {
        id: ctx.app.new_id(),
        state: PlanState::Ready,
        row_count: found.targets.len() as u64,
        digest: found.digest(&body.action)?,
        counts: found.counts,
        sample: rows_of(&found.targets),
        excluded: found.excluded,
        irreversible: body.action.kind().is_irreversible(),
        confirmation: body.action.kind().is_destructive().then_some(found.confirmation),
        action: body.action.clone(),
        created_at: now,
        expires_at: now.plus_seconds(PLAN_TTL_SECONDS),
        job_id: None,
    };
    let stored = StoredPlan { owner: ctx.actor.user_id(), plan };
    let tx = ctx.write().await?;
    tx.plans().insert(&stored, &found.targets).await?;
    tx.plans().keep_newest(stored.owner, MAX_OPEN_PLANS).await?;
    tx.commit_bookkeeping().await?;
    Ok(stored.plan)
}

fn rows_of(targets: &[Target]) -> Vec<PlanRow> {
    targets.iter().take(SAMPLE_ROWS).map(|target| PlanRow { id: target.id, label: target.label.clone() }).collect()
}

/// A plan that the actor made and may still carry out.
///
/// # Errors
/// `NotFound` when there is none, `Forbidden` without the permission of its act.
pub async fn get_plan(ctx: &Ctx, id: PlanId) -> Result<Plan> {
    let stored = own(ctx, ctx.app.db.plans().get(id).await?)?;
    ctx.allow(stored.plan.action.kind().told_with(), &Resource::List)?;
    Ok(with_state(stored.plan, ctx.now()))
}

/// Plans belong to who made them.
fn own(ctx: &Ctx, stored: StoredPlan) -> Result<StoredPlan> {
    if stored.owner == ctx.actor.user_id() { Ok(stored) } else { Err(Error::NotFound("plan")) }
}

fn with_state(mut plan: Plan, now: Timestamp) -> Plan {
    plan.state = match plan.job_id {
        Some(_) => PlanState::Executed,
        None if plan.expires_at <= now => PlanState::Expired,
        None => PlanState::Ready,
    };
    plan
}

/// Executes a plan. The job is done already when the plan has at most 100 rows.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict`, or `PlanChanged` with the difference.
pub async fn execute_plan(ctx: &Ctx, id: PlanId, body: &ExecutePlan) -> Result<Job> {
    let plan = own(ctx, ctx.app.db.plans().get(id).await?)?.plan;
    ctx.allow(plan.action.kind().permission(), &Resource::List)?;
    if body.digest.as_ref().is_some_and(|digest| *digest != plan.digest) {
        return Err(Rule::PlanMismatch.into());
    }
    execute(ctx, id, |action| *action == plan.action, Refused::FailsAlone, async |_| Ok(())).await
}

/// Executes a plan for an act that `is_expected`, which is on one thing: what refuses that refuses the request, unless it
/// has so many rows that they become a job. Within the transaction, `check` has to agree first.
pub(crate) async fn execute_single(
    ctx: &Ctx,
    id: PlanId,
    is_expected: impl FnOnce(&PlanAction) -> bool,
    check: impl AsyncFnOnce(&Tx) -> Result<()>,
) -> Result<Job> {
    execute(ctx, id, is_expected, Refused::FailsAll, check).await
}

/// What becomes of the others when a rule refuses a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    FailsAlone,
    FailsAll,
}

async fn execute(
    ctx: &Ctx,
    id: PlanId,
    is_expected: impl FnOnce(&PlanAction) -> bool,
    refused: Refused,
    check: impl AsyncFnOnce(&Tx) -> Result<()>,
) -> Result<Job> {
    let now = ctx.now();
    let mut archives = collected(ctx, id).await?;
    let tx = ctx.write().await?;
    tx.serialize(Subject::Administrators).await?;
    // Rights may have gone while others were waited for.
    let ctx = &ctx.within(&tx).await?;
    let StoredPlan { plan, .. } = own(ctx, tx.plans().get_for_update(id).await?)?;
    if !is_expected(&plan.action) {
        return Err(Rule::PlanMismatch.into());
    }
    let plan = with_state(plan, now);
    match plan.state {
        PlanState::Ready => {}
        PlanState::Executed => return Err(Rule::PlanExecuted.into()),
        PlanState::Expired => return Err(Rule::PlanExpired.into()),
    }
    check(&tx).await?;
    let found = matched(ctx, &Tables::from(&tx), &plan.action).await?;
    if found.digest(&plan.action)? != plan.digest {
        return Err(Error::PlanChanged(Box::new(difference(&plan, &tx.plans().targets(id).await?, &found))));
    }
    let job = NewJob { plan_id: Some(plan.id), ..jobs::new_job(ctx, JobAction::Plan(plan.action.clone())) };
    tx.jobs().insert_for_plan(&job, id, plan.row_count).await?;
    tx.plans().set_job(id, job.id).await?;
    let grant = ctx.allow(plan.action.kind().permission(), &Resource::List)?;
    let mut events = vec![executed(&plan)];
    let is_small = plan.row_count <= plan.action.inline_rows();
    if is_small {
        events.extend(execute_now(ctx, &tx, (job.id, &plan.action), &found.targets, refused, &mut archives).await?);
    }
    ctx.commit(tx, grant, events).await?;
    if !is_small {
        ctx.app.jobs_written.notify_one();
    }
    ctx.app.db.jobs().get(job.id).await
}

/// The data that a plan exports, if it is executed at once.
async fn collected(ctx: &Ctx, id: PlanId) -> Result<Archives> {
    let plan = own(ctx, ctx.app.db.plans().get(id).await?)?.plan;
    if !plan.action.exports() || plan.row_count > plan.action.inline_rows() {
        return Ok(Archives::default());
    }
    let targets = ctx.app.db.plans().targets(id).await?;
    Ok(Archives::collect(ctx, &plan.action, targets.iter().map(|target| target.id)).await)
}

fn executed(plan: &Plan) -> Event {
    let target =
        EventTarget { kind: TargetType::Plan, id: plan.id.to_string(), label: plan.action.act().name().to_owned() };
    let reason = match &plan.action {
        PlanAction::SetUserStatus { reason, .. }
        | PlanAction::SetAllocations { reason, .. }
        | PlanAction::BinUsers { reason, .. }
        | PlanAction::BinGroups { reason, .. } => reason.clone(),
        PlanAction::OffboardUsers { offboarding, .. } => offboarding.reason.clone(),
        _ => String::new(),
    };
    Event::new(Action::PlanExecuted, target)
        .because(reason)
        .with(Change::of("role", &None, &plan.action.role()))
        .with(Change::of("rows", &0, &plan.row_count))
}

/// Does all rows within `tx`. A fault of the database undoes all.
async fn execute_now(
    ctx: &Ctx,
    tx: &Tx,
    (job, action): (JobId, &PlanAction),
    targets: &[Target],
    refused: Refused,
    archives: &mut Archives,
) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    if action.selection().is_some() {
        // Rows lock groups too, and users come before groups in the order of all who lock both.
        tx.users().lock(&targets.iter().map(|target| target.id).collect::<Vec<_>>()).await?;
    }
    for (index, target) in targets.iter().enumerate() {
        tx.begin_step().await?;
        let change = match apply_row(ctx, tx, action, target.id, archives).await {
            Err(error) if refused == Refused::FailsAll => return Err(error),
            change => change,
        };
        // A guard may refuse after the row was written.
        let keep = change.is_ok();
        let (result, row_events) = row_result(index as u64 + 1, change)?;
        tx.end_step(keep).await?;
        events.extend(row_events);
        tx.jobs().finish_row(job, &result).await?;
    }
    tx.jobs().finish(job, false, ctx.now()).await?;
    Ok(events)
}

/// What is noted of a row; faults of ours are passed on.
pub(crate) fn row_result(position: u64, change: Result<RowChange>) -> Result<(RowResult, Vec<Event>)> {
    let result = |outcome, error: Option<&Error>| RowResult {
        position,
        outcome,
        code: error.map(|error| error.code().to_owned()),
        message: error.map(told),
    };
    match change {
        Ok(RowChange::Done(events)) => Ok((result(RowOutcome::Succeeded, None), events)),
        Ok(RowChange::NothingToDo) => Ok((result(RowOutcome::Skipped, None), Vec::new())),
        Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(error),
        Err(error) => Ok((result(RowOutcome::Failed, Some(&error)), Vec::new())),
    }
}

/// What went wrong with a row, which has no fields to show the faults at.
fn told(error: &Error) -> String {
    match error {
        Error::Invalid(faults) => {
            let faults =
                faults.iter().map(|fault| format!("{} {}", fault.pointer.trim_start_matches('/'), fault.message));
            faults.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

fn difference(plan: &Plan, planned: &[Target], found: &Matched) -> PlanDifference {
    let missing_in = |rows: &[Target], from: &[Target]| {
        let ids: HashSet<_> = rows.iter().map(|target| target.id).collect();
        from.iter().filter(|target| !ids.contains(&target.id)).cloned().collect::<Vec<_>>()
    };
    let (added, removed) = (missing_in(planned, &found.targets), missing_in(&found.targets, planned));
    PlanDifference {
        added_count: added.len() as u64,
        added: rows_of(&added),
        removed_count: removed.len() as u64,
        removed: rows_of(&removed),
        counts: if plan.irreversible { count_differences(&plan.counts, &found.counts) } else { Vec::new() },
    }
}

fn count_differences(planned: &[KindCount], found: &[KindCount]) -> Vec<CountDifference> {
    let count_in =
        |counts: &[KindCount], kind| counts.iter().find(|count| count.kind == kind).map_or(0, |count| count.count);
    let kinds: BTreeSet<CountKind> = planned.iter().chain(found).map(|count| count.kind).collect();
    kinds
        .into_iter()
        .map(|kind| CountDifference { kind, planned: count_in(planned, kind), found: count_in(found, kind) })
        .filter(|count| count.planned != count.found)
        .collect()
}
