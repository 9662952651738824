//! Which headers go through. What is not named here does not: cookies and credentials, what proxies in front of the platform
//! say of people, and what an answer could tell browsers of this origin.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// Headers of requests.
const OUT: [&str; 6] =
    ["accept", "accept-encoding", "content-encoding", "content-type", "idempotency-key", "user-agent"];
/// Beginnings of further ones, that model services know.
const OUT_OF: [&str; 4] = ["anthropic-", "openai-", "x-goog-", "x-stainless-"];
/// Headers of answers.
const IN: [&str; 7] = [
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "request-id",
    "retry-after",
    "retry-after-ms",
];
/// Beginnings of further ones, that model services give.
const IN_OF: [&str; 4] = ["anthropic-", "openai-", "x-goog-", "x-ratelimit-"];

fn is_one(name: &str, exact: &[&str], beginnings: &[&str]) -> bool {
    exact.contains(&name) || beginnings.iter().any(|beginning| name.starts_with(beginning)) && !name.ends_with("-key")
}

/// The headers of a request that go out.
pub fn outward(headers: &HeaderMap) -> Vec<(String, String)> {
    let named = headers.iter().filter(|(name, _)| is_one(name.as_str(), &OUT, &OUT_OF));
    named.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned()))).collect()
}

/// The headers of an answer that come in.
pub fn inward(headers: Vec<(String, Vec<u8>)>) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let named = headers.into_iter().filter(|(name, _)| is_one(name, &IN, &IN_OF));
    named.filter_map(|(name, value)| Some((name.parse().ok()?, HeaderValue::from_bytes(&value).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_goes_through() {
        let mut headers = HeaderMap::new();
        for name in [
            "accept",
            "anthropic-version",
            "authorization",
            "connection",
            "content-length",
            "content-type",
            "cookie",
            "forwarded",
            "host",
            "keep-alive",
            "origin",
            "proxy-authorization",
            "te",
            "transfer-encoding",
            "upgrade",
            "x-api-key",
            "x-forwarded-for",
            "x-forwarded-user",
            "x-goog-api-client",
            "x-goog-api-key",
            "x-request-id",
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static("a"));
        }
        let mut names: Vec<String> = outward(&headers).into_iter().map(|(name, _)| name).collect();
        names.sort();
        assert_eq!(names, ["accept", "anthropic-version", "content-type", "x-goog-api-client"]);
        let answer =
            ["set-cookie", "alt-svc", "location", "access-control-allow-origin", "content-type", "x-ratelimit-left"];
        let given = answer.map(|name| (name.to_owned(), b"a".to_vec()));
        let names: Vec<String> = inward(given.into()).map(|(name, _)| name.to_string()).collect();
        assert_eq!(names, ["content-type", "x-ratelimit-left"]);
    }
}
