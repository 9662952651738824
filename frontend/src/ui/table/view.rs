//! How a list is drawn.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_client::ClientError;

use super::{
    Load, Table,
    bound::{Bound, Item},
    column::Column,
    keys, next_sort,
    rows::Row,
    selection::SelectionBar,
    spec::{MALFORMED, Selected},
    tools::{Foot, Tools},
};
use crate::{
    i18n::text,
    ui::{
        button::Button,
        icon::{Glyph, Icon},
        popover::RowMenu,
        state::{EmptyState, ErrorState, Skeleton},
    },
};

/// Rows that stand for those that are being read.
const SKELETON_ROWS: usize = 14;

/// A list: tools, rows, paging, selection bar.
#[component]
pub fn DataTable(
    /// The list.
    table: Table,
) -> impl IntoView {
    keys::listen(table);
    let spec = table.spec();
    let columns = {
        let spec = spec.clone();
        Memo::new_with_compare(
            move |_| {
                table.prefs.with(|prefs| {
                    spec.columns
                        .iter()
                        .enumerate()
                        .filter(|(index, column)| *index == 0 || prefs.shows(column.key, column.hidden))
                        .map(|(index, _)| index)
                        .collect::<Vec<_>>()
                })
            },
            |former, next| former != next,
        )
    };
    let span = move || columns.with(Vec::len) + 2;
    let body = {
        let spec = spec.clone();
        move || {
            columns.with(|shown| shown.iter().filter_map(|index| spec.columns.get(*index).cloned()).collect::<Vec<_>>())
        }
    };
    let shown_columns = StoredValue::new(body);
    let state = Memo::new(move |_| (table.load.get(), table.rows.with(Vec::is_empty)));
    let caption = spec.caption;
    // Without a link or a button in a row, the keyboard scrolls the list itself.
    let reaches_rows = spec.opens || spec.verbs.is_some() || spec.detail.is_some();
    let lean = spec.bulk.is_empty() && spec.detail.is_none();
    let spec_of_body = spec.clone();
    view! {
        <Tools table/>
        <div
            class="table-scroll"
            tabindex=if reaches_rows { "-1" } else { "0" }
            role=(!reaches_rows).then_some("group")
            aria-label=(!reaches_rows).then_some(caption)
            data-density=move || table.prefs.with(|prefs| prefs.roomy).then_some("roomy")
            data-stale=move || state.with(|(load, _)| *load == Load::Again).then_some("")
            aria-busy=move || state.with(|(load, _)| matches!(load, Load::First | Load::Again)).to_string()
        >
            <table class="data" role="table" data-lean=lean.then_some("")>
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <SelectPage table/>
                        {move || shown_columns.with_value(|columns| columns()).into_iter().map(|column| view! { <Head table column/> }).collect_view()}
                        <th class="cell-verbs" role="columnheader"><span class="visually-hidden">{text::ui::verbs()}</span></th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {move || match state.get() {
                        (Load::First, _) => view! { <SkeletonRows columns=shown_columns.with_value(|columns| columns())/> }.into_any(),
                        (Load::Failed(error), _) => view! { <Whole span=span()><Failure table error/></Whole> }.into_any(),
                        (_, true) => view! { <Whole span=span()><Nothing table/></Whole> }.into_any(),
                        (_, false) => {
                            let spec = spec_of_body.clone();
                            let columns = shown_columns.with_value(|columns| columns());
                            view! { <Rows table spec columns/> }.into_any()
                        }
                    }}
                </tbody>
            </table>
        </div>
        <Foot table/>
        <SelectionBar table/>
    }
}

/// How early a column goes, for the style sheet.
fn rank(low: u8) -> Option<u8> {
    (low > 0).then_some(low)
}

/// A row that takes the whole width.
#[component]
fn Whole(span: usize, children: Children) -> impl IntoView {
    view! { <tr class="row-whole" data-static="" role="row"><td role="cell" colspan=span.to_string()>{children()}</td></tr> }
}

