//! The rail: the map with the open page marked.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    StatusLink,
    nav::{self, Place},
};
use crate::{
    i18n::text,
    session::use_session,
    ui::icon::{Glyph, Logo},
};

/// Brand, groups, version.
#[component]
pub fn Rail() -> impl IntoView {
    let session = use_session();
    let groups = move || nav::visible(|permission| session.reaches_others(permission));
    let version = move || session.meta().with(|meta| meta.as_ref().map(|meta| text::frame::version(&meta.version)));
    view! {
        <aside class="rail" aria-label=text::frame::rail()>
            <a class="rail-brand" href="/"><Logo/><span>{move || session.platform_name()}</span></a>
            <nav aria-label=text::frame::main_navigation()>
                {move || groups().into_iter().map(|(group, places)| view! {
                    <section class="rail-group">
                        {group.label.map(|label| view! { <h2>{label()}</h2> })}
                        <ul>{places.into_iter().map(|place| view! { <li><RailLink place/></li> }).collect_view()}</ul>
                    </section>
                }).collect_view()}
            </nav>
            <p class="rail-foot row"><span>{version}</span><StatusLink/><a href="/api/docs" rel="external" target="_blank">{text::frame::api_docs()}</a></p>
        </aside>
    }
}

#[component]
fn RailLink(place: Place) -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <a class="rail-link" href=place.href aria-current=move || path.with(|path| nav::is_open(place.href, path)).then_some("page")>
            <Glyph icon=place.icon/>
            <span>{(place.label)()}</span>
        </a>
    }
}
