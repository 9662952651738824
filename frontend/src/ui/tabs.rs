//! Tabs that are links: the open one stands in the URL, so back and reload keep it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// One tab.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Word on it.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// A row of tabs.
#[component]
pub fn Tabs(
    /// What the tabs are about.
    #[prop(into)]
    label: String,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <nav class="tabs page-tabs" aria-label=label>
            {move || tabs.get().into_iter().map(|tab| {
                let href = tab.href.clone();
                view! { <a href=tab.href aria-current=move || (path.get() == href).then_some("page")>{tab.label}</a> }
            }).collect_view()}
        </nav>
    }
}
