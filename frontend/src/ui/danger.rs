//! The danger zone at the end of a page: one sentence an act.

use leptos::prelude::*;

use super::{
    button::{Button, Look},
    icon::Icon,
    popover::fresh_id,
};
use crate::i18n::text;

/// The zone; its acts are [`DangerAct`]s.
#[component]
pub fn DangerZone(
    /// The acts.
    children: Children,
) -> impl IntoView {
    let id = fresh_id("danger");
    view! {
        <section class="danger-zone" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{text::ui::danger_zone()}</h2>
            <ul>{children()}</ul>
        </section>
    }
}

/// The zone of a thing that can only be deleted.
#[component]
pub fn DeleteZone(
    /// Verb and object.
    title: &'static str,
    /// What goes with it.
    words: &'static str,
    /// Why it cannot be deleted.
    #[prop(optional, into)]
    refused: Signal<Option<String>>,
    /// Begins it.
    press: Callback<()>,
) -> impl IntoView {
    view! {
        <DangerZone>
            <DangerAct title words verb=text::users::delete_dots() icon=Icon::Trash refused press/>
        </DangerZone>
    }
}

/// One act: its name, one sentence on its effect, and the button that begins it.
#[component]
pub fn DangerAct(
    /// Verb and object.
    #[prop(into)]
    title: Signal<String>,
    /// What it does.
    #[prop(into)]
    words: Signal<String>,
    /// The button's verb.
    #[prop(into)]
    verb: Signal<String>,
    /// Icon of the button.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Why it cannot be begun.
    #[prop(optional, into)]
    refused: Signal<Option<String>>,
    /// Begins it.
    #[prop(into)]
    press: Callback<()>,
) -> impl IntoView {
    let disabled = Signal::derive(move || refused.with(Option::is_some));
    view! {
        <li>
            <div>
                <h3>{title}</h3>
                <p>{move || refused.get().unwrap_or_else(|| words.get())}</p>
            </div>
            {match icon {
                Some(icon) => view! { <Button label=verb look=Look::DangerQuiet icon disabled press/> }.into_any(),
                None => view! { <Button label=verb look=Look::DangerQuiet disabled press/> }.into_any(),
            }}
        </li>
    }
}
