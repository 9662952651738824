//! The one error type of every layer below HTTP, with its stable codes.

mod field;
mod model_service;
mod unauthenticated;

pub use field::FieldError;
pub use model_service::ModelServiceFault;
pub use unauthenticated::Unauthenticated;

use crate::{Permission, text::counted};

/// Result with the domain's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A rule that the present state does not allow to break; 409 on the wire. The name is the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The username belongs to somebody else.
    UsernameTaken,
    /// The username is a former name of somebody else and still reserved.
    UsernameReserved,
    /// The e-mail address belongs to somebody else.
    EmailTaken,
    /// The organization's name is in use.
    OrganizationNameTaken,
    /// The act would leave the platform without an active administrator.
    LastAdministrator,
    /// Set-up has been done already.
    SetupDone,
    /// The matched set is not what the plan showed.
    PlanChanged,
    /// The plan has been executed already.
    PlanExecuted,
    /// The plan is older than its expiry.
    PlanExpired,
    /// The plan is for another act or another thing.
    PlanMismatch,
    /// The job has ended already.
    JobEnded,
    /// The job has not ended, or none of its rows failed.
    NothingFailed,
    /// A request with the same `Idempotency-Key` is still being carried out.
    IdempotencyInFlight,
    /// The request with this `Idempotency-Key` was carried out but its answer was lost.
    IdempotencyAnswerLost,
    /// The setting is fixed by a flag, the environment or the configuration file.
    SettingFixed,
    /// The user is suspended.
    UserSuspended,
    /// The user is a service account, which has no password and does not sign in.
    ServiceAccount,
    /// The user has an API key of this title.
    ApiKeyTitleTaken,
    /// The user has as many API keys as the platform allows.
    TooManyApiKeys,
    /// The API key is past its end.
    ApiKeyEnded,
    /// The owner has a key of this provider.
    ProviderKeyExists,
    /// There is no key that a request could go out with.
    NoProviderKey,
    /// The platform sends no requests to this model service.
    ModelServiceOff,
    /// A role has this name.
    RoleNameTaken,
    /// Somebody holds the role.
    RoleHeld,
    /// The user was granted the role there already.
    RoleGranted,
    /// The group's name is in use in its organization.
    GroupNameTaken,
    /// The user is in the group already.
    GroupMemberExists,
    /// The act would use or reserve more than the group's hard limit allows.
    AllocationExceeded,
    /// The reservation was settled or released, or has expired.
    ReservationEnded,
    /// All seats of the organization are taken.
    SeatsTaken,
    /// The organization still has what goes before it.
    OrganizationNotEmpty,
}

impl Rule {
    /// All rules, for the catalogue of codes.
    pub const ALL: [Self; 32] = [
        Self::UsernameTaken,
        Self::UsernameReserved,
        Self::EmailTaken,
        Self::OrganizationNameTaken,
        Self::LastAdministrator,
        Self::SetupDone,
        Self::PlanChanged,
        Self::PlanExecuted,
        Self::PlanExpired,
        Self::PlanMismatch,
        Self::JobEnded,
        Self::NothingFailed,
        Self::IdempotencyInFlight,
        Self::IdempotencyAnswerLost,
        Self::SettingFixed,
        Self::UserSuspended,
        Self::ServiceAccount,
        Self::ApiKeyTitleTaken,
        Self::TooManyApiKeys,
        Self::ApiKeyEnded,
        Self::ProviderKeyExists,
        Self::NoProviderKey,
        Self::ModelServiceOff,
        Self::RoleNameTaken,
        Self::RoleHeld,
        Self::RoleGranted,
        Self::GroupNameTaken,
        Self::GroupMemberExists,
        Self::AllocationExceeded,
        Self::ReservationEnded,
        Self::SeatsTaken,
        Self::OrganizationNotEmpty,
    ];

