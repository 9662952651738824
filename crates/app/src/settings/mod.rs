//! Settings: reading, changing, going back. What the operator fixed from outside wins and cannot be changed here.

mod change;

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

pub use change::{reset_setting, restore_setting, update_setting, update_settings};
use quarterdeck_domain::{
    Error, Page, Permission, Resource, Result,
    settings::{
        DEFINITIONS, Definition, FixedSetting, ListSettingHistory, Setting, SettingSource, SettingType, SettingVersion,
        Settings, ValueType, definition,
    },
};
use quarterdeck_store::StoredSetting;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{App, Ctx};

/// The settings in force.
#[derive(Default)]
pub struct SettingsCache {
    current: RwLock<Arc<Settings>>,
    /// Held while they are read: of two readings, the one that began later is in force.
    reading: Mutex<()>,
}

impl SettingsCache {
    /// The settings in force.
    pub fn current(&self) -> Arc<Settings> {
        self.current.read().map_or_else(|poisoned| poisoned.into_inner().clone(), |current| current.clone())
    }

    fn replace(&self, settings: Settings) {
        if let Ok(mut current) = self.current.write() {
            *current = Arc::new(settings);
        }
    }
}

/// Purpose of sealed values.
const SEAL: &str = "setting";
/// Purpose of the tags that fingerprints are made of.
const FINGERPRINT: &str = "setting-fingerprint";

impl App {
    /// Reads all settings anew.
    pub(crate) async fn reload_settings(&self) -> Result<()> {
        let _reading = self.settings.reading.lock().await;
        self.settings.replace(self.in_force(self.db.settings().latest().await?));
        Ok(())
    }

    /// The values in force when these are `stored`.
    fn in_force(&self, stored: Vec<StoredSetting>) -> Settings {
        let mut settings = Settings::default();
        for stored in stored {
            let Ok(definition) = definition(&stored.key) else { continue };
            match self.plain(&stored) {
                Ok(Some(value)) => settings.put(definition, value),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(setting = definition.key, %error, "a setting cannot be read; what needs it is refused");
                    settings.put_unreadable(definition);
                }
            }
        }
        for definition in DEFINITIONS {
            if let Some(fixed) = self.config.fixed_settings.get(definition.key) {
                settings.put(definition, fixed.value.clone());
            }
        }
        settings
    }

    /// The value of a stored version, opened when it is sealed.
    fn plain(&self, stored: &StoredSetting) -> Result<Option<Value>> {
        let Some(text) = &stored.value else { return Ok(None) };
        let is_secret = definition(&stored.key).is_ok_and(Definition::is_secret);
        let bytes = if is_secret { self.ports.sealer.open(SEAL, text)? } else { text.clone().into_bytes() };
        serde_json::from_slice(&bytes).map(Some).map_err(Error::internal)
    }

    fn fingerprint(&self, value: &Value) -> String {
        let tag = self.ports.signer.tag(FINGERPRINT, value.to_string().as_bytes());
        hex::encode(&tag[..4])
    }

    /// What fixes a setting from outside, or would have to.
    fn fixed(&self, definition: &Definition) -> Option<FixedSetting> {
        let fixed = self.config.fixed_settings.get(definition.key);
        let by = fixed.map(|fixed| (fixed.fixed_by.clone(), fixed.source));
        let (fixed_by, source) =
            by.or_else(|| Some((definition.outside_only()?.to_owned(), SettingSource::Default)))?;
        Some(FixedSetting { key: definition.key.to_owned(), fixed_by, source })
    }

    fn setting(&self, definition: &Definition, stored: Option<&StoredSetting>) -> Setting {
        let fixed = self.config.fixed_settings.get(definition.key);
        let set_here = stored.filter(|stored| stored.value.is_some());
        let source = match (fixed, set_here) {
            (Some(fixed), _) => fixed.source,
            (None, Some(_)) => SettingSource::Database,
            (None, None) => SettingSource::Default,
        };
        let stored_value = || set_here.and_then(|stored| self.plain(stored).ok().flatten());
        let value = fixed.map(|fixed| fixed.value.clone()).or_else(stored_value);
        let is_secret = definition.is_secret();
        let fingerprint = value.as_ref().filter(|_| is_secret).map(|value| self.fingerprint(value));
        let shown = |value: Value| if is_secret { Value::Null } else { value };
        let (minimum, maximum, max_length, choices) = bounds(definition.value_type);
        Setting {
            key: definition.key.to_owned(),
            group: definition.group().to_owned(),
            title: definition.title.to_owned(),
            help: definition.help.to_owned(),
            value_type: wire_type(definition.value_type),
            unit: definition.unit.map(str::to_owned),
            minimum,
            maximum,
            max_length,
            choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
            default: shown(definition.default_value()),
            is_set: value.is_some() || set_here.is_some(),
            value: shown(value.unwrap_or_else(|| definition.default_value())),
            fingerprint,
            source,
            fixed_by: self.fixed(definition).map(|fixed| fixed.fixed_by),
            version: stored.map_or(0, |stored| stored.version),
            updated_at: stored.map(|stored| stored.at),
            updated_by: stored.and_then(|stored| stored.by),
            updated_by_name: stored.map(|stored| stored.by_name.clone()),
            reason: stored.map(|stored| stored.reason.clone()),
        }
    }
}

