//! A sensitive act waits for the password: it is asked for here, whatever the page.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{FieldError, auth::StepUp};

use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        dialog::FormDialog,
        field::{Faults, Kind, TextField},
    },
};

/// Asks for the password, and lets the requests that wait for it go on.
#[component]
pub fn ConfirmDialog() -> impl IntoView {
    let confirmation = use_session().confirmation();
    let open = confirmation.asked();
    let password = RwSignal::new(String::new());
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    crate::browser::effect(move || {
        if !open.get() {
            confirmation.answer(false);
        }
        password.set(String::new());
        faults.reset();
        error.set(None);
    });
    let submit = move |()| {
        error.set(None);
        let missing = password
            .with_untracked(String::is_empty)
            .then(|| FieldError::new("/password", "required", text::auth::password_missing()));
        if !faults.show(missing.into_iter().collect()) {
            return;
        }
        busy.set(true);
        crate::browser::spawn(async move {
            match api().step_up(&StepUp { password: password.get_untracked() }).await {
                Ok(_) => confirmation.answer(true),
                Err(refused) => {
                    let rest = faults.take(refused);
                    if rest.is_none() {
                        password.set(String::new());
                    }
                    error.set(rest);
                }
            }
            busy.set(false);
        });
    };
    view! {
        <FormDialog open title=text::frame::confirm_title() verb=text::frame::confirm_verb() busy error submit=Callback::new(submit)>
            <p>{text::frame::confirm_why()}</p>
            <TextField label=text::auth::password() value=password pointer="/password" faults kind=Kind::Password autocomplete="current-password" autofocus=true name="password"/>
        </FormDialog>
    }
}