#[component]
fn SkeletonRows(columns: Vec<Column<Item>>) -> impl IntoView {
    let widths = ["l", "m", "s", "m", "s", "m"];
    (0..SKELETON_ROWS)
        .map(|row| {
            view! {
                <tr data-static="" aria-hidden="true">
                    <td class="cell-select"></td>
                    {columns.iter().enumerate().map(|(place, column)| view! {
                        <td data-slot=column.slot.name() data-room=column.room.name() data-low=rank(column.low) data-align=column.at_end.then_some("end")>
                            <Skeleton width=widths.get((row + place) % widths.len()).copied().unwrap_or("m")/>
                        </td>
                    }).collect_view()}
                    <td class="cell-verbs"></td>
                </tr>
            }
        })
        .collect_view()
}

/// The page could not be read: tries again, or leaves out what the address has wrong.
#[component]
fn Failure(table: Table, error: ClientError) -> impl IntoView {
    match error.code() {
        "cursor-invalid" => {
            let press = Callback::new(move |()| table.navigate(false, super::Query::at_start));
            view! { <ErrorState error retry=press verb=text::ui::first_page()/> }
        }
        MALFORMED => {
            let press = Callback::new(move |()| table.navigate(false, |_| super::Query::default()));
            view! { <ErrorState error retry=press verb=text::ui::clear_filters()/> }
        }
        _ => view! { <ErrorState error retry=Callback::new(move |()| table.reload())/> },
    }
}

/// Nothing matches, or there is nothing at all.
#[component]
fn Nothing(table: Table) -> impl IntoView {
    move || {
        if table.query.with(super::Query::is_unfiltered) {
            table.spec().empty.run()
        } else {
            view! {
                <EmptyState icon=Icon::Search title=text::ui::nothing_matches() words=text::ui::nothing_matches_why()>
                    <Button label=text::ui::clear_filters() press=Callback::new(move |()| table.navigate(false, super::Query::without_filters))/>
                </EmptyState>
            }
            .into_any()
        }
    }
}

#[component]
fn SelectPage(table: Table) -> impl IntoView {
    let selectable = !table.spec().bulk.is_empty();
    let selected = table.selected;
    let all = Memo::new(move |_| {
        table
            .rows
            .with(|rows| !rows.is_empty() && selected.with(|selected| rows.iter().all(|row| selected.has(&row.id))))
    });
    let some = Memo::new(move |_| !all.get() && selected.with(|selected| *selected != Selected::None));
    let change = move |_| {
        let page = table.page_ids();
        selected.set(if all.get_untracked() || page.is_empty() { Selected::None } else { Selected::Ids(page) });
    };
    view! {
        <th class="cell-select" role="columnheader">
            {if selectable {
                view! { <input type="checkbox" class="checkbox" aria-label=text::ui::select_page() prop:checked=move || all.get() prop:indeterminate=move || some.get() on:change=change/> }.into_any()
            } else {
                view! { <span class="visually-hidden">{text::ui::details()}</span> }.into_any()
            }}
        </th>
    }
}

#[component]
fn Head(table: Table, column: Column<Item>) -> impl IntoView {
    let default = table.spec().default_sort;
    let Column { label, sort, slot, at_end, room, low, .. } = column;
    let direction = move || {
        let current = table.sort();
        sort.and_then(|key| match current.strip_prefix('-') {
            Some(current) if current == key => Some("descending"),
            None if current == key => Some("ascending"),
            _ => None,
        })
    };
    view! {
        <th role="columnheader" scope="col" data-room=room.name() data-low=rank(low) data-slot=slot.name() data-align=at_end.then_some("end") aria-sort=move || sort.and_then(|_| direction())>
            {match sort {
                None => label.into_any(),
                Some(key) => view! {
                    <button type="button" class="sort" aria-label=text::ui::sort_by(label) on:click=move |_| {
                        let next = next_sort(&table.sort(), key, default);
                        table.navigate(false, |query| query.with("sort", next.as_deref()).at_start());
                    }>
                        {label}
                        <Glyph icon=Signal::derive(move || if direction() == Some("descending") { Icon::ArrowDown } else { Icon::ArrowUp })/>
                    </button>
                }.into_any(),
            }}
        </th>
    }
}

