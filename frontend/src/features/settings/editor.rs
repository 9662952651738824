//! One setting: its words, its field, where its value comes from, and the way back.

use leptos::prelude::*;
use quarterdeck_domain::settings::{Setting, SettingSource, SettingType};

use super::{
    list::Editing,
    model::{initial, pointer, shown},
};
use crate::{
    i18n::{number, text, words},
    ui::{
        choice::{CheckField, SelectField},
        field::{Kind, TextField},
        icon::{Glyph, Icon},
        pill::{Pill, Tone},
        time::{When, duration},
    },
};

/// One setting.
#[component]
pub(super) fn SettingRow(setting: Setting, editing: Editing) -> impl IntoView {
    let id = format!("setting-{}", setting.key.replace('.', "-"));
    let source_tone = match setting.source {
        SettingSource::Default => Tone::Quiet,
        SettingSource::Database => Tone::Accent,
        SettingSource::Flag | SettingSource::Environment | SettingSource::File => Tone::Special,
    };
    let fixed = setting.fixed_by.clone();
    let default = (setting.source == SettingSource::Database && setting.value_type != SettingType::Secret)
        .then(|| text::settings::default_is(shown(&setting, &setting.default)));
    view! {
        <div class="setting" id=id>
            <div class="setting-words">
                <h3>{setting.title.clone()}</h3>
                <p>{setting.help.clone()}</p>
                <code>{setting.key.clone()}</code>
            </div>
            <div class="setting-value">
                <ValueField setting=setting.clone() editing/>
                {fixed.map(|fixed| view! { <p class="row muted"><Glyph icon=Icon::Lock/> <span>{text::settings::fixed_by()} " " <code>{fixed}</code></span></p> })}
                <div class="setting-meta">
                    {match setting.source {
                        SettingSource::Default => words::setting_source(setting.source).into_any(),
                        source => view! { <Pill tone=source_tone label=words::setting_source(source)/> }.into_any(),
                    }}
                    {default.map(|default| view! { <span>{default}</span> })}
                    <LastChange setting=setting.clone()/>
                    <Ways setting editing/>
                </div>
            </div>
        </div>
    }
}

#[component]
fn LastChange(setting: Setting) -> impl IntoView {
    setting.updated_at.map(|at| {
        let name = setting.updated_by_name.unwrap_or_else(|| text::audit::the_system().to_owned());
        let reason = setting.reason.filter(|reason| !reason.is_empty());
        view! { <span>{text::settings::changed_by(name)} " " <When at/> {reason.map(|reason| view! { ": " {reason} })}</span> }
    })
}

/// Back to the default, and the history.
#[component]
fn Ways(setting: Setting, editing: Editing) -> impl IntoView {
    let former = StoredValue::new(setting.clone());
    let can_reset =
        move || editing.may_change.get() && former.with_value(|setting| setting.source == SettingSource::Database);
    let reset = move |_| editing.resetting.set(Some(former.get_value()));
    view! {
        {move || can_reset().then(|| view! { <button type="button" class="link-button" on:click=reset>{text::settings::reset_dots()}</button> })}
        {(setting.version > 0).then(|| view! {
            <button type="button" class="link-button" on:click=move |_| editing.history.set(Some(former.get_value()))>{text::settings::history()}</button>
        })}
    }
}

/// The field by the type of the setting.
#[component]
fn ValueField(setting: Setting, editing: Editing) -> impl IntoView {
    let key = setting.key.clone();
    let value = RwSignal::new(
        editing.typed.with_untracked(|typed| typed.get(&key).cloned()).unwrap_or_else(|| initial(&setting)),
    );
    // Both ways: what is typed goes to the form, what is discarded or saved comes back.
    {
        let key = key.clone();
        crate::browser::effect(move || {
            let text = value.get();
            if editing.typed.with_untracked(|typed| typed.get(&key) != Some(&text)) {
                editing.typed.update(|typed| {
                    typed.insert(key.clone(), text);
                });
            }
        });
    }
    {
        let key = key.clone();
        crate::browser::effect(move || {
            let text = editing.typed.with(|typed| typed.get(&key).cloned());
            if let Some(text) = text
                && value.with_untracked(|value| *value != text)
            {
                value.set(text);
            }
        });
    }
    let is_fixed = setting.fixed_by.is_some();
    let disabled = Signal::derive(move || is_fixed || !editing.may_change.get());
    let label = setting.title.clone();
    let pointer = pointer(&key);
    let faults = editing.faults;
    match setting.value_type {
        SettingType::Boolean => {
            let ticked = RwSignal::new(value.with_untracked(|value| value == "true"));
            crate::browser::effect(move || {
                let text = ticked.get().to_string();
                if value.with_untracked(|value| *value != text) {
                    value.set(text);
                }
            });
            crate::browser::effect(move || {
                let wanted = value.with(|value| value == "true");
                if ticked.get_untracked() != wanted {
                    ticked.set(wanted);
                }
            });
            view! { <CheckField label value=ticked disabled/> }.into_any()
        }
        SettingType::Choice => {
            let options: Vec<_> = setting
                .choices
                .iter()
                .map(|choice| (choice.clone(), super::model::choice(&setting.key, choice)))
                .collect();
            view! { <SelectField label bare=true value options pointer faults disabled/> }.into_any()
        }
        SettingType::Integer => {
            let is_seconds = setting.unit.as_deref() == Some("seconds");
            let help = Signal::derive(move || match value.with(|value| value.parse::<u64>()) {
                Ok(seconds) if is_seconds => duration(seconds),
                _ => match (setting.minimum, setting.maximum) {
                    (Some(minimum), Some(maximum)) => {
                        text::settings::range(number(minimum.unsigned_abs()), number(maximum.unsigned_abs()))
                    }
                    _ => String::new(),
                },
            });
            view! { <TextField label bare=true value pointer faults kind=Kind::Number unit=setting.unit.clone().unwrap_or_default() help disabled/> }.into_any()
        }
        SettingType::Secret => {
            let state = match (setting.is_set, setting.fingerprint.clone()) {
                (true, Some(fingerprint)) => text::settings::secret_set_as(fingerprint),
                (true, None) => text::settings::secret_set().to_owned(),
                (false, _) => text::settings::secret_not_set().to_owned(),
            };
            view! { <TextField label bare=true value pointer faults kind=Kind::Password help=Signal::stored(state) placeholder=text::settings::secret_placeholder() autocomplete="new-password" optional=true disabled/> }.into_any()
        }
        SettingType::Text | SettingType::Url => {
            let kind = if setting.value_type == SettingType::Url { Kind::Url } else { Kind::Text };
            view! { <TextField label bare=true value pointer faults kind optional=true disabled/> }.into_any()
        }
    }
}
