//! Which audit events a list is about.

use serde::{Deserialize, Serialize};

use super::{Action, ActorType, Outcome, TargetType};
use crate::{ApiKeyId, Error, FieldError, OrganizationId, Result, SessionId, Timestamp, UserId, text};

/// Which events are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AuditFilter {
    /// Actor: a user's id.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub actor_id: Option<UserId>,
    /// Who acted as the actor: a user's id.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub impersonator_id: Option<UserId>,
    /// Kind of actor.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub actor_kind: Option<ActorType>,
    /// Action: `user.created`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub action: Option<Action>,
    /// Kind of target.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub target_kind: Option<TargetType>,
    /// Id of the target, or the key of a setting.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            max_length = 100,
            pattern = r"^[^\x00-\x1f\x7f]*$",
            example = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"
        )
    )]
    pub target_id: Option<String>,
    /// Organization of the target.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Outcome.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub outcome: Option<Outcome>,
    /// Id of a request.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            max_length = 100,
            pattern = r"^[^\x00-\x1f\x7f]*$",
            example = "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e"
        )
    )]
    pub request_id: Option<String>,
    /// Session of the request.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub session_id: Option<SessionId>,
    /// API key of the request.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub api_key_id: Option<ApiKeyId>,
    /// At this time or later.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub after: Option<Timestamp>,
    /// Before this time.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub before: Option<Timestamp>,
}

impl AuditFilter {
    /// Checks the texts.
    ///
    /// # Errors
    /// `Invalid` at the faulty fields.
    pub fn check(&self) -> Result<()> {
        let faults: Vec<FieldError> = [
            text::check_search("/target_id", self.target_id.as_deref().unwrap_or_default(), 100),
            text::check_search("/request_id", self.request_id.as_deref().unwrap_or_default(), 100),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}
