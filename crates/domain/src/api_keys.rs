//! API keys: credentials of scripts. A key carries some of its owner's permissions and never more than the owner has at
//! the time of use.

mod secret;

use serde::{Deserialize, Serialize};

use crate::{
    ApiKeyId, Error, FieldError, OrganizationId, Patch, PermissionSet, Result, Timestamp, UserId,
    names::named,
    networks::Network,
    page::{ListRequest, Sort},
    text,
};

pub use secret::{PREFIX, RANDOM_CHARACTERS, hint, is_well_formed, secret};

/// Shortest life of a key, in seconds.
pub const TTL_MIN_SECONDS: i64 = 900;
/// Longest life of a key that has an end, in seconds: ten years.
pub const TTL_MAX_SECONDS: i64 = 3_653 * 86_400;
/// Longest time for which a rotated secret still works beside the new one, in seconds.
pub const OVERLAP_MAX_SECONDS: i64 = 30 * 86_400;
/// Days for which keys that lived longer than a new cap allows go on.
pub const CAP_NOTICE_DAYS: i64 = 30;
/// Days in which the use of a scope counts as use.
pub const USED_DAYS: i64 = 90;
/// Days for which a key that has ended is still listed.
pub const KEEP_ENDED_DAYS: i64 = 90;
/// Most networks of a key.
pub const NETWORKS_MAX: usize = 50;
/// Most requests a minute that a key can be held to.
pub const REQUESTS_MAX: u32 = 6_000_000;

named! {
    /// Whether a key works.
    ApiKeyState {
        /// It does.
        Active = "active",
        /// Its owner is suspended.
        Suspended = "suspended",
        /// It is past its end.
        Expired = "expired",
    }
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Id.
    pub id: ApiKeyId,
    /// Whose key it is.
    pub user_id: UserId,
    /// Username of that user.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// Display name of that user.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// What it is for; unique among the keys of its user, in any case.
    #[cfg_attr(feature = "openapi", schema(example = "nightly export"))]
    pub title: String,
    /// Beginning and end of the secret, to know it by.
    #[cfg_attr(feature = "openapi", schema(example = "qdk_7Hq2…x9Fb"))]
    pub hint: String,
    /// Whether it works.
    pub state: ApiKeyState,
    /// Permissions that it was given. It acts with those of them that its owner has at that time.
    pub scopes: PermissionSet,
    /// Those of them that it used in the last 90 days.
    pub used_scopes: PermissionSet,
    /// Networks that it may be used from, in CIDR notation; none for anywhere.
    #[cfg_attr(feature = "openapi", schema(example = json!(["192.0.2.0/24"])))]
    pub networks: Vec<String>,
    /// Requests a minute that it is held to; `null` for no limit of its own.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 600))]
    pub requests_per_minute: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `null` for never. A cap of the platform moves the end of keys that are to live longer.
    pub expires_at: Option<Timestamp>,
    /// Whether that end is the platform's cap and not what it was made with.
    pub is_capped: bool,
    /// Last use; `null` before the first.
    pub last_used_at: Option<Timestamp>,
    /// Address of the last use; empty before the first.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.7"))]
    pub last_used_address: String,
    /// Requests that it was used for.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1042))]
    pub use_count: u64,
    /// Until when a former secret works beside the present one; `null` when there is none.
    pub former_secret_until: Option<Timestamp>,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
}

/// A key with its secret, which is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyWithSecret {
    /// The key.
    pub api_key: ApiKey,
    /// What a script sends as bearer token. It begins with `qdk_` and ends with a checksum, so that scanners know it.
    #[cfg_attr(feature = "openapi", schema(example = "qdk_7Hq2mZc4Lr9TbXw1Ks8Vd5Gy3Np6Jf0QaEhuTo2Rix9Fb"))]
    pub secret: String,
}

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
    /// Permissions that it carries: some of the own, but for those that no key carries.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub scopes: PermissionSet,
    /// Seconds from now until it ends.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
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
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
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
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, minimum = 1, maximum = 6_000_000, example = 600))]
    pub requests_per_minute: Patch<u32>,
}

/// An order to give a key a new secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RotateApiKey {
    /// Seconds for which the present secret works beside the new one.
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
    (!barred.is_empty())
        .then(|| FieldError::new("/scopes", "not-allowed", format!("no key may carry {barred}: sign in for that")))
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

