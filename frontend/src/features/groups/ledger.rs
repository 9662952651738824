//! The ledger of a group: its entries, each with what it changes.

use leptos::prelude::*;
use quarterdeck_domain::{
    GroupId,
    allocations::{AllocationEntry, EntryKind},
    audit::TargetType,
};

use super::level::signed;
use crate::{
    i18n::text,
    live::on_change,
    transport::api,
    ui::{
        icon::Icon,
        pill::{Pill, Tone},
        state::EmptyState,
        table::{Column, Filter, FilterKind, Slot, Table, TableSpec},
        time::When,
    },
};

/// Where the entries are read, for an export.
pub fn path(id: GroupId) -> String {
    format!("/groups/{id}/allocation/entries")
}

/// The table of the entries.
pub fn bound(id: GroupId) -> Table {
    let kinds = EntryKind::ALL.iter().map(|kind| (kind.name(), kind_words(*kind)));
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: vec![
            Filter::choice("kind", text::groups::kind(), kinds),
            Filter::new("after", text::groups::after(), FilterKind::After),
            Filter::new("before", text::groups::before(), FilterKind::Before),
        ],
        empty: ViewFn::from(|| {
            view! { <EmptyState icon=Icon::Audit title=text::groups::ledger_empty() words=text::groups::ledger_empty_words()/> }
        }),
        ..TableSpec::new(
            "ledger",
            text::groups::ledger(),
            "-created_at",
            |row| row.id.to_string(),
            |row| kind_words(row.kind).to_owned(),
            move |page| async move { api().list_allocation_entries(id, &page.request()?).await },
        )
    });
    on_change(
        move |change| {
            change.target.id == id.to_string() || matches!(change.target.kind, TargetType::Plan | TargetType::Job)
        },
        move || table.refresh(),
    );
    table
}

fn columns() -> Vec<Column<AllocationEntry>> {
    let change = |key, label, of: fn(&AllocationEntry) -> quarterdeck_domain::Amount| {
        Column::new(key, label, move |row: &AllocationEntry| signed(of(row))).at_end()
    };
    vec![
        Column::new("kind", text::groups::kind(), |row: &AllocationEntry| view! { <KindPill kind=row.kind/> })
            .fit()
            .slot(Slot::Main),
        Column::new("created_at", text::groups::at(), |row: &AllocationEntry| {
            view! { <When at=row.created_at/> }
        })
        .fit()
        .sorted_by("created_at"),
        change("total", text::groups::granted(), |row| row.total_change),
        change("reserved", text::groups::reserved(), |row| row.reserved_change),
        change("used", text::groups::used(), |row| row.used_change),
        Column::new("note", text::groups::note(), |row: &AllocationEntry| {
            view! { <span title=row.note.clone()>{row.note.clone()}</span> }
        })
        .wide(),
        Column::new("changes", text::groups::amount(), |row: &AllocationEntry| signed(most(row)))
            .slot(Slot::State)
            .hidden(),
        Column::new("card", text::groups::note(), |row: &AllocationEntry| {
            view! { <When at=row.created_at/> <span>{row.note.clone()}</span> }
        })
        .slot(Slot::Meta),
    ]
}

/// The one change that an entry is about, for a card.
fn most(row: &AllocationEntry) -> quarterdeck_domain::Amount {
    match row.kind {
        EntryKind::Grant => row.total_change,
        EntryKind::Settle => row.used_change,
        EntryKind::Reserve | EntryKind::Release | EntryKind::Expire => row.reserved_change,
    }
}

fn kind_words(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Grant => text::groups::kind_grant(),
        EntryKind::Reserve => text::groups::kind_reserve(),
        EntryKind::Settle => text::groups::kind_settle(),
        EntryKind::Release => text::groups::kind_release(),
        EntryKind::Expire => text::groups::kind_expire(),
    }
}

#[component]
fn KindPill(kind: EntryKind) -> impl IntoView {
    let icon = match kind {
        EntryKind::Grant => Icon::Plus,
        EntryKind::Reserve => Icon::Lock,
        EntryKind::Settle => Icon::Check,
        EntryKind::Release => Icon::Undo,
        EntryKind::Expire => Icon::Clock,
    };
    view! { <Pill tone=Tone::Quiet icon label=kind_words(kind) bare=true/> }
}
