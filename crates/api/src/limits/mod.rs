//! How many requests a client may send: by address before it is known who sends them, by user after.
//!
//! See docs/adr/0009-limits.md. The counts live in this process: each replica allows the limit again.

mod at_once;
mod buckets;
mod headers;

use std::net::IpAddr;

use actix_web::http::Method;
use quarterdeck_domain::{ApiKeyId, Timestamp, UserId, limits::LimitRules, text::counted};

pub use at_once::{AtOnce, Gate, Permit};
use buckets::Buckets;
pub use headers::add;

/// Class of route: requests of a class count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Guessing costs hashing here: sign-in, reset links, set-up.
    SignIn,
    /// Refreshing and signing out.
    Refresh,
    /// Changing the own password, or giving it again: both ask for the present one.
    PasswordChange,
    /// Reads of somebody signed in.
    Read,
    /// Changes by somebody signed in.
    Write,
    /// All requests by one API key, where it has a limit of its own.
    ApiKey,
}

impl Class {
    /// The class of a request; nothing for what anybody may read as often as they like.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let is_read = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
        match path.strip_prefix("/api/v1/")? {
            "meta" => None,
            "setup" if is_read => None,
            "auth/step-up" => Some(Self::PasswordChange),
            "auth/refresh" | "auth/logout" => Some(Self::Refresh),
            rest if rest == "setup" || rest.starts_with("auth/") => Some(Self::SignIn),
            _ if is_read => Some(Self::Read),
            "me/password" => Some(Self::PasswordChange),
            _ => Some(Self::Write),
        }
    }

    /// Whether it is for everybody, so that only the address is known.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::SignIn | Self::Refresh)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Refresh => "refresh",
            Self::PasswordChange => "password-change",
            Self::Read => "read",
            Self::Write => "write",
            Self::ApiKey => "api-key",
        }
    }

    /// Requests a minute.
    const fn quota(self, rules: &LimitRules) -> u32 {
        match self {
            Self::SignIn => rules.sign_ins,
            Self::Refresh => rules.refreshes,
            Self::PasswordChange => rules.password_changes,
            Self::Read => rules.reads,
            Self::Write => rules.writes,
            Self::ApiKey => 0,
        }
    }
}

/// Where a client stands with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Name of the limit.
    pub name: &'static str,
    /// What it allows.
    pub quota: Quota,
    /// What is left of it.
    pub remaining: u32,
    /// Seconds until all of it is there again; for a refusal, until the next attempt may succeed.
    pub reset_seconds: u32,
}

/// What a limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// So many requests in a minute.
    PerMinute(u32),
    /// So many at once.
    AtOnce(u32),
}

/// A request too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(pub Standing);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Standing { name, quota, reset_seconds, .. } = self.0;
        let (quota, unit) = match quota {
            Quota::PerMinute(quota) => (quota, "a minute"),
            Quota::AtOnce(quota) => (quota, "at once"),
        };
        let wait = counted(u64::from(reset_seconds), "second");
        write!(f, "The limit {name} allows {quota} {unit}. Try again in {wait}.")
    }
}

/// The limits at work.
#[derive(Default)]
pub struct Limits {
    buckets: Buckets,
    at_once: AtOnce,
}

impl Limits {
    /// Counts a request from `address`; nothing when it is not limited. Requests from this machine are not: behind a
    /// proxy that the configuration does not name, they are everybody's.
    ///
    /// # Errors
    /// `Refusal` when it is one too many.
    pub fn by_address(
        &self,
        class: Class,
        address: IpAddr,
        rules: &LimitRules,
        now: Timestamp,
    ) -> Result<Option<Standing>, Refusal> {
        if address.is_loopback() {
            return Ok(None);
        }
        self.buckets.take(class, network(address), class.quota(rules), now)
    }

    /// Counts a request of `user`; nothing when it is not limited.
    ///
    /// # Errors
    /// `Refusal` when it is one too many.
    pub fn by_user(
        &self,
        class: Class,
        user: UserId,
        rules: &LimitRules,
        now: Timestamp,
    ) -> Result<Option<Standing>, Refusal> {
        self.buckets.take(class, user.0.as_u128(), class.quota(rules), now)
    }

    /// Counts a request by the key `id`, which is held to `quota` requests a minute.
    ///
    /// # Errors
    /// `Refusal` when it is one too many.
    pub fn by_api_key(&self, id: ApiKeyId, quota: u32, now: Timestamp) -> Result<Option<Standing>, Refusal> {
        self.buckets.take(Class::ApiKey, id.0.as_u128(), quota, now)
    }

    /// Lets `user` begin what lasts; it has ended when the permit is dropped.
    ///
    /// # Errors
    /// `Refusal` when there are too many at once.
    pub fn enter(&self, gate: Gate, user: UserId, rules: &LimitRules) -> Result<Permit, Refusal> {
        self.at_once.enter(gate, user, rules)
    }
}

/// The address, or the network of 64 bits that an IPv6 client has to itself.
fn network(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        let of = |method: Method, path: &str| Class::of(&method, path);
        assert_eq!(of(Method::POST, "/api/v1/auth/login"), Some(Class::SignIn));
        assert_eq!(of(Method::POST, "/api/v1/auth/password-resets"), Some(Class::SignIn));
        assert_eq!(of(Method::POST, "/api/v1/setup"), Some(Class::SignIn));
        assert_eq!(of(Method::POST, "/api/v1/auth/step-up"), Some(Class::PasswordChange));
        assert_eq!(of(Method::POST, "/api/v1/auth/refresh"), Some(Class::Refresh));
        assert_eq!(of(Method::POST, "/api/v1/me/password"), Some(Class::PasswordChange));
        assert_eq!(of(Method::PATCH, "/api/v1/me"), Some(Class::Write));
        assert_eq!(of(Method::GET, "/api/v1/users"), Some(Class::Read));
        for open in ["/api/v1/meta", "/api/v1/setup", "/healthz", "/", "/users"] {
            assert_eq!(of(Method::GET, open), None, "{open}");
        }
    }

    #[test]
    fn this_machine_is_not_limited_by_address_and_ipv6_counts_by_network() {
        let limits = Limits::default();
        let rules = LimitRules { sign_ins: 1, ..LimitRules::default() };
        let take = |address: &str| limits.by_address(Class::SignIn, address.parse().unwrap(), &rules, Timestamp::EPOCH);
        assert_eq!([take("127.0.0.1"), take("127.0.0.1"), take("::1")], [Ok(None); 3]);
        assert!(take("2001:db8:1:2::1").is_ok() && take("2001:db8:1:3::1").is_ok());
        assert!(take("2001:db8:1:2:ffff::9").is_err());
        assert!(take("192.0.2.1").is_ok() && take("192.0.2.2").is_ok() && take("192.0.2.1").is_err());
    }
}
