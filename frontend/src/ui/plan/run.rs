//! Carrying out a plan: the typed name, the button with verb and numbers, progress, result, retry.

use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*};
use quarterdeck_client::{ClientError, Result, read_value};
use quarterdeck_domain::{
    JobId,
    jobs::{Job, JobRow, JobState, ListJobRows, RowOutcome},
    page::PageRequest,
    plans::{CreatePlan, Plan, PlanAction, PlanDifference},
    users::UserStatus,
};

use super::{Planner, Stage, verb_with_counts};
use crate::{
    i18n::{number, text, words},
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        field::TextField,
        icon::{Glyph, Icon},
        popover::fresh_id,
        state::Banner,
    },
};

/// Milliseconds between two looks at a running job.
const LOOK_MILLIS: u32 = 500;

/// Cancel, and the verb with its numbers; before it the name to type, for a destructive act.
#[component]
pub(super) fn Verbs(planner: Planner, plan: Plan) -> impl IntoView {
    let id = fresh_id("confirm");
    let (typed, sending) = (planner.typed, planner.sending);
    let wanted = plan.confirmation.clone();
    let fits = {
        let wanted = wanted.clone();
        Memo::new(move |_| wanted.as_deref().is_none_or(|wanted| typed.with(|typed| typed.trim() == wanted)))
    };
    let empty = plan.row_count == 0;
    let danger = plan.irreversible;
    let asks_reason = matches!(plan.action, PlanAction::SetUserStatus { status: UserStatus::Suspended, .. });
    let verb = verb_with_counts(&plan.action, &plan.counts, plan.row_count);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if fits.get_untracked() && !sending.get_untracked() && !empty {
            execute(planner, plan.clone());
        }
    };
    view! {
        <form on:submit=submit>
            {(asks_reason && !empty).then(|| view! {
                <div class="dialog-body">
                    <TextField label=text::ui::reason() value=planner.reason help=Signal::stored(text::ui::reason_help().to_owned()) optional=true name="reason"/>
                </div>
            })}
            {wanted.filter(|_| !empty).map(|wanted| view! {
                <div class="dialog-body">
                    <div class="field">
                        <label for=id.clone()>{text::ui::type_to_confirm(&wanted)}</label>
                        <input id=id class="input" name="confirmation" autocomplete="off" autocapitalize="off" spellcheck="false" prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
                    </div>
                </div>
            })}
            <div class="dialog-foot">
                <Button label=text::ui::cancel() disabled=sending press=Callback::new(move |()| planner.open.set(false))/>
                {(!empty).then(|| view! {
                    <Button label=verb submit=true busy=sending disabled=Signal::derive(move || !fits.get()) look=if danger { Look::Danger } else { Look::Primary }/>
                })}
            </div>
        </form>
    }
}

fn execute(planner: Planner, plan: Plan) {
    planner.sending.set(true);
    crate::browser::spawn(async move {
        let plan = match with_reason(plan, planner.reason.get_untracked()).await {
            Ok(Ready::Same(plan)) => plan,
            Ok(Ready::Other(plan)) => {
                planner.sending.set(false);
                let difference = Some(PlanDifference::default());
                planner.stage.set(Stage::Shown { plan: Box::new(plan), difference });
                return;
            }
            Err(error) => {
                planner.sending.set(false);
                planner.stage.set(Stage::Failed(error));
                return;
            }
        };
        let outcome = api().execute_plan(&plan).await;
        planner.sending.set(false);
        match outcome {
            Ok(job) => follow(planner, plan, job).await,
            Err(error) => refused(planner, error),
        }
    });
}

/// A plan with the reason in it.
enum Ready {
    /// It is for the set that was shown.
    Same(Plan),
    /// The set has changed meanwhile.
    Other(Plan),
}

/// The reason belongs to the act, so an act with another reason is planned anew.
async fn with_reason(plan: Plan, typed: String) -> Result<Ready> {
    let mut action = plan.action.clone();
    match &mut action {
        PlanAction::SetUserStatus { reason, .. } if *reason != typed => *reason = typed,
        _ => return Ok(Ready::Same(plan)),
    }
    let anew = api().create_plan(&CreatePlan { action }).await?;
    Ok(if shows_the_same(&anew, &plan) { Ready::Same(anew) } else { Ready::Other(anew) })
}

/// Whether somebody who agreed to one plan agreed to the other. Their digests differ with the reason.
fn shows_the_same(one: &Plan, other: &Plan) -> bool {
    (one.row_count, &one.counts, &one.sample, &one.excluded)
        == (other.row_count, &other.counts, &other.sample, &other.excluded)
}

/// A plan that no longer fits is counted again, with the difference; other refusals are shown.
fn refused(planner: Planner, error: ClientError) {
    match error.code() {
        "plan-changed" => {
            let difference = error
                .problem()
                .and_then(|problem| problem.current.as_ref())
                .and_then(|value| read_value::<PlanDifference>(value).ok());
            planner.typed.set(String::new());
            planner.count(Some(difference.unwrap_or_default()));
        }
        "plan-expired" => planner.count(None),
        _ => planner.stage.set(Stage::Failed(error)),
    }
}

/// Looks at the job until it ends or the dialog closes. The job goes on by itself.
async fn follow(planner: Planner, plan: Plan, mut job: Job) {
    loop {
        planner.stage.set(Stage::Running { plan: Box::new(plan.clone()), job: Box::new(job.clone()) });
        if job.state.is_final() {
            if job.failed == 0 && !has_each(&plan) {
                planner.open.set(false);
            }
            planner.finish(job);
            return;
        }
        TimeoutFuture::new(LOOK_MILLIS).await;
        let next = api().get_job(job.id).await;
        // Who left while it ran is told no number, not even when it has ended by now.
        if planner.open.try_get_untracked() != Some(true) {
            planner.finish(job);
            return;
        }
        job = next.unwrap_or(job);
    }
}

