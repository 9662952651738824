//! Settings of the platform that the operator fixes from outside.

use std::{collections::BTreeMap, path::Path};

use quarterdeck_app::FixedSetting;
use quarterdeck_domain::{
    Error,
    settings::{BASE_URL, DEFINITIONS, Definition, STATUS_URL, SettingSource, Settings, definition},
};
use serde_json::{Map, Value};

use super::layers::{self, SETTING_PREFIX, Values};
use crate::{cli::ServeFlags, failure::Failure};

/// Settings that have a flag, and an entry of their own in the environment and the file: key and entry.
const WITH_FLAG: [(&str, &str); 2] = [(BASE_URL, "base_url"), (STATUS_URL, "status_url")];

/// The fixed settings, by key. A variable of its own wins over the file; a flag over both.
pub fn fixed(
    values: &Values,
    serve: &ServeFlags,
    environment: &BTreeMap<String, String>,
    file: Option<&Path>,
) -> Result<BTreeMap<String, FixedSetting>, Failure> {
    let mut fixed = BTreeMap::new();
    let source = SettingSource::File;
    // Who reads settings need not know where the server keeps its files.
    let file = file.and_then(Path::file_name).unwrap_or_default().display();
    for (key, value) in flat("", &values.settings) {
        let by = format!("{file}: settings.{key}");
        let known = definition(&key).map_err(|_| unknown(&by))?;
        known.check("/value", &value).map_err(|error| wrong(known, &by, &error))?;
        fixed.insert(key, FixedSetting { value, fixed_by: by, source });
    }
    let flags = [&serve.base_url, &serve.status_url].map(Option::is_some);
    let entries = [&values.base_url, &values.status_url];
    for (((key, entry), is_flag), url) in WITH_FLAG.into_iter().zip(flags).zip(entries) {
        let Some(url) = url else { continue };
        let variable = layers::variable(entry);
        let (by, source) = if is_flag {
            (format!("--{}", entry.replace('_', "-")), SettingSource::Flag)
        } else if environment.contains_key(&variable) {
            (variable, SettingSource::Environment)
        } else {
            (format!("{file}: {entry}"), SettingSource::File)
        };
        let known = definition(key)?;
        let value = known.parse(url).map_err(|error| wrong(known, &by, &error))?;
        fixed.insert(key.to_owned(), FixedSetting { value, fixed_by: by, source });
    }
    for (name, text) in environment.iter().filter(|(name, _)| name.starts_with(SETTING_PREFIX)) {
        let known = DEFINITIONS.iter().find(|each| each.variable() == *name).ok_or_else(|| unknown(name))?;
        if fixed.get(known.key).is_some_and(|fixed| fixed.source == SettingSource::Flag) {
            continue;
        }
        let value = known.parse(text).map_err(|error| wrong(known, name, &error))?;
        fixed.insert(
            known.key.to_owned(),
            FixedSetting { value, fixed_by: name.clone(), source: SettingSource::Environment },
        );
    }
    refuse_contradictions(&fixed)?;
    Ok(fixed)
}

/// Those that contradict each other would do so whatever is set later.
fn refuse_contradictions(fixed: &BTreeMap<String, FixedSetting>) -> Result<(), Failure> {
    let mut settings = Settings::default();
    for definition in DEFINITIONS {
        if let Some(fixed) = fixed.get(definition.key) {
            settings.put(definition, fixed.value.clone());
        }
    }
    let found = settings.contradictions().find(|found| found.keys.iter().all(|key| fixed.contains_key(*key)));
    found.map_or(Ok(()), |found| Err(Failure::new(format!("the setting {}", found.message))))
}

/// `"platform.name" = …` and `platform.name = …` are the same in the file.
fn flat(prefix: &str, table: &Map<String, Value>) -> Vec<(String, Value)> {
    let entries = table.iter().map(|(key, value)| {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(table) => flat(&key, table),
            value => vec![(key, value.clone())],
        }
    });
    entries.flatten().collect()
}

fn unknown(by: &str) -> Failure {
    let names: Vec<_> = DEFINITIONS.iter().map(|each| each.key).collect();
    Failure::new(format!("{by}: there is no such setting; there are {}", names.join(", ")))
}

fn wrong(known: &Definition, by: &str, error: &Error) -> Failure {
    let faults = match error {
        Error::Invalid(faults) => faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    Failure::new(format!("{by}: the setting {} {faults}", known.key))
}
