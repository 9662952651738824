//! The table of those who left.

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    audit::TargetType,
    departures::{AccountFate, Departure},
};

use super::model::{account_became, account_fate, state};
use crate::{
    features::users::{organization_filter, user_filter},
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::ButtonLink,
        icon::Icon,
        pill::Pill,
        state::EmptyState,
        table::{Column, DataTable, ExportButton, Filter, Slot, Table, TableSpec, or_dash},
        time::When,
    },
};

/// The page of all departures.
#[component]
pub fn DeparturesPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::departures(), "/departures")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::BinRead others=true><Departures/></Guarded>
        </Page>
    }
}

#[component]
fn Departures() -> impl IntoView {
    let session = use_session();
    let sees_organizations = untrack(|| session.reaches_others(Permission::OrganizationRead));
    let account = Filter::choice(
        "account",
        text::departures::account(),
        AccountFate::ALL.iter().map(|fate| (fate.name(), account_fate(*fate))),
    );
    let filters = [account, user_filter("user_id", text::departures::whose())];
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: filters.into_iter().chain(sees_organizations.then(organization_filter)).collect(),
        search: text::departures::search(),
        href: Some(href),
        export: Some("/departures"),
        empty: ViewFn::from(|| {
            view! {
                <EmptyState icon=Icon::SignOut title=text::departures::empty() words=text::departures::empty_words()>
                    <ButtonLink label=text::departures::to_users() href="/users" icon=Icon::Users/>
                </EmptyState>
            }
        }),
        ..TableSpec::new(
            "departures",
            text::frame::departures(),
            "-departed_at",
            |row| row.id.to_string(),
            |row| row.display_name.clone(),
            |page| async move { api().list_departures(&page.request()?).await },
        )
    });
    table.follow(&[TargetType::User, TargetType::Plan, TargetType::Job]);
    view! {
        <PageHead title=text::frame::departures() extent=table.extent()>
            <ExportButton table/>
            <ButtonLink label=text::frame::bin() href="/bin" icon=Icon::Trash/>
        </PageHead>
        <DataTable table/>
    }
}

fn href(row: &Departure) -> String {
    format!("/departures/{}", row.id)
}

fn columns() -> Vec<Column<Departure>> {
    vec![
        Column::new("name", text::departures::name(), |row: &Departure| {
            view! { <span class="cell-main"><a href=href(row)>{row.display_name.clone()}</a><span class="cell-sub">{row.username.clone()}</span></span> }
        })
        .sorted_by("username")
        .slot(Slot::Main),
        Column::new("account", text::departures::account(), |row: &Departure| {
            let (label, tone, icon) = account_became(row.account);
            view! { <Pill tone icon label bare=true/> }
        })
        .fit()
        .low(1),
        Column::new("state", text::departures::state(), |row: &Departure| {
            let (label, tone, icon) = state(row.state);
            view! { <Pill tone icon label bare=true/> }
        })
        .fit()
        .slot(Slot::State),
        Column::new("reason", text::departures::reason(), |row: &Departure| or_dash(Some(row.reason.clone()))).low(2),
        Column::new("handed_over_to", text::departures::handed_over_to(), |row: &Departure| {
            or_dash(row.handed_over_to_name.clone())
        })
        .narrow()
        .low(3),
        Column::new("by", text::departures::by(), |row: &Departure| or_dash(Some(row.departed_by_name.clone())))
            .narrow()
            .low(4),
        Column::new("departed_at", text::departures::left(), |row: &Departure| view! { <When at=row.departed_at/> })
            .fit()
            .sorted_by("departed_at"),
        Column::new("id", text::users::id(), |row: &Departure| view! { <code>{row.id.to_string()}</code> })
            .fit()
            .hidden(),
        Column::new("card", text::departures::left(), |row: &Departure| {
            let at = row.departed_at;
            view! { <span>{row.username.clone()}</span> <span>"·"</span> <When at/> }
        })
        .slot(Slot::Meta),
    ]
}
