//! Settings: typed keys, where each value comes from, and its history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Error, FieldError, Result, Timestamp, UserId,
    meta::{Banner, BannerLevel},
    names::named,
    passwords::{self, PasswordRules},
    sessions::SessionRules,
    text,
};

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// One line, or several, of at most `max_length` characters.
    Text {
        /// Most characters.
        max_length: usize,
        /// Whether line breaks are allowed.
        multiline: bool,
    },
    /// An absolute `http` or `https` URL, or the empty text.
    Url,
    /// A whole number.
    Integer {
        /// Smallest.
        minimum: i64,
        /// Largest.
        maximum: i64,
    },
    /// Yes or no.
    Boolean,
    /// One of several names.
    Choice {
        /// The names.
        choices: &'static [&'static str],
    },
    /// A text that is never shown again.
    Secret,
}

/// A setting as the code declares it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Key, `group.name`.
    pub key: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What values it takes.
    pub value_type: ValueType,
    /// Unit of the value.
    pub unit: Option<&'static str>,
    default: fn() -> Value,
}

macro_rules! settings {
    ($($constant:ident = $key:literal, $title:literal, $help:literal, $value_type:expr, $unit:expr, $default:expr;)+) => {
        $(#[doc = $help] pub const $constant: &str = $key;)+

        /// All settings, in the order of the page.
        pub const DEFINITIONS: &[Definition] = &[$(Definition {
            key: $key, title: $title, help: $help, value_type: $value_type, unit: $unit, default: || json!($default),
        }),+];
    };
}

const LINE: ValueType = ValueType::Text { max_length: 80, multiline: false };
const DAY: i64 = 86_400;
const SECONDS: ValueType = ValueType::Integer { minimum: 300, maximum: 400 * DAY };

settings! {
    PLATFORM_NAME = "platform.name", "Platform name", "Name of the platform, on the sign-in page and in the title bar.", LINE, None, "Quarterdeck";
    BASE_URL = "platform.base_url", "Base URL", "Address under which people reach the platform; links are made with it. Empty: the address that the server listens on.", ValueType::Url, None, "";
    BANNER_MESSAGE = "banner.message", "Banner message", "Message on every page, the sign-in page included. Empty: no banner.", ValueType::Text { max_length: 500, multiline: false }, None, "";
    BANNER_LEVEL = "banner.level", "Banner level", "How urgent the banner looks.", ValueType::Choice { choices: &["info", "warning", "critical"] }, None, "info";
    PASSWORD_MIN_LENGTH = "password.min_length", "Minimum password length", "Fewest characters of a new password.", ValueType::Integer { minimum: passwords::FLOOR as i64, maximum: passwords::MAX_LENGTH as i64 }, Some("characters"), passwords::DEFAULT_MIN_LENGTH;
    PASSWORD_REQUIRE_LOWER = "password.require_lower", "Require a lower-case letter", "A new password needs a lower-case letter.", ValueType::Boolean, None, false;
    PASSWORD_REQUIRE_UPPER = "password.require_upper", "Require an upper-case letter", "A new password needs an upper-case letter.", ValueType::Boolean, None, false;
    PASSWORD_REQUIRE_DIGIT = "password.require_digit", "Require a digit", "A new password needs a digit.", ValueType::Boolean, None, false;
    PASSWORD_REQUIRE_PUNCTUATION = "password.require_punctuation", "Require punctuation", "A new password needs a character that is neither a letter nor a digit.", ValueType::Boolean, None, false;
    PASSWORD_DENY_COMMON = "password.deny_common", "Refuse common passwords", "A new password must not be a well-known word, a row of keys or the username.", ValueType::Boolean, None, true;
    SESSION_IDLE_SECONDS = "session.idle_seconds", "Idle session lifetime", "A session ends when it was not used for this long.", SECONDS, Some("seconds"), DAY;
    SESSION_ABSOLUTE_SECONDS = "session.absolute_seconds", "Absolute session lifetime", "A session ends after this long in any case.", SECONDS, Some("seconds"), 7 * DAY;
    SESSION_REMEMBERED_IDLE_SECONDS = "session.remembered_idle_seconds", "Idle lifetime, remembered", "The idle lifetime of a session made with \"Remember me\".", SECONDS, Some("seconds"), 14 * DAY;
    SESSION_REMEMBERED_ABSOLUTE_SECONDS = "session.remembered_absolute_seconds", "Absolute lifetime, remembered", "The absolute lifetime of a session made with \"Remember me\".", SECONDS, Some("seconds"), 30 * DAY;
    SESSION_MAX_PER_USER = "session.max_per_user", "Sessions per user", "How many sessions a user may have at once; one more ends the oldest.", ValueType::Integer { minimum: 1, maximum: 1_000 }, Some("sessions"), 20;
    METRICS_TOKEN = "operation.metrics_token", "Metrics token", "Bearer token that /metrics asks for. Not set: /metrics answers to this machine only.", ValueType::Secret, None, "";
}

/// The declaration of `key`.
///
/// # Errors
/// `NotFound` when there is no such setting.
pub fn definition(key: &str) -> Result<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.key == key).ok_or(Error::NotFound("setting"))
}

