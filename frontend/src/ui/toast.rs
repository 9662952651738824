//! Toasts: what was done, in one line, with Undo where it can be undone. F6 leads to them and back.

use std::sync::Arc;

use leptos::{ev, prelude::*};

use super::{
    button::{Button, IconButton},
    focus,
    icon::{Glyph, Icon},
    state::ErrorWords,
};
use crate::{browser, i18n::text};

/// Milliseconds for which a toast stays, unless it says what failed.
const SHOWN_MILLIS: u64 = 7_000;
/// Milliseconds after which it is looked again whether somebody is still at it.
const ATTENDED_MILLIS: u64 = 1_500;
/// Toasts that have room.
const MOST: usize = 4;

type Undo = Arc<dyn Fn() + Send + Sync>;

/// Where what was done is seen.
#[derive(Debug, Clone)]
struct Link {
    label: &'static str,
    href: String,
}

/// One line that says what was done.
#[derive(Clone)]
struct Toast {
    id: u32,
    words: String,
    bad: bool,
    undo: Option<Undo>,
    link: Option<Link>,
}

/// The toasts of the page.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// No toasts yet.
    #[must_use]
    pub fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// Says what was done.
    pub fn say(self, words: impl Into<String>) {
        self.push(words.into(), false, None, None);
    }

    /// Says what was done and offers to undo it.
    pub fn say_with_undo(self, words: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.push(words.into(), false, Some(Arc::new(undo)), None);
    }

    /// Says what was done and where it is seen, and offers to undo it where that is possible.
    pub fn say_with_link(
        self,
        words: impl Into<String>,
        label: &'static str,
        href: impl Into<String>,
        undo: Option<impl Fn() + Send + Sync + 'static>,
    ) {
        let undo = undo.map(|undo| Arc::new(undo) as Undo);
        self.push(words.into(), false, undo, Some(Link { label, href: href.into() }));
    }

    /// Says what must not be missed: it stays until it is dismissed.
    pub fn warn(self, words: impl Into<String>) {
        self.push(words.into(), true, None, None);
    }

    /// Says what failed.
    pub fn fail(self, error: &quarterdeck_client::ClientError) {
        let words = ErrorWords::of(error);
        self.push(if words.detail.is_empty() { words.title } else { words.detail }, true, None, None);
    }

    /// Takes all away, for the next person at this screen.
    pub fn clear(self) {
        self.shown.set(Vec::new());
    }

    fn push(self, words: String, bad: bool, undo: Option<Undo>, link: Option<Link>) {
        let id = self.next.with_value(|next| *next);
        self.next.set_value(id + 1);
        self.shown.update(|shown| {
            // The same failure again is one.
            shown.retain(|toast| !bad || toast.words != words);
            if shown.len() >= MOST {
                shown.remove(shown.iter().position(|toast| !toast.bad).unwrap_or(0));
            }
            shown.push(Toast { id, words, bad, undo, link });
        });
        if !bad {
            self.expire(id, SHOWN_MILLIS);
        }
    }

    /// Takes it away later, but not under the pointer or the keyboard.
    fn expire(self, id: u32, millis: u64) {
        browser::after(millis, move || match browser::is_there(".toasts:is(:hover, :focus-within)") {
            true => self.expire(id, ATTENDED_MILLIS),
            false => self.drop(id),
        });
    }

    fn drop(self, id: u32) {
        self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// The toasts of the page, for components that act.
#[must_use]
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Where the toasts appear; once a page.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "F6" && toasts.shown.with_untracked(|shown| !shown.is_empty()) {
            event.prevent_default();
            match browser::is_there(".toasts:focus-within") {
                true => focus::leave(".toasts"),
                false => browser::focus_first(".toasts button"),
            }
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <section class="toasts" aria-live="polite" aria-label=text::ui::notifications() aria-keyshortcuts="F6">
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <div class="toast" data-tone=toast.bad.then_some("bad")>
                    <Glyph icon=if toast.bad { Icon::Error } else { Icon::Done }/>
                    <p>{toast.words} {toast.link.map(|link| view! { " " <a href=link.href>{link.label}</a> })}</p>
                    {toast.undo.map(|undo| view! {
                        <Button label=text::ui::undo() size="small" press=Callback::new(move |()| { toasts.drop(toast.id); undo(); })/>
                    })}
                    <IconButton label=text::ui::dismiss() icon=Icon::Close press=Callback::new(move |()| toasts.drop(toast.id))/>
                </div>
            </For>
        </section>
    }
}
