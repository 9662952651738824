//! The page of one job: progress, outcomes, CSV, retry of the failed, cancel.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    JobId, Permission,
    jobs::{Job, JobRow, RowOutcome},
    plans::PlanKind,
};

use super::list::JobPill;
use crate::{
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{text, words},
    route::use_part,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, Look},
        copyable::CopyId,
        download::DownloadButton,
        icon::Icon,
        pill::{Pill, Tone},
        plan::Progress,
        state::{EmptyState, ErrorState, PageSkeleton, Shape, renew},
        table::{Column, DataTable, Filter, Slot, Table, TableSpec},
        time::When,
        toast::use_toasts,
    },
};

/// Milliseconds between two looks at a job that is not finished.
const LOOK_MILLIS: u32 = 1_000;

/// The page of one job.
#[component]
pub fn JobPage() -> impl IntoView {
    let part = use_part(|address| &address.id);
    let id = Memo::new(move |_| part.with(|part| part.parse::<JobId>().ok()));
    let job: RwSignal<Option<Result<Job, ClientError>>> = RwSignal::new(None);
    let watch = move || {
        let Some(wanted) = id.get_untracked() else {
            let error = quarterdeck_domain::Error::NotFound("job");
            job.set(Some(Err(ClientError::Problem(Box::new(quarterdeck_domain::Problem::new(&error, "", ""))))));
            return;
        };
        crate::browser::spawn(async move {
            loop {
                let outcome = api().get_job(wanted).await;
                // The page may be gone, or show another job by now.
                if id.try_get_untracked() != Some(Some(wanted)) {
                    return;
                }
                renew(job, outcome);
                let goes_on = |job: &Option<Result<Job, _>>| matches!(job, Some(Ok(job)) if !job.state.is_final());
                if job.try_with_untracked(goes_on) != Some(true) {
                    return;
                }
                TimeoutFuture::new(LOOK_MILLIS).await;
            }
        });
    };
    crate::browser::effect(move || {
        id.track();
        job.set(None);
        watch();
    });
    let found = Memo::new(move |_| job.with(|job| job.as_ref().and_then(|job| job.as_ref().ok().cloned())));
    let error = Memo::new(move |_| job.with(|job| job.as_ref().and_then(|job| job.as_ref().err().cloned())));
    let shown = Memo::new(move |_| found.with(|found| found.as_ref().map(|job| job.id)));
    let trail = move || {
        let name = found.with(|found| found.as_ref().map(words::job).unwrap_or_default());
        vec![Crumb::group(text::frame::work()), Crumb::page(text::frame::jobs(), "/jobs"), Crumb::group(name)]
    };
    view! {
        <Page trail=Signal::derive(trail) list=true>
            <Guarded permission=Permission::JobRead>
                {move || match (shown.get(), error.get()) {
                    (Some(id), _) => view! { <Detail id found watch=Callback::new(move |()| watch())/> }.into_any(),
                    (None, Some(error)) => view! { <ErrorState page=true error retry=Callback::new(move |()| watch())/> }.into_any(),
                    (None, None) => view! { <PageSkeleton shape=Shape::Detail/> }.into_any(),
                }}
            </Guarded>
        </Page>
    }
}