impl Definition {
    /// Value when nothing else is set.
    #[must_use]
    pub fn default_value(&self) -> Value {
        (self.default)()
    }

    /// Whether the value is write-only.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        matches!(self.value_type, ValueType::Secret)
    }

    /// Group of the key: `session` of `session.idle_seconds`.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.key.split('.').next().unwrap_or(self.key)
    }

    /// Environment variable that fixes the value.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("QUARTERDECK_SETTING_{}", self.key.to_uppercase().replace('.', "_"))
    }

    /// Reads a value written as text in the environment.
    ///
    /// # Errors
    /// `Invalid` at `/value`.
    pub fn parse(&self, text: &str) -> Result<Value> {
        let value = match self.value_type {
            ValueType::Integer { .. } | ValueType::Boolean => serde_json::from_str(text).unwrap_or(Value::Null),
            _ => Value::from(text),
        };
        self.check("/value", &value)?;
        Ok(value)
    }

    /// Checks a value.
    ///
    /// # Errors
    /// `Invalid` at `pointer`.
    pub fn check(&self, pointer: &str, value: &Value) -> Result<()> {
        let wrong = |message: String| Err(FieldError::new(pointer, "format", message));
        let outcome = match (self.value_type, value) {
            (ValueType::Text { max_length, multiline: true }, Value::String(text)) => {
                text::check_lines(pointer, text, max_length)
            }
            (ValueType::Text { max_length, .. }, Value::String(text)) => {
                text::check_optional_line(pointer, text, max_length)
            }
            (ValueType::Secret, Value::String(text)) if text.is_empty() => {
                wrong("must not be empty; delete the setting instead".to_owned())
            }
            (ValueType::Secret, Value::String(text)) => text::check_optional_line(pointer, text, 1_000),
            (ValueType::Url, Value::String(text)) if text.is_empty() => Ok(()),
            (ValueType::Url, Value::String(text)) => text::check_url(pointer, text),
            (ValueType::Boolean, Value::Bool(_)) => Ok(()),
            (ValueType::Choice { choices }, Value::String(text)) if choices.contains(&text.as_str()) => Ok(()),
            (ValueType::Integer { minimum, maximum }, Value::Number(number))
                if number.as_i64().is_some_and(|number| (minimum..=maximum).contains(&number)) =>
            {
                Ok(())
            }
            (ValueType::Integer { minimum, maximum }, _) => {
                wrong(format!("must be a whole number from {minimum} to {maximum}"))
            }
            (ValueType::Boolean, _) => wrong("must be true or false".to_owned()),
            (ValueType::Choice { choices }, _) => wrong(format!("must be one of {}", choices.join(", "))),
            _ => wrong("must be a text".to_owned()),
        };
        outcome.map_err(|fault| Error::Invalid(vec![fault]))
    }
}

named! {
    /// Where the value in force comes from; later ones win over earlier ones, but the environment over all.
    SettingSource {
        /// The code.
        Default = "default",
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
    /// The environment variable or file entry that fixes it; `null` when it can be changed here.
    #[cfg_attr(feature = "openapi", schema(example = "QUARTERDECK_SETTING_SESSION_IDLE_SECONDS"))]
    pub fixed_by: Option<String>,
    /// Number of changes so far; the `ETag` of the setting.
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

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingList {
    /// The settings, in the order of the page.
    pub items: Vec<Setting>,
}

/// A change of one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSetting {
    /// New value, of the setting's type.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// New values by key; `null` goes back to the default.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, Value>, example = json!({"platform.name": "Analytical"})))]
    pub values: BTreeMap<String, Value>,
    /// Why; kept in the history and the audit events.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "new name"))]
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

/// The history of a setting, the newest change first; at most the last 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingHistory {
    /// The changes.
    pub items: Vec<SettingVersion>,
}

/// The values in force, by key; what the rest of the code reads.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
}

