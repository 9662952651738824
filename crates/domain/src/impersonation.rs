//! Acting as somebody else.

use serde::{Deserialize, Serialize};

use crate::{Error, FieldError, Result, SessionId, Timestamp, UserId, auth::Tokens, policy::Impersonator, text};

/// Longest that it lasts, in seconds.
pub const MAX_SECONDS: u32 = 3_600;
/// Shortest.
const MIN_SECONDS: u32 = 60;

/// Somebody who acts, or acted, as somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Impersonation {
    /// Its session.
    pub id: SessionId,
    /// As whom.
    pub user_id: UserId,
    /// Username of that user.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub username: String,
    /// Who.
    pub impersonator_id: UserId,
    /// Username of who, as it was then.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub impersonator_name: String,
    /// Why, in their words.
    #[cfg_attr(feature = "openapi", schema(example = "the export of ticket 4711 fails"))]
    pub reason: String,
    /// Whether they may change what the user may change.
    pub may_write: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was ended by hand; `null` when it ended with its time, with a session or with a right.
    pub ended_at: Option<Timestamp>,
    /// Who ended it then: whoever acted, the user, or an administrator.
    pub ended_by: Option<UserId>,
    /// Whether it goes on.
    pub is_running: bool,
}

impl Impersonation {
    /// Who acts, as the decision function sees them.
    #[must_use]
    pub fn impersonator(&self) -> Impersonator {
        Impersonator { id: self.impersonator_id, label: self.impersonator_name.clone(), may_write: self.may_write }
    }
}

/// Begins to act as somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartImpersonation {
    /// Why; the user sees it.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 500,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "the export of ticket 4711 fails"
        )
    )]
    pub reason: String,
    /// Whether to change things too, not only to see them.
    #[serde(default)]
    pub may_write: bool,
    /// Seconds for which it lasts at most.
    #[serde(default = "longest")]
    #[cfg_attr(feature = "openapi", schema(minimum = 60, maximum = 3600, default = 3600, example = 1800))]
    pub ttl_seconds: u32,
}

const fn longest() -> u32 {
    MAX_SECONDS
}

impl StartImpersonation {
    /// Checks reason and length.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn check(&self) -> Result<()> {
        let mut faults: Vec<FieldError> =
            text::check_optional_line("/reason", &self.reason, text::REASON_MAX).err().into_iter().collect();
        if self.reason.trim().is_empty() {
            faults.push(FieldError::new("/reason", "required", "must say why"));
        }
        if !(MIN_SECONDS..=MAX_SECONDS).contains(&self.ttl_seconds) {
            faults.push(FieldError::new("/ttl_seconds", "range", "must be from 60 to 3600"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// An impersonation that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartedImpersonation {
    /// What it is.
    pub impersonation: Impersonation,
    /// Its tokens; the refresh token comes in the body.
    pub tokens: Tokens,
}
