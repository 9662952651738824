//! The table of audit events.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Page as ListPage, Permission,
    audit::{Action, ActorType, AuditEvent, ListAuditEvents, Outcome, TargetType},
};

use super::{change::changes, export::AuditExport, model, sentence::EventSentence};
use crate::{
    features::users::{organization_filter, user_filter},
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{text, words},
    transport::api,
    ui::{
        copyable::CopyId,
        dirty::ChangeTable,
        icon::Icon,
        state::EmptyState,
        table::{Column, DataTable, Filter, FilterKind, Slot, Table, TableSpec},
        time::{When, absolute},
    },
};

/// The page of all events.
#[component]
pub fn AuditPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::signals()), Crumb::page(text::frame::audit(), "/audit")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::AuditRead><Events/></Guarded>
        </Page>
    }
}

#[component]
fn Events() -> impl IntoView {
    let table = Table::new(spec(About::All));
    table.follow_all();
    view! {
        <PageHead title=text::frame::audit() extent=table.extent()><AuditExport table/></PageHead>
        <DataTable table/>
    }
}

/// The tab "Activity": the events about one thing.
#[component]
pub fn ActivityTab(
    /// Kind of the thing.
    kind: TargetType,
    /// Its id.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    view! { <Guarded permission=Permission::AuditRead><Activity about=About::Thing(kind, id.clone())/></Guarded> }
}

/// The tab "Activity" of the own account: what one did, and what was done with the account.
#[component]
pub fn OwnActivityTab() -> impl IntoView {
    view! { <Activity about=About::Oneself/> }
}

#[component]
fn Activity(about: About) -> impl IntoView {
    let table = Table::new(spec(about));
    table.follow_all();
    view! { <div class="tab-table"><DataTable table/></div> }
}

/// What the events of a table are about.
#[derive(Clone)]
enum About {
    All,
    Thing(TargetType, String),
    Oneself,
}

impl About {
    /// Whether the filter `key` says more than this does.
    fn leaves(&self, key: &str) -> bool {
        match self {
            Self::All => true,
            Self::Thing(..) => !matches!(key, "target_kind" | "target_id" | "organization_id"),
            Self::Oneself => matches!(key, "after" | "before" | "action" | "outcome" | "target_kind"),
        }
    }

    async fn list(self, mut request: ListAuditEvents) -> Result<ListPage<AuditEvent>, ClientError> {
        match self {
            Self::Oneself => return api().list_own_audit_events(&request).await,
            Self::Thing(kind, id) => {
                (request.filter.target_kind, request.filter.target_id) = (Some(kind), Some(id));
            }
            Self::All => {}
        }
        api().list_audit_events(&request).await
    }
}

fn spec(about: About) -> TableSpec<AuditEvent> {
    let filters = filters().into_iter().filter(|filter| about.leaves(filter.key));
    let (name, export) = match about {
        About::Oneself => ("own-audit-events", "/me/audit-events"),
        About::All | About::Thing(..) => ("audit-events", "/audit-events"),
    };
    TableSpec {
        columns: columns(),
        filters: filters.collect(),
        detail: Some(Arc::new(|event: &AuditEvent| view! { <EventDetail event=event.clone()/> }.into_any())),
        empty: ViewFn::from(
            || view! { <EmptyState icon=Icon::Audit title=text::audit::empty() words=text::audit::empty_words()/> },
        ),
        export: Some(export),
        ..TableSpec::new(
            name,
            text::frame::audit(),
            "-at",
            |event| event.id.to_string(),
            |event| model::sentence(event, &model::actor_name(event), &model::target_name(event)),
            move |page| {
                let about = about.clone();
                async move { about.list(page.request()?).await }
            },
        )
    }
}

