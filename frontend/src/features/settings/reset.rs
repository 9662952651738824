//! Back to the default, with the reason for it.

use leptos::prelude::*;
use quarterdeck_domain::settings::{ResetSetting, RestoreSetting};

use super::{list::Editing, model::shown};
use crate::{
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        field::TextField,
        submission::Submission,
        toast::{Toasts, use_toasts},
    },
};

/// Asks why `editing.resetting` goes back to its default.
#[component]
pub(super) fn ResetDialog(editing: Editing) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let reason = RwSignal::new(String::new());
    let submission @ Submission { busy, error, faults } = Submission::new();
    let open = open_with(editing.resetting, move || {
        reason.set(String::new());
        submission.reset();
    });
    let words = move |words: fn(&quarterdeck_domain::settings::Setting) -> String| {
        editing.resetting.with(|setting| setting.as_ref().map(words).unwrap_or_default())
    };
    let title = Signal::derive(move || words(|setting| text::settings::reset_of(&setting.title)));
    let effect = move || words(|setting| text::settings::default_is(shown(setting, &setting.default)));
    let submit = move |()| {
        let Some(setting) = editing.resetting.get_untracked() else { return };
        let body = ResetSetting { reason: reason.get_untracked() };
        submission.send(Vec::new(), async move {
            let setting = api().reset_setting(&setting.key, &body, Some(setting.version)).await?;
            let (key, title, version) = (setting.key.clone(), setting.title.clone(), setting.version);
            open.set(false);
            editing.replace(setting);
            session.reload_meta().await;
            toasts.say_with_undo(text::settings::was_reset(title), move || {
                crate::browser::spawn(undo(editing, session, toasts, key.clone(), version));
            });
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb=text::settings::reset() busy error submit=Callback::new(submit)>
            <p>{effect}</p>
            <TextField label=text::ui::reason() value=reason pointer="/reason" faults help=Signal::stored(text::settings::reason_help().to_owned()) optional=true name="reason" autofocus=true/>
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
