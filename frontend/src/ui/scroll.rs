//! Where one was on a page: back and forward lead to the same rows, a new page begins at its top.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::focus;
use crate::browser;

/// What scrolls: a list, a form, or the whole page.
const SCROLLERS: &str = ".table-scroll, .page-scroll, .page-host";

/// Where one was.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    top: i32,
    /// Row of the list that had the keyboard.
    row: Option<usize>,
}

thread_local! {
    /// By the key of the step in the history of the tab.
    static PLACES: RefCell<BTreeMap<String, Place>> = const { RefCell::new(BTreeMap::new()) };
    static STEP: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
    /// A place that the page cannot show yet, because it is still being read.
    static WANTED: Cell<Option<Place>> = const { Cell::new(None) };
}

/// Begins to watch, for as long as the program runs.
pub(super) fn watch() {
    browser::listen_first("scroll", |event: web_sys::Event| {
        let scroller = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(scroller) = scroller.filter(|element| element.matches(SCROLLERS).unwrap_or(false)) {
            note(|place| place.top = scroller.scroll_top());
        }
    });
    // Whoever moves on meanwhile is not carried back.
    for event in ["wheel", "pointerdown", "keydown"] {
        browser::listen_first(event, |_: web_sys::Event| WANTED.set(None));
    }
}

/// Remembers the row that has the keyboard.
pub(super) fn note_row(row: Option<usize>) {
    note(|place| place.row = row);
}

fn note(change: impl FnOnce(&mut Place)) {
    if let Some(step) = browser::step_in_history().filter(|_| WANTED.get().is_none()) {
        PLACES.with_borrow_mut(|places| change(places.entry(step).or_default()));
    }
}

/// After each change of the page: whether it is another one, and whether it reaches as far as one was.
pub(super) fn settle() {
    let here = (browser::step_in_history().unwrap_or_default(), browser::path());
    let former = STEP.replace(here.clone());
    if former.0 != here.0 {
        let known = PLACES.with_borrow(|places| places.get(&here.0).copied());
        WANTED.set(known);
        if known.is_none() && former.1 != here.1 {
            scroll("#content", 0);
        }
    }
    if let Some(place) = WANTED.get()
        && place.row.is_none_or(focus::has_row)
        && SCROLLERS.split(", ").any(|scroller| scroll(scroller, place.top))
    {
        WANTED.set(None);
        if let Some(row) = place.row {
            focus::return_to_row(row);
        }
    }
}

/// Whether what `selector` finds reaches so far that it could be scrolled to `top`.
fn scroll(selector: &str, top: i32) -> bool {
    let Ok(Some(element)) = document().query_selector(selector) else { return false };
    let reaches = element.scroll_height() - element.client_height() >= top;
    if reaches {
        element.set_scroll_top(top);
    }
    reaches
}
