//! The end of a custom role that nobody holds.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::roles::CustomRole;

use super::model::AnyRole;
use crate::{
    i18n::text,
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        toast::use_toasts,
    },
};

/// That the role cannot be deleted while somebody holds it.
pub fn held(role: &CustomRole) -> Option<String> {
    (role.grant_count > 0).then(|| text::roles::held_by(role.grant_count))
}

/// Says what goes with the role, then deletes it.
#[component]
pub(super) fn DeleteDialog(
    /// The role that is asked about.
    deleting: RwSignal<Option<AnyRole>>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<ClientError>));
    let open = open_with(deleting, move || error.set(None));
    let title = Signal::derive(move || {
        deleting.with(|role| role.as_ref().map(|role| text::roles::delete_of(role.name())).unwrap_or_default())
    });
    let submit = move |()| {
        let asked = deleting.get_untracked();
        let Some(role) = asked.as_ref().and_then(AnyRole::custom).cloned() else { return };
        busy.set(true);
        crate::browser::spawn(async move {
            match api().delete_role(role.id).await {
                Ok(()) => {
                    open.try_set(false);
                    toasts.say(text::roles::deleted(role.name));
                    done.try_run(());
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <FormDialog open title verb=text::roles::delete() danger=true busy error submit=Callback::new(submit)>
            <p>{text::roles::delete_effect()}</p>
        </FormDialog>
    }
}
