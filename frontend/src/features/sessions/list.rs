//! The table of sessions.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission, Resource, UserId,
    audit::TargetType,
    roles::Power,
    sessions::{ClientKind, Session, SessionFilter},
};

use super::{
    end::{EndDialog, EndManyDialog},
    revoke::{RevokeDialog, sign_out_everyone},
};
use crate::{
    features::users::organization_filter,
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{text, words},
    session::{self as auth, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        pill::{Pill, Tone},
        popover::MenuItem,
        state::EmptyState,
        table::{BulkVerb, Column, DataTable, ExportButton, Filter, Selected, Slot, Table, TableSpec},
        time::When,
    },
};

/// The page of all sessions.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::sessions(), "/sessions")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::SessionRead><Sessions/></Guarded>
        </Page>
    }
}

#[component]
fn Sessions() -> impl IntoView {
    let session = use_session();
    let many = RwSignal::new(Vec::new());
    let (table, ending) = bound(None, Some(many));
    let revoking = RwSignal::new(false);
    // The palette opens the dialog by the address, which then is that of the list again.
    crate::browser::effect(move || {
        if table.query().with(|query| query.get("act") == Some("revoke")) {
            revoking.set(true);
            table.drop_act();
        }
    });
    view! {
        <PageHead title=text::frame::sessions() extent=table.extent()>
            <ExportButton table/>
            {move || session.may(Permission::SessionRevoke).then(|| view! {
                <Button label=text::sessions::asks(sign_out_everyone(session)) look=Look::DangerQuiet icon=Icon::SignOut press=Callback::new(move |()| revoking.set(true))/>
            })}
        </PageHead>
        <DataTable table/>
        <RevokeDialog open=revoking done=Callback::new(move |()| table.reload())/>
        <EndDialog asked=ending done=Callback::new(move |()| table.reload())/>
        <EndManyDialog asked=many done=Callback::new(move |()| { table.clear_selection(); table.reload(); })/>
    }
}

/// The sessions of one user.
#[component]
pub fn SessionsTable(
    /// Whose.
    user_id: UserId,
) -> impl IntoView {
    let (table, ending) = bound(Some(user_id), None);
    view! {
        <div class="tab-table"><DataTable table/></div>
        <EndDialog asked=ending done=Callback::new(move |()| table.reload())/>
    }
}

/// The table, and the session that is asked about before it ends.
fn bound(user_id: Option<UserId>, many: Option<RwSignal<Vec<String>>>) -> (Table, RwSignal<Option<Session>>) {
    let session = use_session();
    let ending = RwSignal::new(None);
    let verbs = move |row: &Session| items(row, session, ending);
    let whose = if user_id.is_some() { text::sessions::device() } else { text::sessions::user() };
    let mut columns = columns(whose, user_id.is_some());
    if user_id.is_some() {
        columns.retain(|column| column.key() != "device");
    }
    let bulk = many.filter(|_| untrack(|| session.may(Permission::SessionRevoke))).map(|many| {
        BulkVerb::new(text::users::end_sessions_dots(), Icon::SignOut, move |selected| {
            if let Selected::Ids(ids) = selected {
                many.set(ids);
            }
        })
        .dangerous()
    });
    let table = Table::new(TableSpec {
        columns,
        filters: if user_id.is_some() { Vec::new() } else { filters() },
        search: if user_id.is_some() { "" } else { text::sessions::search() },
        verbs: Some(Arc::new(verbs)),
        export: Some("/sessions"),
        detail: Some(Arc::new(|row: &Session| detail(row).into_any())),
        bulk: bulk.into_iter().collect(),
        bulk_reaches_all: false,
        empty: ViewFn::from(
            || view! { <EmptyState icon=Icon::Session title=text::sessions::empty() words=text::sessions::empty_words()/> },
        ),
        ..TableSpec::new(
            if user_id.is_some() { "user-sessions" } else { "sessions" },
            text::frame::sessions(),
            "-created_at",
            |row| row.id.to_string(),
            |row| row.display_name.clone(),
            move |page| async move {
                let mut request = page.request()?;
                let filter: &mut SessionFilter = &mut request.filter;
                filter.user_id = user_id.or(filter.user_id);
                api().list_sessions(&request).await
            },
        )
    });
    table.follow(&[TargetType::Session, TargetType::User, TargetType::Plan, TargetType::Job, TargetType::Platform]);
    (table, ending)
}

