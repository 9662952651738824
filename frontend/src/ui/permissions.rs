//! Permissions to choose from, in groups, found by typing.

use leptos::prelude::*;
use quarterdeck_domain::{Permission, PermissionSet, audit::TargetType};

use super::{
    field::{Faults, FieldError},
    popover::fresh_id,
};
use crate::i18n::{text, words};

/// Permissions by what they are about.
#[must_use]
pub fn groups(permissions: impl IntoIterator<Item = Permission>) -> Vec<(&'static str, Vec<Permission>)> {
    let mut groups: Vec<(&'static str, Vec<Permission>)> = Vec::new();
    for permission in permissions {
        let subject = permission.name().split('.').next().unwrap_or_default();
        match groups.iter_mut().find(|(group, _)| *group == subject) {
            Some((_, members)) => members.push(permission),
            None => groups.push((subject, vec![permission])),
        }
    }
    groups
}

/// The heading of a group: `api_key` is "API key".
#[must_use]
pub fn heading(subject: &str) -> String {
    if let Ok(kind) = subject.parse::<TargetType>() {
        return words::target(kind).to_owned();
    }
    let words = subject.replace('_', " ");
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// `given` with or without `permission`. What changes a thing brings along what shows it, and goes with it.
#[must_use]
pub fn toggled(given: PermissionSet, permission: Permission, is_given: bool) -> PermissionSet {
    if is_given {
        return match permission.basis() {
            Some(basis) => toggled(given.with(permission), basis, true),
            None => given.with(permission),
        };
    }
    let rests_on_it =
        |other: &Permission| std::iter::successors(Some(*other), |other| other.basis()).any(|one| one == permission);
    given.iter().filter(|other| !rests_on_it(other)).collect()
}

/// The boxes, and a field that narrows them.
#[component]
pub fn PermissionsField(
    /// What is given.
    value: RwSignal<PermissionSet>,
    /// What can be given.
    offered: Vec<Permission>,
    /// Label.
    label: &'static str,
    /// What is chosen here, and what comes along with it.
    help: &'static str,
    /// Pointer of its faults.
    pointer: &'static str,
    /// The form's faults.
    faults: Faults,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let error_id = fresh_id("permissions-error");
    let described = error_id.clone();
    let error = Memo::new(move |_| faults.at(pointer));
    let set = move |permission: Permission, is_given: bool| {
        value.update(|given| *given = toggled(*given, permission, is_given));
        faults.clear(pointer);
    };
    let fits = move |permission: Permission| {
        typed.with(|typed| typed.split_whitespace().all(|word| permission.name().contains(&word.to_lowercase())))
    };
    let found = {
        let groups = groups(offered.iter().copied());
        move || groups.iter().any(|(_, members)| members.iter().any(|permission| fits(*permission)))
    };
    let boxes = groups(offered.iter().copied())
        .into_iter()
        .map(|(subject, members)| {
            let any_fits = {
                let members = members.clone();
                move || members.iter().any(|permission| fits(*permission))
            };
            view! {
                <fieldset hidden=move || !any_fits()>
                    <legend>{heading(subject)}</legend>
                    {members.into_iter().map(|permission| view! {
                        <label class="check" hidden=move || !fits(permission)>
                            <input
                                type="checkbox"
                                class="checkbox"
                                name=permission.name()
                                prop:checked=move || value.get().contains(permission)
                                on:change=move |event| set(permission, event_target_checked(&event))
                            />
                            <code>{permission.name()}</code>
                        </label>
                    }).collect_view()}
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <div class="field" role="group" aria-label=label aria-describedby=described>
            <span class="field-label" aria-hidden="true">
                {label} " " <span class="field-optional">{move || text::ui::chosen(value.get().len().into())}</span>
            </span>
            <input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder=text::ui::find_permission()
                aria-label=text::ui::find_permission()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=|event| if event.key() == "Enter" { event.prevent_default() }
            />
            <div class="permission-boxes" tabindex="0" role="group" aria-label=label>
                {boxes}
                {move || (!found()).then(|| view! { <p class="muted">{text::ui::nothing_found()}</p> })}
            </div>
            <FieldError id=error_id error/>
            <p class="field-help">{help}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_grouped_by_what_they_are_about() {
        let groups = groups(Permission::ALL.iter().copied());
        assert!(groups.iter().any(|(subject, members)| *subject == "user" && members.contains(&Permission::UserRead)));
        assert_eq!([heading("api_key"), heading("profile")], ["API key", "Profile"]);
    }

    #[test]
    fn what_changes_a_thing_comes_with_what_shows_it() {
        let scopes = toggled(PermissionSet::NONE, Permission::UserUpdateContact, true);
        assert!(scopes.contains(Permission::UserReadContact) && scopes.contains(Permission::UserRead));
        assert_eq!(toggled(scopes, Permission::UserRead, false), PermissionSet::NONE);
        assert!(toggled(scopes, Permission::UserUpdateContact, false).contains(Permission::UserReadContact));
    }
}
