//! Settings.

use actix_web::{HttpResponse, delete, get, patch, post};
use quarterdeck_app::{Ctx, settings};
use quarterdeck_domain::{
    Page,
    settings::{
        ListSettingHistory, ResetSetting, RestoreSetting, Setting, SettingHistoryFilter, SettingHistorySort,
        SettingVersion, UpdateSetting, UpdateSettings,
    },
};
use serde_json::Value;

use crate::{
    body::{Body, OptionalBody},
    caller::{Caller, needs},
    csv::{Row, optional, time},
    document::errors::{Conflict, Stale},
    document::parameters::{SettingKey, SettingVersionNumber},
    listing::{Answer, List, ListParameters},
    path::{Key, Version},
    problem::Result,
    query::Query,
    respond::{Found, Json},
    routes::Routes,
    tags::IfMatch,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_settings)
        .service(update_settings)
        .service(get_setting)
        .service(update_setting)
        .service(reset_setting)
        .service(get_setting_history)
        .service(restore_setting);
}

impl Row for Setting {
    const COLUMNS: &'static [&'static str] = &[
        "key",
        "title",
        "type",
        "unit",
        "default",
        "value",
        "source",
        "fixed_by",
        "version",
        "updated_at",
        "updated_by_name",
        "reason",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.key.clone(),
            self.title.clone(),
            self.value_type.to_string(),
            optional(self.unit.as_ref()),
            plain(&self.default),
            plain(&self.value),
            self.source.to_string(),
            optional(self.fixed_by.as_ref()),
            self.version.to_string(),
            time(self.updated_at),
            optional(self.updated_by_name.as_ref()),
            optional(self.reason.as_ref()),
        ]
    }
}

impl Row for SettingVersion {
    const COLUMNS: &'static [&'static str] =
        &["version", "value", "is_default", "fingerprint", "at", "by", "by_name", "reason"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.version.to_string(),
            plain(&self.value),
            self.is_default.to_string(),
            optional(self.fingerprint.as_ref()),
            self.at.to_string(),
            optional(self.by.as_ref()),
            self.by_name.clone(),
            self.reason.clone(),
        ]
    }
}

/// A value without quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// List settings
///
/// All of them on one page, with value, default, source and who changed them last. Needs `setting.read`.
#[utoipa::path(tag = "settings", operation_id = "list_settings", security(("session" = [])),
    responses((status = 200, description = "The settings", body = Page<Setting>)))]
#[get("/settings")]
async fn list_settings(caller: Caller<needs::SettingRead>, answer: Answer) -> Result<HttpResponse> {
    answer.with("settings", &settings::list_settings(&caller).await?)
}

/// Change several settings
///
/// All or none of them; `null` goes back to the default. `versions` in the body takes the place of `If-Match`, which names
/// one resource. Needs `setting.update`.
#[utoipa::path(tag = "settings", operation_id = "update_settings", security(("session" = [])),
    request_body(content = UpdateSettings, content_type = "application/merge-patch+json", description = "The new values"),
    responses((status = 200, description = "All settings", body = Page<Setting>), Conflict, Stale))]
#[patch("/settings")]
async fn update_settings(
    caller: Caller<needs::SettingUpdate>,
    body: Body<UpdateSettings>,
) -> Result<Json<Page<Setting>>> {
    Ok(Json(settings::update_settings(&caller, &body.0).await?))
}

/// Get a setting
///
/// Secrets are shown as a fingerprint.
#[utoipa::path(tag = "settings", operation_id = "get_setting", security(("session" = [])),
    params(SettingKey),
    responses((status = 200, description = "The setting", body = Setting)))]
#[get("/settings/{key}")]
async fn get_setting(caller: Caller<needs::SettingRead>, key: Key) -> Result<Found<Setting>> {
    Ok(Found(settings::get_setting(&caller, &key.0).await?))
}

/// Change a setting
///
/// `null` goes back to the default. A change reaches all replicas within one second. A setting that a flag, the environment
/// or the configuration file fixes cannot be changed here; `fixed` in the answer names what fixes it. Settings that would
/// contradict each other, as an idle lifetime over the absolute one, are refused. Needs `setting.update`.
#[utoipa::path(tag = "settings", operation_id = "update_setting", security(("session" = [])),
    params(SettingKey, IfMatch),
    request_body(content = UpdateSetting, content_type = "application/merge-patch+json", description = "The new value"),
    responses((status = 200, description = "The changed setting", body = Setting), Conflict))]
#[patch("/settings/{key}")]
async fn update_setting(
    caller: Caller<needs::SettingUpdate>,
    key: Key,
    body: Body<UpdateSetting>,
    if_match: IfMatch,
) -> Result<Found<Setting>> {
    Ok(Found(settings::update_setting(&caller, &key.0, &body.0, if_match.0).await?))
}

/// Go back to a setting's default
///
/// The history keeps the former values. Needs `setting.update`.
#[utoipa::path(tag = "settings", operation_id = "reset_setting", security(("session" = [])),
    params(SettingKey, ResetSetting, IfMatch),
    responses((status = 200, description = "The setting", body = Setting), Conflict))]
#[delete("/settings/{key}")]
async fn reset_setting(
    caller: Caller<needs::SettingUpdate>,
    key: Key,
    query: Query<ResetSetting>,
    if_match: IfMatch,
) -> Result<Found<Setting>> {
    Ok(Found(settings::reset_setting(&caller, &key.0, &query.0, if_match.0).await?))
}

/// Get the history of a setting
///
/// The newest change first unless sorted.
#[utoipa::path(tag = "settings", operation_id = "get_setting_history", security(("session" = [])),
    params(SettingKey, ListParameters<SettingHistoryFilter, SettingHistorySort>),
    responses((status = 200, description = "A page of changes", body = Page<SettingVersion>)))]
#[get("/settings/{key}/history")]
async fn get_setting_history(
    caller: Caller<needs::SettingRead>,
    key: Key,
    list: List<SettingHistoryFilter, SettingHistorySort>,
) -> Result<HttpResponse> {
    let history =
        async move |ctx: &Ctx, request: &ListSettingHistory| settings::get_setting_history(ctx, &key.0, request).await;
    list.answer(caller, "setting-history", history).await
}

/// Go back to a former value of a setting
///
/// As a new change. Needs `setting.update`.
#[utoipa::path(tag = "settings", operation_id = "restore_setting", security(("session" = [])),
    params(SettingKey, SettingVersionNumber),
    request_body(content = Option<RestoreSetting>, description = "Why"),
    responses((status = 200, description = "The setting", body = Setting), Conflict))]
#[post("/settings/{key}/history/{version}/restoration")]
async fn restore_setting(
    caller: Caller<needs::SettingUpdate>,
    key: Key,
    version: Version,
    body: OptionalBody<RestoreSetting>,
) -> Result<Found<Setting>> {
    Ok(Found(settings::restore_setting(&caller, &key.0, version.0, &body.0).await?))
}
