//! Unsaved changes: the bar at the bottom of a form, and the guard that asks before they are lost.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

use super::{
    button::{Button, Look},
    dialog::{Dialog, open_with},
    icon::{Glyph, Icon},
};
use crate::{browser, i18n::text};

/// One field that was changed and not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Label of the field.
    pub label: String,
    /// Saved value.
    pub before: String,
    /// Value in the form.
    pub after: String,
}

impl FieldChange {
    /// The change of a field, if it was changed.
    pub fn of(label: &str, before: impl Into<String>, after: impl Into<String>) -> Option<Self> {
        let (before, after) = (before.into(), after.into());
        (before != after).then(|| Self { label: label.to_owned(), before, after })
    }
}

/// Where somebody wants to go.
#[derive(Clone)]
enum Target {
    /// To an address.
    Address(String),
    /// So many steps through the history of the tab.
    Steps(i32),
    /// Wherever an act leads. Outlives the menu that it was chosen from.
    Act(Arc<dyn Fn() + Send + Sync>),
}

/// The page with the changes: after a step back the browser no longer knows it.
#[derive(Debug, Clone, Default)]
struct Here {
    address: String,
    place: Option<i32>,
}

/// How many changes of the page are not saved, for whoever is about to leave it.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    unsaved: RwSignal<usize>,
    target: RwSignal<Option<Target>>,
    here: StoredValue<Here>,
    /// Whether the next step through the history is the guard's own.
    returning: StoredValue<bool>,
}

impl Guard {
    /// Begins to watch links and the back button, for as long as the program runs. Must come before the router.
    #[must_use]
    pub fn start() -> Self {
        let guard = Self {
            unsaved: RwSignal::new(0),
            target: RwSignal::new(None),
            here: StoredValue::new(Here::default()),
            returning: StoredValue::new(false),
        };
        browser::listen_first("click", move |event: web_sys::MouseEvent| guard.on_click(&event));
        browser::listen_first("popstate", move |event: web_sys::Event| guard.on_back(&event));
        browser::listen_first("beforeunload", move |event: web_sys::BeforeUnloadEvent| {
            if !guard.is_clean() {
                event.prevent_default();
            }
        });
        guard
    }

    /// Whether nothing would be lost.
    #[must_use]
    pub fn is_clean(self) -> bool {
        self.unsaved.get_untracked() == 0
    }

    /// Does what leaves the page, after a question where changes would be lost.
    pub fn ask(self, leave: impl Fn() + Send + Sync + 'static) {
        if self.is_clean() {
            leave();
        } else {
            self.target.set(Some(Target::Act(Arc::new(leave))));
        }
    }

    /// Counts the changes of a component as long as it lives.
    pub fn watch(self, changes: Signal<usize>) {
        let counted = StoredValue::new(0);
        let count = move |now: usize| {
            let former = counted.try_update_value(|counted| std::mem::replace(counted, now)).unwrap_or_default();
            self.unsaved.try_update(|unsaved| *unsaved = (*unsaved + now).saturating_sub(former));
        };
        browser::effect(move || {
            count(changes.get());
            self.note_here();
        });
        on_cleanup(move || count(0));
    }

    /// The same for the fields of a form without a bar: those that are not as they were at first.
    pub fn watch_fields(self, fields: impl IntoIterator<Item = RwSignal<String>>) {
        let fields: Vec<_> = fields.into_iter().map(|field| (field, field.get_untracked())).collect();
        self.watch(Signal::derive(move || {
            fields.iter().filter(|(field, first)| field.with(|text| text != first)).count()
        }));
    }

    fn on_click(self, event: &web_sys::MouseEvent) {
        if self.is_clean() || event.ctrl_key() || event.meta_key() || event.button() != 0 {
            return;
        }
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten())
            .and_then(|element| element.dyn_into::<web_sys::HtmlAnchorElement>().ok());
        let Some(link) = link else { return };
        if link.target().is_empty() && link.origin() == window().location().origin().unwrap_or_default() {
            event.prevent_default();
            event.stop_immediate_propagation();
            self.target.set(Some(Target::Address(format!("{}{}", link.pathname(), link.search()))));
        }
    }

    fn on_back(self, event: &web_sys::Event) {
        if self.returning.get_value() {
            self.returning.set_value(false);
            event.stop_immediate_propagation();
            return;
        }
        if self.is_clean() {
            return;
        }
        event.stop_immediate_propagation();
        // The browser has left already, so the guard steps back to where it was.
        let (Ok(history), here, location) = (window().history(), self.here.get_value(), window().location()) else {
            return;
        };
        let steps =
            browser::place_in_history().zip(here.place).map(|(now, here)| now - here).filter(|steps| *steps != 0);
        let target = match steps {
            Some(steps) => {
                self.returning.set_value(true);
                let _refused = history.go_with_delta(-steps);
                Target::Steps(steps)
            }
            // A browser that tells no places loses what lay ahead.
            None => {
                let _kept = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&here.address));
                let (path, search) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
                Target::Address(format!("{path}{search}"))
            }
        };
        self.target.set(Some(target));
    }

    fn note_here(self) {
        let address = window().location().href().unwrap_or_default();
        self.here.set_value(Here { address, place: browser::place_in_history() });
    }
}

