//! The permissions that a key is given: those of its owner, in groups, found by typing.

use leptos::prelude::*;
use quarterdeck_domain::{Permission, PermissionSet};

use super::model::{groups, heading, toggled};
use crate::{
    i18n::text,
    ui::{
        field::{Faults, FieldError},
        popover::fresh_id,
    },
};

/// The boxes, and a field that narrows them.
#[component]
pub(super) fn ScopesField(
    /// What is given.
    value: RwSignal<PermissionSet>,
    /// What can be given.
    held: Vec<Permission>,
    /// The form's faults.
    faults: Faults,
) -> impl IntoView {
    const POINTER: &str = "/scopes";
    let typed = RwSignal::new(String::new());
    let error_id = fresh_id("scopes-error");
    let described = error_id.clone();
    let error = Memo::new(move |_| faults.at(POINTER));
    let set = move |permission: Permission, is_given: bool| {
        value.update(|scopes| *scopes = toggled(*scopes, permission, is_given));
        faults.clear(POINTER);
    };
    let fits = move |permission: Permission| {
        typed.with(|typed| typed.split_whitespace().all(|word| permission.name().contains(&word.to_lowercase())))
    };
    let found = {
        let groups = groups(&held);
        move || groups.iter().any(|(_, members)| members.iter().any(|permission| fits(*permission)))
    };
    let boxes = groups(&held)
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
        <div class="field" role="group" aria-label=text::api_keys::scopes() aria-describedby=described>
            <span class="field-label" aria-hidden="true">
                {text::api_keys::scopes()} " " <span class="field-optional">{move || text::api_keys::chosen(value.get().len().into())}</span>
            </span>
            <input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder=text::api_keys::find_scope()
                aria-label=text::api_keys::find_scope()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=|event| if event.key() == "Enter" { event.prevent_default() }
            />
            <div class="scopes" tabindex="0" role="group" aria-label=text::api_keys::scopes()>
                {boxes}
                {move || (!found()).then(|| view! { <p class="muted">{text::ui::nothing_found()}</p> })}
            </div>
            <FieldError id=error_id error/>
            <p class="field-help">{text::api_keys::scopes_help()}</p>
        </div>
    }
}
