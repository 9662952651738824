//! Changing settings: one or several, all or none, each change a new version.

use quarterdeck_domain::{
    Error, FieldError, Page, Permission, Resource, Result,
    audit::{Action, Change, Event, EventTarget, TargetType},
    settings::{
        Contradiction, Definition, ResetSetting, RestoreSetting, Setting, UpdateSetting, UpdateSettings, definition,
    },
    text,
};
use quarterdeck_store::{NewSettingVersion, Subject, Tx};
use serde_json::Value;

use super::{SEAL, get_setting, list_settings};
use crate::{Ctx, api_keys, precondition};

/// Changes a setting; `null` goes back to the default.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid`, `Stale`, or `SettingFixed` when the operator fixed it.
pub async fn update_setting(ctx: &Ctx, key: &str, body: &UpdateSetting, if_match: Option<u32>) -> Result<Setting> {
    let wanted = Wanted { definition: definition(key)?, value: given(&body.value), if_match };
    change(ctx, vec![wanted], &body.reason, |_| "/value".to_owned()).await?;
    get_setting(ctx, key).await
}

/// Goes back to the default.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid`, `Stale`, or `SettingFixed` when the operator fixed it.
pub async fn reset_setting(ctx: &Ctx, key: &str, body: &ResetSetting, if_match: Option<u32>) -> Result<Setting> {
    let wanted = Wanted { definition: definition(key)?, value: None, if_match };
    change(ctx, vec![wanted], &body.reason, |_| "/value".to_owned()).await?;
    get_setting(ctx, key).await
}

/// Changes several settings: all or none.
///
/// # Errors
/// `Forbidden`, `Invalid`, `Stale`, or `SettingFixed` when the operator fixed one of them.
pub async fn update_settings(ctx: &Ctx, body: &UpdateSettings) -> Result<Page<Setting>> {
    ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    let mut changes = Vec::new();
    let mut faults = Vec::new();
    for (key, value) in &body.values {
        match definition(key) {
            Ok(definition) => {
                changes.push(Wanted { definition, value: given(value), if_match: body.versions.get(key).copied() });
            }
            Err(_) => {
                faults.push(FieldError::new(format!("/values/{}", escape(key)), "unknown", "there is no such setting"));
            }
        }
    }
    let unchanged = body.versions.keys().filter(|key| !body.values.contains_key(*key));
    faults.extend(unchanged.map(|key| {
        FieldError::new(format!("/versions/{}", escape(key)), "unknown", "is the version of no setting in `values`")
    }));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    change(ctx, changes, &body.reason, |key| format!("/values/{}", escape(key))).await?;
    list_settings(ctx).await
}

/// Goes back to a former value.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Invalid`, or `SettingFixed` when the operator fixed it.
pub async fn restore_setting(ctx: &Ctx, key: &str, version: u32, body: &RestoreSetting) -> Result<Setting> {
    ctx.allow(Permission::SettingUpdate, &Resource::Platform)?;
    let definition = definition(key)?;
    let former = ctx.app.db.settings().find(key, version).await?.ok_or(Error::NotFound("setting version"))?;
    let value = ctx.app.plain(&former)?;
    let reason = if body.reason.is_empty() { format!("back to version {version}") } else { body.reason.clone() };
    change(ctx, vec![Wanted { definition, value, if_match: None }], &reason, |_| "/value".to_owned()).await?;
    get_setting(ctx, key).await
}

/// What a merge patch gives; `null` takes the value back.
fn given(value: &Value) -> Option<Value> {
    (!value.is_null()).then(|| value.clone())
}

/// JSON pointer token (RFC 6901, section 3).
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What becomes of a setting: the default without a value.
struct Wanted {
    definition: &'static Definition,
    value: Option<Value>,
    /// The version that was read.
    if_match: Option<u32>,
}

async fn change(ctx: &Ctx, changes: Vec<Wanted>, reason: &str, pointer: impl Fn(&str) -> String) -> Result<()> {
    let is_sensitive = changes.iter().any(|wanted| wanted.definition.is_sensitive());
    let grant = ctx.allow(Permission::SettingUpdate, &Resource::Setting { is_sensitive })?;
    text::check_optional_line("/reason", reason, text::REASON_MAX).map_err(|fault| Error::Invalid(vec![fault]))?;
    for Wanted { definition, value, .. } in &changes {
        if let Some(value) = value {
            definition.check(&pointer(definition.key), value)?;
        }
        if let Some(fixed) = ctx.app.fixed(definition) {
            return Err(Error::SettingFixed(Box::new(fixed)));
        }
    }
    let tx = ctx.write().await?;
    tx.serialize(Subject::Settings).await?;
    let changed: Vec<&str> = changes.iter().map(|wanted| wanted.definition.key).collect();
    let mut events = Vec::new();
    for wanted in changes {
        events.extend(change_one(ctx, &tx, wanted, reason).await?);
    }
    if events.is_empty() {
        return Ok(());
    }
    let (former, in_force) = (ctx.app.settings(), ctx.app.in_force(tx.settings().latest().await?));
    let mut faults = Vec::new();
    for Contradiction { keys, message } in in_force.contradictions() {
        let at_fault = keys.into_iter().filter(|key| changed.contains(key));
        faults.extend(at_fault.map(|key| FieldError::new(pointer(key), "contradiction", message.as_str())));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let (former, cap) = (former.api_key_cap(), in_force.api_key_cap());
    if former != cap {
        let moved = api_keys::apply_cap(&tx, former, cap, ctx.now()).await?;
        events.last_mut().into_iter().for_each(|event| event.changes.extend(Change::of("api_keys_moved", &0, &moved)));
    }
    ctx.commit(tx, grant, events).await
}

async fn change_one(ctx: &Ctx, tx: &Tx, wanted: Wanted, reason: &str) -> Result<Option<Event>> {
    let app = &ctx.app;
    let Wanted { definition, value, if_match } = wanted;
    let stored = tx.settings().latest_of(definition.key).await?;
    let current = || app.setting(definition, stored.as_ref());
    let after = stored.as_ref().map_or(0, |stored| stored.version);
    precondition::check(if_match, after, &current())?;
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
        return Err(precondition::stale(&current()));
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
