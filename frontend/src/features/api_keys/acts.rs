//! What is done to a key from its row: the dialogs that are open, and the question before it is revoked.

use leptos::prelude::*;
use quarterdeck_domain::{
    UserId,
    api_keys::{ApiKey, ApiKeyWithSecret},
};

use super::{editor::EditorDialog, rotate::RotateDialog, secret::SecretDialog};
use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        submission::Submission,
        toast::use_toasts,
    },
};

/// What a form of a key is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A key of one's own that is to be made.
    New,
    /// A key of this service account that is to be made.
    NewOf(UserId),
    /// One that there is.
    Saved(Box<ApiKey>),
}

/// The key that each dialog is about.
#[derive(Debug, Clone, Copy)]
pub struct Acts {
    /// It is being made or edited.
    pub editing: RwSignal<Option<Subject>>,
    /// It is given another secret.
    pub rotating: RwSignal<Option<ApiKey>>,
    /// It is revoked.
    pub revoking: RwSignal<Option<ApiKey>>,
    /// Its new secret is shown.
    pub shown: RwSignal<Option<ApiKeyWithSecret>>,
}

impl Acts {
    /// No dialog is open.
    #[must_use]
    pub fn new() -> Self {
        Self {
            editing: RwSignal::new(None),
            rotating: RwSignal::new(None),
            revoking: RwSignal::new(None),
            shown: RwSignal::new(None),
        }
    }
}

/// The dialogs of the acts.
#[component]
pub fn KeyDialogs(
    /// The acts that open them.
    acts: Acts,
    /// What follows a change.
    done: Callback<()>,
) -> impl IntoView {
    view! {
        <EditorDialog acts done/>
        <RotateDialog acts done/>
        <RevokeDialog acts done/>
        <SecretDialog shown=acts.shown/>
    }
}

/// Names the key and its owner, then revokes it.
#[component]
fn RevokeDialog(acts: Acts, done: Callback<()>) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let submission @ Submission { busy, error, .. } = Submission::new();
    let open = open_with(acts.revoking, move || submission.reset());
    let title = Signal::derive(move || {
        let asked = acts.revoking.get();
        asked
            .map(|key| match session.is_own(key.user_id) {
                true => text::api_keys::revoke_own_of(key.title),
                false => text::api_keys::revoke_of(key.title, key.display_name),
            })
            .unwrap_or_default()
    });
    let submit = move |()| {
        let Some(key) = acts.revoking.get_untracked() else { return };
        submission.send(Vec::new(), async move {
            api().revoke_api_key(key.id).await?;
            open.try_set(false);
            toasts.say(text::api_keys::revoked(key.title));
            done.try_run(());
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb=text::api_keys::revoke() danger=true busy error submit=Callback::new(submit)>
            <p>{text::api_keys::revoke_effect()}</p>
        </FormDialog>
    }
}