#[component]
fn Detail(id: JobId, found: Memo<Option<Job>>, watch: Callback<()>) -> impl IntoView {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let busy = RwSignal::new(false);
    let table = Table::new(rows_spec(id, found.with_untracked(|job| job.as_ref().map(|job| job.kind))));
    Effect::new(move |former: Option<u64>| {
        let done = found.with(|job| job.as_ref().map(Job::done)).unwrap_or_default();
        if former.is_some_and(|former| former != done) {
            table.refresh();
        }
        done
    });
    let cancel = Callback::new(move |()| {
        busy.set(true);
        crate::browser::spawn(async move {
            match api().cancel_job(id).await {
                Ok(_) => {
                    watch.try_run(());
                }
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
        });
    });
    let retry = Callback::new(move |()| {
        let navigate = navigate.clone();
        busy.set(true);
        crate::browser::spawn(async move {
            match api().retry_job(id).await {
                Ok(job) => navigate(&format!("/jobs/{}", job.id), NavigateOptions::default()),
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
        });
    });
    let head = move || {
        found.get().map(|job| {
            let (state, may) = (job.state, session.may(Permission::JobControl));
            let can_cancel = may && !state.is_final();
            let can_retry = may && state.is_final() && job.failed > 0;
            let failed = job.failed;
            let (asked, title) = (job.cancel_requested, words::job(&job));
            let bar = job.clone();
            let facts = move || view! {
                <div class="page-facts">
                    <span>{text::jobs::started_by()} " " {words::who(&job.created_by_name, job.impersonator.as_deref())}</span>
                    <span>{text::jobs::started()} " " <When exact=true at=job.created_at/></span>
                    {job.finished_at.map(|at| view! { <span>{text::jobs::ended()} " " <When exact=true at=at/></span> })}
                    {job.retry_of.map(|former| view! { <a href=format!("/jobs/{former}")>{text::jobs::retry_of()}</a> })}
                    <CopyId value=job.id.to_string() what=text::jobs::id()/>
                </div>
            };
            view! {
                <PageHead title state=move || view! { <JobPill state/> } facts=facts>
                    <DownloadButton label=text::jobs::export_rows() path=format!("/jobs/{id}/rows") name=format!("job-{id}.csv")/>
                    {can_retry.then(|| view! { <Button label=text::ui::plan_retry() icon=Icon::Refresh look=Look::Primary busy press=retry/> })}
                    {can_cancel.then(|| view! { <Button label=if asked { text::jobs::cancelling() } else { text::jobs::cancel() } icon=Icon::Stop disabled=asked busy press=cancel/> })}
                </PageHead>
                <div class="job-progress">
                    <Progress job=bar/>
                    {(failed > 0).then(|| view! { <a href=format!("/jobs/{id}?outcome=failed")>{text::jobs::show_failed(failed)}</a> })}
                </div>
            }
        })
    };
    view! {
        {head}
        <DataTable table/>
    }
}

fn rows_spec(id: JobId, kind: Option<PlanKind>) -> TableSpec<JobRow> {
    TableSpec {
        columns: vec![
            Column::new("label", text::jobs::row(), move |row: &JobRow| {
                let label = row.label.clone();
                let href = page_of(kind, row.outcome).map(|page| format!("{page}{}", row.target_id));
                let named = match href {
                    Some(href) => view! { <a href=href>{label}</a> }.into_any(),
                    None => view! { <strong>{label}</strong> }.into_any(),
                };
                view! { <span class="cell-main">{named}</span> }
            })
            .slot(Slot::Main),
            Column::new("outcome", text::jobs::outcome(), |row: &JobRow| view! { <OutcomePill outcome=row.outcome/> })
                .fit()
                .slot(Slot::State),
            Column::new("message", text::jobs::message(), |row: &JobRow| row.message.clone().unwrap_or_default())
                .wide(),
            Column::new("code", text::ui::error_code(), |row: &JobRow| {
                row.code.clone().map(|code| view! { <code>{code}</code> })
            }),
            Column::new("card", text::jobs::message(), |row: &JobRow| row.message.clone().unwrap_or_default())
                .slot(Slot::Meta),
        ],
        filters: vec![Filter::choice(
            "outcome",
            text::jobs::outcome(),
            RowOutcome::ALL.iter().map(|outcome| (outcome.name(), words::row_outcome(*outcome))),
        )],
        empty: ViewFn::from(|| view! { <EmptyState icon=Icon::Jobs title=text::ui::nothing_here()/> }),
        ..TableSpec::new(
            "job-rows",
            text::jobs::rows(),
            "position",
            |row| row.position.to_string(),
            |row| row.label.clone(),
            move |page| async move { api().list_job_rows(id, &page.request()?).await },
        )
    }
}

/// Where the thing of a row is now, up to its id, if it has a page.
const fn page_of(kind: Option<PlanKind>, outcome: RowOutcome) -> Option<&'static str> {
    use PlanKind as K;
    const USER: Option<&str> = Some("/users/");
    const GROUP: Option<&str> = Some("/groups/");
    const BIN: Option<&str> = Some("/bin?q=");
    let Some(kind) = kind else { return None };
    match (kind, matches!(outcome, RowOutcome::Succeeded)) {
        (
            K::SetUserStatus
            | K::ChangeUserRole
            | K::MoveUsers
            | K::RevokeUserSessions
            | K::AddToGroup
            | K::RemoveFromGroups,
            _,
        )
        | (K::DeleteUsers | K::DeleteOwnAccount | K::BinUsers | K::OffboardUsers, false)
        | (K::ImportUsers, true) => USER,
        // Whatever became of the account, the receipt tells it.
        (K::OffboardUsers, true) => Some("/departures?user_id="),
        (K::BinGroups, false) => GROUP,
        (K::BinUsers | K::BinGroups, true) | (K::PurgeBin, false) => BIN,
        // A line that failed may have been to create somebody.
        (K::DeleteUsers | K::DeleteOwnAccount | K::PurgeBin, true) | (K::ImportUsers, false) => None,
        (K::RevokeSessions | K::DeleteOrganization | K::DeleteGroup | K::DeleteGroups | K::SetAllocations, _) => None,
    }
}

#[component]
fn OutcomePill(outcome: RowOutcome) -> impl IntoView {
    let (tone, icon) = match outcome {
        RowOutcome::Pending => (Tone::Quiet, Icon::Queued),
        RowOutcome::Succeeded => (Tone::Good, Icon::Done),
        RowOutcome::Failed => (Tone::Bad, Icon::Error),
        RowOutcome::Skipped => (Tone::Warn, Icon::Right),
    };
    view! { <Pill tone icon label=words::row_outcome(outcome) bare=true/> }
}
