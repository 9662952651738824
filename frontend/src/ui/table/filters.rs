//! Filter chips: each says what narrows the list, opens to change it, and goes away by its cross.

use leptos::prelude::*;

use super::{
    Table,
    spec::{Filter, FilterKind, Options},
};
use crate::{
    browser,
    i18n::text,
    ui::{
        icon::{Glyph, Icon},
        lookup::Lookup,
        popover::{Popover, PopoverHandle},
        time,
    },
};

/// The chips of the filters that are set, and a button that sets another.
#[component]
pub(super) fn FilterChips(table: Table) -> impl IntoView {
    let filters = StoredValue::new(table.spec().filters.clone());
    let set = Memo::new(move |_| {
        table.query().with(|query| {
            filters
                .with_value(|filters| filters.iter().map(|f| query.get(f.key).map(str::to_owned)).collect::<Vec<_>>())
        })
    });
    let chosen = move || {
        let filters = filters.get_value();
        set.get().into_iter().zip(filters).filter_map(|(value, filter)| Some((filter, value?))).collect::<Vec<_>>()
    };
    let unset = move || {
        let filters = filters.get_value();
        set.get()
            .into_iter()
            .zip(filters)
            .filter(|(value, _)| value.is_none())
            .map(|(_, filter)| filter)
            .collect::<Vec<_>>()
    };
    let change = Callback::new(move |(key, value): (&'static str, Option<String>)| {
        table.set_filter(key, value.as_deref(), false);
    });
    view! {
        {move || chosen().into_iter().map(|(filter, value)| {
            let refused = Signal::derive(move || table.is_refused(filter.key));
            view! { <Chip filter value change refused/> }
        }).collect_view()}
        {move || {
            let unset = unset();
            (!unset.is_empty()).then(|| view! { <AddFilter filters=unset change/> })
        }}
        {move || table.query().with(|query| !query.is_unfiltered()).then(|| view! {
            <button type="button" class="link-button" on:click=move |_| table.navigate(false, super::Query::without_filters)>
                {text::ui::clear_filters()}
            </button>
        })}
    }
}

