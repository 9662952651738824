//! Administrator or not: what is gained or lost is shown before it is saved.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{Actor, Permission, Role, roles::Roles, users::UserSummary};

use crate::{
    i18n::{text, words},
    session::use_session,
    ui::dialog::FormDialog,
};

/// Roles whose coming and going is no small matter.
const GRAVE: [Role; 2] = [Role::Admin, Role::OrganizationAdmin];

/// Whether a change of roles is confirmed first.
#[must_use]
pub fn is_grave(former: Roles, roles: Roles) -> bool {
    GRAVE.into_iter().any(|role| former.contains(role) != roles.contains(role))
}

/// What the first has and the second has not.
fn without<T: PartialEq>(all: Vec<T>, others: &[T]) -> Vec<T> {
    all.into_iter().filter(|one| !others.contains(one)).collect()
}

/// Shows what the user gains and loses, then saves.
#[component]
pub fn GrantDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The user as saved.
    user: Memo<Option<UserSummary>>,
    /// The roles to come.
    roles: RwSignal<Roles>,
    /// Whether it is being saved.
    #[prop(into)]
    busy: Signal<bool>,
    /// Saves.
    save: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let title = Signal::derive(move || {
        text::users::grant_of(user.with(|user| user.as_ref().map(|user| user.display_name.clone()).unwrap_or_default()))
    });
    let held = move |roles: Roles| -> Vec<Permission> {
        session
            .me()
            .map(|me| {
                Actor { roles, grants: Arc::default(), organization_id: None, ..me.actor() }.permissions().collect()
            })
            .unwrap_or_default()
    };
    let change = move |title: fn(String) -> String, former: Roles, next: Roles| {
        let changed = without(next.iter().collect(), &former.iter().collect::<Vec<_>>());
        let permissions = without(held(next), &held(former));
        (!changed.is_empty()).then(|| {
            view! {
                {changed.into_iter().map(|role| view! {
                    <p><strong>{title(words::role(role).to_owned())}</strong> " " {words::role_help(role)}</p>
                }).collect_view()}
                <ul class="permission-list">
                    {permissions.into_iter().map(|permission| view! { <li><code>{permission.name()}</code></li> }).collect_view()}
                </ul>
            }
        })
    };
    let body = move || {
        let former = user.with(|user| user.as_ref().map(|user| user.roles).unwrap_or_default());
        let next = roles.get();
        view! {
            {change(text::users::gains_role, former, next)}
            {change(text::users::loses_role, next, former)}
            <p class="muted">{text::users::roles_help()}</p>
        }
    };
    view! {
        <FormDialog open title verb=text::ui::save_changes() busy submit=save>{body}</FormDialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_administrators_are_asked_about() {
        let user = Roles::NONE.with(Role::User);
        assert!(!is_grave(user, user.with(Role::Trainer)));
        assert!(is_grave(user, user.with(Role::OrganizationAdmin)) && is_grave(user.with(Role::Admin), user));
    }
}