type Bounds = (Option<i64>, Option<i64>, Option<u32>, &'static [&'static str]);

fn bounds(value_type: ValueType) -> Bounds {
    match value_type {
        ValueType::Integer { minimum, maximum } => (Some(minimum), Some(maximum), None, &[]),
        ValueType::Text { max_length, .. } => (None, None, u32::try_from(max_length).ok(), &[]),
        ValueType::Choice { choices } => (None, None, None, choices),
        ValueType::Url | ValueType::Boolean | ValueType::Secret { .. } => (None, None, None, &[]),
    }
}

const fn wire_type(value_type: ValueType) -> SettingType {
    match value_type {
        ValueType::Text { .. } => SettingType::Text,
        ValueType::Url => SettingType::Url,
        ValueType::Integer { .. } => SettingType::Integer,
        ValueType::Boolean => SettingType::Boolean,
        ValueType::Choice { .. } => SettingType::Choice,
        ValueType::Secret { .. } => SettingType::Secret,
    }
}

/// All settings, on one page: there are as many as the code defines.
///
/// # Errors
/// `Forbidden` without `setting.read`.
pub async fn list_settings(ctx: &Ctx) -> Result<Page<Setting>> {
    ctx.allow(Permission::SettingRead, &Resource::Platform)?;
    let stored = ctx.app.db.settings().latest().await?;
    let stored: HashMap<&str, &StoredSetting> = stored.iter().map(|stored| (stored.key.as_str(), stored)).collect();
    let setting = |definition: &Definition| ctx.app.setting(definition, stored.get(definition.key).copied());
    let items: Vec<Setting> = DEFINITIONS.iter().map(setting).collect();
    Ok(Page { total: items.len() as u64, items, next_cursor: None, total_is_exact: true })
}

/// One setting.
///
/// # Errors
/// `Forbidden` without `setting.read`, `NotFound` for an unknown key.
pub async fn get_setting(ctx: &Ctx, key: &str) -> Result<Setting> {
    ctx.allow(Permission::SettingRead, &Resource::Platform)?;
    let definition = definition(key)?;
    Ok(ctx.app.setting(definition, ctx.app.db.settings().latest_of(key).await?.as_ref()))
}

/// A page of the former values of a setting.
///
/// # Errors
/// `Forbidden` without `setting.read`, `NotFound` for an unknown key; `Invalid` or `Malformed` for a request that is none.
pub async fn get_setting_history(ctx: &Ctx, key: &str, request: &ListSettingHistory) -> Result<Page<SettingVersion>> {
    let grant = ctx.allow(Permission::SettingRead, &Resource::Platform)?;
    let definition = definition(key)?;
    let page = ctx.app.db.settings().history(&grant, key, request).await?;
    let version = |stored: StoredSetting| {
        let value = if definition.is_secret() { None } else { ctx.app.plain(&stored)? };
        Ok(SettingVersion {
            version: stored.version,
            is_default: stored.value.is_none(),
            value: value.unwrap_or_default(),
            fingerprint: stored.fingerprint,
            at: stored.at,
            by: stored.by,
            by_name: stored.by_name,
            reason: stored.reason,
        })
    };
    let Page { items, next_cursor, total, total_is_exact } = page;
    let items = items.into_iter().map(version).collect::<Result<_>>()?;
    Ok(Page { items, next_cursor, total, total_is_exact })
}
