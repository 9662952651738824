//! A grant is withdrawn: asked with its effect, for a reason.

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    role_grants::{RevokeRoleGrant, RoleGrant, RoleGrantState, ScopeKind},
};

use super::grants::{place, role_name};
use crate::{
    i18n::text,
    session::Session,
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        field::TextField,
        icon::Icon,
        popover::MenuItem,
        submission::Submission,
        toast::use_toasts,
    },
};

/// The verb in the menu of a grant, for those who may; nothing for a grant that has ended.
pub fn item(grant: &RoleGrant, session: Session, withdrawing: RwSignal<Option<RoleGrant>>) -> Option<MenuItem> {
    let is_offered = grant.state == RoleGrantState::Active && untrack(|| session.may(Permission::RoleGrant));
    let scope = grant.place().resource();
    let refused = untrack(|| match grant.user_id.is_some_and(|id| session.is_own(id)) {
        true => Some(text::ui::own_account().to_owned()),
        false => session.refusal(Permission::RoleGrant, &scope),
    });
    is_offered.then(|| {
        let grant = grant.clone();
        let withdraw = move || withdrawing.set(Some(grant.clone()));
        MenuItem::run(Icon::Trash, text::roles::withdraw_dots(), withdraw).dangerous().separated().unless(refused)
    })
}

/// Says who loses what, then withdraws it.
#[component]
pub(super) fn WithdrawDialog(
    /// The grant that is asked about.
    withdrawing: RwSignal<Option<RoleGrant>>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let reason = RwSignal::new(String::new());
    let submission @ Submission { busy, error, faults } = Submission::new();
    let open = open_with(withdrawing, move || {
        reason.set(String::new());
        submission.reset();
    });
    let title = Signal::derive(move || {
        let asked = withdrawing.get();
        asked.map(|grant| text::roles::withdraw_of(role_name(&grant), grant.display_name)).unwrap_or_default()
    });
    let effect = move || {
        let asked = withdrawing.get();
        asked.map(|grant| {
            let loser = match grant.group_id {
                Some(_) => text::roles::whoever_is_in(grant.display_name.clone()),
                None => grant.display_name.clone(),
            };
            match grant.scope {
                ScopeKind::Platform => text::roles::withdraw_effect_platform(loser),
                ScopeKind::Organization | ScopeKind::Group => text::roles::withdraw_effect(loser, place(&grant)),
            }
        })
    };
    let submit = move |()| {
        let Some(grant) = withdrawing.get_untracked() else { return };
        let body = RevokeRoleGrant { reason: reason.get_untracked().trim().to_owned() };
        submission.send(Vec::new(), async move {
            api().revoke_role_grant(grant.id, &body).await?;
            open.try_set(false);
            toasts.say(text::roles::withdrawn(role_name(&grant), grant.display_name));
            done.try_run(());
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb=text::roles::withdraw() danger=true busy error submit=Callback::new(submit)>
            <p>{effect}</p>
            <TextField label=text::ui::reason() value=reason pointer="/reason" faults help=Signal::stored(text::ui::reason_help().to_owned()) optional=true name="reason"/>
        </FormDialog>
    }
}