    /// Stable code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UsernameTaken => "username-taken",
            Self::UsernameReserved => "username-reserved",
            Self::EmailTaken => "email-taken",
            Self::OrganizationNameTaken => "organization-name-taken",
            Self::LastAdministrator => "last-administrator",
            Self::SetupDone => "setup-done",
            Self::PlanChanged => "plan-changed",
            Self::PlanExecuted => "plan-executed",
            Self::PlanExpired => "plan-expired",
            Self::PlanMismatch => "plan-mismatch",
            Self::JobEnded => "job-ended",
            Self::NothingFailed => "nothing-failed",
            Self::IdempotencyInFlight => "idempotency-in-flight",
            Self::IdempotencyAnswerLost => "idempotency-answer-lost",
            Self::UserSuspended => "user-suspended",
            Self::ServiceAccount => "service-account",
            Self::ApiKeyTitleTaken => "api-key-title-taken",
            Self::TooManyApiKeys => "too-many-api-keys",
            Self::ApiKeyEnded => "api-key-ended",
            Self::ProviderKeyExists => "provider-key-exists",
            Self::NoProviderKey => "no-provider-key",
            Self::ModelServiceOff => "model-service-off",
            Self::RoleNameTaken => "role-name-taken",
            Self::RoleHeld => "role-held",
            Self::RoleGranted => "role-granted",
            Self::SettingFixed => "setting-fixed",
            Self::GroupNameTaken => "group-name-taken",
            Self::GroupMemberExists => "group-member-exists",
            Self::AllocationExceeded => "allocation-exceeded",
            Self::ReservationEnded => "reservation-ended",
            Self::SeatsTaken => "seats-taken",
            Self::OrganizationNotEmpty => "organization-not-empty",
        }
    }

    /// The field that the rule is about, for forms.
    #[must_use]
    pub const fn pointer(self) -> Option<&'static str> {
        match self {
            Self::UsernameTaken | Self::UsernameReserved => Some("/username"),
            Self::EmailTaken => Some("/email"),
            Self::OrganizationNameTaken | Self::RoleNameTaken | Self::GroupNameTaken => Some("/name"),
            Self::ApiKeyTitleTaken => Some("/title"),
            Self::ProviderKeyExists => Some("/provider"),
            _ => None,
        }
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::UsernameTaken => "This username is in use. Choose another.",
            Self::UsernameReserved => "This username belonged to somebody else in the last 90 days. Choose another.",
            Self::EmailTaken => "This e-mail address is in use. Choose another, or leave it empty.",
            Self::OrganizationNameTaken => "An organization has this name already. Choose another.",
            Self::LastAdministrator => {
                "This would leave the platform without an active administrator. Make somebody else an administrator first."
            }
            Self::SetupDone => "Set-up has been done already. Sign in instead.",
            Self::PlanChanged => "What the plan matched has changed since. Look at the difference and plan again.",
            Self::PlanExecuted => "This plan has been executed already.",
            Self::PlanExpired => "This plan has expired. Plan again.",
            Self::PlanMismatch => "This plan is for another act. Plan this one first.",
            Self::JobEnded => "This job has ended already.",
            Self::NothingFailed => "No row of this job has failed, or it has not ended. There is nothing to try again.",
            Self::IdempotencyInFlight => "A request with this Idempotency-Key is still being carried out. Wait for it.",
            Self::IdempotencyAnswerLost => {
                "The request with this Idempotency-Key was carried out, but its answer is not there for you any more. Read the resource."
            }
            Self::UserSuspended => "This user is suspended. Activate them first.",
            Self::ServiceAccount => {
                "This is a service account: it has no password and nobody signs in as it. It acts by its API keys."
            }
            Self::ApiKeyTitleTaken => "There is an API key of this title already. Choose another.",
            Self::TooManyApiKeys => {
                "There are as many API keys as the platform allows for one user. Revoke one that is not needed."
            }
            Self::ApiKeyEnded => "This API key has ended. Make another one.",
            Self::ProviderKeyExists => {
                "There is a key of this provider already. Change its secret, or delete it first."
            }
            Self::NoProviderKey => {
                "There is no active key for this model service. Store one of your own, or ask an administrator."
            }
            Self::ModelServiceOff => {
                "The platform sends no requests to this model service. An administrator can switch it on."
            }
            Self::RoleNameTaken => "A role has this name already. Choose another.",
            Self::RoleHeld => "Somebody holds this role. Revoke its grants first.",
            Self::RoleGranted => "The user was granted this role there already. Revoke that grant first.",
            Self::GroupNameTaken => "A group there has this name already. Choose another.",
            Self::GroupMemberExists => "This user is in the group already.",
            Self::AllocationExceeded => {
                "The group's allocation has not enough left for this. Grant it more, or free what is reserved."
            }
            Self::ReservationEnded => "This reservation was settled or released, or has expired. Make another one.",
            Self::SeatsTaken => {
                "All seats of the organization are taken. Free one by suspending somebody, or have seats added to it."
            }
            Self::OrganizationNotEmpty => {
                "The organization still has members or groups: some came meanwhile, or could not go. Plan its deletion again."
            }
            Self::SettingFixed => {
                "This setting is fixed from outside; `fixed` names the flag, variable or file entry. Change it there."
            }
        }
    }
}

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
