//! A value found by typing: a search field and what it finds, alone or as a field of a form.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;

use super::{
    field::{Faults, FieldError},
    icon::{Glyph, Icon},
    popover::{Popover, PopoverHandle, fresh_id},
    table::Options,
};
use crate::{
    browser::{self, Pause},
    i18n::text,
};

/// Finds values with their words.
pub type Search = Arc<dyn Fn(String) -> LocalBoxFuture<'static, Options> + Send + Sync>;

/// A search field and what it finds; Enter takes the first.
#[component]
pub fn Lookup(
    /// Finds values.
    search: Search,
    /// Hears the value that was chosen, and its words.
    choose: Callback<(String, String)>,
) -> impl IntoView {
    let found: RwSignal<Option<Options>> = RwSignal::new(None);
    let latest = StoredValue::new(0_u32);
    let look = Callback::new(move |typed: String| {
        let turn = latest.with_value(|latest| latest.wrapping_add(1));
        latest.set_value(turn);
        let searching = search(typed);
        browser::spawn(async move {
            let options = searching.await;
            // An answer to what was typed before is out of date.
            if latest.try_get_value() == Some(turn) {
                found.set(Some(options));
            }
        });
    });
    look.run(String::new());
    let pause = Pause::new();
    let typed = move |event| {
        let typed = event_target_value(&event);
        pause.then(move || look.run(typed));
    };
    let entered = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            if let Some(first) = found.with_untracked(|found| found.as_ref()?.first().cloned()) {
                choose.run(first);
            }
        }
    };
    view! {
        <input class="input" autocomplete="off" spellcheck="false" placeholder=text::ui::filter_search() aria-label=text::ui::filter_search() on:input=typed on:keydown=entered/>
        <div class="lookup-found">
            {move || match found.get() {
                None => view! { <p class="menu-title">{text::ui::loading()}</p> }.into_any(),
                Some(options) if options.is_empty() => view! { <p class="menu-title">{text::ui::nothing_found()}</p> }.into_any(),
                Some(options) => options.into_iter().map(|(value, words)| {
                    let shown = words.clone();
                    view! { <button type="button" class="menu-item" on:click=move |_| choose.run((value.clone(), words.clone()))><span class="truncate">{shown}</span></button> }
                }).collect_view().into_any(),
            }}
        </div>
    }
}

/// One of many values, as a field.
#[component]
pub fn LookupField(
    /// Label.
    label: &'static str,
    /// The chosen value; empty for none.
    value: RwSignal<String>,
    /// Its words.
    words: RwSignal<String>,
    /// Finds values.
    search: Search,
    /// Words of no value, where there may be none.
    #[prop(optional_no_strip)]
    none: Option<&'static str>,
    /// Pointer of its faults.
    pointer: &'static str,
    /// The form's faults.
    faults: Faults,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the label is only read out.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let error_id = fresh_id("lookup-error");
    let error = Memo::new(move |_| faults.at(pointer));
    let shown = move || match (value.with(String::is_empty), none) {
        (true, none) => none.unwrap_or(text::ui::choose()).to_owned(),
        (false, _) => words.get(),
    };
    let full = Signal::derive(move || text::ui::filter_is(label, shown()));
    let take = move |(chosen, its_words): (String, String)| {
        words.set(its_words);
        value.set(chosen);
        faults.clear(pointer);
    };
    view! {
        <div class="field">
            <span class="field-label" class:visually-hidden=bare aria-hidden="true">{label}</span>
            <span class="select lookup" data-invalid=move || error.with(Option::is_some).then_some("")>
                <Popover class="input" label=full disabled trigger=move || view! { <span class="truncate">{shown}</span> }>
                    <Choice search=search.clone() none take=Callback::new(take)/>
                </Popover>
                <Glyph icon=Icon::Down/>
            </span>
            <FieldError id=error_id error/>
        </div>
    }
}

#[component]
fn Choice(search: Search, none: Option<&'static str>, take: Callback<(String, String)>) -> impl IntoView {
    let handle = expect_context::<PopoverHandle>();
    let choose = Callback::new(move |chosen| {
        handle.close();
        take.run(chosen);
    });
    view! {
        <Lookup search choose/>
        {none.map(|none| view! {
            <hr class="menu-separator"/>
            <button type="button" class="menu-item" on:click=move |_| choose.run((String::new(), none.to_owned()))>{none}</button>
        })}
    }
}