impl Settings {
    /// Takes `value` for `definition`; values that do not fit any more are passed over for the default.
    pub fn put(&mut self, definition: &'static Definition, value: Value) {
        if definition.check("/value", &value).is_ok() {
            self.values.insert(definition.key, value);
        }
    }

    fn value(&self, key: &str) -> Value {
        self.values
            .get(key)
            .cloned()
            .unwrap_or_else(|| definition(key).map(Definition::default_value).unwrap_or_default())
    }

    fn text(&self, key: &str) -> String {
        self.value(key).as_str().unwrap_or_default().to_owned()
    }

    fn integer(&self, key: &str) -> i64 {
        self.value(key).as_i64().unwrap_or_default()
    }

    fn boolean(&self, key: &str) -> bool {
        self.value(key).as_bool().unwrap_or_default()
    }

    /// Name of the platform; the product's own when empty.
    #[must_use]
    pub fn platform_name(&self) -> String {
        match self.text(PLATFORM_NAME) {
            name if name.trim().is_empty() => "Quarterdeck".to_owned(),
            name => name,
        }
    }

    /// Address of the platform without a slash at its end, if one is set.
    #[must_use]
    pub fn base_url(&self) -> Option<String> {
        let url = self.text(BASE_URL);
        (!url.is_empty()).then(|| url.trim_end_matches('/').to_owned())
    }

    /// The banner, if one is set.
    #[must_use]
    pub fn banner(&self) -> Option<Banner> {
        let message = self.text(BANNER_MESSAGE);
        let level = self.text(BANNER_LEVEL).parse().unwrap_or(BannerLevel::Info);
        (!message.trim().is_empty()).then_some(Banner { message, level })
    }

    /// The password policy.
    #[must_use]
    pub fn password_rules(&self) -> PasswordRules {
        PasswordRules {
            min_length: u32::try_from(self.integer(PASSWORD_MIN_LENGTH)).unwrap_or(passwords::DEFAULT_MIN_LENGTH),
            max_length: passwords::MAX_LENGTH,
            require_lower: self.boolean(PASSWORD_REQUIRE_LOWER),
            require_upper: self.boolean(PASSWORD_REQUIRE_UPPER),
            require_digit: self.boolean(PASSWORD_REQUIRE_DIGIT),
            require_punctuation: self.boolean(PASSWORD_REQUIRE_PUNCTUATION),
            deny_common: self.boolean(PASSWORD_DENY_COMMON),
        }
    }

    /// Lifetimes and number of sessions.
    #[must_use]
    pub fn session_rules(&self) -> SessionRules {
        SessionRules {
            idle_seconds: self.integer(SESSION_IDLE_SECONDS),
            absolute_seconds: self.integer(SESSION_ABSOLUTE_SECONDS),
            remembered_idle_seconds: self.integer(SESSION_REMEMBERED_IDLE_SECONDS),
            remembered_absolute_seconds: self.integer(SESSION_REMEMBERED_ABSOLUTE_SECONDS),
            max_per_user: self.integer(SESSION_MAX_PER_USER),
        }
    }

    /// The bearer token of `/metrics`, if one is set.
    #[must_use]
    pub fn metrics_token(&self) -> Option<String> {
        let token = self.text(METRICS_TOKEN);
        (!token.is_empty()).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_satisfy_their_own_types() {
        for definition in DEFINITIONS.iter().filter(|definition| !definition.is_secret()) {
            definition.check("/value", &definition.default_value()).unwrap();
        }
    }

    #[test]
    fn environment_texts_are_typed() {
        let idle = definition(SESSION_IDLE_SECONDS).unwrap();
        assert_eq!(idle.variable(), "QUARTERDECK_SETTING_SESSION_IDLE_SECONDS");
        assert_eq!(idle.parse("3600").unwrap(), json!(3600));
        assert!(idle.parse("1").is_err() && idle.parse("soon").is_err());
        assert_eq!(definition(PLATFORM_NAME).unwrap().parse("42").unwrap(), json!("42"));
    }
}
