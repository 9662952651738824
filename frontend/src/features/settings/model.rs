//! Settings as texts of a form. Plain Rust, tested natively.

use std::collections::BTreeMap;

use quarterdeck_domain::{
    FieldError,
    settings::{BANNER_LEVEL, Setting, SettingSource, SettingType, UpdateSettings, definition},
};
use serde_json::Value;

use crate::{
    i18n::{text, words},
    ui::{dirty::FieldChange, table::Query, time::duration},
};

/// A value as it stands in a field. Secrets are never shown.
#[must_use]
pub fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => quarterdeck_client::write(other).unwrap_or_default(),
    }
}

/// What stands in the field of a setting at first.
#[must_use]
pub fn initial(setting: &Setting) -> String {
    if setting.value_type == SettingType::Secret { String::new() } else { as_text(&setting.value) }
}

/// Pointer of the faults of `key`.
#[must_use]
pub fn pointer(key: &str) -> String {
    format!("/values/{key}")
}

/// What the form says to the API: the changed keys. Faults when a value does not fit.
///
/// # Errors
/// All faults, each at its key.
pub fn update(
    settings: &[Setting],
    typed: &BTreeMap<String, String>,
    reason: &str,
) -> Result<UpdateSettings, Vec<FieldError>> {
    let mut values = BTreeMap::new();
    let mut faults = Vec::new();
    for (setting, text) in changed(settings, typed) {
        match definition(&setting.key).and_then(|definition| definition.parse(text)) {
            Ok(value) => {
                values.insert(setting.key.clone(), value);
            }
            Err(quarterdeck_domain::Error::Invalid(found)) => {
                faults.extend(found.into_iter().map(|fault| FieldError { pointer: pointer(&setting.key), ..fault }));
            }
            Err(other) => faults.push(FieldError::new(pointer(&setting.key), other.code(), other.to_string())),
        }
    }
    if faults.is_empty() {
        Ok(UpdateSettings { values, reason: reason.to_owned(), ..UpdateSettings::default() })
    } else {
        Err(faults)
    }
}

fn changed<'a>(
    settings: &'a [Setting],
    typed: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = (&'a Setting, &'a String)> {
    settings.iter().filter_map(|setting| {
        let text = typed.get(&setting.key)?;
        (*text != initial(setting)).then_some((setting, text))
    })
}

/// The changes in words. A secret is not shown.
#[must_use]
pub fn changes(settings: &[Setting], typed: &BTreeMap<String, String>) -> Vec<FieldChange> {
    changed(settings, typed)
        .map(|(setting, text)| {
            let secret = setting.value_type == SettingType::Secret;
            FieldChange {
                label: setting.title.clone(),
                before: if secret { String::new() } else { shown(setting, &setting.value) },
                after: match definition(&setting.key).and_then(|definition| definition.parse(text)) {
                    _ if secret => text::settings::new_secret().to_owned(),
                    Ok(value) => shown(setting, &value),
                    Err(_) => text.clone(),
                },
            }
        })
        .collect()
}

/// A value in words.
#[must_use]
pub fn shown(setting: &Setting, value: &Value) -> String {
    in_words(&setting.key, setting.unit.as_deref(), value)
}

/// A value of `key` in words: seconds as a duration, yes and no, the name of a choice.
#[must_use]
pub fn in_words(key: &str, unit: Option<&str>, value: &Value) -> String {
    match (value, unit) {
        (Value::Number(number), Some(unit)) => {
            number.as_u64().and_then(|count| counted(unit, count)).unwrap_or_else(|| as_text(value))
        }
        (Value::Bool(true), _) => text::ui::yes().to_owned(),
        (Value::Bool(false), _) => text::ui::no().to_owned(),
        (Value::String(value), _) if value.is_empty() => text::settings::empty_value().to_owned(),
        (Value::String(value), _) => choice(key, value),
        (value, _) => as_text(value),
    }
}

fn counted(unit: &str, count: u64) -> Option<String> {
    Some(match unit {
        "seconds" => duration(count),
        "minutes" => duration(count.saturating_mul(60)),
        "characters" => text::settings::characters(count),
        "sessions" => text::plans::sessions(count),
        "days" => text::ui::duration_days(count),
        "keys" => text::plans::api_keys(count),
        "requests a minute" => text::settings::requests_a_minute(count),
        "percent" => text::settings::percent(count),
        "exports" => text::settings::exports(count),
        "streams" => text::settings::streams(count),
        "requests" => text::settings::requests(count),
        _ => return None,
    })
}

/// Words of a choice.
#[must_use]
pub fn choice(key: &str, name: &str) -> String {
    match (key, name.parse()) {
        (BANNER_LEVEL, Ok(level)) => words::banner_level(level).to_owned(),
        _ => name.parse().map_or_else(|_| name.to_owned(), |colour| words::colour(colour).to_owned()),
    }
}

