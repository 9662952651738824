//! "Sign everyone out": whose sessions end, then the plan with the exact number.

use leptos::prelude::*;
use quarterdeck_domain::{
    Error, Permission, Resource,
    plans::PlanAction,
    sessions::{RevocationScope, RevokeSessions},
};

use crate::{
    features::users::OrganizationField,
    i18n::{text, words},
    session::{Session, use_session},
    ui::{dialog::FormDialog, field::Faults, plan::use_planner, toast::use_toasts},
};

/// Scopes that are offered here; one user's sessions are ended from the page of the user.
const SCOPES: [RevocationScope; 4] =
    [RevocationScope::AllButMine, RevocationScope::NonAdmins, RevocationScope::Organization, RevocationScope::All];

/// The act by its name: whoever reaches one organization only ends no other sessions.
#[must_use]
pub fn sign_out_everyone(session: Session) -> &'static str {
    match untrack(|| session.refusal(Permission::SessionRevoke, &Resource::Platform)) {
        Some(_) => text::sessions::sign_out_organization(),
        None => text::frame::sign_out_everyone(),
    }
}

/// Asks for the scope.
#[component]
pub fn RevokeDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let (session, planner, toasts) = (use_session(), use_planner(), use_toasts());
    let scope = RwSignal::new(RevocationScope::AllButMine);
    let (organization, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let faults = Faults::new();
    let is_organization = move || scope.get() == RevocationScope::Organization;
    // Who reaches one organization only has no other to choose.
    let is_bound = session.refusal(Permission::SessionRevoke, &Resource::Platform).is_some();
    let title = sign_out_everyone(session);
    let scopes = SCOPES.into_iter().filter(move |scope| !is_bound || *scope != RevocationScope::Organization);
    let submit = move |()| {
        let revocation = RevokeSessions {
            scope: scope.get_untracked(),
            organization_id: organization.get_untracked().parse().ok().filter(|_| untrack(is_organization)),
            user_id: None,
        };
        if let Err(Error::Invalid(found)) = revocation.check() {
            faults.show(found);
            return;
        }
        open.set(false);
        planner.begin(title, PlanAction::RevokeSessions { revocation }, move |job| {
            if job.state.is_final() {
                toasts.say(text::plans::done_revoked(job.succeeded));
            }
            done.try_run(());
        });
    };
    view! {
        <FormDialog open title verb=text::ui::go_on() busy=Signal::stored(false) submit=Callback::new(submit)>
            <p class="muted">{text::sessions::revoke_help()}</p>
            <fieldset class="stack-tight">
                <legend class="visually-hidden">{text::sessions::scope()}</legend>
                {scopes.clone().map(|option| view! {
                    <label class="check">
                        <input type="radio" class="checkbox" name="scope" value=option.name() prop:checked=move || scope.get() == option on:change=move |_| scope.set(option)/>
                        <span>{words::revocation_scope(option)}</span>
                    </label>
                }).collect_view()}
            </fieldset>
            {move || is_organization().then(|| view! { <OrganizationField value=organization words=name faults=Some(faults)/> })}
        </FormDialog>
    }
}
