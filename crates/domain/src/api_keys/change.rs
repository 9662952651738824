//! What is asked for when a key is made, changed or rotated, and what is wrong with it.

use serde::{Deserialize, Serialize};

use super::ApiKeyCap;
use crate::{Error, FieldError, Patch, Permission, PermissionSet, Result, Timestamp, networks::Network, text};

/// Shortest life of a key, in seconds.
pub const TTL_MIN_SECONDS: i64 = 900;
/// Longest life of a key that has an end, in seconds: ten years.
pub const TTL_MAX_SECONDS: i64 = 3_653 * 86_400;
/// Longest time for which a rotated secret still works beside the new one, in seconds.
pub const OVERLAP_MAX_SECONDS: i64 = 30 * 86_400;
/// Most networks of a key.
pub const NETWORKS_MAX: usize = 50;
/// Most requests a minute that a key can be held to.
pub const REQUESTS_MAX: u32 = 6_000_000;

/// What a new key is made of. Without `ttl_seconds` and `expires_at` it has no end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(example = json!({"title": "nightly export", "scopes": ["user.read"], "ttl_seconds": 2_592_000}))
)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// What it is for; unique among the own keys.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "nightly export"
        )
    )]
    pub title: String,
    /// Permissions that it carries: some of the own, but for those that no key carries; what changes things needs what
    /// shows them.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub scopes: PermissionSet,
    /// Seconds from now until it ends.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::whole::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 900, maximum = 315_619_200, example = 2_592_000)
    )]
    pub ttl_seconds: Option<i64>,
    /// When it ends, instead of `ttl_seconds`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_at: Option<Timestamp>,
    /// Networks that it may be used from, in CIDR notation; none for anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50, example = json!(["192.0.2.0/24"])))]
    pub networks: Vec<String>,
    /// Requests a minute that it is held to.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::whole::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 1, maximum = 6_000_000, example = 600))]
    pub requests_per_minute: Option<u32>,
}

/// A change of a key: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateApiKey {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "nightly export"
        )
    )]
    pub title: Option<String>,
    /// All permissions that it carries from now on.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, min_items = 1))]
    pub scopes: Option<PermissionSet>,
    /// All networks that it may be used from; none, or `null`, for anywhere.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50, example = json!(["192.0.2.0/24"])))]
    pub networks: Option<Vec<String>>,
    /// Requests a minute that it is held to; `null` for no limit of its own.
    #[serde(skip_serializing_if = "Patch::is_absent", deserialize_with = "crate::whole::patch")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, minimum = 1, maximum = 6_000_000, example = 600))]
    pub requests_per_minute: Patch<u32>,
}

/// An order to give a key a new secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RotateApiKey {
    /// Seconds for which the present secret works beside the new one.
    #[serde(deserialize_with = "crate::whole::number")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 2_592_000, example = 86_400))]
    pub overlap_seconds: i64,
}

impl Default for RotateApiKey {
    fn default() -> Self {
        Self { overlap_seconds: 86_400 }
    }
}

fn title_fault(title: &str) -> Option<FieldError> {
    text::check_line("/title", title).err()
}

fn scope_faults(scopes: PermissionSet) -> Option<FieldError> {
    if scopes.is_empty() {
        return Some(FieldError::new("/scopes", "required", "must name at least one permission"));
    }
    let barred: PermissionSet = scopes.iter().filter(|permission| !permission.is_for_keys()).collect();
    if !barred.is_empty() {
        let message = format!("no key may carry {barred}: sign in for that");
        return Some(FieldError::new("/scopes", "not-allowed", message));
    }
    let without_basis = |permission: &Permission| permission.basis().is_some_and(|basis| !scopes.contains(basis));
    let lacking = scopes.iter().find(without_basis)?;
    let basis = lacking.basis()?;
    Some(FieldError::new("/scopes", "incomplete", format!("must name {basis} too, for {lacking}")))
}

fn network_faults(networks: &[String]) -> Vec<FieldError> {
    if networks.len() > NETWORKS_MAX {
        return vec![FieldError::new("/networks", "too-long", format!("must have at most {NETWORKS_MAX} networks"))];
    }
    let fault = |(index, text): (usize, &String)| {
        let wrong = text.parse::<Network>().err()?;
        Some(FieldError::new(format!("/networks/{index}"), "format", format!("is {wrong}")))
    };
    networks.iter().enumerate().filter_map(fault).collect()
}

fn requests_fault(requests: Option<u32>) -> Option<FieldError> {
    let is_wrong = requests.is_some_and(|requests| !(1..=REQUESTS_MAX).contains(&requests));
    is_wrong
        .then(|| FieldError::new("/requests_per_minute", "out-of-range", format!("must be from 1 to {REQUESTS_MAX}")))
}

