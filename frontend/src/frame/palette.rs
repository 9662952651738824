//! The command palette: Ctrl or Cmd and K, from anywhere.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::Permission;

use super::{
    account::sign_out,
    search::{self, Aim, Hit},
    theme::Theme,
};
use crate::{
    browser::Pause,
    features::sessions::sign_out_everyone,
    i18n::text,
    session::use_session,
    ui::{
        dialog::Overlay,
        dirty::Guard,
        icon::{Glyph, Icon},
        state::ErrorWords,
    },
};

/// The palette, open while `open` is true.
#[component]
pub fn Palette(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let keys = window_event_listener(ev::keydown, move |event| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            open.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || keys.remove());
    view! { <Overlay open class="palette" label=text::frame::palette()><Inside open/></Overlay> }
}

#[component]
fn Inside(open: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    let query = RwSignal::new(String::new());
    let found: RwSignal<Vec<Hit>> = RwSignal::new(Vec::new());
    let searching = RwSignal::new(false);
    let failed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let everyone = sign_out_everyone(session);
    let hits = Memo::new(move |_| {
        let mut hits = query.with(|query| {
            search::local(
                query,
                everyone,
                |permission| session.may(permission),
                |permission| session.reaches_others(permission),
            )
        });
        hits.extend(found.get());
        hits
    });
    let pause = Pause::new();
    let typed = move |event| {
        let text = event_target_value(&event);
        query.set(text.clone());
        chosen.set(0);
        failed.set(String::new());
        pause.cancel();
        if text.trim().is_empty() {
            found.set(Vec::new());
            searching.set(false);
            return;
        }
        searching.set(true);
        let start = move || {
            let (users, organizations) = (session.may(Permission::UserRead), session.may(Permission::OrganizationRead));
            crate::browser::spawn(async move {
                let outcome = search::remote(text.trim().to_owned(), users, organizations).await;
                // An answer to what was typed before is out of date.
                if query.try_with_untracked(|query| *query == text) == Some(true) {
                    failed.set(outcome.as_ref().err().map(|error| ErrorWords::of(error).title).unwrap_or_default());
                    found.set(outcome.unwrap_or_default());
                    searching.set(false);
                }
            });
        };
        pause.then(start);
    };
    let (navigate, guard, theme, sign_out) =
        (use_navigate(), expect_context::<Guard>(), expect_context::<Theme>(), sign_out());
    let go = Callback::new(move |aim: Aim| {
        open.set(false);
        let navigate = navigate.clone();
        match aim {
            Aim::Open(href) => guard.ask(move || navigate(&href, NavigateOptions::default())),
            Aim::Theme(choice) => theme.set(choice),
            Aim::SignOut => sign_out.run(()),
        }
    });
    let pressed = move |event: web_sys::KeyboardEvent| {
        let count = hits.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" if count > 0 => chosen.update(|chosen| *chosen = chosen.checked_sub(1).unwrap_or(count - 1)),
            "Enter" => {
                if let Some(hit) = hits.with(|hits| hits.get(chosen.get_untracked()).cloned()) {
                    go.run(hit.aim);
                }
            }
            _ => return,
        }
        event.prevent_default();
        crate::browser::next_frame(|| crate::browser::scroll_into_sight(".palette-item[aria-selected=true]"));
    };
    view! {
        <div class="palette-input">
            <Glyph icon=Icon::Search/>
            <input
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-label=text::frame::palette_hint()
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                placeholder=text::frame::palette_hint()
                autocomplete="off"
                spellcheck="false"
                autofocus
                on:input=typed
                on:keydown=pressed
            />
            {move || searching.get().then(|| view! { <span class="spinner" role="status" aria-label=text::frame::palette_searching()></span> })}
        </div>
        <div class="palette-list" id="palette-list" role="listbox" aria-label=text::frame::palette()>
            {move || {
                let mut group = "";
                hits.get().into_iter().enumerate().map(|(index, hit)| {
                    let heading = (hit.group != group).then_some(hit.group);
                    group = hit.group;
                    view! { <Item heading hit index chosen go/> }
                }).collect_view()
            }}
            {move || failed.with(|words| (!words.is_empty()).then(|| view! {
                <p class="palette-empty" role="alert">{text::frame::palette_failed(words)}</p>
            }))}
            {move || (hits.with(Vec::is_empty) && !searching.get() && failed.with(String::is_empty)).then(|| view! {
                <p class="palette-empty">{text::frame::palette_empty(query.get())}</p>
            })}
        </div>
        <div class="palette-foot" aria-hidden="true">
            <span><kbd>"↑"</kbd><kbd>"↓"</kbd> {text::frame::palette_move()}</span>
            <span><kbd>"↵"</kbd> {text::frame::palette_open()}</span>
            <span><kbd>"esc"</kbd> {text::frame::palette_close()}</span>
        </div>
    }
}

#[component]
fn Item(
    heading: Option<&'static str>,
    hit: Hit,
    index: usize,
    chosen: RwSignal<usize>,
    go: Callback<Aim>,
) -> impl IntoView {
    let aim = hit.aim;
    view! {
        {heading.map(|heading| view! { <p class="palette-group" role="presentation">{heading}</p> })}
        <div
            class="palette-item"
            id=format!("palette-{index}")
            role="option"
            aria-selected=move || (chosen.get() == index).to_string()
            on:mousemove=move |_| {
                if chosen.get_untracked() != index {
                    chosen.set(index);
                }
            }
            on:click=move |_| go.run(aim.clone())
        >
            <Glyph icon=hit.icon/>
            <span class="truncate">{hit.label}</span>
            <span class="palette-note truncate">{hit.note}</span>
        </div>
    }
}
