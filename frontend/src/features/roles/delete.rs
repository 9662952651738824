//! The end of a custom role that nobody holds.

use leptos::prelude::*;
use quarterdeck_domain::roles::CustomRole;

use super::model::AnyRole;
use crate::{
    i18n::text,
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        submission::Submission,
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
    let submission @ Submission { busy, error, .. } = Submission::new();
    let open = open_with(deleting, move || submission.reset());
    let title = Signal::derive(move || {
        deleting.with(|role| role.as_ref().map(|role| text::roles::delete_of(role.name())).unwrap_or_default())
    });
    let submit = move |()| {
        let asked = deleting.get_untracked();
        let Some(role) = asked.as_ref().and_then(AnyRole::custom).cloned() else { return };
        submission.send(Vec::new(), async move {
            api().delete_role(role.id).await?;
            open.try_set(false);
            toasts.say(text::roles::deleted(role.name));
            done.try_run(());
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb=text::roles::delete() danger=true busy error submit=Callback::new(submit)>
            <p>{text::roles::delete_effect()}</p>
        </FormDialog>
    }
}
