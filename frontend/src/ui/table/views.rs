//! Saved views of a table: a button that opens them. What it opens is loaded when it is first opened.

mod dialog;
mod model;
mod panel;

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use quarterdeck_domain::saved_views::{SavedView, ViewTable};

use super::Table;
use crate::{
    i18n::text,
    ui::{
        icon::{Glyph, Icon},
        popover::Popover,
    },
};

/// The views of a table.
#[derive(Clone, Copy)]
struct Views {
    table: Table,
    of: ViewTable,
    /// The view that was chosen last, or saved: the one that verbs are about.
    chosen: RwSignal<Option<SavedView>>,
    /// What the dialog is about.
    editing: RwSignal<Option<Subject>>,
}

/// What is saved.
#[derive(Debug, Clone)]
enum Subject {
    /// What is shown now, as a view of its own.
    New,
    /// Name and audience of a view.
    Saved(Box<SavedView>),
}

/// What draws the views, and their dialog.
type Drawn = Result<(fn(Views) -> AnyView, fn(Views) -> AnyView), SplitLoaderError>;

#[wasm_split(views, wasm_split_path = leptos::wasm_split, fallible)]
fn drawn() -> Drawn {
    Ok((|views| view! { <panel::Panel views/> }.into_any(), |views| view! { <dialog::ViewDialog views/> }.into_any()))
}

/// The button, for a table that has views.
#[component]
pub(super) fn ViewsButton(table: Table) -> impl IntoView {
    // Names here have dashes.
    let of = table.spec().name.replace('-', "_").parse().ok()?;
    let views = Views { table, of, chosen: RwSignal::new(None), editing: RwSignal::new(None) };
    let loaded = RwSignal::new(None);
    let load = move || {
        if loaded.with_untracked(Option::is_none) {
            crate::browser::spawn(async move {
                loaded.try_set(drawn().await.ok());
            });
        }
    };
    let name = Memo::new(move |_| views.chosen.get().filter(|view| view.query == views.shown()).map(|view| view.name));
    let words = move || name.get().unwrap_or_else(|| text::views::views().to_owned());
    let label =
        Signal::derive(move || name.get().map_or_else(|| text::views::views().to_owned(), text::views::views_of));
    // In an effect of its own, so that the handle of another popover in the same bar does not take the place of this one's.
    let button = move || {
        view! {
            <Popover class="views-button" label menu=true trigger=move || view! { <Glyph icon=Icon::Bookmark/> <span>{words}</span> }>
                {
                    load();
                    move || match loaded.get() {
                        Some((panel, _)) => panel(views),
                        None => view! { <p class="menu-title" role="status">{text::ui::loading()}</p> }.into_any(),
                    }
                }
            </Popover>
        }
    };
    Some(view! {
        {button}
        {move || loaded.get().map(|(_, dialog)| dialog(views))}
    })
}
