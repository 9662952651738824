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
    let judged = Memo::new(move |_| rules.with(|rules| judge(rules, &value.get(), &username.get())));
    let help = Signal::derive(move || {
        let fits = judged.with(|judged| judged.iter().all(|(_, is_met)| *is_met));
        if fits { text::ui::password_good() } else { text::ui::password_hint() }.to_owned()
    });
    view! {
        <TextField label=label value pointer faults kind=Kind::Password help autocomplete="new-password" optional name="new-password"/>
        <TextField label=repeat_label value=repeated pointer="/repeated" faults kind=Kind::Password autocomplete="new-password" optional name="repeated-password"/>
        <ul class="password-rules" aria-label=text::ui::password_rules()>
            {move || judged.get().into_iter().map(|(rule, is_met)| view! {
                <li data-met=is_met.then_some("")>
                    <Glyph icon=if is_met { Icon::Check } else { Icon::Dot }/>
                    <span>{rule} <span class="visually-hidden">{if is_met { text::ui::rule_met() } else { text::ui::rule_open() }}</span></span>
                </li>
            }).collect_view()}
        </ul>
    }
}

/// The rules in force, and whether the password meets each. Those that nearly every password meets are told when broken.
fn judge(rules: &PasswordRules, password: &str, username: &str) -> Vec<(String, bool)> {
    let faults = rules.faults("", password, username);
    let is_broken = |code: &str| faults.iter().any(|fault| fault.code == code);
    let told = [
        ("too-short", true, text::ui::password_length(rules.min_length)),
        ("needs-lower", rules.require_lower, text::ui::password_lower().to_owned()),
        ("needs-upper", rules.require_upper, text::ui::password_upper().to_owned()),
        ("needs-digit", rules.require_digit, text::ui::password_digit().to_owned()),
        ("needs-punctuation", rules.require_punctuation, text::ui::password_punctuation().to_owned()),
        ("too-common", rules.deny_common, text::ui::password_uncommon().to_owned()),
        ("surrounding-space", is_broken("surrounding-space"), text::ui::password_spaces().to_owned()),
        ("too-long", is_broken("too-long"), text::ui::password_most(rules.max_length)),
    ];
    told.into_iter()
        .filter(|(_, is_told, _)| *is_told)
        .map(|(code, _, words)| (words, !password.is_empty() && !is_broken(code)))
        .collect()
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
    fn a_password_fits_when_no_rule_is_broken() {
        let rules = PasswordRules { require_upper: true, require_digit: true, ..PasswordRules::default() };
        let fits = |password: &str| judge(&rules, password, "ada").iter().all(|(_, is_met)| *is_met);
        for password in ["", "copper kettle four", "Copper kettle four", " Copper kettle 4", "Password1234", "Cu 4"] {
            assert!(!fits(password), "{password}");
        }
        assert!(fits("Copper kettle 4") && !fits(&"Xy9".repeat(100)));
    }

    #[test]
    fn both_fields_are_judged() {
        let faults = password_faults(&PasswordRules::default(), "/password", "short", "other", "ada");
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/password", "/repeated"]);
    }
}
