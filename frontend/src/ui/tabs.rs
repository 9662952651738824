//! Tabs that are links: the open one stands in the URL, so back and reload keep it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::browser;

/// One tab: the word on it, and the part of the address that it adds; the first one adds none.
#[derive(Debug, Clone, Copy)]
pub struct Tab(pub &'static str, pub &'static str);

/// A row of tabs. Where it is too narrow for all, the open one is scrolled into sight.
#[component]
pub fn Tabs(
    /// What the tabs are about.
    #[prop(into)]
    label: String,
    /// Address of the first one.
    #[prop(into)]
    base: Signal<String>,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    let path = use_location().pathname;
    browser::effect(move || {
        path.track();
        tabs.track();
        browser::next_frame(|| browser::scroll_into_sight(".page-tabs [aria-current]"));
    });
    view! {
        <nav class="tabs page-tabs" aria-label=label>
            {move || tabs.get().into_iter().map(|Tab(label, part)| {
                let href = format!("{}{part}", base.get());
                let own = href.clone();
                view! { <a href=href aria-current=move || (path.get() == own).then_some("page")>{label}</a> }
            }).collect_view()}
        </nav>
    }
}
