//! The table of jobs.

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    jobs::{Job, JobState},
    plans::PlanKind,
};

use crate::{
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{number, text, words},
    transport::api,
    ui::{
        icon::Icon,
        pill::{Pill, Tone},
        state::EmptyState,
        table::{Column, DataTable, ExportButton, Filter, Slot, Table, TableSpec},
        time::When,
    },
};

/// The page of all jobs.
#[component]
pub fn JobsPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::work()), Crumb::page(text::frame::jobs(), "/jobs")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::JobRead><Jobs/></Guarded>
        </Page>
    }
}

#[component]
fn Jobs() -> impl IntoView {
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: vec![
            Filter::choice(
                "state",
                text::jobs::state(),
                JobState::ALL.iter().map(|state| (state.name(), words::job_state(*state))),
            ),
            Filter::choice(
                "kind",
                text::jobs::kind(),
                PlanKind::ALL.iter().map(|kind| (kind.name(), words::plan_kind(*kind))),
            ),
        ],
        href: Some(|job| format!("/jobs/{}", job.id)),
        export: Some("/jobs"),
        empty: ViewFn::from(
            || view! { <EmptyState icon=Icon::Jobs title=text::jobs::empty() words=text::jobs::empty_words()/> },
        ),
        ..TableSpec::new(
            "jobs",
            text::frame::jobs(),
            "-created_at",
            |job| job.id.to_string(),
            words::job,
            |page| async move { api().list_jobs(&page.request()?).await },
        )
    });
    table.follow_all();
    view! {
        <PageHead title=text::frame::jobs() extent=table.extent()><ExportButton table/></PageHead>
        <DataTable table/>
    }
}

fn columns() -> Vec<Column<Job>> {
    vec![
        Column::new("kind", text::jobs::kind(), |job: &Job| {
            let href = format!("/jobs/{}", job.id);
            view! { <span class="cell-main"><a href=href>{words::job(job)}</a></span> }
        })
        .slot(Slot::Main)
        .wide(),
        Column::new("state", text::jobs::state(), |job: &Job| view! { <JobPill state=job.state bare=true/> }).fit().slot(Slot::State),
        Column::new("done", text::jobs::rows(), |job: &Job| text::jobs::done_of(number(job.reached()), number(job.total))).at_end(),
        Column::new("failed", text::jobs::failed(), |job: &Job| number(job.failed)).at_end(),
        Column::new("by", text::jobs::started_by(), |job: &Job| words::who(&job.created_by_name, job.impersonator.as_deref())).narrow(),
        Column::new("created_at", text::jobs::started(), |job: &Job| view! { <When at=job.created_at/> }).fit().sorted_by("created_at"),
        Column::new("finished_at", text::jobs::ended(), |job: &Job| view! { <When at=job.finished_at/> }).fit(),
        Column::new("id", text::users::id(), |job: &Job| view! { <code>{job.id.to_string()}</code> }).fit().hidden(),
        Column::new("card", text::jobs::rows(), |job: &Job| view! { <span>{text::jobs::done_of(number(job.reached()), number(job.total))}</span> <When at=job.created_at/> }).slot(Slot::Meta),
    ]
}

/// The state of a job.
#[component]
pub fn JobPill(
    /// The state.
    state: JobState,
    /// Whether it stands in a table.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let (tone, icon) = match state {
        JobState::Queued => (Tone::Quiet, Icon::Queued),
        JobState::Running => (Tone::Accent, Icon::Refresh),
        JobState::Succeeded => (Tone::Good, Icon::Done),
        JobState::Failed => (Tone::Bad, Icon::Error),
        JobState::Cancelled => (Tone::Warn, Icon::Stop),
    };
    view! { <Pill tone icon label=words::job_state(state) bare/> }
}