/// Whether each row has a value of its own, and so a result of its own.
const fn has_each(plan: &Plan) -> bool {
    matches!(plan.action, PlanAction::SetAllocations { .. })
}

/// Progress, then the result with what failed and why.
#[component]
pub(super) fn Running(planner: Planner, plan: Plan, job: Job) -> impl IntoView {
    let id = job.id;
    let ended = job.state.is_final();
    let failed = job.failed;
    let is_each = ended && has_each(&plan);
    let outcome = (!is_each).then_some(RowOutcome::Failed);
    let retry = Callback::new(move |()| {
        let plan = plan.clone();
        planner.sending.set(true);
        crate::browser::spawn(async move {
            let outcome = api().retry_job(id).await;
            planner.sending.set(false);
            match outcome {
                Ok(job) => follow(planner, plan, job).await,
                Err(error) => planner.stage.set(Stage::Failed(error)),
            }
        });
    });
    view! {
        <div class="dialog-body">
            <Progress job=job.clone()/>
            {(!ended).then(|| view! {
                <Banner tone="info" boxed=true>
                    <p><strong>{text::ui::plan_as_job()}</strong> " " {text::ui::plan_as_job_why()}</p>
                </Banner>
            })}
            {(is_each || failed > 0).then(|| view! { <Rows id outcome/> })}
        </div>
        <div class="dialog-foot">
            <ButtonLink label=text::ui::plan_open_job() href=format!("/jobs/{id}")/>
            {(ended && failed > 0).then(|| view! { <Button label=text::ui::plan_retry() icon=Icon::Refresh busy=planner.sending press=retry/> })}
            <Button label=text::ui::close() look=Look::Primary press=Callback::new(move |()| planner.open.set(false))/>
        </div>
    }
}

/// A bar with a part for each outcome, and its numbers in words.
#[component]
pub fn Progress(
    /// The job.
    job: Job,
) -> impl IntoView {
    let (reached, is_cancelled) = (job.reached(), job.state == JobState::Cancelled);
    let done = match job.state {
        JobState::Cancelled => text::ui::plan_cancelled(job.succeeded),
        state if state.is_final() => text::ui::plan_done(job.succeeded),
        _ => text::ui::plan_so_far(job.succeeded),
    };
    let left = if is_cancelled { text::ui::plan_not_reached(job.skipped) } else { text::ui::plan_left(job.skipped) };
    let parts =
        [("warn", Icon::Right, job.skipped, left), ("bad", Icon::Error, job.failed, text::ui::plan_failed(job.failed))];
    // What was changed is told even when it is nothing.
    let parts: Vec<_> = std::iter::once(("good", Icon::Done, job.succeeded, done))
        .chain(parts.into_iter().filter(|(_, _, rows, _)| *rows > 0))
        .collect();
    let bar = |tone: &'static str, rows: u64| view! { <span data-tone=tone style:flex-grow=rows.to_string()></span> };
    let bars = parts.iter().map(|(tone, _, rows, _)| bar(tone, *rows)).collect_view();
    let rest = job.total.saturating_sub(job.done());
    view! {
        <div class="progress" aria-live="polite">
            <div class="progress-bar" role="progressbar" aria-label=text::ui::plan_progress() aria-valuemin="0" aria-valuemax=job.total.to_string() aria-valuenow=reached.to_string()>
                {bars}
                {(rest > 0).then(|| bar("rest", rest))}
            </div>
            <div class="progress-words">
                <ul>
                    {parts.into_iter().map(|(tone, icon, _, words)| view! { <li data-tone=tone><Glyph icon/>{words}</li> }).collect_view()}
                </ul>
                <span>{number(reached)} " / " {number(job.total)}</span>
            </div>
        </div>
    }
}

/// The first rows of that outcome, or of any, each with its reason.
#[component]
fn Rows(id: JobId, outcome: Option<RowOutcome>) -> impl IntoView {
    let rows: RwSignal<Vec<JobRow>> = RwSignal::new(Vec::new());
    crate::browser::spawn(async move {
        if let Ok(found) = rows_of(id, outcome).await {
            rows.try_set(found);
        }
    });
    view! {
        <ul class="plan-final">
            {move || rows.get().into_iter().map(|row| view! {
                <li data-tone=tone(row.outcome)>
                    <Glyph icon=row_icon(row.outcome)/>
                    <span><strong>{row.label}</strong> " " {row.message.or(row.code).unwrap_or_else(|| words::row_outcome(row.outcome).to_owned())}</span>
                </li>
            }).collect_view()}
        </ul>
    }
}

const fn tone(outcome: RowOutcome) -> Option<&'static str> {
    match outcome {
        RowOutcome::Succeeded => Some("good"),
        RowOutcome::Failed => Some("bad"),
        RowOutcome::Pending | RowOutcome::Skipped => None,
    }
}

const fn row_icon(outcome: RowOutcome) -> Icon {
    match outcome {
        RowOutcome::Pending => Icon::Queued,
        RowOutcome::Succeeded => Icon::Done,
        RowOutcome::Failed => Icon::Error,
        RowOutcome::Skipped => Icon::Right,
    }
}

async fn rows_of(id: JobId, outcome: Option<RowOutcome>) -> Result<Vec<JobRow>> {
    let mut request = ListJobRows::default();
    request.filter.outcome = outcome;
    request.page = PageRequest { limit: Some(if outcome.is_some() { 20 } else { 100 }), cursor: None };
    Ok(api().list_job_rows(id, &request).await?.items)
}
