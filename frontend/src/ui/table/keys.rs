//! The keys of a list: `j` `k` `n` `p` `x` Enter Esc.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::{Table, spec::Selected};
use crate::browser;

/// Listens while the list is on the page.
pub(super) fn listen(table: Table) {
    let selectable = !table.spec().bulk.is_empty();
    let handle = window_event_listener(ev::keydown, move |event| {
        if !browser::is_shortcut(&event) {
            return;
        }
        let taken = match event.key().as_str() {
            "j" => step(table, 1),
            "k" => step(table, -1),
            "n" => turn(table.has_older(), || table.older()),
            "p" => turn(table.has_newer(), || table.newer()),
            "x" if selectable => select(table),
            "Escape" if table.selected.with_untracked(|selected| *selected != Selected::None) => {
                table.clear_selection();
                true
            }
            _ => false,
        };
        if taken {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn step(table: Table, by: isize) -> bool {
    let count = table.rows.with_untracked(Vec::len);
    if count == 0 {
        return false;
    }
    let next = match table.current.get_untracked() {
        None => 0,
        Some(index) => index.saturating_add_signed(by).min(count - 1),
    };
    table.current.set(Some(next));
    focus_row(next);
    true
}

fn turn(can: bool, to: impl FnOnce()) -> bool {
    if can {
        to();
    }
    can
}

/// Puts the keyboard on the row's link, or on its first control.
fn focus_row(index: usize) {
    let Ok(Some(row)) = document().query_selector(&format!("[data-row='{index}']")) else { return };
    let target =
        ["a", "[data-opens]", "input"].into_iter().find_map(|selector| row.query_selector(selector).ok().flatten());
    if let Some(element) = target.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _unfocusable = element.focus();
    }
}

fn select(table: Table) -> bool {
    let Some(index) = table.current.get_untracked() else { return false };
    let Some(id) = table.rows.with_untracked(|rows| rows.get(index).map(|row| row.id.clone())) else { return false };
    let page = table.page_ids();
    table.selected.update(|selected| *selected = std::mem::take(selected).toggled(&id, &page));
    true
}