impl CreateApiKey {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let ttl = self.ttl_seconds.filter(|ttl| !(TTL_MIN_SECONDS..=TTL_MAX_SECONDS).contains(ttl));
        let range = format!("must be from {TTL_MIN_SECONDS} to {TTL_MAX_SECONDS}");
        let ttl = ttl.map(|_| FieldError::new("/ttl_seconds", "out-of-range", range));
        let both = self.ttl_seconds.and(self.expires_at);
        let both = both.map(|_| FieldError::new("/expires_at", "not-allowed", "does not go with ttl_seconds"));
        [title_fault(&self.title), scope_faults(self.scopes), ttl, both, requests_fault(self.requests_per_minute)]
            .into_iter()
            .flatten()
            .chain(network_faults(&self.networks))
            .collect()
    }

    /// When the key ends that is made `now`; none for never.
    ///
    /// # Errors
    /// `Invalid` when that is too soon, too far, or beyond `cap`.
    pub fn end(&self, now: Timestamp, cap: Option<&ApiKeyCap>) -> Result<Option<Timestamp>> {
        let wrong = |pointer: &str, message: String| Err(Error::field(pointer, "out-of-range", message));
        let end = self.expires_at.or_else(|| self.ttl_seconds.map(|ttl| now.plus_seconds(ttl)));
        let pointer = if self.expires_at.is_some() { "/expires_at" } else { "/ttl_seconds" };
        if let Some(cap) = cap
            && end.is_none_or(|end| end > now.plus_seconds(cap.max_seconds()))
        {
            return wrong(pointer, format!("must be at most {} from now", text::counted(cap.max_days.into(), "day")));
        }
        let Some(end) = end else { return Ok(None) };
        if end.seconds_since(now) < TTL_MIN_SECONDS || end.seconds_since(now) > TTL_MAX_SECONDS {
            return wrong(pointer, "must be from 15 minutes to ten years from now".to_owned());
        }
        Ok(Some(end))
    }
}

impl UpdateApiKey {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        [
            self.title.as_deref().and_then(title_fault),
            self.scopes.and_then(scope_faults),
            requests_fault(self.requests_per_minute.value().copied()),
        ]
        .into_iter()
        .flatten()
        .chain(network_faults(self.networks.as_deref().unwrap_or_default()))
        .collect()
    }
}

impl RotateApiKey {
    /// Checks the overlap.
    ///
    /// # Errors
    /// `Invalid` at `/overlap_seconds`.
    pub fn check(&self) -> Result<()> {
        if (0..=OVERLAP_MAX_SECONDS).contains(&self.overlap_seconds) {
            return Ok(());
        }
        Err(Error::field("/overlap_seconds", "out-of-range", format!("must be from 0 to {OVERLAP_MAX_SECONDS}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Permission;

    const DAY: i64 = 86_400;

    fn day(number: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(20_000 * DAY).plus_seconds(number * DAY)
    }

    #[test]
    fn a_cap_forbids_longer_keys() {
        let cap = ApiKeyCap { max_days: 30 };
        let key = |days| CreateApiKey { ttl_seconds: Some(days * DAY), ..CreateApiKey::default() };
        assert_eq!(key(30).end(day(0), Some(&cap)).unwrap(), Some(day(30)));
        assert!(key(60).end(day(0), Some(&cap)).is_err());
        assert!(CreateApiKey::default().end(day(0), Some(&cap)).is_err(), "without end");
        assert_eq!(CreateApiKey::default().end(day(0), None).unwrap(), None);
        let past = CreateApiKey { expires_at: Some(day(-1)), ..CreateApiKey::default() };
        assert!(past.end(day(0), None).is_err());
    }

    #[test]
    fn no_key_carries_what_makes_keys() {
        let body = |scopes: &[Permission]| CreateApiKey {
            title: "t".to_owned(),
            scopes: scopes.iter().copied().collect(),
            ..CreateApiKey::default()
        };
        assert!(body(&[Permission::UserRead, Permission::UserUpdate]).faults().is_empty());
        let alone = &[Permission::UserUpdate];
        for wrong in
            [&[][..], &[Permission::ApiKeyWrite], &[Permission::UserRead, Permission::ProfileSetPassword], alone]
        {
            assert_eq!(body(wrong).faults()[0].pointer, "/scopes", "{wrong:?}");
        }
    }

    #[test]
    fn networks_are_judged_one_by_one() {
        let faults = network_faults(&["10.0.0.0/8".to_owned(), "everywhere".to_owned()]);
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/networks/1"]);
    }
}
