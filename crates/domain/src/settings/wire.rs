//! Settings on the wire.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
};

named! {
    /// Where the value in force comes from; later ones win over earlier ones, but the environment over all.
    SettingSource {
        /// The code.
        Default = "default",
        /// A flag of the command line; it cannot be changed here.
        Flag = "flag",
        /// An environment variable; it cannot be changed here.
        Environment = "environment",
        /// The configuration file; it cannot be changed here.
        File = "file",
        /// The database: set here.
        Database = "database",
    }
}

named! {
    /// What values a setting takes, on the wire.
    SettingType {
        /// Text.
        Text = "text",
        /// URL.
        Url = "url",
        /// Whole number.
        Integer = "integer",
        /// Yes or no.
        Boolean = "boolean",
        /// One of several names.
        Choice = "choice",
        /// Write-only text.
        Secret = "secret",
    }
}

/// A setting with its value in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Setting {
    /// Key.
    #[cfg_attr(feature = "openapi", schema(example = "session.idle_seconds"))]
    pub key: String,
    /// Group of the key.
    #[cfg_attr(feature = "openapi", schema(example = "session"))]
    pub group: String,
    /// Name for people.
    #[cfg_attr(feature = "openapi", schema(example = "Idle session lifetime"))]
    pub title: String,
    /// What it does.
    #[cfg_attr(feature = "openapi", schema(example = "A session ends when it was not used for this long."))]
    pub help: String,
    /// What values it takes.
    #[serde(rename = "type")]
    pub value_type: SettingType,
    /// Unit of the value.
    #[cfg_attr(feature = "openapi", schema(example = "seconds"))]
    pub unit: Option<String>,
    /// Smallest number.
    #[cfg_attr(feature = "openapi", schema(example = 300))]
    pub minimum: Option<i64>,
    /// Largest number.
    #[cfg_attr(feature = "openapi", schema(example = 34_560_000))]
    pub maximum: Option<i64>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// The names to choose from.
    pub choices: Vec<String>,
    /// Value when nothing else is set; `null` for secrets.
    #[cfg_attr(feature = "openapi", schema(example = 86_400))]
    pub default: Value,
    /// Value in force; `null` for secrets.
    #[cfg_attr(feature = "openapi", schema(example = 86_400))]
    pub value: Value,
    /// Whether a secret is set.
    pub is_set: bool,
    /// First characters of a secret's keyed hash: tells whether two are the same.
    #[cfg_attr(feature = "openapi", schema(example = "3f9a1c04"))]
    pub fingerprint: Option<String>,
    /// Where the value in force comes from.
    pub source: SettingSource,
    /// The flag, environment variable or file entry that fixes it, or that would have to when it can be set from outside
    /// only; `null` when it can be changed here.
    #[cfg_attr(feature = "openapi", schema(example = "QUARTERDECK_SETTING_SESSION_IDLE_SECONDS"))]
    pub fixed_by: Option<String>,
    /// Number of changes so far; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1))]
    pub version: u32,
    /// Last change; `null` when it was never changed.
    pub updated_at: Option<Timestamp>,
    /// Who changed it last.
    pub updated_by: Option<UserId>,
    /// Name of that user.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub updated_by_name: Option<String>,
    /// Why, in their words.
    #[cfg_attr(feature = "openapi", schema(example = "audit finding 12"))]
    pub reason: Option<String>,
}

/// What fixes a setting from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FixedSetting {
    /// Key of the setting.
    #[cfg_attr(feature = "openapi", schema(example = "session.idle_seconds"))]
    pub key: String,
    /// The flag, environment variable or file entry.
    #[cfg_attr(feature = "openapi", schema(example = "QUARTERDECK_SETTING_SESSION_IDLE_SECONDS"))]
    pub fixed_by: String,
    /// Which of these it is.
    pub source: SettingSource,
}

impl fmt::Display for FixedSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, fixed_by, source } = self;
        let place = match source {
            SettingSource::Flag => "the flag",
            SettingSource::File => "the configuration file",
            _ => "the environment variable",
        };
        write!(f, "the setting {key} is fixed by {place} {fixed_by}; change it there")
    }
}

/// A change of one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSetting {
    /// New value, of the setting's type; `null` goes back to the default.
    #[cfg_attr(feature = "openapi", schema(example = 43_200))]
    pub value: Value,
    /// Why; kept in the history and the audit event.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "audit finding 12")
    )]
    pub reason: String,
}

/// A change of several settings at once: all or none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// New values by key; `null` goes back to the default.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, Value>, example = json!({"platform.name": "Analytical"})))]
    pub values: BTreeMap<String, Value>,
    /// The versions that were read, by key, as `If-Match` has it for one setting: when one is another version now, nothing
    /// is changed and the answer is 412. Settings that are not named here are not compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "crate::whole::by_key")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, u32>, example = json!({"platform.name": 0})))]
    pub versions: BTreeMap<String, u32>,
    /// Why; kept in the history and the audit events.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "new name"))]
    pub reason: String,
}

/// The way back to the default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ResetSetting {
    /// Why; kept in the history and the audit event.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        param(required = false, max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "audit finding 12")
    )]
    pub reason: String,
}

/// The way back to a former value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RestoreSetting {
    /// Why; kept in the history and the audit event. When empty, it says which version came back.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "audit finding 12")
    )]
    pub reason: String,
}

/// A former or present value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingVersion {
    /// Number of the change, from 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
    /// Value from then on; `null` for secrets, and when it went back to the default.
    #[cfg_attr(feature = "openapi", schema(example = 43_200))]
    pub value: Value,
    /// Whether it went back to the default.
    pub is_default: bool,
    /// Fingerprint of a secret.
    #[cfg_attr(feature = "openapi", schema(example = "3f9a1c04"))]
    pub fingerprint: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who; `null` for the command line.
    pub by: Option<UserId>,
    /// Name of who did it.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub by_name: String,
    /// Why, in their words.
    #[cfg_attr(feature = "openapi", schema(example = "audit finding 12"))]
    pub reason: String,
}

/// Which changes of a setting are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SettingHistoryFilter {
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub by: Option<UserId>,
}

named! {
    /// What changes of a setting can be sorted by.
    SettingHistorySort {
        /// Number of the change.
        Version = "version",
    }
}

/// The newest first.
pub const DEFAULT_HISTORY_SORT: Sort<SettingHistorySort> = Sort::descending(SettingHistorySort::Version);

/// Which page of which changes of a setting is asked for.
pub type ListSettingHistory = ListRequest<SettingHistoryFilter, SettingHistorySort>;
