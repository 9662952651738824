//! The table of what is in the bin.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    BinItemId, Permission,
    audit::TargetType,
    bin::{BinItem, BinKind},
    plans::PlanAction,
};

use super::{
    model::{ahead, kind_icon, kind_words},
    restore::RestoreDialog,
};
use crate::{
    browser,
    features::users::organization_filter,
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{text, words},
    session::{Session, use_session},
    transport::api,
    ui::{
        button::ButtonLink,
        copyable::CopyId,
        icon::Icon,
        pill::Pill,
        plan::{Planner, use_planner},
        popover::MenuItem,
        state::EmptyState,
        table::{BulkVerb, Column, DataTable, ExportButton, Filter, Selected, Slot, Table, TableSpec, or_dash},
        time::{When, absolute, date},
        toast::{Toasts, use_toasts},
    },
};

/// The page of the bin.
#[component]
pub fn BinPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::bin(), "/bin")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::BinRead others=true><Bin/></Guarded>
        </Page>
    }
}

/// What is done to things in the bin.
#[derive(Clone, Copy)]
struct Acts {
    session: Session,
    planner: Planner,
    toasts: Toasts,
    restoring: RwSignal<Option<BinItem>>,
    after: StoredValue<Option<Callback<()>>>,
}

impl Acts {
    fn changed(self) {
        if let Some(Some(after)) = self.after.try_get_value() {
            after.try_run(());
        }
    }

    fn purge(self, title: String, ids: Vec<BinItemId>) {
        self.planner.begin(title, PlanAction::PurgeBin { ids }, move |job| {
            if job.state.is_final() && job.succeeded > 0 {
                self.toasts.say(text::bin::purged(job.succeeded));
            }
            self.changed();
        });
    }

    fn items(self, row: &BinItem) -> Vec<MenuItem> {
        let may = |permission| untrack(|| self.session.may(permission));
        let mut items = Vec::new();
        if may(Permission::BinRestore) {
            let row = row.clone();
            items.push(MenuItem::run(Icon::Undo, text::bin::restore_dots(), move || {
                self.restoring.set(Some(row.clone()));
            }));
        }
        if may(Permission::BinPurge) {
            let (id, name) = (row.id, row.display_name.clone());
            let purge = move || self.purge(text::bin::purge_of(&name), vec![id]);
            items.push(MenuItem::run(Icon::Trash, text::bin::purge_dots(), purge).dangerous().separated());
        }
        items
    }

    fn bulk(self) -> Vec<BulkVerb> {
        let purge = BulkVerb::new(text::bin::purge_dots(), Icon::Trash, move |selected| {
            if let Selected::Ids(ids) = selected {
                let ids = ids.iter().filter_map(|id| id.parse().ok()).collect();
                self.purge(text::bin::purge_many().to_owned(), ids);
            }
        });
        untrack(|| self.session.may(Permission::BinPurge)).then(|| purge.dangerous()).into_iter().collect()
    }
}

#[component]
fn Bin() -> impl IntoView {
    let acts = Acts {
        session: use_session(),
        planner: use_planner(),
        toasts: use_toasts(),
        restoring: RwSignal::new(None),
        after: StoredValue::new(None),
    };
    let table = Table::new(spec(acts));
    acts.after.set_value(Some(Callback::new(move |()| {
        table.clear_selection();
        table.reload();
    })));
    table.follow(&[TargetType::User, TargetType::Group, TargetType::Organization, TargetType::Plan, TargetType::Job]);
    view! {
        <PageHead title=text::frame::bin() extent=table.extent()>
            <ExportButton table/>
            <ButtonLink label=text::frame::departures() href="/departures" icon=Icon::SignOut/>
        </PageHead>
        <DataTable table/>
        <RestoreDialog asked=acts.restoring done=Callback::new(move |()| acts.changed())/>
    }
}

