//! What an answer says of limits (draft-ietf-httpapi-ratelimit-headers).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

use super::{Quota, Refusal, Standing};

/// What is left.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// What is allowed.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Adds where the client stands.
pub fn add(headers: &mut HeaderMap, standing: &Standing) {
    let Standing { name, quota, remaining, reset_seconds } = standing;
    let policy = match quota {
        Quota::PerMinute(quota) => format!("\"{name}\";q={quota};w=60"),
        Quota::AtOnce(quota) => format!("\"{name}\";q={quota};qu=\"concurrent-requests\""),
    };
    append(headers, POLICY, &policy);
    append(headers, RATE_LIMIT, &format!("\"{name}\";r={remaining};t={reset_seconds}"));
}

impl Refusal {
    /// Seconds to wait.
    #[must_use]
    pub fn retry_after_seconds(&self) -> u32 {
        self.0.reset_seconds.max(1)
    }

    /// Adds what was too many, and when to come back.
    pub fn add(&self, headers: &mut HeaderMap) {
        add(headers, &self.0);
        headers.insert(RETRY_AFTER, HeaderValue::from(self.retry_after_seconds()));
    }
}

fn append(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(name, value);
    }
}
