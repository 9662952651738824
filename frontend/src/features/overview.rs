//! The first page: how many, who lately, what changed, is it well.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission,
    audit::AuditEvent,
    health::{Check, CheckOutcome, Health},
    overview::{Overview, OverviewCounts},
};

use crate::{
    features::audit::EventSentence,
    frame::{Crumb, Page, PageHead, nav},
    i18n::{number, text, words},
    live::{at_rest, on_change},
    session::use_session,
    transport::api,
    ui::{
        icon::{Glyph, Icon},
        pill::{Pill, Tone},
        state::{EmptyState, ErrorState, PageSkeleton, Shape, renew},
        time::When,
    },
};

/// The overview. People without it are greeted and led to their profile.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let session = use_session();
    let allowed = Memo::new(move |_| session.may(Permission::OverviewRead));
    view! {
        <Page trail=Signal::stored(vec![Crumb::page(text::frame::overview(), "/")])>
            {move || if allowed.get() { view! { <Shown/> }.into_any() } else { view! { <Welcome/> }.into_any() }}
        </Page>
    }
}

#[component]
fn Welcome() -> impl IntoView {
    let session = use_session();
    let name = session.me().map(|me| me.user.summary.display_name).unwrap_or_default();
    view! {
        <EmptyState page=true icon=Icon::User title=text::overview::welcome(name) words=text::overview::welcome_words()>
            <crate::ui::button::ButtonLink label=text::frame::profile() href="/profile"/>
        </EmptyState>
    }
}

#[component]
fn Shown() -> impl IntoView {
    let loaded: RwSignal<Option<Result<Overview, ClientError>>> = RwSignal::new(None);
    let load = move || {
        crate::browser::spawn(async move {
            renew(loaded, api().get_overview().await);
        });
    };
    load();
    on_change(|_| true, at_rest(load));
    view! {
        <PageHead title=text::frame::overview()/>
        {move || match loaded.get() {
            None => view! { <PageSkeleton shape=Shape::Overview/> }.into_any(),
            Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load())/> }.into_any(),
            Some(Ok(overview)) => view! { <Content overview/> }.into_any(),
        }}
    }
}

#[component]
fn Content(overview: Overview) -> impl IntoView {
    let session = use_session();
    let Overview { counts, recent_sign_ins, recent_changes, health } = overview;
    let reads_audit = session.may(Permission::AuditRead);
    view! {
        <div class="page-body">
            <Counts counts/>
            <Condition health/>
            <div class="columns">
                {reads_audit.then(|| view! {
                    <Events title=text::overview::recent_changes() events=recent_changes href="/audit" none=text::overview::no_changes()/>
                    <Events title=text::overview::recent_sign_ins() events=recent_sign_ins href="/audit?action=auth.signed_in" none=text::overview::no_sign_ins()/>
                })}
            </div>
        </div>
    }
}

#[component]
fn Counts(counts: OverviewCounts) -> impl IntoView {
    let session = use_session();
    let card = move |permission: Permission, label: &'static str, figure: u64, note: String, href: &'static str| {
        let inside = view! {
            <span class="card-label">{label}</span>
            <span class="card-figure">{number(figure)}</span>
            <span class="card-note">{note}</span>
        };
        if session.may(permission) {
            view! { <a href=href>{inside}</a> }.into_any()
        } else {
            view! { <div>{inside}</div> }.into_any()
        }
    };
    view! {
        <div class="cards">
            {card(Permission::UserRead, text::frame::users(), counts.users, text::overview::active(counts.active_users), "/users")}
            {card(Permission::UserRead, text::overview::suspended(), counts.suspended_users, String::new(), "/users?status=suspended")}
            {card(Permission::UserRead, text::overview::administrators(), counts.administrators, text::overview::may_sign_in().to_owned(), "/users?role=admin")}
            {card(Permission::OrganizationRead, text::frame::organizations(), counts.organizations, String::new(), "/organizations")}
            {card(Permission::SessionRead, text::frame::sessions(), counts.sessions, text::overview::open().to_owned(), "/sessions")}
            {nav::STARTING_JOBS.iter().any(|permission| session.reaches_others(*permission)).then(|| card(Permission::JobRead, text::frame::jobs(), counts.open_jobs, text::overview::waiting().to_owned(), "/jobs"))}
        </div>
    }
}

#[component]
fn Events(title: &'static str, events: Vec<AuditEvent>, href: &'static str, none: &'static str) -> impl IntoView {
    let rows = if events.is_empty() {
        view! { <li class="muted">{none}</li> }.into_any()
    } else {
        events
            .into_iter()
            .map(|event| {
                let at = event.at;
                view! { <li><span class="grow"><EventSentence event=Arc::new(event)/></span><span class="muted nowrap"><When at/></span></li> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <section class="panel">
            <header><h2>{title}</h2><a href=href>{text::overview::show_all()}</a></header>
            <ul class="rows">{rows}</ul>
        </section>
    }
}

#[component]
fn Condition(health: Health) -> impl IntoView {
    let (tone, icon) = look(health.outcome);
    view! {
        <section class="panel">
            <header>
                <h2>{text::overview::health()}</h2>
                <Pill tone icon label=words::check(health.outcome)/>
                <span class="push muted">{text::overview::running_since(&health.version)} " " <When at=health.started_at/></span>
            </header>
            <ul class="checks">
                {health.checks.into_iter().map(|check| view! { <CheckLine check/> }).collect_view()}
            </ul>
        </section>
    }
}

/// How a check is shown.
fn look(outcome: CheckOutcome) -> (Tone, Icon) {
    match outcome {
        CheckOutcome::Pass => (Tone::Good, Icon::Done),
        CheckOutcome::Warn => (Tone::Warn, Icon::Warning),
        CheckOutcome::Fail => (Tone::Bad, Icon::Error),
    }
}

/// One check: its icon, name and detail.
#[component]
fn CheckLine(check: Check) -> impl IntoView {
    let (tone, icon) = look(check.outcome);
    view! {
        <li>
            <span class="pill" data-bare="" data-tone=tone.name()><Glyph icon/><span class="visually-hidden">{words::check(check.outcome)}</span></span>
            <strong>{check.name}</strong>
            <span class="muted">{check.detail}</span>
        </li>
    }
}
