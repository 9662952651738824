//! The values in force.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use serde_json::Value;

use super::*;
use crate::{
    allocations::{AllocationState, Colour, Level, Levels},
    amount::Amount,
    api_keys::ApiKeyCap,
    limits::LimitRules,
    meta::{Banner, BannerLevel},
    model_services::{Endpoint, ModelProvider},
    passwords::PasswordRules,
    sessions::SessionRules,
};

/// The bearer token that `/metrics` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricsToken {
    /// There is none: this machine may ask.
    Unset,
    /// This one.
    Set(String),
    /// There is one that cannot be opened: nobody may ask.
    Unreadable,
}

/// Pairs of settings of which the first must not be over the second: a session that ends later than it ends in any case,
/// or sooner when it is remembered; a level of use that is reached before the one below it.
const ORDERED: [[&str; 2]; 6] = [
    [SESSION_IDLE_SECONDS, SESSION_ABSOLUTE_SECONDS],
    [SESSION_REMEMBERED_IDLE_SECONDS, SESSION_REMEMBERED_ABSOLUTE_SECONDS],
    [SESSION_IDLE_SECONDS, SESSION_REMEMBERED_IDLE_SECONDS],
    [SESSION_ABSOLUTE_SECONDS, SESSION_REMEMBERED_ABSOLUTE_SECONDS],
    [ALLOCATION_NOTICE_PERCENT, ALLOCATION_WARNING_PERCENT],
    [ALLOCATION_WARNING_PERCENT, ALLOCATION_CRITICAL_PERCENT],
];

/// Two settings of which one value makes no sense beside the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Their keys.
    pub keys: [&'static str; 2],
    /// What is wrong, with both keys and values.
    pub message: String,
}

/// The values in force, by key; what the rest of the code reads.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
    unreadable: BTreeSet<&'static str>,
    limit_rules: OnceLock<LimitRules>,
}

impl Settings {
    /// Takes `value` for `definition`; values that do not fit any more are passed over for the default, secrets for none
    /// that anybody knows.
    pub fn put(&mut self, definition: &'static Definition, value: Value) {
        if definition.check("/value", &value).is_ok() {
            self.values.insert(definition.key, value);
            self.unreadable.remove(definition.key);
            self.limit_rules.take();
        } else if definition.is_secret() {
            self.put_unreadable(definition);
        }
    }

