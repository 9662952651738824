//! Dialogs: the browser's own `<dialog>`, which keeps the keyboard inside, closes by Esc and gives the focus back.

use leptos::{ev, html, prelude::*};
use quarterdeck_client::ClientError;

use super::{
    button::{Button, IconButton, Look},
    icon::Icon,
    popover::fresh_id,
    state::FormError,
};
use crate::{browser, i18n::text};

/// Where the keyboard begins in a dialog: at its first field, or else at the verb that does no harm.
const BEGIN: &str = "dialog[open] .dialog-body :is(input, select, textarea, button.input):not(:disabled, [hidden]), \
                     dialog[open] .dialog-foot button:not(:disabled, [data-kind^=danger])";

/// Shows and closes the element as `open` says.
fn follow(node: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    browser::effect(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // A dialog that cannot be modal is still shown.
            if dialog.show_modal().is_err() {
                dialog.show();
            }
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
}

/// Whether a dialog about `subject` is open: from the moment that there is one, behind `begin`, until it is closed, which forgets the subject.
pub fn open_with<T: Send + Sync + 'static>(subject: RwSignal<Option<T>>, begin: impl Fn() + 'static) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    browser::effect(move || {
        if subject.with(Option::is_some) {
            begin();
            open.set(true);
        }
    });
    browser::effect(move || {
        if !open.get() && subject.with_untracked(Option::is_some) {
            subject.set(None);
        }
    });
    open
}

/// A dialog without head or foot that a click beside it closes too.
#[component]
pub fn Overlay(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Class of the element.
    class: &'static str,
    /// What it is, for those who cannot see it.
    label: &'static str,
    /// What it holds, made anew each time.
    children: ChildrenFn,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    follow(node, open);
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            class=class
            aria-label=label
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // A click on the backdrop arrives at the dialog itself.
                if event.target() == event.current_target() {
                    open.set(false);
                }
            }
        >
            {move || open.get().then(|| children.with_value(|children| children()))}
        </dialog>
    }
}

/// A dialog that is open while `open` is true. Its content is made anew each time.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What it is about: verb and object.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it needs more room.
    #[prop(optional)]
    wide: bool,
    /// Whether Esc and the cross are without effect for now.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// `.dialog-body` and `.dialog-foot`, perhaps within a form.
    children: ChildrenFn,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    let heading = fresh_id("dialog");
    follow(node, open);
    browser::effect(move || {
        if open.get() {
            // The browser would begin at the cross.
            browser::next_frame(|| browser::focus_first(BEGIN));
        }
    });
    let cancel = move |event: web_sys::Event| {
        if locked.get_untracked() {
            event.prevent_default();
        }
    };
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            class="dialog"
            data-wide=wide.then_some("")
            aria-labelledby=heading.clone()
            on:cancel=cancel
            on:close=move |_| open.set(false)
        >
            <div class="dialog-head">
                <h2 id=heading.clone()>{title}</h2>
                <IconButton label=text::ui::close() icon=Icon::Close disabled=locked press=Callback::new(move |()| open.set(false))/>
            </div>
            {move || open.get().then(|| children.with_value(|children| children()))}
        </dialog>
    }
}

/// A dialog that is a form: fields, an error, and two verbs. Enter sends it.
#[component]
pub fn FormDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Verb and object.
    #[prop(into)]
    title: Signal<String>,
    /// The verb of the button, with its object.
    #[prop(into)]
    verb: Signal<String>,
    /// Whether the act cannot be undone.
    #[prop(optional)]
    danger: bool,
    /// Whether it needs more room.
    #[prop(optional)]
    wide: bool,
    /// Whether the act is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What went wrong.
    #[prop(optional, into)]
    error: Signal<Option<ClientError>>,
    /// Does it.
    #[prop(into)]
    submit: Callback<()>,
    /// The object, the effect, the fields.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Dialog open title wide locked=busy>
            <form
                novalidate
                on:submit=move |event: ev::SubmitEvent| {
                    event.prevent_default();
                    if !busy.get_untracked() {
                        submit.run(());
                    }
                }
            >
                <div class="dialog-body">
                    {children.with_value(|children| children())}
                    <FormError error/>
                </div>
                <div class="dialog-foot">
                    <Button label=text::ui::cancel() disabled=busy press=Callback::new(move |()| open.set(false))/>
                    <Button label=verb busy submit=true look=if danger { Look::Danger } else { Look::Primary }/>
                </div>
            </form>
        </Dialog>
    }
}
