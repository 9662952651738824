//! The session ended under a page: what is typed there stays until the same person signs in again or gives it up.

use leptos::prelude::*;

use crate::{
    i18n::text,
    session::use_session,
    ui::{
        button::{Button, Look},
        dialog::Dialog,
        dirty::Guard,
    },
};

/// Keeps the page under a question; one without changes goes at once.
#[component]
pub fn InterruptedDialog() -> impl IntoView {
    let (session, guard) = (use_session(), expect_context::<Guard>());
    let open = RwSignal::new(false);
    crate::browser::effect(move || match session.interrupted().get() {
        true if guard.is_clean() => session.leave(),
        left => open.set(left),
    });
    view! {
        <Dialog open title=text::frame::interrupted_title() locked=Signal::stored(true)>
            <div class="dialog-body"><p>{text::frame::interrupted_why()}</p></div>
            <div class="dialog-foot">
                <Button label=text::ui::leave() look=Look::DangerQuiet press=Callback::new(move |()| session.leave())/>
                <a class="button" data-kind="primary" href="/sign-in" target="_blank" rel="noopener">{text::frame::interrupted_sign_in()}</a>
            </div>
        </Dialog>
    }
}
