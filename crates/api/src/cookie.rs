//! The cookie of a browser's refresh token, and the defence of the routes that read it.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{HOST, HeaderMap, ORIGIN},
};
use quarterdeck_app::auth::SignedIn;
use quarterdeck_domain::Error;

use crate::{
    problem::{Fault, Result},
    state,
};

/// Name of the cookie. `__Host-` binds it to this very host and to TLS (RFC 6265bis, section 4.1.3.2).
pub const NAME: &str = "__Host-quarterdeck-refresh";

/// Header that the console sends on cookie routes; another site cannot without a preflight, which is never granted.
pub const CSRF_HEADER: &str = "x-quarterdeck-csrf";

/// The cookie of a session. Without "remember me" it ends with the browser.
#[must_use]
pub fn of(signed_in: &SignedIn) -> Cookie<'static> {
    let mut cookie = bare(signed_in.refresh_token.clone());
    if signed_in.remembered {
        cookie.set_max_age(Duration::seconds(signed_in.refresh_max_age_seconds));
    }
    cookie
}

/// The cookie that removes the cookie.
#[must_use]
pub fn removal() -> Cookie<'static> {
    let mut cookie = bare(String::new());
    cookie.make_removal();
    cookie
}

fn bare(value: String) -> Cookie<'static> {
    Cookie::build(NAME, value).path("/").http_only(true).secure(true).same_site(SameSite::Strict).finish()
}

/// The refresh token of the request: from the body if it stands there, else from the cookie, if there is one.
///
/// # Errors
/// `CrossSite` when the cookie may have been sent by another site.
pub fn refresh_token(request: &HttpRequest, in_body: Option<String>) -> Result<Option<String>> {
    if in_body.is_some() {
        return Ok(in_body);
    }
    let Some(cookie) = request.cookie(NAME) else { return Ok(None) };
    let base_url = state::of(request)?.app.settings().base_url();
    if is_own(request.headers(), base_url.as_deref()) {
        Ok(Some(cookie.value().to_owned()))
    } else {
        Err(Fault::from(Error::CrossSite))
    }
}

/// Whether the request comes from the console: it has the header, and its origin, where named, is our own.
fn is_own(headers: &HeaderMap, base_url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(CSRF_HEADER) != Some("1") || text("sec-fetch-site") == Some("cross-site") {
        return false;
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    (authority.is_some() && authority == host) || base_url.is_some_and(|url| origin_of(url) == Some(origin))
}

/// Scheme, host and port of a URL.
fn origin_of(url: &str) -> Option<&str> {
    let begin = url.find("://")? + 3;
    let end = url.get(begin..)?.find(['/', '?', '#']).map_or(url.len(), |length| begin + length);
    url.get(..end)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn own(pairs: &[(&'static str, &'static str)], base_url: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        is_own(&headers, base_url)
    }

    #[test]
    fn only_the_console_may_use_the_cookie() {
        let (csrf, host) = ((CSRF_HEADER, "1"), ("host", "127.0.0.1:8080"));
        assert!(own(&[csrf, host], None));
        assert!(own(&[csrf, host, ("origin", "http://127.0.0.1:8080")], None));
        assert!(own(&[csrf, host, ("origin", "https://people.example.org")], Some("https://people.example.org/qd")));
        assert!(!own(&[host, ("origin", "http://127.0.0.1:8080")], None));
        assert!(!own(&[csrf, host, ("origin", "https://evil.example")], Some("https://people.example.org")));
        assert!(!own(&[csrf, host, ("origin", "null")], None));
        assert!(!own(&[csrf, host, ("sec-fetch-site", "cross-site")], None));
    }

    #[test]
    fn the_cookie_is_closed_to_scripts_and_other_sites() {
        let text = removal().to_string();
        for part in ["__Host-quarterdeck-refresh=", "HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=0"] {
            assert!(text.contains(part), "{text} has no {part}");
        }
    }
}
