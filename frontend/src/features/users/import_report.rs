//! What a dry run found: how many lines would do what, each line, and the button that does it.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Error, Permission, Problem, UserImportId,
    plans::PlanState,
    user_imports::{ImportColumn, ImportOutcome, UserImport, UserImportLine},
};

use crate::{
    browser,
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{number, text},
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        download::DownloadButton,
        icon::Icon,
        pill::{Pill, Tone},
        state::{Banner, EmptyState, ErrorState, PageSkeleton, Shape},
        table::{Column, DataTable, Filter, Slot, Table, TableSpec},
        time::When,
        toast::use_toasts,
    },
};

/// The page of one dry run.
#[component]
pub fn ImportReport(
    /// Its id, as the address says it.
    id: String,
) -> impl IntoView {
    let found: RwSignal<Option<Result<UserImport, ClientError>>> = RwSignal::new(None);
    let wanted = id.parse::<UserImportId>().ok();
    let load = move || {
        let Some(id) = wanted else {
            let problem = Problem::new(&Error::NotFound("import"), "", "");
            found.set(Some(Err(ClientError::Problem(Box::new(problem)))));
            return;
        };
        browser::spawn(async move {
            let outcome = api().get_user_import(id).await;
            found.try_set(Some(outcome));
        });
    };
    load();
    let trail = vec![
        Crumb::group(text::frame::people()),
        Crumb::page(text::frame::users(), "/users"),
        Crumb::page(text::users::import(), "/users/import"),
        Crumb::group(text::users::import_report()),
    ];
    view! {
        <Page trail=Signal::stored(trail) list=true>
            <Guarded permission=Permission::UserCreate>
                {move || match found.get() {
                    Some(Ok(import)) => view! { <Report import/> }.into_any(),
                    Some(Err(error)) => view! { <ErrorState page=true error retry=Callback::new(move |()| load())/> }.into_any(),
                    None => view! { <PageSkeleton shape=Shape::Detail/> }.into_any(),
                }}
            </Guarded>
        </Page>
    }
}

#[component]
fn Report(import: UserImport) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let (id, counts) = (import.id, import.counts);
    let table = Table::new(lines_spec(id));
    let busy = RwSignal::new(false);
    let execute = Callback::new(move |()| {
        let navigate = navigate.clone();
        busy.set(true);
        browser::spawn(async move {
            match api().execute_user_import(id).await {
                Ok(job) => navigate(&format!("/jobs/{}", job.id), NavigateOptions::default()),
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
        });
    });
    let facts = move || {
        let outcomes = ImportOutcome::ALL.iter().filter(|outcome| counts.of(**outcome) > 0);
        let links = outcomes.map(|outcome| {
            let href = format!("/users/import/{id}?outcome={outcome}");
            view! { <a href=href>{number(counts.of(*outcome))} " " {outcome_words(*outcome).to_lowercase()}</a> }
        });
        view! {
            <div class="page-facts">
                {links.collect_view()}
                {(import.state == PlanState::Ready).then(|| view! { <span>{text::users::import_until()} " " <When exact=true at=import.expires_at/></span> })}
            </div>
        }
    };
    let (is_ready, rows) = (import.state == PlanState::Ready, counts.to_do());
    let notice = match import.state {
        PlanState::Ready if rows == 0 => Some(text::users::import_nothing_to_do()),
        PlanState::Expired => Some(text::users::import_expired()),
        _ => None,
    };
    view! {
        <PageHead title=text::users::import_report() facts=facts>
            <DownloadButton label=text::users::import_export() path=format!("/user-imports/{id}/lines") name="import.csv"/>
            <ButtonLink label=text::users::import_another() href="/users/import"/>
            {import.job_id.map(|job| view! { <ButtonLink label=text::users::import_job() href=format!("/jobs/{job}") look=Look::Primary icon=Icon::Jobs/> })}
            {(is_ready && rows > 0).then(|| view! { <Button label=text::plans::act_import_users(rows) icon=Icon::Upload look=Look::Primary busy press=execute/> })}
        </PageHead>
        {notice.map(|words| view! { <div class="page-body"><Banner tone="info" boxed=true>{words}</Banner></div> })}
        <DataTable table/>
    }
}

