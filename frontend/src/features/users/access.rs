//! The tab "Access": roles, organization, password.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Patch, Permission, Role,
    roles::Roles,
    users::{UpdateUser, User},
};

use super::{model::organization_options, password::PasswordSection};
use crate::{
    i18n::{text, words},
    session::use_session,
    transport::api,
    ui::{
        choice::SelectField,
        dirty::{DirtyBar, FieldChange},
        state::FormError,
        table::Options,
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

/// Roles, organization, password.
#[component]
pub fn AccessTab(
    /// The user as saved.
    user: Memo<Option<User>>,
    /// Reads the user again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<ClientError>));
    let base = RwSignal::new(user.get_untracked());
    let roles = RwSignal::new(Roles::NONE);
    let organization = RwSignal::new(String::new());
    let take = move |user: User| {
        roles.set(user.summary.roles);
        organization.set(user.summary.organization_id.map(|id| id.to_string()).unwrap_or_default());
        base.set(Some(user));
        error.set(None);
    };
    if let Some(user) = user.get_untracked() {
        take(user);
    }
    let options: RwSignal<Options> = RwSignal::new(base.with_untracked(|user| own_option(user.as_ref())));
    crate::browser::spawn(async move {
        let mut found = vec![(String::new(), text::users::no_organization().to_owned())];
        found.extend(organization_options(String::new()).await);
        options.try_update(|options| {
            // An organization beyond the first page of names stays in the list when it is the user's own.
            found.extend(options.drain(..).filter(|own| !found.contains(own)).collect::<Vec<_>>());
            *options = found;
        });
    });
    let organization_name = move |id: &str| {
        options.with(|options| {
            options.iter().find(|(option, _)| option == id).map_or_else(|| id.to_owned(), |(_, words)| words.clone())
        })
    };
    let changes = Memo::new(move |_| {
        let Some(saved) = base.get() else { return Vec::new() };
        let former = saved.summary.organization_id.map(|id| id.to_string()).unwrap_or_default();
        let roles = FieldChange::of(text::users::roles(), words::roles(saved.summary.roles), words::roles(roles.get()));
        let moved = organization.with(|chosen| {
            (*chosen != former).then(|| FieldChange {
                label: text::users::organization().to_owned(),
                before: organization_name(&former),
                after: organization_name(chosen),
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
    let save = move |()| {
        let Some(saved) = base.get_untracked() else { return };
        let body = update(&saved, roles.get_untracked(), organization.get_untracked().parse().ok());
        busy.set(true);
        crate::browser::spawn(async move {
            match api().update_user(saved.id(), &body, Some(saved.summary.version)).await {
                Ok(user) => {
                    take(user);
                    toasts.say(text::users::saved());
                    reload.run(());
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let summary = Memo::new(move |_| base.with(|user| user.as_ref().map(|user| user.summary.clone())));
    let refusal = move |permission| {
        Memo::new(move |_| {
            summary.with(|summary| summary.as_ref().and_then(|summary| session.refusal_on_user(permission, summary)))
        })
    };
    let (roles_refused, move_refused) = (refusal(Permission::UserAssignRoles), refusal(Permission::UserMove));
    view! {
        <div class="page-scroll">
            <div class="page-body form">
                <FormError error/>
                <section class="form-section">
                    <header>
                        <h2>{text::users::roles()}</h2>
                        <p>{move || roles_refused.get().unwrap_or_else(|| text::users::roles_help().to_owned())}</p>
                    </header>
                    <ul class="role-list">
                        {Role::ALL.iter().map(|role| view! { <li><RoleBox role=*role roles disabled=Signal::derive(move || roles_refused.with(Option::is_some))/></li> }).collect_view()}
                    </ul>
                </section>
                <section class="form-section">
                    <header><h2>{text::users::organization()}</h2>{move || move_refused.get().map(|words| view! { <p>{words}</p> })}</header>
                    <SelectField label=text::users::organization() bare=true value=organization options disabled=Signal::derive(move || move_refused.with(Option::is_some)) name="organization"/>
                </section>
                <PasswordSection user reload/>
            </div>
            <DirtyBar changes busy discard=Callback::new(discard) save=Callback::new(save)/>
        </div>
    }
}

fn own_option(user: Option<&User>) -> Options {
    let own = user
        .and_then(|user| Some((user.summary.organization_id?.to_string(), user.summary.organization_name.clone()?)));
    std::iter::once((String::new(), text::users::no_organization().to_owned())).chain(own).collect()
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
