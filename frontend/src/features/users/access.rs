//! The tab "Access": roles, organization, password.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Patch, Permission, Role,
    roles::Roles,
    users::{UpdateUser, User, UserKind},
};

use super::{
    grant::{GrantDialog, is_grave},
    organization::OrganizationField,
    password::PasswordSection,
    seat::SeatSection,
};
use crate::{
    i18n::{text, words},
    session::use_session,
    transport::api,
    ui::{
        dirty::{DirtyBar, FieldChange},
        merge::{Rival, Saved, follow, take_rival},
        state::FormError,
        toast::use_toasts,
    },
};

/// What the form differs in from what is saved.
#[must_use]
pub fn update(saved: &User, roles: Roles, organization: Option<OrganizationId>) -> UpdateUser {
    UpdateUser {
        roles: (roles != saved.summary.roles).then_some(roles),
        organization_id: if organization == saved.summary.organization_id {
            Patch::Absent
        } else {
            Patch::from_option(organization)
        },
        ..UpdateUser::default()
    }
}

/// Id of the organization as it stands in the field.
fn organization_of(user: &User) -> String {
    user.summary.organization_id.map(|id| id.to_string()).unwrap_or_default()
}

/// Roles, organization, password.
#[component]
pub fn AccessTab(
    /// The user as saved.
    user: RwSignal<Option<User>>,
    /// Reads the user again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<ClientError>));
    let saved = Saved::new(user.get_untracked());
    let base = saved.now();
    let roles = RwSignal::new(Roles::NONE);
    let (organization, organization_name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let take = move |user: User| {
        roles.set(user.summary.roles);
        organization.set(organization_of(&user));
        organization_name.set(user.summary.organization_name.clone().unwrap_or_default());
        saved.take(user);
        error.set(None);
    };
    let renew = move |user: User| {
        saved.renew(user, |former, now| {
            follow(roles, &former.summary.roles, now.summary.roles);
            if organization.with_untracked(|chosen| *chosen == organization_of(former)) {
                organization.set(organization_of(now));
                organization_name.set(now.summary.organization_name.clone().unwrap_or_default());
            }
        });
        error.set(None);
        reload.try_run(());
    };
    if let Some(user) = user.get_untracked() {
        take(user);
    }
    let changes = Memo::new(move |_| {
        let Some(saved) = base.get() else { return Vec::new() };
        let former = organization_of(&saved);
        let roles = FieldChange::of(text::users::roles(), words::roles(saved.summary.roles), words::roles(roles.get()));
        let moved = organization.with(|chosen| {
            (*chosen != former).then(|| FieldChange {
                label: text::users::organization().to_owned(),
                before: saved.summary.organization_name.unwrap_or_default(),
                after: if chosen.is_empty() {
                    text::users::no_organization().to_owned()
                } else {
                    organization_name.get()
                },
            })
        });
        roles.into_iter().chain(moved).collect()
    });
    crate::browser::effect(move || {
        let newer = user.get();
        if let Some(newer) = newer
            && changes.with_untracked(Vec::is_empty)
            && base.with_untracked(|base| base.as_ref() != Some(&newer))
        {
            take(newer);
        }
    });
    let discard = move |()| {
        if let Some(user) = user.get_untracked() {
            take(user);
        }
    };
    let granting = RwSignal::new(false);
    let save = move |()| {
        let Some(former) = base.get_untracked() else { return };
        let body = update(&former, roles.get_untracked(), organization.get_untracked().parse().ok());
        busy.set(true);
        crate::browser::spawn(async move {
            match api().update_user(former.id(), &body, Some(former.summary.version)).await {
                Ok(user) => {
                    take(user);
                    toasts.say(text::users::saved());
                    reload.try_run(());
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            granting.try_set(false);
            busy.try_set(false);
        });
    };
    let ask = move |()| {
        let former = base.with_untracked(|user| user.as_ref().map(|user| user.summary.roles).unwrap_or_default());
        if is_grave(former, roles.get_untracked()) {
            granting.set(true);
        } else {
            save(());
        }
    };
    let load_current = Callback::new(move |()| {
        crate::browser::spawn(async move {
            let Some(id) = base.with_untracked(|user| user.as_ref().map(User::id)) else { return };
            if let Ok(user) = api().get_user(id).await {
                renew(user);
            }
        });
    });
    let roles_rival = saved.rival(move || roles.get(), |user| user.summary.roles);
    let moved_rival = saved.rival(move || organization.get(), organization_of);
    let moved_words = Signal::derive(move || {
        moved_rival.get()?;
        let name = base.with(|user| user.as_ref().and_then(|user| user.summary.organization_name.clone()));
        Some(name.unwrap_or_else(|| text::users::no_organization().to_owned()))
    });
    let take_organization = move |()| {
        let name = base.with_untracked(|user| user.as_ref().and_then(|user| user.summary.organization_name.clone()));
        organization_name.set(name.unwrap_or_default());
        take_rival(organization, moved_rival);
    };
    let is_person =
        Memo::new(move |_| base.with(|user| user.as_ref().is_some_and(|user| user.summary.kind == UserKind::Person)));
    let summary = Memo::new(move |_| base.with(|user| user.as_ref().map(|user| user.summary.clone())));
    let refusal = move |permission| {
        Memo::new(move |_| {
            summary.with(|summary| summary.as_ref().and_then(|summary| session.refusal_on_user(permission, summary)))
        })
    };
    let explained = move || {
        let id = summary.with(|summary| summary.as_ref().map(|summary| summary.id))?;
        session.may(Permission::AccessExplain).then(|| format!("/access?subject={id}"))
    };
    let (roles_refused, move_refused) = (refusal(Permission::UserAssignRoles), refusal(Permission::UserMove));
    view! {
        <div class="page-scroll" tabindex="0">
            <div class="page-body form">
                <FormError error load_current/>
                <section class="form-section">
                    <header>
                        <h2>{text::users::roles()}</h2>
                        {move || explained().map(|href| view! { <a href=href>{text::access::explain_of()}</a> })}
                        <p>{move || roles_refused.get().unwrap_or_else(|| text::users::roles_help().to_owned())}</p>
                    </header>
                    <ul class="role-list">
                        {Role::ALL.iter().map(|role| view! { <li><RoleBox role=*role roles disabled=Signal::derive(move || roles_refused.with(Option::is_some))/></li> }).collect_view()}
                    </ul>
                    <Rival words=Signal::derive(move || roles_rival.get().map(words::roles)) take=move |()| take_rival(roles, roles_rival)/>
                </section>
                <section class="form-section">
                    <header><h2>{text::users::organization()}</h2>{move || move_refused.get().map(|words| view! { <p>{words}</p> })}</header>
                    <OrganizationField value=organization words=organization_name optional=true bare=true disabled=Signal::derive(move || move_refused.with(Option::is_some))/>
                    <Rival words=moved_words take=take_organization/>
                </section>
                <Show when=move || is_person.get() && user.with(|user| user.as_ref().is_some_and(|user| user.summary.organization_id.is_some()))>
                    <SeatSection user reload/>
                </Show>
                {move || is_person.get().then(|| view! { <PasswordSection user reload/> })}
            </div>
            <DirtyBar changes busy discard=Callback::new(discard) save=Callback::new(ask)/>
            <GrantDialog open=granting user=summary roles busy save=Callback::new(save)/>
        </div>
    }
}

#[component]
fn RoleBox(role: Role, roles: RwSignal<Roles>, disabled: Signal<bool>) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="checkbox"
                name=role.name()
                disabled=disabled
                prop:checked=move || roles.get().contains(role)
                on:change=move |event| {
                    let held = event_target_checked(&event);
                    roles.update(|roles| *roles = if held { roles.with(role) } else { roles.without(role) });
                }
            />
            <span>{words::role(role)}</span>
            <span class="field-help">{words::role_help(role)}</span>
        </label>
    }
}
