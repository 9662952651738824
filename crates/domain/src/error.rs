//! The one error type of every layer below HTTP, with its stable codes.

mod field;
mod model_service;
mod rule;
mod unauthenticated;

pub use field::FieldError;
pub use model_service::ModelServiceFault;
pub use rule::Rule;
pub use unauthenticated::Unauthenticated;

use crate::{Permission, text::counted};

/// Result with the domain's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong below HTTP.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in; 401.
    #[error("{}", .0.message())]
    Unauthenticated(Unauthenticated),
    /// The actor may see the thing but lacks a permission; 403.
    #[error("the permission {0} is missing for this")]
    Forbidden(Permission),
    /// The act, which needs this permission, is not allowed on the own account; 403.
    #[error("nobody may do this to the own account")]
    OwnAccount(Permission),
    /// Only an administrator may use this permission on accounts with privileged roles; 403.
    #[error("only an administrator may change this account")]
    PrivilegedAccount(Permission),
    /// Nobody hands on what they do not hold themselves: this permission, to this reach; 403.
    #[error("nobody hands on {0} who does not hold it there")]
    NotHeld(Permission),
    /// Nothing is missing for this permission but a recent authentication; 403.
    #[error("the password has to be given again: that was more than {} ago", counted(u64::from(max_age_seconds / 60), "minute"))]
    StepUpRequired {
        /// What the act needs.
        permission: Permission,
        /// How old an authentication may be.
        max_age_seconds: u32,
    },
    /// Nobody does what this permission is for while they act as somebody else; 403.
    #[error("nobody does this while they act as somebody else, or not to see only")]
    Impersonated(Permission),
    /// The password has to be changed before anything else; 403.
    #[error("the password has to be changed first")]
    PasswordChangeRequired,
    /// A cookie route was called from another origin or without the CSRF header; 403.
    #[error("the request does not come from the console")]
    CrossSite,
    /// The API key may not be used from this address; 403.
    #[error("this API key may not be used from your address")]
    AddressNotAllowed,
    /// No such thing, or not visible to the actor; 404. The kind is singular: `user`.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// A rule of the present state; 409.
    #[error("{}", .0.message())]
    Conflict(Rule),
    /// The plan's set changed; 409 with the difference.
    #[error("{}", Rule::PlanChanged.message())]
    PlanChanged(Box<crate::plans::PlanDifference>),
    /// The operator fixed the setting from outside; 409 with what fixes it.
    #[error("{0}")]
    SettingFixed(Box<crate::settings::FixedSetting>),
    /// `If-Match` names a former version; 412 with the current value.
    #[error("the resource has changed since it was read")]
    Stale(Box<serde_json::Value>),
    /// The request's syntax is wrong: malformed JSON, id, query; 400.
    #[error("{message}")]
    Malformed {
        /// Stable code.
        code: &'static str,
        /// What is wrong.
        message: String,
    },
    /// Fields that break a rule; 422.
    #[error("some fields are not valid")]
    Invalid(Vec<FieldError>),
    /// An `Idempotency-Key` came again with another body; 422.
    #[error("this Idempotency-Key was used for another request")]
    IdempotencyMismatch,
    /// Too many attempts; 429.
    #[error("too many attempts; try again in {}", counted(u64::from(*retry_after_seconds), "second"))]
    RateLimited {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// A model service answers nothing that could be passed on; 502 or 504.
    #[error("{}", .0.message())]
    ModelService(ModelServiceFault),
    /// Something outside is not reachable for now; 503.
    #[error("{0} is not available")]
    Unavailable(&'static str),
    /// A fault of ours; 500. The source is for the log, never for the answer.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One invalid field.
    pub fn field(pointer: &str, code: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, message)])
    }

    /// The same, with its faults at fields below `pointer`.
    #[must_use]
    pub fn under(self, pointer: &str) -> Self {
        match self {
            Self::Invalid(faults) => Self::Invalid(
                faults
                    .into_iter()
                    .map(|fault| FieldError { pointer: format!("{pointer}{}", fault.pointer), ..fault })
                    .collect(),
            ),
            other => other,
        }
    }

    /// A fault of ours, with its cause for the log.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The permission that the act needed, when the decision function or a guard of accounts refused it.
    #[must_use]
    pub const fn refused(&self) -> Option<Permission> {
        match self {
            Self::Forbidden(permission)
            | Self::OwnAccount(permission)
            | Self::PrivilegedAccount(permission)
            | Self::NotHeld(permission)
            | Self::Impersonated(permission)
            | Self::StepUpRequired { permission, .. } => Some(*permission),
            _ => None,
        }
    }

    /// Stable code on the wire; the catalogue is `docs/errors.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated(cause) => cause.code(),
            Self::Forbidden(_) => "forbidden",
            Self::OwnAccount(_) => "own-account",
            Self::PrivilegedAccount(_) => "privileged-account",
            Self::NotHeld(_) => "not-held",
            Self::StepUpRequired { .. } => "step-up-required",
            Self::Impersonated(_) => "impersonated",
            Self::PasswordChangeRequired => "password-change-required",
            Self::CrossSite => "cross-site",
            Self::AddressNotAllowed => "address-not-allowed",
            Self::NotFound(_) => "not-found",
            Self::Conflict(rule) => rule.code(),
            Self::PlanChanged(_) => Rule::PlanChanged.code(),
            Self::SettingFixed(_) => Rule::SettingFixed.code(),
            Self::Stale(_) => "stale",
            Self::Malformed { code, .. } => code,
            Self::Invalid(_) => "invalid",
            Self::IdempotencyMismatch => "idempotency-mismatch",
            Self::RateLimited { .. } => "rate-limited",
            Self::ModelService(fault) => fault.code(),
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// HTTP status of the error (RFC 9110).
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated(_) => 401,
            Self::Forbidden(_)
            | Self::OwnAccount(_)
            | Self::PrivilegedAccount(_)
            | Self::NotHeld(_)
            | Self::StepUpRequired { .. }
            | Self::Impersonated(_)
            | Self::PasswordChangeRequired
            | Self::CrossSite
            | Self::AddressNotAllowed => 403,
            Self::NotFound(_) => 404,
            Self::Conflict(_) | Self::PlanChanged(_) | Self::SettingFixed(_) => 409,
            Self::Stale(_) => 412,
            Self::Malformed { .. } => 400,
            Self::Invalid(_) | Self::IdempotencyMismatch => 422,
            Self::RateLimited { .. } => 429,
            Self::ModelService(fault) => fault.status(),
            Self::Unavailable(_) => 503,
            Self::Internal(_) => 500,
        }
    }
}

impl From<Rule> for Error {
    fn from(rule: Rule) -> Self {
        Self::Conflict(rule)
    }
}

impl From<ModelServiceFault> for Error {
    fn from(fault: ModelServiceFault) -> Self {
        Self::ModelService(fault)
    }
}

impl From<Unauthenticated> for Error {
    fn from(cause: Unauthenticated) -> Self {
        Self::Unauthenticated(cause)
    }
}
