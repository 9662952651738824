//! "Sign everyone out": whose sessions end, then the plan with the exact number.

use leptos::prelude::*;
use quarterdeck_domain::{
    plans::PlanAction,
    sessions::{RevocationScope, RevokeSessions},
};

use crate::{
    features::users::organization_options,
    i18n::{text, words},
    ui::{choice::SelectField, dialog::FormDialog, plan::use_planner, table::Options, toast::use_toasts},
};

/// Scopes that are offered here; one user's sessions are ended from the page of the user.
const SCOPES: [RevocationScope; 4] =
    [RevocationScope::AllButMine, RevocationScope::NonAdmins, RevocationScope::Organization, RevocationScope::All];

/// Asks for the scope.
#[component]
pub fn RevokeDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let (planner, toasts) = (use_planner(), use_toasts());
    let scope = RwSignal::new(RevocationScope::AllButMine);
    let organization = RwSignal::new(String::new());
    let organizations: RwSignal<Options> = RwSignal::new(Vec::new());
    crate::browser::effect(move || {
        if open.get() && organizations.with_untracked(Vec::is_empty) {
            crate::browser::spawn(async move {
                let found = organization_options(String::new()).await;
                if let Some((first, _)) = found.first() {
                    organization.try_set(first.clone());
                }
                organizations.try_set(found);
            });
        }
    });
    let is_organization = move || scope.get() == RevocationScope::Organization;
    let submit = move |()| {
        let revocation = RevokeSessions {
            scope: scope.get_untracked(),
            organization_id: organization.get_untracked().parse().ok().filter(|_| untrack(is_organization)),
            user_id: None,
        };
        open.set(false);
        planner.begin(text::frame::sign_out_everyone(), PlanAction::RevokeSessions { revocation }, move |job| {
            toasts.say(text::plans::done_revoked(job.succeeded));
            done.run(());
        });
    };
    view! {
        <FormDialog open title=text::frame::sign_out_everyone() verb=text::ui::go_on() busy=Signal::stored(false) submit=Callback::new(submit)>
            <p class="muted">{text::sessions::revoke_help()}</p>
            <fieldset class="stack-tight">
                <legend class="visually-hidden">{text::sessions::scope()}</legend>
                {SCOPES.map(|option| view! {
                    <label class="check">
                        <input type="radio" class="checkbox" name="scope" value=option.name() prop:checked=move || scope.get() == option on:change=move |_| scope.set(option)/>
                        <span>{words::revocation_scope(option)}</span>
                    </label>
                })}
            </fieldset>
            {move || is_organization().then(|| view! { <SelectField label=text::users::organization() value=organization options=organizations name="organization"/> })}
        </FormDialog>
    }
}
