//! Settings: reading, changing, going back. What the operator fixed from outside wins and cannot be changed here.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use quarterdeck_domain::{
    Error, FieldError, Permission, Resource, Result,
    audit::{Action, Change, Event, EventTarget, TargetType},
    error::Rule,
    settings::{
        DEFINITIONS, Definition, Setting, SettingHistory, SettingList, SettingSource, SettingType, SettingVersion,
        Settings, UpdateSetting, UpdateSettings, ValueType, definition,
    },
    text,
};
use quarterdeck_store::{NewSettingVersion, StoredSetting, Tx};
use serde_json::Value;

use crate::{App, Ctx};

/// The settings in force.
#[derive(Default)]
pub struct SettingsCache {
    current: RwLock<Arc<Settings>>,
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
        let mut settings = Settings::default();
        for stored in self.db.settings().latest().await? {
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
        self.settings.replace(settings);
        Ok(())
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

    fn setting(&self, definition: &Definition, stored: Option<&StoredSetting>) -> Setting {
        let fixed = self.config.fixed_settings.get(definition.key);
        let set_here = stored.filter(|stored| stored.value.is_some());
        let source = match (fixed, set_here) {
            (Some(fixed), _) if fixed.from_file => SettingSource::File,
            (Some(_), _) => SettingSource::Environment,
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
            fixed_by: fixed.map(|fixed| fixed.fixed_by.clone()),
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
        ValueType::Url | ValueType::Boolean | ValueType::Secret => (None, None, None, &[]),
    }
}

const fn wire_type(value_type: ValueType) -> SettingType {
    match value_type {
        ValueType::Text { .. } => SettingType::Text,
        ValueType::Url => SettingType::Url,
        ValueType::Integer { .. } => SettingType::Integer,
        ValueType::Boolean => SettingType::Boolean,
        ValueType::Choice { .. } => SettingType::Choice,
        ValueType::Secret => SettingType::Secret,
    }
}

/// All settings.
///
/// # Errors
/// `Forbidden` without `setting.read`.
pub async fn list_settings(ctx: &Ctx) -> Result<SettingList> {
    ctx.allow(Permission::SettingRead, &Resource::Platform)?;
    let stored = ctx.app.db.settings().latest().await?;
    let stored: HashMap<&str, &StoredSetting> = stored.iter().map(|stored| (stored.key.as_str(), stored)).collect();
    let setting = |definition: &Definition| ctx.app.setting(definition, stored.get(definition.key).copied());
    Ok(SettingList { items: DEFINITIONS.iter().map(setting).collect() })
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

/// Former values of a setting, the newest change first.
///
/// # Errors
/// `Forbidden` without `setting.read`, `NotFound` for an unknown key.
pub async fn get_setting_history(ctx: &Ctx, key: &str) -> Result<SettingHistory> {
    ctx.allow(Permission::SettingRead, &Resource::Platform)?;
    let definition = definition(key)?;
    let versions = ctx.app.db.settings().history(key).await?;
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
    Ok(SettingHistory { items: versions.into_iter().map(version).collect::<Result<_>>()? })
}

/// Changes a setting.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid`, `Stale`, or `Conflict` when the operator fixed it.
pub async fn update_setting(ctx: &Ctx, key: &str, body: &UpdateSetting, if_match: Option<u32>) -> Result<Setting> {
    change(ctx, vec![(definition(key)?, Some(body.value.clone()))], &body.reason, |_| "/value".to_owned(), if_match)
        .await?;
    get_setting(ctx, key).await
}

/// Goes back to the default.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Conflict` when the operator fixed it.
pub async fn reset_setting(ctx: &Ctx, key: &str) -> Result<Setting> {
    change(ctx, vec![(definition(key)?, None)], "", |_| "/value".to_owned(), None).await?;
    get_setting(ctx, key).await
}

/// Changes several settings: all or none.
///
/// # Errors
/// `Forbidden`, `Invalid`, or `Conflict` when the operator fixed one of them.
pub async fn update_settings(ctx: &Ctx, body: &UpdateSettings) -> Result<SettingList> {
    ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    let mut changes = Vec::new();
    let mut faults = Vec::new();
    for (key, value) in &body.values {
        match definition(key) {
            Ok(definition) => changes.push((definition, (!value.is_null()).then(|| value.clone()))),
            Err(_) => {
                faults.push(FieldError::new(format!("/values/{}", escape(key)), "unknown", "there is no such setting"));
            }
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    change(ctx, changes, &body.reason, |key| format!("/values/{}", escape(key)), None).await?;
    list_settings(ctx).await
}

/// Goes back to a former value.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Conflict` when the operator fixed it.
pub async fn restore_setting(ctx: &Ctx, key: &str, version: u32) -> Result<Setting> {
    ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    let definition = definition(key)?;
    let former = ctx.app.db.settings().find(key, version).await?.ok_or(Error::NotFound("setting version"))?;
    let value = ctx.app.plain(&former)?;
    change(ctx, vec![(definition, value)], &format!("back to version {version}"), |_| "/value".to_owned(), None)
        .await?;
    get_setting(ctx, key).await
}

/// JSON pointer token (RFC 6901, section 3).
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

async fn change(
    ctx: &Ctx,
    changes: Vec<(&'static Definition, Option<Value>)>,
    reason: &str,
    pointer: impl Fn(&str) -> String,
    if_match: Option<u32>,
) -> Result<()> {
    let grant = ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    text::check_optional_line("/reason", reason, text::REASON_MAX).map_err(|fault| Error::Invalid(vec![fault]))?;
    for (definition, value) in &changes {
        if let Some(value) = value {
            definition.check(&pointer(definition.key), value)?;
        }
        if ctx.app.config.fixed_settings.contains_key(definition.key) {
            return Err(Rule::SettingFixed.into());
        }
    }
    let tx = ctx.write().await?;
    let mut events = Vec::new();
    for (definition, value) in changes {
        events.extend(change_one(ctx, &tx, definition, value, reason, if_match).await?);
    }
    if events.is_empty() { Ok(()) } else { ctx.commit(tx, grant, events).await }
}

async fn change_one(
    ctx: &Ctx,
    tx: &Tx,
    definition: &'static Definition,
    value: Option<Value>,
    reason: &str,
    if_match: Option<u32>,
) -> Result<Option<Event>> {
    let app = &ctx.app;
    let stored = tx.settings().latest_of(definition.key).await?;
    let current = || app.setting(definition, stored.as_ref());
    let after = stored.as_ref().map_or(0, |stored| stored.version);
    if if_match.is_some_and(|version| version != after) {
        return Err(Error::Stale(Box::new(serde_json::to_value(current()).map_err(Error::internal)?)));
    }
    let before = stored.as_ref().map_or(Ok(None), |stored| app.plain(stored));
    if before.as_ref().is_ok_and(|before| *before == value) {
        return Ok(None);
    }
    // A value that cannot be opened any more may still be replaced.
    let before = before.unwrap_or_default();
    let sealed = |value: &Value| match definition.is_secret() {
        true => app.ports.sealer.seal(SEAL, value.to_string().as_bytes()),
        false => value.to_string(),
    };
    let fingerprint =
        |value: &Option<Value>| value.as_ref().filter(|_| definition.is_secret()).map(|value| app.fingerprint(value));
    let new = NewSettingVersion {
        key: definition.key,
        after,
        value: value.as_ref().map(sealed),
        fingerprint: fingerprint(&value),
        by: ctx.actor.user_id(),
        by_name: &ctx.actor.label,
        reason,
    };
    if !tx.settings().insert(&new, ctx.now()).await? {
        return Err(Error::Stale(Box::new(serde_json::to_value(current()).map_err(Error::internal)?)));
    }
    let shown = |value: &Option<Value>| match (definition.is_secret(), value) {
        (true, _) => fingerprint(value).map(Value::from),
        (false, Some(value)) => Some(value.clone()),
        (false, None) => Some(definition.default_value()),
    };
    let action = if value.is_some() { Action::SettingChanged } else { Action::SettingReset };
    let target =
        EventTarget { kind: TargetType::Setting, id: definition.key.to_owned(), label: definition.title.to_owned() };
    Ok(Some(Event::new(action, target).because(reason).with(Change::of("value", &shown(&before), &shown(&value)))))
}
