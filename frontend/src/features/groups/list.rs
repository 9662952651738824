//! The table of groups.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    audit::TargetType,
    groups::{Group, sees_all_allocations},
};

use super::{
    bulk::{Bulk, TotalsDialog},
    level::{LevelMark, Meter, percent},
};
use crate::{
    features::{
        bin::{Disposal, DisposalDialog, Subject},
        users::organization_filter,
    },
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{amount, number, text},
    session::{Session, use_session},
    transport::api,
    ui::{
        button::{ButtonLink, Look},
        icon::Icon,
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, ExportButton, Filter, FilterKind, Slot, Table, TableSpec},
        time::When,
    },
};

/// The page of all groups that the person sees.
#[component]
pub fn GroupsPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::groups(), "/groups")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::GroupRead><Groups/></Guarded>
        </Page>
    }
}

#[component]
fn Groups() -> impl IntoView {
    let session = use_session();
    let bulk = Bulk::new();
    let table = bound(session, bulk);
    bulk.then(move || {
        table.clear_selection();
        table.reload();
    });
    let may_create = move || session.reaches_others(Permission::GroupCreate);
    view! {
        <PageHead title=text::frame::groups() extent=table.extent()>
            <ExportButton table/>
            {move || may_create().then(|| view! {
                <ButtonLink label=text::frame::create_group() href="/groups/new" look=Look::Primary icon=Icon::Plus/>
            })}
        </PageHead>
        <DataTable table/>
        <TotalsDialog bulk/>
        <DisposalDialog disposal=bulk.disposal()/>
    }
}

fn bound(session: Session, bulk: Bulk) -> Table {
    // The order of all by their allocations is for who sees the allocations of all.
    let sees_all = untrack(|| session.me()).is_some_and(|me| sees_all_allocations(&me.actor()));
    let may_create = untrack(|| session.reaches_others(Permission::GroupCreate));
    let table = Table::new(TableSpec {
        columns: columns(sees_all),
        filters: filters(session, sees_all),
        search: text::groups::search(),
        href: Some(href),
        export: Some("/groups"),
        verbs: Some(Arc::new(move |row: &Group| items(row, session, bulk))),
        bulk: bulk.verbs(session),
        bulk_reaches_all: false,
        empty: ViewFn::from(move || {
            let verb = may_create.then(|| {
                view! { <ButtonLink label=text::frame::create_group() href="/groups/new" look=Look::Primary icon=Icon::Plus/> }
            });
            view! { <EmptyState icon=Icon::Group title=text::groups::empty() words=text::groups::empty_words()>{verb}</EmptyState> }
        }),
        ..TableSpec::new(
            "groups",
            text::frame::groups(),
            "display_name",
            |row| row.id.to_string(),
            |row| row.display_name.clone(),
            move |page| async move {
                let found = api().list_groups(&page.request()?).await?;
                bulk.note(&found.items);
                Ok(found)
            },
        )
    });
    table.follow(&[
        TargetType::Group,
        TargetType::User,
        TargetType::Organization,
        TargetType::Setting,
        TargetType::Plan,
        TargetType::Job,
    ]);
    table
}

fn href(row: &Group) -> String {
    format!("/groups/{}", row.id)
}

/// A dash for what there is none of, or what is not shown.
fn dash(why: &'static str) -> AnyView {
    view! { <span class="faint" aria-label=why title=why>"–"</span> }.into_any()
}

