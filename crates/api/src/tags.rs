//! Entity tags (RFC 9110, section 8.8.3): `"7-3f9a1c04d2e5b6a7"`, the version that a client edits and a digest of the whole
//! answer. `If-None-Match` asks for both, `If-Match` for the version.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, IF_MATCH, IF_NONE_MATCH},
};
use quarterdeck_domain::{
    allocations::{AllocationReport, Reservation},
    api_keys::{ApiKey, ApiKeyWithSecret},
    audit::AuditEvent,
    bin::BinItem,
    departures::Departure,
    groups::{Group, GroupMember},
    jobs::Job,
    me::Me,
    meta::Meta,
    organizations::Organization,
    plans::Plan,
    provider_keys::ProviderKey,
    role_grants::RoleGrant,
    roles::CustomRole,
    saved_views::SavedView,
    sessions::Session,
    settings::Setting,
    user_imports::UserImport,
    users::User,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    codes::Syntax,
    headers,
    problem::{Fault, Result},
};

/// A single resource.
pub trait Resource: Serialize {
    /// The version that `If-Match` is compared with; nothing when a client cannot change the resource.
    fn version(&self) -> Option<u32>;
}

/// Declares the versions of resources.
macro_rules! versions {
    ($($type:ty = |$value:ident| $version:expr;)+) => {$(
        impl Resource for $type {
            fn version(&self) -> Option<u32> {
                let $value = self;
                $version
            }
        }
    )+};
}

versions! {
    User = |user| Some(user.summary.version);
    Me = |me| Some(me.user.summary.version);
    Organization = |organization| Some(organization.version);
    Setting = |setting| Some(setting.version);
    Session = |_session| None;
    ApiKey = |key| Some(key.version);
    ApiKeyWithSecret = |created| Some(created.api_key.version);
    ProviderKey = |key| Some(key.version);
    CustomRole = |role| Some(role.version);
    RoleGrant = |_grant| None;
    SavedView = |view| Some(view.version);
    Group = |group| Some(group.version);
    GroupMember = |_member| None;
    AllocationReport = |report| Some(report.version);
    Reservation = |_reservation| None;
    Plan = |_plan| None;
    UserImport = |_import| None;
    Job = |_job| None;
    Meta = |_meta| None;
    AuditEvent = |_event| None;
    BinItem = |_item| None;
    Departure = |_departure| None;
}

/// The strong tag of `version`, answered as `bytes`.
pub fn strong(version: Option<u32>, bytes: &[u8]) -> String {
    let digest = digest(&Sha256::digest(bytes).into());
    match version {
        Some(version) => format!("\"{version}-{digest}\""),
        None => format!("\"{digest}\""),
    }
}

/// The weak tag of a file that is answered in several forms.
pub fn weak(sha256: &[u8; 32]) -> String {
    format!("W/\"{}\"", digest(sha256))
}

fn digest(sha256: &[u8; 32]) -> String {
    hex::encode(&sha256[..8])
}

/// Whether `If-None-Match` names `tag`, by the weak comparison.
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).map(str::trim).any(|known| known == "*" || opaque(known) == opaque(tag))
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// The version that `If-Match` asks for; nothing without the header and for `*`.
pub struct IfMatch(pub Option<u32>);

impl FromRequest for IfMatch {
    type Error = Fault;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(if_match(request.headers()).map(Self))
    }
}

impl IfMatch {
    /// Name of the header, as the document has it.
    pub const NAME: &str = "If-Match";
}

/// The version that `If-Match` asks for.
///
/// # Errors
/// 400 when it is no version, or there twice.
pub fn if_match(headers: &HeaderMap) -> Result<Option<u32>> {
    let Some(value) = headers::single(headers, &IF_MATCH, IfMatch::NAME)? else { return Ok(None) };
    let text = value.to_str().map_or("none", str::trim);
    if text.is_empty() || text == "*" {
        return Ok(None);
    }
    let fault = || {
        Fault::at(
            Syntax::Header,
            format!("/{}", IfMatch::NAME),
            "must be one ETag that the server gave, its version alone as \"7\", or *",
        )
    };
    let tag = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(fault)?;
    let (version, digest) = tag.split_once('-').map_or((tag, None), |(version, digest)| (version, Some(digest)));
    let is_version = (1..=9).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit());
    let is_digest = |digest: &str| digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parsed = version.parse().ok().filter(|_| is_version && digest.is_none_or(is_digest));
    parsed.map(Some).ok_or_else(fault)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn matched(value: &str) -> Result<Option<u32>> {
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, HeaderValue::from_str(value).unwrap());
        if_match(&headers)
    }

    #[test]
    fn if_match_names_one_version_or_any() {
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
        assert_eq!((matched("*").unwrap(), matched("").unwrap()), (None, None));
        assert_eq!((matched("\"7\"").unwrap(), matched("\"7-ba7816bf8f01cfea\"").unwrap()), (Some(7), Some(7)));
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, HeaderValue::from_bytes(b"\xc2\x84").unwrap());
        assert!(if_match(&headers).is_err());
        let mut twice = HeaderMap::new();
        for tag in ["\"7\"", "*"] {
            twice.append(IF_MATCH, HeaderValue::from_static(tag));
        }
        assert!(if_match(&twice).is_err());
        for bad in [
            "7",
            "W/\"7\"",
            "\"7\", \"8\"",
            "\"\"",
            "\"x\"",
            "\"-1\"",
            "\"9999999999\"",
            "\"7-\"",
            "\"7-x\"",
            "\"-ba7816bf8f01cfea\"",
        ] {
            assert!(matched(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_move_with_the_answer() {
        assert_eq!(strong(Some(3), b"abc"), "\"3-ba7816bf8f01cfea\"");
        assert_eq!(strong(None, b"abc"), "\"ba7816bf8f01cfea\"");
        assert_ne!(strong(Some(3), b"abd"), strong(Some(3), b"abc"));
    }

    #[test]
    fn known_tags() {
        let knows = |value: &'static str, tag: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            is_known(&headers, tag)
        };
        for known in ["\"a\"", "*", "W/\"a\"", "\"b\", \"a\""] {
            assert!(knows(known, "\"a\"") && knows(known, "W/\"a\""), "{known}");
        }
        assert!(!knows("\"b\"", "\"a\"") && !knows("", "\"a\"") && !is_known(&HeaderMap::new(), "\"a\""));
    }
}
