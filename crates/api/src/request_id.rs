//! The id of a request: the client's own when it is sane, a new one otherwise; and the trace that it belongs to.

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};

/// Header of the id, in requests and answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is accepted.
const MAX: usize = 100;
/// Shortest id that is accepted.
const MIN: usize = 8;

/// The id, in the request's extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The client's id, if it is 8 to 100 letters, digits, `-`, `_`, `.` and `:`.
#[must_use]
pub fn given(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_sane = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    ((MIN..=MAX).contains(&id.len()) && id.bytes().all(is_sane)).then_some(id)
}

/// The trace id of a W3C `traceparent` (Trace Context, section 3.2).
#[must_use]
pub fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut parts = headers.get("traceparent")?.to_str().ok()?.split('-');
    let (version, trace, parent, _flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let is_set = |text: &str| text.bytes().any(|byte| byte != b'0');
    let is_valid = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(parent, 16);
    (is_valid && is_set(trace) && is_set(parent)).then_some(trace)
}

/// The id that the envelope gave to the request.
#[must_use]
pub fn of(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// The id as a header value; it has no character that a header cannot have.
#[must_use]
pub fn value(id: &str) -> HeaderValue {
    HeaderValue::from_str(id).unwrap_or_else(|_| HeaderValue::from_static("invalid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn sane_ids_are_kept() {
        assert_eq!(given(&headers("x-request-id", "0199f1c0-8f2a")), Some("0199f1c0-8f2a"));
        for bad in ["short", "with space 123", "quote\"quote\"", &"x".repeat(101)] {
            assert_eq!(given(&headers("x-request-id", bad)), None, "{bad}");
        }
    }

    #[test]
    fn traces() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_id(&headers("traceparent", good)), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        for bad in ["", "00-xyz", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", &good.to_uppercase()] {
            assert_eq!(trace_id(&headers("traceparent", bad)), None, "{bad}");
        }
    }
}
