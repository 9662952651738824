//! Toasts: what was done, in one line, with Undo where it can be undone.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    button::{Button, IconButton},
    icon::{Glyph, Icon},
    state::ErrorWords,
};
use crate::{browser, i18n::text};

/// Milliseconds for which a toast stays.
const SHOWN_MILLIS: u64 = 7_000;

type Undo = Arc<dyn Fn() + Send + Sync>;

/// One line that says what was done.
#[derive(Clone)]
struct Toast {
    id: u32,
    words: String,
    bad: bool,
    undo: Option<Undo>,
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
        self.push(words.into(), false, None);
    }

    /// Says what was done and offers to undo it.
    pub fn say_with_undo(self, words: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.push(words.into(), false, Some(Arc::new(undo)));
    }

    /// Says what failed.
    pub fn fail(self, error: &quarterdeck_client::ClientError) {
        let words = ErrorWords::of(error);
        self.push(if words.detail.is_empty() { words.title } else { words.detail }, true, None);
    }

    fn push(self, words: String, bad: bool, undo: Option<Undo>) {
        let id = self.next.with_value(|next| *next);
        self.next.set_value(id + 1);
        self.shown.update(|shown| {
            if shown.len() >= 3 {
                shown.remove(0);
            }
            shown.push(Toast { id, words, bad, undo });
        });
        browser::after(SHOWN_MILLIS, move || self.drop(id));
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
    view! {
        <section class="toasts" aria-live="polite" aria-label=text::ui::notifications()>
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <div class="toast" data-tone=toast.bad.then_some("bad")>
                    <Glyph icon=if toast.bad { Icon::Error } else { Icon::Done }/>
                    <p>{toast.words}</p>
                    {toast.undo.map(|undo| view! {
                        <Button label=text::ui::undo() size="small" press=Callback::new(move |()| { toasts.drop(toast.id); undo(); })/>
                    })}
                    <IconButton label=text::ui::dismiss() icon=Icon::Close press=Callback::new(move |()| toasts.drop(toast.id))/>
                </div>
            </For>
        </section>
    }
}