/// The longest that keys may live, as the platform's settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiKeyCap {
    /// Days.
    pub max_days: u32,
    /// Since when it is in force, if it was set here. Keys that were to live longer then go on for 30 days. A cap that is
    /// fixed from outside has no such notice.
    pub since: Option<Timestamp>,
}

impl ApiKeyCap {
    /// The same in seconds.
    #[must_use]
    pub const fn max_seconds(&self) -> i64 {
        self.max_days as i64 * 86_400
    }

    /// When a key ends that was made at `created_at` to live until `expires_at`, and whether that is the cap's doing.
    #[must_use]
    pub fn end(&self, created_at: Timestamp, expires_at: Option<Timestamp>) -> (Timestamp, bool) {
        let capped = created_at.plus_seconds(self.max_seconds());
        let end = self.notice_end().map_or(capped, |notice| capped.max(notice));
        match expires_at {
            Some(own) if own <= end => (own, false),
            _ => (end, true),
        }
    }

    /// Before when no key is ended by the cap.
    #[must_use]
    pub fn notice_end(&self) -> Option<Timestamp> {
        self.since.map(|since| since.plus_seconds(CAP_NOTICE_DAYS * 86_400))
    }
}

/// Which keys are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ApiKeyFilter {
    /// Part of the title, or of the owner's username or display name, in any case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "export")
    )]
    pub q: Option<String>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_id: Option<UserId>,
    /// Of which organization's users.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization_id: Option<OrganizationId>,
    /// Whether they work.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub state: Option<ApiKeyState>,
    /// Whether the platform's cap ends them sooner than they were made for.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::flag")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub is_capped: Option<bool>,
    /// Not used since; those never used included.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub unused_since: Option<Timestamp>,
    /// They end before.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expires_before: Option<Timestamp>,
}

impl ApiKeyFilter {
    /// Checks the search text.
    ///
    /// # Errors
    /// `Invalid` at `/q`.
    pub fn check(&self) -> Result<()> {
        text::check_search("/q", self.q.as_deref().unwrap_or_default(), 200)
            .map_err(|fault| Error::Invalid(vec![fault]))
    }
}

named! {
    /// What keys can be sorted by.
    ApiKeySort {
        /// Title, any case.
        Title = "title",
        /// When it was made.
        CreatedAt = "created_at",
        /// Last use; those never used before all others.
        LastUsedAt = "last_used_at",
        /// When it was made to end, whatever the cap; those without end behind all others.
        ExpiresAt = "expires_at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<ApiKeySort> = Sort::descending(ApiKeySort::CreatedAt);

/// Which page of which keys is asked for.
pub type ListApiKeys = ListRequest<ApiKeyFilter, ApiKeySort>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Permission;

    const DAY: i64 = 86_400;

    fn day(number: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(20_000 * DAY).plus_seconds(number * DAY)
    }

    #[test]
    fn a_cap_ends_longer_keys_after_a_notice() {
        let cap = ApiKeyCap { max_days: 60, since: Some(day(100)) };
        // Made for less than the cap: as it was.
        assert_eq!(cap.end(day(90), Some(day(120))), (day(120), false));
        // Made for longer, long ago: 30 days of notice.
        assert_eq!(cap.end(day(0), None), (day(130), true));
        assert_eq!(cap.end(day(0), Some(day(110))), (day(110), false), "ends within the notice anyway");
        // Made for longer, lately: at the cap, which is later than the notice.
        assert_eq!(cap.end(day(95), Some(day(400))), (day(155), true));
        let fixed = ApiKeyCap { max_days: 60, since: None };
        assert_eq!(fixed.end(day(0), None), (day(60), true));
    }

    #[test]
    fn a_cap_forbids_longer_keys() {
        let cap = ApiKeyCap { max_days: 30, since: None };
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
        assert!(body(&[Permission::UserRead]).faults().is_empty());
        for wrong in [&[][..], &[Permission::ApiKeyWrite], &[Permission::UserRead, Permission::ProfileSetPassword]] {
            assert_eq!(body(wrong).faults()[0].pointer, "/scopes", "{wrong:?}");
        }
    }

    #[test]
    fn networks_are_judged_one_by_one() {
        let faults = network_faults(&["10.0.0.0/8".to_owned(), "everywhere".to_owned()]);
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/networks/1"]);
    }
}