fn items(row: &Session, session: auth::Session, ending: RwSignal<Option<Session>>) -> Vec<MenuItem> {
    let refused = untrack(|| {
        let current = row.is_current.then(|| text::sessions::own_by_signing_out().to_owned());
        // Whoever sees the session reaches the user; what they hold may still guard them.
        let organization_id = session.me().and_then(|me| me.user.summary.organization_id);
        let user = Resource::User { id: row.user_id, organization_id, roles: row.roles, granted: Power::None };
        current.or_else(|| session.refusal(Permission::SessionRevoke, &user))
    });
    let asked = row.clone();
    let end = MenuItem::run(Icon::SignOut, text::sessions::end_dots(), move || ending.set(Some(asked.clone())));
    let mut items = vec![
        MenuItem::link(Icon::User, text::sessions::open_user(), format!("/users/{}", row.user_id)),
        MenuItem::link(Icon::Session, text::sessions::all_of_user(), format!("/sessions?user_id={}", row.user_id)),
    ];
    if untrack(|| session.may(Permission::SessionRevoke)) {
        items.push(end.separated().unless(refused));
    }
    items
}

fn columns(whose: &'static str, of_user: bool) -> Vec<Column<Session>> {
    vec![
        Column::new("user", whose, move |row: &Session| {
            let own = row.is_current.then(|| view! { <Pill tone=Tone::Accent label=text::sessions::this_one()/> });
            let acted = row.impersonator.clone().map(|by| view! { <Pill tone=Tone::Special icon=Icon::Shield label=text::sessions::acted_by(by)/> });
            let own = view! { {own} {acted} };
            if of_user {
                view! { <span class="cell-main"><strong>{row.device.clone()}</strong> {own}</span> }.into_any()
            } else {
                let href = format!("/users/{}", row.user_id);
                view! { <span class="cell-main"><a href=href>{row.display_name.clone()}</a><span class="cell-sub">{row.username.clone()}</span> {own}</span> }.into_any()
            }
        })
        .slot(Slot::Main),
        Column::new("device", text::sessions::device(), |row: &Session| view! { <span title=row.user_agent.clone()>{row.device.clone()}</span> }),
        Column::new("address", text::sessions::address(), |row: &Session| view! { <code>{row.address.clone()}</code> }),
        Column::new("client", text::sessions::client(), |row: &Session| words::client_kind(row.client)).fit(),
        Column::new("last_seen_at", text::sessions::last_seen(), |row: &Session| view! { <When at=row.last_seen_at/> })
            .fit()
            .sorted_by("last_seen_at")
            .slot(Slot::State),
        Column::new("created_at", text::sessions::began(), |row: &Session| view! { <When at=row.created_at/> }).fit().sorted_by("created_at"),
        Column::new("expires_at", text::sessions::expires(), |row: &Session| view! { <When at=row.expires_at/> }).fit(),
        Column::new("remembered", text::sessions::remembered(), |row: &Session| if row.remembered { text::ui::yes() } else { text::ui::no() }).fit().hidden(),
        Column::new("card", text::sessions::device(), |row: &Session| view! { <span>{row.device.clone()}</span> <code>{row.address.clone()}</code> }).slot(Slot::Meta),
    ]
}

/// What the columns have no room for.
fn detail(row: &Session) -> impl IntoView + use<> {
    view! {
        <dl class="facts">
            <dt>{text::sessions::began()}</dt><dd><When exact=true at=row.created_at/></dd>
            <dt>{text::sessions::last_seen()}</dt><dd><When exact=true at=row.last_seen_at/></dd>
            <dt>{text::sessions::expires()}</dt><dd><When exact=true at=row.expires_at/></dd>
            <dt>{text::sessions::client()}</dt><dd>{words::client_kind(row.client)}</dd>
            <dt>{text::sessions::address()}</dt><dd><code>{row.address.clone()}</code></dd>
            <dt>{text::sessions::user_agent()}</dt><dd>{row.user_agent.clone()}</dd>
        </dl>
    }
}

fn filters() -> Vec<Filter> {
    vec![
        Filter::choice(
            "client",
            text::sessions::client(),
            ClientKind::ALL.iter().map(|kind| (kind.name(), words::client_kind(*kind))),
        ),
        organization_filter(),
        crate::features::users::user_filter("user_id", text::sessions::user()),
    ]
}