fn spec(acts: Acts) -> TableSpec<BinItem> {
    TableSpec {
        columns: columns(),
        filters: filters(acts.session),
        search: text::bin::search(),
        verbs: Some(Arc::new(move |row: &BinItem| acts.items(row))),
        detail: Some(Arc::new(|row: &BinItem| detail(row).into_any())),
        export: Some("/bin"),
        bulk: acts.bulk(),
        bulk_reaches_all: false,
        empty: ViewFn::from(|| {
            view! { <EmptyState icon=Icon::Trash title=text::bin::empty() words=text::bin::empty_words()/> }
        }),
        ..TableSpec::new(
            "bin",
            text::frame::bin(),
            "-deleted_at",
            |row| row.id.to_string(),
            |row| row.display_name.clone(),
            |page| async move { api().list_bin_items(&page.request()?).await },
        )
    }
}

fn columns() -> Vec<Column<BinItem>> {
    vec![
        Column::new("name", text::bin::name(), |row: &BinItem| {
            view! { <span class="cell-main"><strong>{row.display_name.clone()}</strong><span class="cell-sub">{row.label.clone()}</span></span> }
        })
        .sorted_by("label")
        .slot(Slot::Main),
        Column::new("kind", text::bin::kind(), |row: &BinItem| {
            view! { <Pill icon=kind_icon(row.kind) label=kind_words(row.kind) bare=true/> }
        })
        .fit()
        .slot(Slot::State),
        Column::new("organization", text::users::organization(), |row: &BinItem| {
            or_dash(row.organization_name.clone())
        })
        .low(3),
        Column::new("deleted_at", text::bin::deleted(), |row: &BinItem| view! { <When at=row.deleted_at/> })
            .fit()
            .sorted_by("deleted_at"),
        Column::new("by", text::bin::deleted_by(), |row: &BinItem| or_dash(Some(row.deleted_by_name.clone()))).narrow().low(2),
        Column::new("reason", text::bin::reason(), |row: &BinItem| or_dash(Some(row.reason.clone()))).low(1),
        Column::new("contents", text::bin::contents(), |row: &BinItem| or_dash(Some(words::all_counted(&row.contents))))
            .ample()
            .low(4),
        Column::new("purge_at", text::bin::purge(), |row: &BinItem| {
            let near = text::ui::near_and_exact(ahead(row.purge_at, browser::now()), date(row.purge_at));
            view! { <time datetime=row.purge_at.to_string() title=absolute(row.purge_at)>{near}</time> }
        })
        .fit()
        .sorted_by("purge_at"),
        Column::new("id", text::users::id(), |row: &BinItem| view! { <code>{row.id.to_string()}</code> }).fit().hidden(),
        Column::new("card", text::bin::purge(), |row: &BinItem| {
            let near = text::bin::purge_card(ahead(row.purge_at, browser::now()));
            view! { <span>{near}</span> }
        })
        .slot(Slot::Meta),
    ]
}

fn filters(session: Session) -> Vec<Filter> {
    let kind =
        Filter::choice("kind", text::bin::kind(), BinKind::ALL.iter().map(|kind| (kind.name(), kind_words(*kind))));
    let organization = untrack(|| session.reaches_others(Permission::OrganizationRead)).then(organization_filter);
    std::iter::once(kind).chain(organization).collect()
}

/// What the columns have no room for.
fn detail(row: &BinItem) -> impl IntoView + use<> {
    let things = words::all_counted(&row.contents);
    let things = if things.is_empty() { text::bin::nothing_with_it().to_owned() } else { things };
    let reason =
        (!row.reason.is_empty()).then(|| view! { <dt>{text::bin::reason()}</dt><dd>{row.reason.clone()}</dd> });
    let near = ahead(row.purge_at, browser::now());
    view! {
        <dl class="facts">
            <dt>{text::bin::contents()}</dt><dd>{things}</dd>
            <dt>{text::bin::deleted()}</dt><dd><When exact=true at=row.deleted_at/></dd>
            <dt>{text::bin::deleted_by()}</dt><dd>{row.deleted_by_name.clone()}</dd>
            {reason}
            <dt>{text::bin::purge()}</dt><dd>{text::ui::near_and_exact(near, absolute(row.purge_at))}</dd>
            <dt>{text::users::id()}</dt><dd><CopyId value=row.id.to_string() what=text::bin::id()/></dd>
        </dl>
    }
}