fn columns() -> Vec<Column<AuditEvent>> {
    vec![
        Column::new(
            "event",
            text::audit::what(),
            |event: &AuditEvent| view! { <EventSentence event=Arc::new(event.clone())/> },
        )
        .slot(Slot::Main)
        .wide(),
        Column::new("at", text::audit::when(), |event: &AuditEvent| view! { <When at=event.at/> })
            .fit()
            .sorted_by("at")
            .slot(Slot::State),
        Column::new(
            "address",
            text::audit::address(),
            |event: &AuditEvent| view! { <code>{event.address.clone()}</code> },
        )
        .fit(),
        Column::new("action", text::audit::action(), |event: &AuditEvent| words::action(event.action)).fit(),
        Column::new(
            "request_id",
            text::audit::request(),
            |event: &AuditEvent| view! { <code>{event.request_id.clone()}</code> },
        )
        .fit()
        .hidden(),
        Column::new("sequence", text::audit::sequence(), |event: &AuditEvent| {
            event.sequence.map(|sequence| sequence.to_string())
        })
        .at_end()
        .hidden(),
        Column::new(
            "card",
            text::audit::action(),
            |event: &AuditEvent| view! { <span>{words::action(event.action)}</span> <span>{event.address.clone()}</span> },
        )
        .slot(Slot::Meta),
    ]
}

fn filters() -> Vec<Filter> {
    vec![
        Filter::new("after", text::audit::since(), FilterKind::After),
        Filter::new("before", text::audit::until(), FilterKind::Before),
        Filter::choice(
            "action",
            text::audit::action(),
            Action::ALL.iter().map(|action| (action.name(), words::action(*action))),
        ),
        Filter::choice(
            "outcome",
            text::audit::outcome(),
            Outcome::ALL.iter().map(|outcome| (outcome.name(), words::outcome(*outcome))),
        ),
        Filter::choice(
            "target_kind",
            text::audit::target_kind(),
            TargetType::ALL.iter().map(|kind| (kind.name(), words::target(*kind))),
        ),
        user_filter("actor_id", text::audit::actor()),
        user_filter("impersonator_id", text::audit::impersonator()),
        Filter::choice(
            "actor_kind",
            text::audit::actor_kind(),
            ActorType::ALL.iter().map(|kind| (kind.name(), words::actor(*kind))),
        ),
        Filter::new("session_id", text::audit::session(), FilterKind::Text),
        Filter::new("target_id", text::audit::target_id(), FilterKind::Text),
        organization_filter(),
        Filter::new("request_id", text::audit::request(), FilterKind::Text),
    ]
}

/// Before and after, and everything else that is known of an event.
#[component]
pub fn EventDetail(
    /// The event.
    event: AuditEvent,
) -> impl IntoView {
    let changes = changes(&event);
    let optional =
        |label: &'static str, value: String| (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> });
    view! {
        <div class="event-detail">
            {(!changes.is_empty()).then(|| view! { <ChangeTable changes=Signal::stored(changes)/> })}
            <dl class="facts">
                <dt>{text::audit::when()}</dt><dd>{absolute(event.at)}</dd>
                <dt>{text::audit::action()}</dt><dd>{words::action(event.action)} " " <code>{event.action.name()}</code> " · " {words::outcome(event.outcome)}</dd>
                <dt>{text::audit::actor()}</dt>
                <dd>{event.actor.label.clone()} {event.api_key_id.map(|id| id.to_string()).or(event.actor.id.map(|id| id.to_string())).map(|id| view! { " " <CopyId value=id what=text::audit::actor_id()/> })}</dd>
                {event.impersonator.clone().map(|by| view! {
                    <dt>{text::audit::impersonator()}</dt>
                    <dd>{by.label} {by.id.map(|id| view! { " " <CopyId value=id.to_string() what=text::audit::actor_id()/> })}</dd>
                })}
                <dt>{text::audit::target()}</dt>
                <dd>{words::target(event.target.kind)} " " {(!event.target.label.is_empty()).then(|| model::target_name(&event))} " " {(!event.target.id.is_empty()).then(|| view! { <CopyId value=event.target.id.clone() what=text::audit::target_id()/> })}</dd>
                {optional(text::ui::reason(), model::reason(&event))}
                {optional(text::audit::address(), event.address.clone())}
                {optional(text::audit::user_agent(), event.user_agent.clone())}
                <dt>{text::audit::permission()}</dt><dd><code>{event.permission.name()}</code></dd>
                {(!event.request_id.is_empty()).then(|| view! { <dt>{text::audit::request()}</dt><dd><CopyId value=event.request_id.clone() what=text::audit::request()/></dd> })}
                {event.sequence.map(|sequence| view! { <dt>{text::audit::sequence()}</dt><dd>{sequence}</dd> })}
                {event.hash.clone().map(|hash| view! { <dt>{text::audit::hash()}</dt><dd><code>{hash}</code></dd> })}
            </dl>
        </div>
    }
}
