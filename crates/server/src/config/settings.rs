//! Settings of the platform that the operator fixes from outside.

use std::{collections::BTreeMap, path::Path};

use quarterdeck_app::FixedSetting;
use quarterdeck_domain::{
    Error,
    settings::{BASE_URL, DEFINITIONS, Definition, SettingSource, Settings, definition},
};
use serde_json::{Map, Value};

use super::layers::{SETTING_PREFIX, Values};
use crate::{cli::ServeFlags, failure::Failure};

/// The fixed settings, by key. A variable of its own wins over the file; the flag `--base-url` over both.
pub fn fixed(
    values: &Values,
    serve: &ServeFlags,
    environment: &BTreeMap<String, String>,
    file: Option<&Path>,
) -> Result<BTreeMap<String, FixedSetting>, Failure> {
    let mut fixed = BTreeMap::new();
    let source = SettingSource::File;
    let file = file.map(|path| path.display().to_string()).unwrap_or_default();
    for (key, value) in flat("", &values.settings) {
        let by = format!("{file}: settings.{key}");
        let known = definition(&key).map_err(|_| unknown(&by))?;
        known.check("/value", &value).map_err(|error| wrong(known, &by, &error))?;
        fixed.insert(key, FixedSetting { value, fixed_by: by, source });
    }
    if let Some(url) = &values.base_url {
        let (by, source) = match &serve.base_url {
            Some(_) => ("--base-url".to_owned(), SettingSource::Flag),
            None if environment.contains_key("QUARTERDECK_BASE_URL") => {
                ("QUARTERDECK_BASE_URL".to_owned(), SettingSource::Environment)
            }
            None => (format!("{file}: base_url"), SettingSource::File),
        };
        let known = definition(BASE_URL)?;
        let value = known.parse(url).map_err(|error| wrong(known, &by, &error))?;
        fixed.insert(BASE_URL.to_owned(), FixedSetting { value, fixed_by: by, source });
    }
    for (name, text) in environment.iter().filter(|(name, _)| name.starts_with(SETTING_PREFIX)) {
        let known = DEFINITIONS.iter().find(|each| each.variable() == *name).ok_or_else(|| unknown(name))?;
        if known.key == BASE_URL && serve.base_url.is_some() {
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