/// Whether `query` finds the setting, in its words or its key.
#[must_use]
pub fn matches(setting: &Setting, query: &str) -> bool {
    let all = format!("{} {} {} {}", setting.key, setting.title, setting.help, as_text(&setting.value)).to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

/// Whether the address of the page shows the setting.
#[must_use]
pub fn is_shown(setting: &Setting, query: &Query) -> bool {
    matches(setting, query.get("q").unwrap_or_default()) && (query.get("changed").is_none() || is_changed(setting))
}

/// Whether the value is not the default.
#[must_use]
pub fn is_changed(setting: &Setting) -> bool {
    setting.source != SettingSource::Default
}

/// The settings by group, in the order of the page.
#[must_use]
pub fn grouped(settings: Vec<Setting>) -> Vec<(String, Vec<Setting>)> {
    let mut groups: Vec<(String, Vec<Setting>)> = Vec::new();
    for setting in settings {
        match groups.iter_mut().find(|(group, _)| *group == setting.group) {
            Some((_, members)) => members.push(setting),
            None => groups.push((setting.group.clone(), vec![setting])),
        }
    }
    groups
}

/// Name of a group.
#[must_use]
pub fn group_name(group: &str) -> String {
    match group {
        "platform" => text::settings::group_platform().to_owned(),
        "banner" => text::settings::group_banner().to_owned(),
        "password" => text::settings::group_password().to_owned(),
        "session" => text::settings::group_session().to_owned(),
        "api_keys" => text::settings::group_api_keys().to_owned(),
        "account" => text::settings::group_account().to_owned(),
        "impersonation" => text::settings::group_impersonation().to_owned(),
        "model_services" => text::settings::group_model_services().to_owned(),
        "allocations" => text::settings::group_allocations().to_owned(),
        "limits" => text::settings::group_limits().to_owned(),
        "operation" => text::settings::group_operation().to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_domain::settings::ValueType;
    use serde_json::json;

    fn setting(key: &str, value_type: SettingType, value: Value) -> Setting {
        serde_json::from_value(json!({
            "key": key, "group": key.split('.').next(), "title": key, "help": "", "type": value_type, "unit": null,
            "minimum": null, "maximum": null, "max_length": null, "choices": [], "default": null, "value": value,
            "is_set": false, "fingerprint": null, "source": "default", "fixed_by": null, "version": 0,
            "updated_at": null, "updated_by": null, "updated_by_name": null, "reason": null
        }))
        .unwrap()
    }

    fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn only_changed_values_are_sent_with_their_type() {
        let settings = [
            setting("password.min_length", SettingType::Integer, json!(12)),
            setting("password.require_digit", SettingType::Boolean, json!(false)),
            setting("platform.name", SettingType::Text, json!("Quarterdeck")),
        ];
        let form = typed(&[
            ("password.min_length", "14"),
            ("password.require_digit", "true"),
            ("platform.name", "Quarterdeck"),
        ]);
        let update = update(&settings, &form, "audit").unwrap();
        assert_eq!(json!(update.values), json!({"password.min_length": 14, "password.require_digit": true}));
        assert_eq!(changes(&settings, &form).len(), 2);
    }

    #[test]
    fn a_value_that_does_not_fit_is_a_fault_at_its_key() {
        let settings = [setting("password.min_length", SettingType::Integer, json!(12))];
        let faults = update(&settings, &typed(&[("password.min_length", "3")]), "").unwrap_err();
        assert_eq!(faults[0].pointer, "/values/password.min_length");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let settings = [setting("operation.metrics_token", SettingType::Secret, Value::Null)];
        let changes = changes(&settings, &typed(&[("operation.metrics_token", "hunter2")]));
        assert!(changes.len() == 1 && !format!("{changes:?}").contains("hunter2"));
    }

    #[test]
    fn every_value_is_told_in_words() {
        for definition in quarterdeck_domain::settings::DEFINITIONS {
            if let ValueType::Choice { choices } = definition.value_type {
                assert!(choices.iter().all(|name| choice(definition.key, name) != *name), "{}", definition.key);
            }
            assert_ne!(group_name(definition.group()), definition.group(), "{}", definition.key);
            assert!(definition.unit.is_none_or(|unit| counted(unit, 1).is_some()), "{}", definition.key);
        }
        let sessions = |count: u64| in_words("session.max_per_user", Some("sessions"), &json!(count));
        assert_eq!([sessions(1), sessions(20)], ["1 session", "20 sessions"]);
    }

    #[test]
    fn search_and_groups() {
        let settings = vec![
            setting("password.min_length", SettingType::Integer, json!(12)),
            setting("platform.name", SettingType::Text, json!("Deck")),
        ];
        assert!(matches(&settings[0], "MIN pass") && !matches(&settings[0], "deck") && matches(&settings[1], "deck"));
        assert_eq!(grouped(settings).len(), 2);
    }
}
