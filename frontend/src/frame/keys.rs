//! The keys that work on every page: `/` to the filter, `?` to the list of keys.

use leptos::{ev, prelude::*};

use crate::{
    browser,
    i18n::text,
    ui::{button::Button, dialog::Dialog},
};

/// Listens, and lists the keys.
#[component]
pub(super) fn Keys() -> impl IntoView {
    let open = RwSignal::new(false);
    let listener = window_event_listener(ev::keydown, move |event| {
        if !browser::is_shortcut(&event) {
            return;
        }
        match event.key().as_str() {
            "/" if browser::is_there("[data-filter]") => browser::focus_first("[data-filter]"),
            "?" => open.set(true),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
    let palette = if browser::is_mac() { "⌘ K" } else { "Ctrl K" };
    let keys = [
        ("/", text::frame::key_filter()),
        (palette, text::frame::palette()),
        ("j k", text::frame::key_rows()),
        ("n p", text::frame::key_pages()),
        ("x", text::frame::key_select()),
        ("↵", text::frame::key_open()),
        ("Esc", text::frame::key_leave()),
        ("F6", text::frame::key_toasts()),
        ("?", text::frame::key_keys()),
    ];
    view! {
        <Dialog open title=text::frame::shortcuts()>
            <div class="dialog-body">
                <dl class="facts">{keys.map(|(key, words)| view! { <dt><kbd>{key}</kbd></dt><dd>{words}</dd> })}</dl>
            </div>
            <div class="dialog-foot"><Button label=text::ui::close() press=Callback::new(move |()| open.set(false))/></div>
        </Dialog>
    }
}
