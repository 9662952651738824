//! Fields that choose: select, checkbox, password requirements.

use leptos::prelude::*;
use quarterdeck_domain::{FieldError as Fault, passwords::PasswordRules};

use super::{
    field::{Faults, FieldError, Kind, TextField},
    icon::{Glyph, Icon},
    merge::{Rival, take_rival},
    popover::fresh_id,
};
use crate::i18n::text;

/// One of several values.
#[component]
pub fn SelectField(
    /// Label.
    #[prop(into)]
    label: Signal<String>,
    /// The chosen value.
    value: RwSignal<String>,
    /// Values with their words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// Pointer of its faults.
    #[prop(optional, into)]
    pointer: String,
    /// The form's faults.
    #[prop(optional)]
    faults: Option<Faults>,
    /// What it is for.
    #[prop(optional, into)]
    help: Option<String>,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the label is only read out.
    #[prop(optional)]
    bare: bool,
    /// Test hook and form name.
    #[prop(optional)]
    name: &'static str,
    /// What somebody else saved meanwhile.
    #[prop(optional, into)]
    rival: Signal<Option<String>>,
) -> impl IntoView {
    let id = fresh_id("field");
    let error_id = format!("{id}-error");
    let rival_words = Signal::derive(move || {
        let saved = rival.get()?;
        options.with(|options| options.iter().find(|(option, _)| *option == saved).map(|(_, words)| words.clone()))
    });
    let error = Memo::new(move |_| faults.and_then(|faults| faults.at(&pointer)));
    view! {
        <div class="field">
            <label for=id.clone() class:visually-hidden=bare>{label}</label>
            <span class="select">
                <select
                    id=id
                    class="input"
                    name=name
                    disabled=disabled
                    aria-describedby=error_id.clone()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:change=move |event| value.set(event_target_value(&event))
                >
                    {move || options.get().into_iter().map(|(option, words)| {
                        let chosen = option.clone();
                        view! { <option value=option selected=move || value.get() == chosen>{words}</option> }
                    }).collect_view()}
                </select>
                <Glyph icon=Icon::Down/>
            </span>
            <FieldError id=error_id error/>
            <Rival words=rival_words take=move |()| take_rival(value, rival)/>
            {help.map(|help| view! { <p class="field-help">{help}</p> })}
        </div>
    }
}

/// Yes or no.
#[component]
pub fn CheckField(
    /// Label.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    value: RwSignal<bool>,
    /// What it does.
    #[prop(optional, into)]
    help: Option<String>,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Test hook and form name.
    #[prop(optional)]
    name: &'static str,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="checkbox"
                name=name
                disabled=disabled
                prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span>{label}</span>
            {help.map(|help| view! { <span class="field-help">{help}</span> })}
        </label>
    }
}

/// Whose password a form sets, for password managers: nobody types it here.
#[component]
pub fn AccountName(
    /// The username.
    #[prop(into)]
    username: Signal<String>,
) -> impl IntoView {
    view! { <input type="text" name="username" autocomplete="username" hidden readonly prop:value=move || username.get()/> }
}

/// A new password, typed twice, judged by the platform's rules while it is typed.
#[component]
pub fn NewPassword(
    /// The password.
    value: RwSignal<String>,
    /// The same once more.
    repeated: RwSignal<String>,
    /// The platform's rules.
    #[prop(into)]
    rules: Signal<PasswordRules>,
    /// Whose password it will be: it must not be the username.
    #[prop(into)]
    username: Signal<String>,
    /// Pointer of the password's faults.
    #[prop(default = "/password")]
    pointer: &'static str,
    /// The form's faults.
    faults: Faults,
    /// Label of the first field.
    #[prop(into)]
    label: String,
    /// Label of the second field.
    #[prop(into)]
    repeat_label: String,
    /// Whether the password may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let help = Signal::derive(move || {
        let (password, rules) = (value.get(), rules.get());
        let codes = |code: &str| rules.faults("", &password, &username.get()).iter().any(|fault| fault.code == code);
        match (password.is_empty(), codes("too-short"), codes("too-common")) {
            (true, ..) | (false, true, _) => text::ui::password_length(rules.min_length),
            (false, false, true) => text::ui::password_common().to_owned(),
            _ => text::ui::password_good().to_owned(),
        }
    });
    view! {
        <TextField label=label value pointer faults kind=Kind::Password help autocomplete="new-password" optional name="new-password"/>
        <TextField label=repeat_label value=repeated pointer="/repeated" faults kind=Kind::Password autocomplete="new-password" optional name="repeated-password"/>
    }
}

/// All faults of a new password that was typed twice.
#[must_use]
pub fn password_faults(
    rules: &PasswordRules,
    pointer: &str,
    password: &str,
    repeated: &str,
    username: &str,
) -> Vec<Fault> {
    let mut faults = rules.faults(pointer, password, username);
    faults.extend(quarterdeck_domain::me::check_repeated("/repeated", password, repeated).err());
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fields_are_judged() {
        let faults = password_faults(&PasswordRules::default(), "/password", "short", "other", "ada");
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/password", "/repeated"]);
    }
}