/// Asks before unsaved changes are lost; once a page.
#[component]
pub fn LeaveDialog() -> impl IntoView {
    let guard = expect_context::<Guard>();
    let open = open_with(guard.target, || {});
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        let target = guard.target.get_untracked();
        guard.unsaved.set(0);
        open.set(false);
        match target {
            Some(Target::Address(address)) => navigate(&address, NavigateOptions::default()),
            Some(Target::Steps(steps)) => {
                let _refused = window().history().map(|history| history.go_with_delta(steps));
            }
            Some(Target::Act(act)) => act(),
            None => {}
        }
    });
    view! {
        <Dialog open title=text::ui::leave_title()>
            <div class="dialog-body"><p>{move || text::ui::leave_why(guard.unsaved.get() as u64)}</p></div>
            <div class="dialog-foot">
                <Button label=text::ui::leave() look=Look::DangerQuiet press=leave/>
                <Button label=text::ui::stay() look=Look::Primary press=Callback::new(move |()| open.set(false))/>
            </div>
        </Dialog>
    }
}

/// "3 changes · Review · Discard · Save" while the form differs from what is saved.
#[component]
pub fn DirtyBar(
    /// The changed fields.
    #[prop(into)]
    changes: Signal<Vec<FieldChange>>,
    /// Whether they are being saved.
    #[prop(into)]
    busy: Signal<bool>,
    /// Takes them back.
    #[prop(into)]
    discard: Callback<()>,
    /// Saves them.
    #[prop(into)]
    save: Callback<()>,
) -> impl IntoView {
    let guard = expect_context::<Guard>();
    let count = Memo::new(move |_| changes.with(Vec::len));
    guard.watch(count.into());
    let review = RwSignal::new(false);
    view! {
        {move || (count.get() > 0).then(|| view! {
            <div class="dirty-bar" role="region" aria-label=text::ui::review_changes()>
                <p aria-live="polite"><Glyph icon=Icon::Edit/> {move || text::ui::changes(count.get() as u64)}</p>
                <Button label=text::ui::review() look=Look::Ghost press=Callback::new(move |()| review.set(true))/>
                <Button label=text::ui::discard() disabled=busy press=discard/>
                <Button label=text::ui::save_changes() look=Look::Primary busy press=save/>
            </div>
        })}
        <Dialog open=review title=text::ui::review_changes() wide=true>
            <div class="dialog-body"><ChangeTable changes/></div>
            <div class="dialog-foot">
                <Button label=text::ui::close() press=Callback::new(move |()| review.set(false))/>
                <Button label=text::ui::save_changes() look=Look::Primary press=Callback::new(move |()| { review.set(false); save.run(()); })/>
            </div>
        </Dialog>
    }
}

/// Field, before, after.
#[component]
pub fn ChangeTable(
    /// The changes.
    #[prop(into)]
    changes: Signal<Vec<FieldChange>>,
) -> impl IntoView {
    view! {
        <table class="diff">
            <thead>
                <tr>
                    <th scope="col">{text::ui::change_field()}</th>
                    <th scope="col">{text::ui::change_before()}</th>
                    <th scope="col">{text::ui::change_after()}</th>
                </tr>
            </thead>
            <tbody>
                {move || changes.get().into_iter().map(|change| view! {
                    <tr>
                        <th scope="row">{change.label}</th>
                        <td>{(!change.before.is_empty()).then(|| view! { <del>{change.before}</del> })}</td>
                        <td>{(!change.after.is_empty()).then(|| view! { <ins>{change.after}</ins> })}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equal_field_is_no_change() {
        assert_eq!(FieldChange::of("Name", "Ada", "Ada"), None);
        assert!(FieldChange::of("Name", "Ada", "Bob").is_some());
    }
}
