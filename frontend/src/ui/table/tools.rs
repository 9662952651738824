//! Above and below the rows: search, chips, columns and density, export, paging.

use leptos::{html, prelude::*};

use super::{Table, filters::FilterChips, views::ViewsButton};
use crate::{
    browser::{self, Pause},
    i18n::{number, text},
    transport,
    ui::{
        button::Button,
        icon::{Glyph, Icon},
        popover::Popover,
        toast::use_toasts,
    },
};

/// Search, filters and view.
#[component]
pub(super) fn Tools(table: Table) -> impl IntoView {
    let search = table.spec().search;
    view! {
        <div class="table-tools" role="search">
            {(!search.is_empty()).then(|| view! { <Search table label=search/> })}
            <FilterChips table/>
            <div class="table-view">
                <span class="sorted-by">{move || table.sorted_by()}</span>
                <ViewsButton table/>
                <Popover label=text::ui::view() roomy=true trigger=|| view! { <Glyph icon=Icon::Columns/> }>
                    <View table/>
                </Popover>
            </div>
        </div>
    }
}

/// The search field. What is typed stays as it is typed; the URL follows after a pause.
#[component]
fn Search(table: Table, label: &'static str) -> impl IntoView {
    let node: NodeRef<html::Input> = NodeRef::new();
    let pause = Pause::new();
    let sent = StoredValue::new(None::<String>);
    let send = move |value: String| {
        sent.set_value(Some(value.clone()));
        table.set_filter("q", Some(&value), true);
    };
    let typed = move |event| {
        let value = event_target_value(&event);
        pause.then(move || send(value));
    };
    crate::browser::effect(move || {
        let wanted = table.query().with(|query| query.get("q").unwrap_or_default().to_owned());
        // The URL writes into the field only when it changed by other means: back, a link, "clear filters".
        if sent.with_value(|sent| sent.as_deref() != Some(wanted.as_str()))
            && let Some(node) = node.get()
        {
            node.set_value(&wanted);
            sent.set_value(Some(wanted));
        }
    });
    view! {
        <div class="table-search">
            <Glyph icon=Icon::Search/>
            <input
                node_ref=node
                class="input"
                type="search"
                data-filter=""
                autocomplete="off"
                spellcheck="false"
                placeholder=text::ui::filter()
                aria-label=label
                title=label
                aria-keyshortcuts="/"
                on:input=typed
                on:keydown=move |event| {
                    // The browser would empty the field; here Esc gives the keyboard back to the list.
                    if event.key() == "Escape" {
                        browser::focus_first(".table-scroll");
                        event.prevent_default();
                    }
                }
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}

/// Columns and density.
#[component]
fn View(table: Table) -> impl IntoView {
    let spec = table.spec();
    let name = spec.name;
    let change = move |change: &dyn Fn(&mut super::Prefs)| {
        table.prefs.update(|prefs| {
            change(prefs);
            prefs.save(name);
        });
    };
    let columns: Vec<_> = spec
        .columns
        .iter()
        .skip(1)
        .filter(|column| column.slot != super::Slot::Meta)
        .map(|column| (column.key, column.label, column.hidden, column.low))
        .collect();
    view! {
        <fieldset class="stack-tight">
            <legend class="menu-title">{text::ui::density()}</legend>
            {[(false, text::ui::dense()), (true, text::ui::roomy())].map(|(roomy, words)| view! {
                <label class="check">
                    <input type="radio" class="checkbox" name="density" prop:checked=move || table.prefs.with(|prefs| prefs.roomy) == roomy on:change=move |_| change(&|prefs| prefs.roomy = roomy)/>
                    <span>{words}</span>
                </label>
            })}
        </fieldset>
        <label class="field">
            <span class="menu-title">{text::ui::rows_per_page()}</span>
            <span class="select"><select class="input" on:change=move |event| {
                let limit = event_target_value(&event).parse().ok();
                change(&|prefs| prefs.limit = limit);
                table.navigate(true, super::Query::at_start);
            }>
                {[10_u32, 20, 50, 100, 500].map(|rows| view! { <option value=rows.to_string() selected=move || table.limit() == rows>{rows}</option> })}
            </select><Glyph icon=Icon::Down/></span>
        </label>
        <fieldset class="stack-tight">
            <legend class="menu-title">{text::ui::columns()}</legend>
            {columns.into_iter().map(|(key, label, hidden, low)| view! {
                <div class="row">
                    <label class="check">
                        <input type="checkbox" class="checkbox" prop:checked=move || table.prefs.with(|prefs| prefs.shows(key, hidden)) on:change=move |_| change(&|prefs| prefs.toggle(key, hidden))/>
                        <span>{label}</span>
                    </label>
                    {(low > 0).then(|| view! { <small class="low-note" data-low=low>{text::ui::hidden_narrow()}</small> })}
                </div>
            }).collect_view()}
        </fieldset>
    }
}

/// A button that exports what the filters match, in the sort of the list.
#[component]
pub fn ExportButton(
    /// The list.
    table: Table,
    /// Media type of the file.
    #[prop(default = "text/csv")]
    media_type: &'static str,
    /// Ending of the file's name.
    #[prop(default = "csv")]
    ending: &'static str,
    /// Verb and object.
    #[prop(optional, into)]
    label: Option<String>,
    /// Path below `/api/v1`, unless the list says it.
    #[prop(optional, into)]
    path: Option<String>,
) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let spec = table.spec();
    let (path, name) = (path.or_else(|| spec.export.map(str::to_owned)), spec.name);
    let press = move |()| {
        let Some(path) = path.clone() else { return };
        let query = table.query.with_untracked(super::Query::filters).with("sort", Some(&untrack(|| table.sort())));
        busy.set(true);
        crate::browser::spawn(async move {
            match transport::download(&format!("{path}{query}"), media_type).await {
                Ok(bytes) => browser::download(&format!("{name}.{ending}"), media_type, &bytes),
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
        });
    };
    let label = label.unwrap_or_else(|| text::ui::export_csv().to_owned());
    view! { <Button label icon=Icon::Download busy press=Callback::new(press)/> }
}

/// Which rows these are, the keys, and the way to the next ones.
#[component]
pub(super) fn Foot(table: Table) -> impl IntoView {
    let range = move || {
        let extent = table.extent.get()?;
        let rows = table.rows.with(Vec::len) as u64;
        let first = (table.query.with(super::Query::page) - 1) * u64::from(table.limit()) + 1;
        let (first_text, last, total) = (number(first), number(first + rows.saturating_sub(1)), number(extent.total));
        Some(match (rows, extent.is_exact) {
            (0, _) => text::ui::no_rows().to_owned(),
            (_, true) => text::ui::rows_of(first_text, last, total),
            (_, false) => text::ui::rows_of_at_least(first_text, last, total),
        })
    };
    let at_first = Memo::new(move |_| !table.has_newer());
    let at_last = Memo::new(move |_| !table.has_older());
    let has_selection = !table.spec().bulk.is_empty();
    let opens = table.spec().opens;
    view! {
        <div class="table-foot">
            <span aria-live="polite">{range}</span>
            <span role="status">{move || (table.waiting.get() > 0).then(|| view! {
                <button type="button" class="table-news" on:click=move |_| { browser::focus_first(".table-scroll"); table.reload(); }>
                    {text::ui::waiting(table.waiting.get())}
                </button>
            })}</span>
            <span class="table-keys" aria-hidden="true">
                <span><kbd>"j"</kbd><kbd>"k"</kbd> {text::ui::key_move()}</span>
                <span><kbd>"n"</kbd><kbd>"p"</kbd> {text::ui::key_page()}</span>
                {has_selection.then(|| view! { <span><kbd>"x"</kbd> {text::ui::key_select()}</span> })}
                {opens.then(|| view! { <span><kbd>"↵"</kbd> {text::ui::key_open()}</span> })}
            </span>
            <nav class="pager" aria-label=text::ui::rows_nav()>
                <Button label=text::ui::previous() size="small" icon=Icon::Left disabled=at_first press=Callback::new(move |()| table.newer())/>
                <Button label=text::ui::next() size="small" icon=Icon::Right disabled=at_last press=Callback::new(move |()| table.older())/>
            </nav>
        </div>
    }
}
