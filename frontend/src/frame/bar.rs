//! The bar: where one is, search, live state, theme, account.

use leptos::prelude::*;

use super::{
    account::{AccountMenu, ThemeMenu},
    page::Trail,
};
use crate::{
    browser,
    i18n::text,
    live::Live,
    ui::{
        button::IconButton,
        icon::{Glyph, Icon},
    },
};

/// The bar at the top of every page.
#[component]
pub fn Bar(
    /// Opens the palette.
    palette: RwSignal<bool>,
    /// Opens the rail on a narrow screen.
    sheet: RwSignal<bool>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let keys = if browser::is_mac() { "⌘K" } else { "Ctrl K" };
    view! {
        <header class="bar">
            <span class="bar-menu"><IconButton label=text::frame::open_navigation() icon=Icon::Menu press=Callback::new(move |()| sheet.set(true))/></span>
            <Crumbs/>
            {move || (!live.connected().get()).then(|| view! {
                <span class="live" role="status" title=text::frame::not_live_why()><Glyph icon=Icon::Offline/> <span>{text::frame::not_live()}</span></span>
            })}
            <button type="button" class="palette-button" title=text::frame::palette() aria-keyshortcuts="Control+K Meta+K" on:click=move |_| palette.set(true)>
                <Glyph icon=Icon::Search/>
                <span class="palette-label">{text::frame::search()}</span>
                <kbd aria-hidden="true">{keys}</kbd>
            </button>
            <ThemeMenu/>
            <AccountMenu/>
        </header>
    }
}

#[component]
fn Crumbs() -> impl IntoView {
    let trail = expect_context::<Trail>();
    view! {
        <nav class="crumbs-nav" aria-label=text::frame::breadcrumb()>
            <ol class="crumbs">
                {move || {
                    // A step whose name is still being read is not shown.
                    let crumbs: Vec<_> = trail.get().into_iter().filter(|crumb| !crumb.label.is_empty()).collect();
                    let last = crumbs.len().saturating_sub(1);
                    crumbs.into_iter().enumerate().map(|(index, crumb)| view! {
                        <li>
                            {(index > 0).then(|| view! { <Glyph icon=Icon::Right/> })}
                            {match crumb.href {
                                Some(href) if index != last => view! { <a href=href>{crumb.label}</a> }.into_any(),
                                _ => view! { <span aria-current=(index == last).then_some("page")>{crumb.label}</span> }.into_any(),
                            }}
                        </li>
                    }).collect_view()
                }}
            </ol>
        </nav>
    }
}
