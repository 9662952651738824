//! Problem documents: how every error looks on the wire (RFC 9457).

use serde::{Deserialize, Serialize};

use crate::{Error, FieldError, error::Rule, settings::FixedSetting};

/// An error on the wire, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// URI reference of the kind of problem: the page of its code in the documentation.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(format = "uri-reference", example = "/api/docs/errors#not-found"))]
    pub kind: String,
    /// Short summary of the kind of problem.
    #[cfg_attr(feature = "openapi", schema(example = "Not found"))]
    pub title: String,
    /// HTTP status.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599, example = 404))]
    pub status: u16,
    /// What happened this time and what to do.
    #[cfg_attr(feature = "openapi", schema(example = "no such user"))]
    pub detail: String,
    /// Path of the request.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "uri-reference", example = "/api/v1/users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e")
    )]
    pub instance: String,
    /// Stable code; see the catalogue of errors.
    #[cfg_attr(feature = "openapi", schema(example = "not-found"))]
    pub code: String,
    /// Id of the request, as in the logs and the audit events.
    #[cfg_attr(feature = "openapi", schema(example = "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e"))]
    pub request_id: String,
    /// The faults of single fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The permission that is missing, with the code `forbidden`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Path of the explanation of the refusal, with status 403, for those who may ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            format = "uri-reference",
            example = "/api/v1/access/explanations?subject=0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e&permission=user.create"
        )
    )]
    pub explanation: Option<String>,
    /// Seconds to wait, with the code `rate-limited`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// How old an authentication may be, with the code `step-up-required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 900))]
    pub max_age_seconds: Option<u32>,
    /// The current value with the code `stale`; the difference with the code `plan-changed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub current: Option<serde_json::Value>,
    /// What fixes the setting, with the code `setting-fixed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<FixedSetting>,
}

impl Problem {
    /// The problem document of `error` for the request `request_id` at `instance`.
    #[must_use]
    pub fn new(error: &Error, instance: &str, request_id: &str) -> Self {
        let (mut errors, mut permission, mut retry_after_seconds) = (Vec::new(), None, None);
        let (mut max_age, mut current, mut fixed) = (None, None, None);
        match error {
            Error::Invalid(fields) => errors.clone_from(fields),
            Error::Conflict(rule) => errors.extend(field_of(*rule)),
            Error::Forbidden(missing) => permission = Some(missing.name().to_owned()),
            Error::RateLimited { retry_after_seconds: seconds } => retry_after_seconds = Some(*seconds),
            Error::StepUpRequired { max_age_seconds, .. } => max_age = Some(*max_age_seconds),
            Error::Stale(value) => current = Some((**value).clone()),
            Error::PlanChanged(difference) => current = serde_json::to_value(difference).ok(),
            Error::SettingFixed(by) => fixed = Some((**by).clone()),
            _ => {}
        }
        Self {
            kind: format!("/api/docs/errors#{}", error.code()),
            title: title(error.status()).to_owned(),
            status: error.status(),
            detail: sentence(&error.to_string()),
            instance: instance.to_owned(),
            code: error.code().to_owned(),
            request_id: request_id.to_owned(),
            errors,
            permission,
            explanation: None,
            retry_after_seconds,
            max_age_seconds: max_age,
            current,
            fixed,
        }
    }
}

fn field_of(rule: Rule) -> Option<FieldError> {
    rule.pointer().map(|pointer| FieldError::new(pointer, rule.code(), rule.message()))
}

/// Capital first letter and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// Reason phrase of a status (RFC 9110, section 15).
const fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad request",
        401 => "Unauthenticated",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "Not acceptable",
        409 => "Conflict",
        412 => "Precondition failed",
        413 => "Content too large",
        415 => "Unsupported media type",
        422 => "Unprocessable content",
        429 => "Too many requests",
        502 => "Bad gateway",
        503 => "Service unavailable",
        504 => "Gateway timeout",
        _ => "Internal server error",
    }
}