    /// Notes that `definition` has a value that cannot be opened: it is set, and nobody knows to what.
    pub fn put_unreadable(&mut self, definition: &'static Definition) {
        self.unreadable.insert(definition.key);
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

    /// The pairs that contradict each other.
    pub fn contradictions(&self) -> impl Iterator<Item = Contradiction> {
        ORDERED.iter().filter_map(|&[smaller, larger]| {
            let (least, most) = (self.integer(smaller), self.integer(larger));
            let message = || format!("{smaller} ({least}) must not be over {larger} ({most})");
            (least > most).then(|| Contradiction { keys: [smaller, larger], message: message() })
        })
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

    /// Address of the status page, if there is one.
    #[must_use]
    pub fn status_url(&self) -> Option<String> {
        Some(self.text(STATUS_URL)).filter(|url| !url.is_empty())
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

    /// Seconds for which an authentication is recent enough for sensitive acts; nothing when any is.
    #[must_use]
    pub fn step_up_seconds(&self) -> Option<u32> {
        u32::try_from(self.integer(SESSION_STEP_UP_MINUTES))
            .ok()
            .filter(|minutes| *minutes > 0)
            .map(|minutes| minutes * 60)
    }

    /// Whether people may delete their own account.
    #[must_use]
    pub fn allows_self_deletion(&self) -> bool {
        self.boolean(ACCOUNT_SELF_DELETION)
    }

    /// Whether administrators may act as accounts with power over the platform.
    #[must_use]
    pub fn impersonates_administrators(&self) -> bool {
        self.boolean(IMPERSONATE_ADMINISTRATORS)
    }

    /// The longest that API keys may live, if there is a maximum.
    #[must_use]
    pub fn api_key_cap(&self) -> Option<ApiKeyCap> {
        let max_days = u32::try_from(self.integer(API_KEY_MAX_DAYS)).unwrap_or(u32::MAX);
        self.boolean(API_KEY_ENFORCE_MAX).then_some(ApiKeyCap { max_days })
    }

    /// How many API keys a user may have.
    #[must_use]
    pub fn api_keys_per_user(&self) -> u64 {
        self.integer(API_KEYS_PER_USER).unsigned_abs()
    }

    /// Where requests to the services of `provider` go, if any do.
    #[must_use]
    pub fn model_endpoint(&self, provider: ModelProvider) -> Option<Endpoint> {
        let url = self.text(provider.url_setting());
        (self.boolean(MODEL_SERVICES_ENABLED) && !url.is_empty()).then(|| Endpoint {
            url: url.trim_end_matches('/').to_owned(),
            allow_local: self.boolean(MODEL_SERVICES_ALLOW_LOCAL),
            silence_seconds: u32::try_from(self.integer(MODEL_SERVICES_SILENCE)).unwrap_or(u32::MAX),
        })
    }

    /// The levels that the use of an allocation reaches.
    #[must_use]
    pub fn allocation_levels(&self) -> Levels {
        use AllocationState as S;
        let percent = |key| Amount::from(u32::try_from(self.integer(key)).unwrap_or_default());
        let level = |state, from_percent, label, colour| Level {
            state,
            from_percent,
            label: self.text(label),
            colour: self.text(colour).parse().unwrap_or(Colour::Grey),
        };
        Levels {
            unit: self.text(ALLOCATION_UNIT),
            shown: [
                level(S::Normal, Amount::ZERO, ALLOCATION_NORMAL_LABEL, ALLOCATION_NORMAL_COLOUR),
                level(S::Notice, percent(ALLOCATION_NOTICE_PERCENT), ALLOCATION_NOTICE_LABEL, ALLOCATION_NOTICE_COLOUR),
                level(
                    S::Warning,
                    percent(ALLOCATION_WARNING_PERCENT),
                    ALLOCATION_WARNING_LABEL,
                    ALLOCATION_WARNING_COLOUR,
                ),
                level(
                    S::Critical,
                    percent(ALLOCATION_CRITICAL_PERCENT),
                    ALLOCATION_CRITICAL_LABEL,
                    ALLOCATION_CRITICAL_COLOUR,
                ),
                level(S::Over, Amount::from(100), ALLOCATION_OVER_LABEL, ALLOCATION_OVER_COLOUR),
            ],
        }
    }

    /// How many requests a client may send. They are asked for on each request, so they are read once.
    #[must_use]
    pub fn limit_rules(&self) -> &LimitRules {
        let limit = |key| u32::try_from(self.integer(key)).unwrap_or_default();
        self.limit_rules.get_or_init(|| LimitRules {
            sign_ins: limit(LIMIT_SIGN_INS),
            refreshes: limit(LIMIT_REFRESHES),
            password_changes: limit(LIMIT_PASSWORD_CHANGES),
            reads: limit(LIMIT_READS),
            writes: limit(LIMIT_WRITES),
            exports: limit(LIMIT_EXPORTS),
            streams: limit(LIMIT_STREAMS),
            model_requests: limit(LIMIT_MODEL_REQUESTS),
        })
    }

    /// The bearer token that `/metrics` asks for.
    #[must_use]
    pub fn metrics_token(&self) -> MetricsToken {
        match self.text(METRICS_TOKEN) {
            _ if self.unreadable.contains(METRICS_TOKEN) => MetricsToken::Unreadable,
            token if token.is_empty() => MetricsToken::Unset,
            token => MetricsToken::Set(token),
        }
    }
}
