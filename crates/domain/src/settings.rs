//! Settings: typed keys, where each value comes from, and its history.

mod values;
mod wire;

use serde_json::{Value, json};

use crate::{Error, FieldError, Result, passwords, text};

pub use values::{Contradiction, MetricsToken, Settings};
pub use wire::{
    DEFAULT_HISTORY_SORT, FixedSetting, ListSettingHistory, ResetSetting, RestoreSetting, Setting,
    SettingHistoryFilter, SettingHistorySort, SettingSource, SettingType, SettingVersion, UpdateSetting,
    UpdateSettings,
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
    /// An absolute `http` or `https` URL without user, query and fragment, or the empty text.
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
    Secret {
        /// Fewest characters.
        min_length: usize,
    },
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

/// The console is told this by the API, and need not carry it.
const fn told(words: &'static str) -> &'static str {
    if cfg!(target_family = "wasm") { "" } else { words }
}

macro_rules! settings {
    ($($constant:ident = $key:literal, $title:literal, $help:literal, $value_type:expr, $unit:expr, $default:expr;)+) => {
        $(#[doc = $help] pub const $constant: &str = $key;)+

        /// All settings, in the order of the page.
        pub const DEFINITIONS: &[Definition] = &[$(Definition {
            key: $key, title: $title, help: told($help), value_type: $value_type, unit: $unit, default: || json!($default),
        }),+];
    };
}

const LINE: ValueType = ValueType::Text { max_length: 80, multiline: false };
const DAY: i64 = 86_400;
const PER_MINUTE: ValueType = ValueType::Integer { minimum: 0, maximum: 6_000_000 };
const AT_ONCE: ValueType = ValueType::Integer { minimum: 0, maximum: 10_000 };
const PERCENT: ValueType = ValueType::Integer { minimum: 1, maximum: 100 };
const COLOUR: ValueType = ValueType::Choice { choices: &["grey", "green", "blue", "yellow", "orange", "red"] };
const SECONDS: ValueType = ValueType::Integer { minimum: 300, maximum: 400 * DAY };

settings! {
    PLATFORM_NAME = "platform.name", "Platform name", "Name of the platform, on the sign-in page and in the title bar.", LINE, None, "Quarterdeck";
    BASE_URL = "platform.base_url", "Base URL", "Address under which people reach the platform; links are made with it. Empty: the address that the server listens on.", ValueType::Url, None, "";
    STATUS_URL = "platform.status_url", "Status page", "Address of the page that tells whether the platform works, in the console's menu. Empty: no link. Set by who operates the platform, not here.", ValueType::Url, None, "";
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
    SESSION_STEP_UP_MINUTES = "session.step_up_minutes", "Ask for the password again", "Sensitive acts - roles, passwords and keys of others, new keys, deletions, settings that can lock people out - ask for the password again when it was given longer ago than this. 0: never.", ValueType::Integer { minimum: 0, maximum: 1_440 }, Some("minutes"), 15;
    ACCOUNT_SELF_DELETION = "account.self_deletion", "Deletion of the own account", "Whether people may delete their own account. The last administrator cannot.", ValueType::Boolean, None, false;
    IMPERSONATE_ADMINISTRATORS = "impersonation.administrators", "Act as administrators", "Whether administrators may act as accounts with power over the platform too. Otherwise nobody does.", ValueType::Boolean, None, false;
    API_KEY_ENFORCE_MAX = "api_keys.enforce_maximum", "Enforce maximum lifetime of API keys", "No API key can be made that lives longer than the maximum. Keys that were made to live longer end there too, but not before 30 days from the change.", ValueType::Boolean, None, false;
    API_KEY_MAX_DAYS = "api_keys.maximum_days", "Maximum lifetime of API keys", "Longest life of an API key, when the maximum is enforced.", ValueType::Integer { minimum: 1, maximum: 3_650 }, Some("days"), 90;
    API_KEYS_PER_USER = "api_keys.max_per_user", "API keys per user", "How many API keys a user may have at once.", ValueType::Integer { minimum: 0, maximum: 10_000 }, Some("keys"), 50;
    MODEL_SERVICES_ENABLED = "model_services.enabled", "Send requests to model services", "Whether people can send requests to model services through the platform, with their own keys, those of their organization, or those of the platform. Otherwise nothing is sent out.", ValueType::Boolean, None, false;
    MODEL_ANTHROPIC_URL = "model_services.anthropic_url", "Anthropic: address", "Address that requests to Anthropic go to; it has to be https. Keys go there with them. Empty: none are sent.", ValueType::Url, None, "https://api.anthropic.com";
    MODEL_OPENAI_URL = "model_services.openai_url", "OpenAI: address", "Address that requests to OpenAI go to; it has to be https. Keys go there with them. Empty: none are sent.", ValueType::Url, None, "https://api.openai.com";
    MODEL_GOOGLE_URL = "model_services.google_url", "Google: address", "Address that requests to Google go to; it has to be https. Keys go there with them. Empty: none are sent.", ValueType::Url, None, "https://generativelanguage.googleapis.com";
    MODEL_SERVICES_ALLOW_LOCAL = "model_services.allow_local", "Model services in private networks", "Whether the addresses may be in private networks, and http on this machine itself. Link-local addresses are never reached.", ValueType::Boolean, None, false;
    MODEL_SERVICES_SILENCE = "model_services.silence_seconds", "Longest silence of a model service", "How long a model service may keep silent, before its answer and within it, until the request is ended.", ValueType::Integer { minimum: 1, maximum: 3_600 }, Some("seconds"), 300;
    ALLOCATION_UNIT = "allocations.unit", "Unit of allocations", "What allocations of groups count: credits, euros, hours.", LINE, None, "credits";
    ALLOCATION_NOTICE_PERCENT = "allocations.notice_percent", "Notice from", "Share of its allocation from which on the use of a group has reached the level \"notice\".", PERCENT, Some("percent"), 50;
    ALLOCATION_WARNING_PERCENT = "allocations.warning_percent", "Warning from", "Share of its allocation from which on the use of a group has reached the level \"warning\".", PERCENT, Some("percent"), 80;
    ALLOCATION_CRITICAL_PERCENT = "allocations.critical_percent", "Critical from", "Share of its allocation from which on the use of a group has reached the level \"critical\".", PERCENT, Some("percent"), 95;
    ALLOCATION_NORMAL_LABEL = "allocations.normal_label", "Normal: label", "What the level \"normal\" is called.", LINE, None, "Normal";
    ALLOCATION_NORMAL_COLOUR = "allocations.normal_colour", "Normal: colour", "Colour of the level \"normal\".", COLOUR, None, "green";
    ALLOCATION_NOTICE_LABEL = "allocations.notice_label", "Notice: label", "What the level \"notice\" is called.", LINE, None, "Notice";
    ALLOCATION_NOTICE_COLOUR = "allocations.notice_colour", "Notice: colour", "Colour of the level \"notice\".", COLOUR, None, "blue";
    ALLOCATION_WARNING_LABEL = "allocations.warning_label", "Warning: label", "What the level \"warning\" is called.", LINE, None, "Warning";
    ALLOCATION_WARNING_COLOUR = "allocations.warning_colour", "Warning: colour", "Colour of the level \"warning\".", COLOUR, None, "yellow";
    ALLOCATION_CRITICAL_LABEL = "allocations.critical_label", "Critical: label", "What the level \"critical\" is called.", LINE, None, "Critical";
    ALLOCATION_CRITICAL_COLOUR = "allocations.critical_colour", "Critical: colour", "Colour of the level \"critical\".", COLOUR, None, "orange";
    ALLOCATION_OVER_LABEL = "allocations.over_label", "Over: label", "What the level \"over\" is called.", LINE, None, "Over";
    ALLOCATION_OVER_COLOUR = "allocations.over_colour", "Over: colour", "Colour of the level \"over\".", COLOUR, None, "red";
    LIMIT_SIGN_INS = "limits.sign_ins_per_minute", "Sign-ins per address", "Sign-ins, reset links and set-up attempts from one address (IPv6: one /64 network). 0: no limit. Requests from this machine itself are not counted.", PER_MINUTE, Some("requests a minute"), 120;
    LIMIT_REFRESHES = "limits.refreshes_per_minute", "Refreshes per address", "Session refreshes and sign-outs from one address. 0: no limit. Requests from this machine itself are not counted.", PER_MINUTE, Some("requests a minute"), 1_200;
    LIMIT_PASSWORD_CHANGES = "limits.password_changes_per_minute", "Password changes per user", "Attempts of one user to give the own password: to change it, or again before a sensitive act. 0: no limit.", PER_MINUTE, Some("requests a minute"), 20;
    LIMIT_READS = "limits.reads_per_minute", "Reads per user", "Reads by one user. 0: no limit.", PER_MINUTE, Some("requests a minute"), 0;
    LIMIT_WRITES = "limits.writes_per_minute", "Changes per user", "Changes by one user. 0: no limit.", PER_MINUTE, Some("requests a minute"), 300_000;
    LIMIT_EXPORTS = "limits.exports_at_once", "Exports per user", "Exports of lists by one user that run at once. 0: no limit.", AT_ONCE, Some("exports"), 5;
    LIMIT_STREAMS = "limits.streams_at_once", "Live streams per user", "Streams of live changes that one user has open at once, one for each tab of the console. 0: no limit.", AT_ONCE, Some("streams"), 100;
    LIMIT_MODEL_REQUESTS = "limits.model_requests_at_once", "Requests to model services per user", "Requests of one user to model services that are under way at once. 0: no limit.", AT_ONCE, Some("requests"), 20;
    METRICS_TOKEN = "operation.metrics_token", "Metrics token", "Bearer token that /metrics asks for, of 16 characters at least. Not set: /metrics answers to this machine only.", ValueType::Secret { min_length: 16 }, None, "";
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
        matches!(self.value_type, ValueType::Secret { .. })
    }

    /// Whether a wrong value keeps people or their keys out, lets more in, or sends keys elsewhere, so that changing it asks for a recent
    /// authentication.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        matches!(self.group(), "session" | "password" | "api_keys" | "limits" | "impersonation" | "model_services")
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

    /// The environment variable to set it by, when it can be set from outside only.
    #[must_use]
    pub fn outside_only(&self) -> Option<&'static str> {
        (self.key == STATUS_URL).then_some("QUARTERDECK_STATUS_URL")
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
            (ValueType::Secret { .. }, Value::String(text)) if text.is_empty() => {
                wrong("must not be empty; delete the setting instead".to_owned())
            }
            (ValueType::Secret { min_length }, Value::String(text)) if text.chars().count() < min_length => {
                Err(FieldError::new(pointer, "too-short", format!("must have at least {min_length} characters")))
            }
            (ValueType::Secret { .. }, Value::String(text)) => text::check_optional_line(pointer, text, 1_000),
            (ValueType::Url, Value::String(text)) if text.is_empty() => Ok(()),
            (ValueType::Url, Value::String(text)) => {
                text::check_base_url(pointer, text).and_then(|()| self.check_secrecy(pointer, text))
            }
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

    /// Keys go to model services: not in the clear, but within this machine.
    fn check_secrecy(&self, pointer: &str, url: &str) -> Result<(), FieldError> {
        let host = url.strip_prefix("http://").filter(|_| self.group() == "model_services");
        let is_here = |host: &str| {
            let rest = ["localhost", "127.0.0.1", "[::1]"].iter().find_map(|name| host.strip_prefix(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        };
        match host {
            Some(host) if !is_here(host) => {
                Err(FieldError::new(pointer, "format", "must begin with https://, unless it is on this machine"))
            }
            _ => Ok(()),
        }
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

    #[test]
    fn weak_values_are_refused() {
        for (key, bad) in [
            (METRICS_TOKEN, "x"),
            (METRICS_TOKEN, "fifteen letters"),
            (PLATFORM_NAME, "\u{200b}"),
            (PLATFORM_NAME, "Quarter\u{202e}deck"),
            (BANNER_MESSAGE, "\u{2066}"),
            (MODEL_OPENAI_URL, "http://api.example.org"),
            (MODEL_OPENAI_URL, "http://localhost.example.org"),
            (MODEL_OPENAI_URL, "http://127.0.0.1.example.org/"),
        ] {
            assert!(definition(key).unwrap().parse(bad).is_err(), "{key} {bad:?}");
        }
        for good in ["https://api.example.org/v1", "http://localhost:8080", "http://127.0.0.1/v1", "http://[::1]:80"] {
            assert!(definition(MODEL_OPENAI_URL).unwrap().parse(good).is_ok(), "{good}");
        }
        assert!(definition(METRICS_TOKEN).unwrap().parse("sixteen letters.").is_ok());
    }
}
