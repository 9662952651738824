//! Headers: those that tell browsers to trust an answer with as little as possible, and those that a request has once.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::{
    codes::Syntax,
    problem::{Fault, Result},
};

/// What kind of answer it is, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Data: the API, health, metrics.
    Data,
    /// The explorer of the API.
    Explorer,
    /// The console.
    Console,
}

const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Swagger UI writes style attributes, but has no inline script.
const EXPLORER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const PERMISSIONS: &str = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), \
    payment=(), usb=(), interest-cohort=()";
/// Two years, as browsers' preload lists ask for.
const TRANSPORT: &str = "max-age=63072000; includeSubDomains";

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The header `name` of a request, which may be there once; `shown` is how a fault names it.
///
/// # Errors
/// 400 when it is there more than once.
pub fn single<'a>(headers: &'a HeaderMap, name: &HeaderName, shown: &str) -> Result<Option<&'a HeaderValue>> {
    let mut all = headers.get_all(name);
    let first = all.next();
    match all.next() {
        Some(_) => Err(Fault::at(Syntax::Header, format!("/{shown}"), "must not be there more than once")),
        None => Ok(first),
    }
}

/// The kind of answer that `path` has.
#[must_use]
pub fn kind(path: &str) -> Kind {
    match path {
        _ if path.starts_with("/api/docs") => Kind::Explorer,
        "/healthz" | "/readyz" | "/metrics" | "/api" => Kind::Data,
        _ if path.starts_with("/api/") => Kind::Data,
        _ => Kind::Console,
    }
}

/// Adds the headers of `kind`.
pub fn add(headers: &mut HeaderMap, kind: Kind, behind_tls: bool) {
    let mut put = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(RESOURCE, "same-origin");
    if behind_tls {
        put(STRICT_TRANSPORT_SECURITY, TRANSPORT);
    }
    let policy = match kind {
        Kind::Data => DATA_POLICY,
        Kind::Explorer => EXPLORER_POLICY,
        Kind::Console => CONSOLE_POLICY,
    };
    put(CONTENT_SECURITY_POLICY, policy);
    put(X_FRAME_OPTIONS, "DENY");
    put(REFERRER_POLICY, "no-referrer");
    if kind != Kind::Data {
        put(OPENER, "same-origin");
        put(PERMISSIONS_POLICY, PERMISSIONS);
    }
    if kind == Kind::Data && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(kind: Kind, behind_tls: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        add(&mut headers, kind, behind_tls);
        headers
    }

    #[test]
    fn no_page_may_run_inline_scripts() {
        for kind in [Kind::Data, Kind::Explorer, Kind::Console] {
            let headers = added(kind, false);
            let policy = headers.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
            let scripts = policy.split("; ").find(|part| part.starts_with("script-src")).unwrap_or_default();
            assert!(!scripts.contains("unsafe-inline") && policy.contains("default-src 'none'"), "{policy}");
            assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
            assert!(added(kind, true).contains_key(STRICT_TRANSPORT_SECURITY));
        }
    }

    #[test]
    fn kinds() {
        assert_eq!(kind("/api/v1/users"), Kind::Data);
        assert_eq!(kind("/api/docs/"), Kind::Explorer);
        assert_eq!(kind("/users/7"), Kind::Console);
        assert_eq!(kind("/apiary"), Kind::Console);
    }
}
