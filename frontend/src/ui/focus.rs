//! The keyboard is never lost: when what had it goes away or is disabled, something near gets it.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::HtmlElement;

use super::scroll;
use crate::browser::{self, path};

/// Places that are remembered.
const KEPT: usize = 12;

/// Where the keyboard was.
struct Place {
    element: HtmlElement,
    /// Number of the row of a list that it stands in.
    row: Option<usize>,
    path: String,
}

thread_local! {
    static PASSED: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
    /// Whether somebody took the keyboard away by a click beside everything.
    static PUT_DOWN: Cell<bool> = const { Cell::new(false) };
}

/// Begins to watch, for as long as the program runs.
pub fn watch() {
    scroll::watch();
    browser::listen_first("pointerdown", |_: web_sys::Event| PUT_DOWN.set(true));
    browser::listen_first("focusin", |event: web_sys::Event| {
        PUT_DOWN.set(false);
        if let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            note(element);
        }
    });
    let settle = Closure::<dyn FnMut()>::new(settle);
    let options = web_sys::MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    options.set_attribute_filter(&js_sys::Array::of2(&"disabled".into(), &"open".into()));
    if let (Ok(observer), Some(body)) =
        (web_sys::MutationObserver::new(settle.as_ref().unchecked_ref()), document().body())
    {
        let _unwatched = observer.observe_with_options(&body, &options);
        settle.forget();
    }
}

fn note(element: HtmlElement) {
    let row = element.closest("[data-row]").ok().flatten();
    let row = row.and_then(|row| row.get_attribute("data-row")?.parse().ok());
    if element.id() != "content" {
        scroll::note_row(row);
    }
    PASSED.with_borrow_mut(|passed| {
        passed.retain(|place| place.element != element);
        if passed.len() >= KEPT {
            passed.remove(0);
        }
        passed.push(Place { element, row, path: path() });
    });
}

fn is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// Gives the keyboard to what had it, to the row that follows, to what had it before, or to the page.
fn settle() {
    scroll::settle();
    if !is_lost() || PUT_DOWN.get() {
        return;
    }
    let passed = PASSED.with_borrow(|passed| {
        let here = path();
        let before = passed.iter().rev().filter(|place| place.path == here).map(|place| place.element.clone());
        let last = passed.last()?;
        let row = last.row.filter(|_| last.path == here);
        Some((last.element.clone(), row, before.collect::<Vec<_>>()))
    });
    // Nobody had it yet: a page that was just opened is walked from its beginning.
    let Some((last, row, before)) = passed else { return };
    let found = take(&last)
        || row.is_some_and(take_row)
        || before.iter().any(take)
        || take_first("dialog[open] button")
        || take_first("#content");
    if !found {
        // A page without a frame puts the keyboard where it begins itself.
        PASSED.with_borrow_mut(Vec::clear);
    }
}

/// Whether the element took the keyboard: it is there, shown and enabled.
fn take(element: &HtmlElement) -> bool {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _unfocusable = element.focus_with_options(&options);
    !is_lost()
}

fn take_first(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    found.and_then(|element| element.dyn_into().ok()).is_some_and(|element| take(&element))
}

/// Puts the keyboard on the verbs of the row in place `index`, or of the last one.
fn take_row(index: usize) -> bool {
    [format!("[data-row='{index}']"), "[data-row]:last-child".to_owned()]
        .iter()
        .any(|row| take_in(row, ["[aria-haspopup]", "[data-opens]", "a", "input"]))
}

fn take_in(row: &str, targets: [&str; 4]) -> bool {
    targets.iter().any(|target| take_first(&format!("{row} {target}")))
}

/// Whether the list shows a row in place `index`.
pub(super) fn has_row(index: usize) -> bool {
    browser::is_there(&format!("[data-row='{index}']"))
}

/// Puts the keyboard on what was opened from the row, unless somebody put it elsewhere meanwhile.
pub(super) fn return_to_row(index: usize) {
    if is_lost() || document().active_element().is_some_and(|element| element.id() == "content") {
        take_in(&format!("[data-row='{index}']"), ["a", "[data-opens]", "[aria-haspopup]", "input"]);
    }
}

/// Puts the keyboard back where it was before it came into what `selector` finds.
pub fn leave(selector: &str) {
    let before: Vec<_> = PASSED.with_borrow(|passed| {
        let outside = |place: &&Place| place.element.closest(selector).is_ok_and(|found| found.is_none());
        passed.iter().rev().filter(outside).map(|place| place.element.clone()).collect()
    });
    let _nowhere = before.iter().any(|element| take(element) && document().active_element().as_ref() == Some(element));
}