fn lines_spec(id: UserImportId) -> TableSpec<UserImportLine> {
    TableSpec {
        columns: vec![
            Column::new("line", text::users::import_line(), |line: &UserImportLine| number(line.line)).at_end().fit(),
            Column::new("username", text::users::username(), |line: &UserImportLine| {
                let username = line.username.clone();
                let is_there = matches!(line.outcome, ImportOutcome::Update | ImportOutcome::Unchanged);
                let named = match line.user_id.filter(|_| is_there) {
                    Some(user) => view! { <a href=format!("/users/{user}")>{username}</a> }.into_any(),
                    None => view! { <strong>{username}</strong> }.into_any(),
                };
                view! { <span class="cell-main">{named}</span> }
            })
            .slot(Slot::Main),
            Column::new(
                "outcome",
                text::jobs::outcome(),
                |line: &UserImportLine| view! { <OutcomePill outcome=line.outcome/> },
            )
            .fit()
            .slot(Slot::State),
            Column::new("said", text::users::import_said(), |line: &UserImportLine| said(line)).wide(),
            Column::new("code", text::ui::error_code(), |line: &UserImportLine| {
                line.code.clone().map(|code| view! { <code>{code}</code> })
            }),
            Column::new("card", text::users::import_said(), |line: &UserImportLine| {
                view! { <span>{text::users::import_line_number(number(line.line))} " · " {said(line)}</span> }
            })
            .slot(Slot::Meta),
        ],
        filters: vec![Filter::choice(
            "outcome",
            text::jobs::outcome(),
            ImportOutcome::ALL.iter().map(|outcome| (outcome.name(), outcome_words(*outcome))),
        )],
        empty: ViewFn::from(|| view! { <EmptyState icon=Icon::Users title=text::ui::nothing_here()/> }),
        ..TableSpec::new(
            "user-import-lines",
            text::users::import_lines(),
            "line",
            |line| line.line.to_string(),
            |line| line.username.clone(),
            move |page| async move { api().list_user_import_lines(id, &page.request()?).await },
        )
    }
}

/// What changes, or why it is refused and where.
fn said(line: &UserImportLine) -> String {
    match (&line.message, line.column) {
        (Some(message), Some(column)) => text::users::import_reason(column_words(column), message),
        (Some(message), None) => message.clone(),
        (None, _) => line.changes.iter().map(|column| column_words(*column)).collect::<Vec<_>>().join(", "),
    }
}

fn outcome_words(outcome: ImportOutcome) -> &'static str {
    match outcome {
        ImportOutcome::Create => text::users::import_create(),
        ImportOutcome::Update => text::users::import_update(),
        ImportOutcome::Unchanged => text::users::import_unchanged(),
        ImportOutcome::Refuse => text::users::import_refuse(),
    }
}

fn column_words(column: ImportColumn) -> &'static str {
    match column {
        ImportColumn::Username => text::users::username(),
        ImportColumn::DisplayName => text::users::display_name(),
        ImportColumn::FirstName => text::users::first_name(),
        ImportColumn::LastName => text::users::last_name(),
        ImportColumn::Email => text::users::email(),
        ImportColumn::Organization => text::users::organization(),
        ImportColumn::Roles => text::users::roles(),
        ImportColumn::Status => text::users::status(),
        ImportColumn::Language => text::users::language(),
        ImportColumn::TimeZone => text::users::time_zone(),
        ImportColumn::Country => text::users::country(),
    }
}

#[component]
fn OutcomePill(outcome: ImportOutcome) -> impl IntoView {
    let (tone, icon) = match outcome {
        ImportOutcome::Create => (Tone::Good, Icon::UserPlus),
        ImportOutcome::Update => (Tone::Accent, Icon::Edit),
        ImportOutcome::Unchanged => (Tone::Quiet, Icon::Right),
        ImportOutcome::Refuse => (Tone::Bad, Icon::Error),
    };
    view! { <Pill tone icon label=outcome_words(outcome) bare=true/> }
}