fn columns(sees_all: bool) -> Vec<Column<Group>> {
    let sorted = |column: Column<Group>, key| if sees_all { column.sorted_by(key) } else { column };
    let share = |row: &Group| match &row.allocation {
        Some(allocation) => {
            let words = allocation.percent.map(|value| text::groups::percent(percent(value)));
            let words = words.map_or_else(|| dash(text::groups::not_granted()), IntoAny::into_any);
            view! { <span class="usage"><Meter allocation=allocation.clone()/><span>{words}</span></span> }.into_any()
        }
        None => dash(text::groups::not_shown()),
    };
    let level = |row: &Group| {
        row.allocation.clone().map(|allocation| {
            view! { <LevelMark state=allocation.state colour=allocation.colour label=allocation.label/> }
        })
    };
    vec![
        Column::new("name", text::groups::name(), |row: &Group| {
            view! { <span class="cell-main"><a href=href(row)>{row.display_name.clone()}</a><span class="cell-sub">{row.name.clone()}</span></span> }
        })
        .sorted_by("display_name")
        .slot(Slot::Main),
        Column::new("short", text::groups::short_name(), |row: &Group| row.name.clone()).sorted_by("name").hidden(),
        Column::new("organization", text::users::organization(), |row: &Group| organization(row)).low(2),
        Column::new("members", text::groups::members(), |row: &Group| number(row.member_count))
            .at_end()
            .sorted_by("member_count")
            .low(1),
        sorted(Column::new("allocation", text::groups::allocation(), used_of).at_end(), "total").low(3),
        sorted(Column::new("usage", text::groups::usage(), share).fit(), "percent"),
        Column::new("state", text::groups::state(), level).fit().slot(Slot::State),
        Column::new("created_at", text::users::created(), |row: &Group| view! { <When at=row.created_at/> })
            .fit()
            .sorted_by("created_at")
            .low(4),
        Column::new("id", text::users::id(), |row: &Group| view! { <code>{row.id.to_string()}</code> }).fit().hidden(),
        Column::new("card", text::groups::members(), |row: &Group| {
            let members = text::groups::members_of(row.member_count);
            let used = row.allocation.is_some().then(|| view! { <span>"·"</span> <span>{used_of(row)}</span> });
            view! { <span>{members}</span> {used} }
        })
        .slot(Slot::Meta),
    ]
}

fn organization(row: &Group) -> AnyView {
    match &row.organization_name {
        Some(name) => view! { <span title=name.clone()>{name.clone()}</span> }.into_any(),
        None => view! { <span class="muted">{text::groups::of_platform()}</span> }.into_any(),
    }
}

fn used_of(row: &Group) -> AnyView {
    match &row.allocation {
        Some(it) => text::groups::used_of(amount(it.used), amount(it.total), &it.unit).into_any(),
        None => dash(text::groups::not_shown()),
    }
}

fn filters(session: Session, sees_all: bool) -> Vec<Filter> {
    let levels = untrack(|| session.me()).map(|me| me.allocation_levels).unwrap_or_default();
    let levels = levels.into_iter().map(|level| (level.state.name().to_owned(), level.label)).collect();
    let state = sees_all.then(|| Filter::new("state", text::groups::state(), FilterKind::Choice(levels)));
    let organization = untrack(|| session.reaches_others(Permission::OrganizationRead)).then(organization_filter);
    state.into_iter().chain(organization).collect()
}

fn items(row: &Group, session: Session, bulk: Bulk) -> Vec<MenuItem> {
    let refusal = |permission| untrack(|| session.refusal(permission, &row.resource()));
    let mut items = vec![MenuItem::link(Icon::Edit, text::users::open(), href(row))];
    if refusal(Permission::GroupReadMembers).is_none() {
        items.push(MenuItem::link(Icon::Users, text::groups::members(), format!("{}/members", href(row))));
    }
    if refusal(Permission::AllocationRead).is_none() {
        items.push(MenuItem::link(Icon::Jobs, text::groups::allocation(), format!("{}/allocation", href(row))));
    }
    if refusal(Permission::GroupDelete).is_none() {
        let row = row.clone();
        let delete = move || delete(&row, bulk.disposal(), || {});
        items.push(MenuItem::run(Icon::Trash, text::users::delete_dots(), delete).dangerous().separated());
    }
    items
}

/// Asks whether the group goes to the bin or for good, and plans that; `then` follows it.
pub fn delete(row: &Group, disposal: Disposal, then: impl Fn() + Send + Sync + 'static) {
    disposal.begin(Subject::Group(row.id, row.display_name.clone()), move |job| {
        if job.succeeded > 0 {
            then();
        }
    });
}
