//! The frame of pages for people who are not signed in: brand, one card, version.

use leptos::prelude::*;

use super::{PlatformBanner, StatusLink};
use crate::{
    i18n::text,
    session::use_session,
    ui::{icon::Logo, toast::ToastHost},
};

/// A page with one card.
#[component]
pub fn Gate(
    /// What the card asks for.
    #[prop(into)]
    title: Signal<String>,
    /// One sentence below.
    #[prop(optional, into)]
    lead: Signal<Option<String>>,
    /// Whether the card has two columns.
    #[prop(optional)]
    wide: bool,
    /// The form.
    children: Children,
) -> impl IntoView {
    let session = use_session();
    crate::browser::effect(move || document().set_title(&text::ui::window_title(title.get(), session.platform_name())));
    view! {
        <PlatformBanner/>
        <div class="gate">
            <main data-wide=wide.then_some("")>
                <p class="gate-brand"><Logo size=24/> {move || session.platform_name()}</p>
                <div class="gate-card">
                    <header>
                        <h1>{title}</h1>
                        {move || lead.get().map(|lead| view! { <p>{lead}</p> })}
                    </header>
                    {children()}
                </div>
            </main>
            <GateFoot/>
        </div>
        <ToastHost/>
    }
}

/// Version and documentation.
#[component]
pub fn GateFoot() -> impl IntoView {
    let session = use_session();
    let version = move || session.meta().with(|meta| meta.as_ref().map(|meta| text::frame::version(&meta.version)));
    view! { <footer><span>{version}</span> <StatusLink/></footer> }
}
