//! Ids that can be copied, and secrets that are shown once.

use leptos::prelude::*;

use super::{
    button::Button,
    icon::{Glyph, Icon},
};
use crate::{browser, i18n::text};

/// A button that copies `value` and says so for a moment.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    value: Signal<String>,
    /// What it is, for the label: "user id".
    #[prop(into)]
    what: Signal<String>,
) -> impl IntoView {
    let done = RwSignal::new(false);
    let label = move || if done.get() { text::ui::copied().to_owned() } else { text::ui::copy_value(what.get()) };
    let press = move |_| {
        browser::copy(&value.get_untracked(), move |copied| {
            done.try_set(copied);
            browser::after(1_600, move || {
                done.try_set(false);
            });
        });
    };
    view! {
        <button type="button" class="icon-button tip" data-small data-tip=label aria-label=label data-done=move || done.get().then_some("") on:click=press>
            <Glyph icon=Signal::derive(move || if done.get() { Icon::Check } else { Icon::Copy })/>
        </button>
        <span class="visually-hidden" role="status">{move || done.get().then(text::ui::copied)}</span>
    }
}

/// An id in mono with a copy button.
#[component]
pub fn CopyId(
    /// The id.
    #[prop(into)]
    value: Signal<String>,
    /// What it is, for the label: "user id".
    #[prop(into)]
    what: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="copyable">
            <code>{value}</code>
            <CopyButton value what/>
        </span>
    }
}

/// A secret that is shown this once.
#[component]
pub fn SecretOnce(
    /// The secret.
    #[prop(into)]
    value: String,
    /// What it is and what becomes of it.
    #[prop(into)]
    help: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let secret = value.clone();
    let press = move |()| {
        browser::copy(&secret, move |done| {
            copied.try_set(done);
        });
    };
    view! {
        <div class="secret">
            <p class="muted">{help}</p>
            <div class="secret-value">
                <code data-testid="secret">{value}</code>
                <Button
                    label=Signal::derive(move || if copied.get() { text::ui::copied() } else { text::ui::copy() }.to_owned())
                    icon=Icon::Copy
                    press=Callback::new(press)
                />
            </div>
        </div>
    }
}