type Change = Callback<(&'static str, Option<String>)>;

#[component]
fn Chip(filter: Filter, value: String, change: Change, refused: Signal<bool>) -> impl IntoView {
    let words = RwSignal::new(plain_words(&filter.kind, &value));
    if let FilterKind::Lookup { name, .. } = &filter.kind {
        let naming = name(value.clone());
        let value = value.clone();
        crate::browser::spawn(async move {
            words.try_set(naming.await.unwrap_or(value));
        });
    }
    let (key, label) = (filter.key, filter.label);
    let filter = StoredValue::new(filter);
    let value = StoredValue::new(value);
    let full = Signal::derive(move || text::ui::filter_is(label, words.get()));
    view! {
        <span class="chip" data-on="" data-tone=move || refused.get().then_some("bad")>
            <Popover class="" label=full roomy=false trigger=move || view! { <span>{label}":"</span> " " <b>{words}</b> }>
                <Editor filter=filter.get_value() value=value.get_value() change/>
            </Popover>
            <button type="button" class="chip-remove" aria-label=text::ui::remove_filter(label) on:click=move |_| change.run((key, None))>
                <Glyph icon=Icon::Close/>
            </button>
        </span>
    }
}

/// The words of a value without asking the server.
fn plain_words(kind: &FilterKind, value: &str) -> String {
    match kind {
        FilterKind::Choice(options) => options
            .iter()
            .find(|(option, _)| option == value)
            .map_or_else(|| value.to_owned(), |(_, words)| words.clone()),
        FilterKind::After | FilterKind::Before | FilterKind::Within => {
            value.parse().map_or_else(|_| value.to_owned(), time::date)
        }
        FilterKind::Lookup { .. } => "…".to_owned(),
        FilterKind::Text => value.to_owned(),
    }
}

#[component]
fn AddFilter(filters: Vec<Filter>, change: Change) -> impl IntoView {
    let filters = StoredValue::new(filters);
    view! {
        <span class="chip" data-add="">
            <Popover class="" label=text::ui::add_filter() trigger=|| view! { <Glyph icon=Icon::Plus/> <span>{text::ui::add_filter()}</span> }>
                <Steps filters=filters.get_value() change/>
            </Popover>
        </span>
    }
}

/// First which filter, then its value.
#[component]
fn Steps(filters: Vec<Filter>, change: Change) -> impl IntoView {
    let chosen: RwSignal<Option<usize>> = RwSignal::new((filters.len() == 1).then_some(0));
    move || match chosen.get().and_then(|index| filters.get(index).cloned()) {
        Some(filter) => view! { <Editor filter value="" change/> }.into_any(),
        None => filters
            .iter()
            .enumerate()
            .map(|(index, filter)| {
                view! {
                    <button type="button" class="menu-item" on:click=move |_| {
                        chosen.set(Some(index));
                        browser::next_frame(|| browser::focus_first(":popover-open input, :popover-open button"));
                    }>{filter.label}</button>
                }
            })
            .collect_view()
            .into_any(),
    }
}

/// Chooses the value of one filter.
#[component]
fn Editor(filter: Filter, #[prop(into)] value: String, change: Change) -> impl IntoView {
    let handle = expect_context::<PopoverHandle>();
    let key = filter.key;
    let choose = Callback::new(move |value: String| {
        handle.close();
        change.run((key, Some(value)));
    });
    view! {
        <p class="menu-title">{filter.label}</p>
        {match filter.kind {
            FilterKind::Choice(options) => view! { <Choices options value choose/> }.into_any(),
            FilterKind::After => view! { <Times value choose offered=&[-1, -24, -168, -720] words=last/> }.into_any(),
            FilterKind::Before => view! { <Times value choose offered=&[-168, -720, -2_160, -8_640] words=before/> }.into_any(),
            FilterKind::Within => view! { <Times value choose offered=&[24, 168, 720, 2_160] words=next/> }.into_any(),
            FilterKind::Text => view! { <Typed value choose/> }.into_any(),
            FilterKind::Lookup { search, .. } => {
                let choose = Callback::new(move |(value, _words)| choose.run(value));
                view! { <Lookup search choose/> }.into_any()
            }
        }}
    }
}

#[component]
fn Choices(options: Options, value: String, choose: Callback<String>) -> impl IntoView {
    options
        .into_iter()
        .map(|(option, words)| {
            let is_chosen = option == value;
            view! {
                <button type="button" class="menu-item" aria-pressed=is_chosen.then_some("true") on:click=move |_| choose.run(option.clone())>
                    {words}
                    {is_chosen.then(|| view! { <span class="menu-note"><Glyph icon=Icon::Check/></span> })}
                </button>
            }
        })
        .collect_view()
}

fn last(hours: u64) -> String {
    if hours < 24 { text::ui::last_hours(hours) } else { text::ui::last_days(hours / 24) }
}

fn before(hours: u64) -> String {
    text::ui::before_days(hours / 24)
}

fn next(hours: u64) -> String {
    text::ui::next_days(hours / 24)
}

/// Times that are so many hours away, and a day of the calendar.
#[component]
fn Times(value: String, choose: Callback<String>, offered: &'static [i64], words: fn(u64) -> String) -> impl IntoView {
    let day = value.parse().map(time::day).unwrap_or_default();
    view! {
        {offered.iter().copied().map(|hours| view! {
            <button type="button" class="menu-item" on:click=move |_| {
                choose.run(browser::now().plus_seconds(hours * 3_600).to_string());
            }>{words(hours.unsigned_abs())}</button>
        }).collect_view()}
        <hr class="menu-separator"/>
        <input type="date" class="input" aria-label=text::ui::filter_value() prop:value=day on:change=move |event| {
            if let Some(midnight) = time::midnight(&event_target_value(&event)) {
                choose.run(midnight.to_string());
            }
        }/>
    }
}

#[component]
fn Typed(value: String, choose: Callback<String>) -> impl IntoView {
    let typed = RwSignal::new(value);
    view! {
        <form class="row" on:submit=move |event| {
            event.prevent_default();
            choose.run(typed.get_untracked().trim().to_owned());
        }>
            <input class="input" aria-label=text::ui::filter_value() prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
            <button type="submit" class="button">{text::ui::apply()}</button>
        </form>
    }
}