#[component]
fn Rows(table: Table, spec: Arc<Bound>, columns: Vec<Column<Item>>) -> impl IntoView {
    let columns = Arc::new(columns);
    view! {
        <For
            each=move || table.rows.get().into_iter().enumerate()
            key=|(_, row)| row.id.clone()
            children=move |(index, row)| view! { <BodyRow table spec=spec.clone() columns=columns.clone() index row/> }
        />
    }
}

#[component]
fn BodyRow(table: Table, spec: Arc<Bound>, columns: Arc<Vec<Column<Item>>>, index: usize, row: Row) -> impl IntoView {
    let Row { id, shown } = row;
    let value = {
        let shown = shown.clone();
        Signal::derive(move || shown.with(|(value, _)| value.clone()))
    };
    let title = {
        let spec = spec.clone();
        Signal::derive(move || value.with(|value| (spec.title)(value)))
    };
    let selectable = !spec.bulk.is_empty();
    let open = RwSignal::new(false);
    let place = {
        let id = id.clone();
        Memo::new(move |_| table.rows.with(|rows| rows.iter().position(|row| row.id == id)).unwrap_or(index))
    };
    let is_selected = {
        let id = id.clone();
        Memo::new(move |_| table.selected.with(|selected| selected.has(&id)))
    };
    let select = move || {
        let id = id.clone();
        let change = move |event: web_sys::Event| {
            let page = table.page_ids();
            let shift = js_sys::Reflect::get(&event, &"shiftKey".into()).is_ok_and(|held| held.is_truthy());
            let here = place.get_untracked();
            let anchor = table.current.get_untracked().filter(|_| shift);
            table.current.set(Some(here));
            table.selected.update(|selected| {
                let mut next = std::mem::take(selected).toggled(&id, &page);
                if let Some(anchor) = anchor {
                    for other in page.iter().take(here.max(anchor) + 1).skip(here.min(anchor)) {
                        if !next.has(other) {
                            next = next.toggled(other, &page);
                        }
                    }
                }
                *selected = next;
            });
        };
        view! { <input type="checkbox" class="checkbox" aria-label=move || text::ui::select_row(title.get()) prop:checked=move || is_selected.get() on:click=move |event| change(event.into())/> }
    };
    let verbs = spec.verbs.clone().map(|verbs| {
        let items = Callback::new(move |()| value.with_untracked(|value| verbs(value)));
        view! { <RowMenu label=Signal::derive(move || text::ui::row_verbs(title.get())) items/> }
    });
    let opener = spec.detail.is_some().then(|| view! {
        <button type="button" class="icon-button" data-small="" data-opens="" aria-label=move || text::ui::details_of(title.get()) aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
            <Glyph icon=Signal::derive(move || if open.get() { Icon::Down } else { Icon::Right })/>
        </button>
    });
    let has_opener = opener.is_some();
    let detail = spec.detail.clone();
    let span = columns.len() + 2;
    let cells = move || {
        let value = value.get();
        columns.iter().map(|column| view! { <td role="cell" data-room=column.room.name() data-low=rank(column.low) data-slot=column.slot.name() data-align=column.at_end.then_some("end")>{(column.cell)(&value)}</td> }).collect_view()
    };
    view! {
        <tr
            role="row"
            data-row=move || place.get().to_string()
            data-fresh=move || shown.with(|(_, mark)| mark.name())
            data-current=move || (table.current.get() == Some(place.get())).then_some("")
            aria-selected=move || (selectable && is_selected.get()).then_some("true")
        >
            <td role="cell" class="cell-select">{selectable.then(select)} {opener}</td>
            {cells}
            <td role="cell" class="cell-verbs">{verbs}</td>
        </tr>
        {move || (has_opener && open.get()).then(|| detail.clone()).flatten().map(|detail| view! {
            <tr class="row-detail" role="row" data-static=""><td role="cell" colspan=span.to_string()>{value.with(|value| detail(value))}</td></tr>
        })}
    }
}
