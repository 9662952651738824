//! Back to the default, with the reason for it.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::settings::{ResetSetting, RestoreSetting};

use super::{list::Editing, model::shown};
use crate::{
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        field::TextField,
        toast::{Toasts, use_toasts},
    },
};

/// Asks why `editing.resetting` goes back to its default.
#[component]
pub(super) fn ResetDialog(editing: Editing) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let reason = RwSignal::new(String::new());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<ClientError>));
    let open = open_with(editing.resetting, move || {
        reason.set(String::new());
        error.set(None);
    });
    let words = move |words: fn(&quarterdeck_domain::settings::Setting) -> String| {
        editing.resetting.with(|setting| setting.as_ref().map(words).unwrap_or_default())
    };
    let title = Signal::derive(move || words(|setting| text::settings::reset_of(&setting.title)));
    let effect = move || words(|setting| text::settings::default_is(shown(setting, &setting.default)));
    let submit = move |()| {
        let Some(setting) = editing.resetting.get_untracked() else { return };
        busy.set(true);
        crate::browser::spawn(async move {
            let body = ResetSetting { reason: reason.get_untracked() };
            match api().reset_setting(&setting.key, &body, Some(setting.version)).await {
                Ok(setting) => {
                    let (key, title, version) = (setting.key.clone(), setting.title.clone(), setting.version);
                    open.set(false);
                    editing.replace(setting);
                    session.reload_meta().await;
                    toasts.say_with_undo(text::settings::was_reset(title), move || {
                        crate::browser::spawn(undo(editing, session, toasts, key.clone(), version));
                    });
                }
                Err(refused) => error.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    view! {
        <FormDialog open title verb=text::settings::reset() busy error submit=Callback::new(submit)>
            <p>{effect}</p>
            <TextField label=text::ui::reason() value=reason help=Signal::stored(text::settings::reason_help().to_owned()) optional=true name="reason" autofocus=true/>
        </FormDialog>
    }
}

/// Takes the last change back by restoring the one before it. The row that offered it is drawn anew by then.
async fn undo(editing: Editing, session: Session, toasts: Toasts, key: String, version: u32) {
    match api().restore_setting(&key, version.saturating_sub(1), &RestoreSetting::default()).await {
        Ok(setting) => {
            editing.replace(setting);
            session.reload_meta().await;
        }
        Err(error) => toasts.fail(&error),
    }
}
