//! Answers of success: JSON with its `ETag`, created, accepted, nothing. And `If-Match`.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, Responder,
    dev::Payload,
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, IF_MATCH, LOCATION, VARY},
    },
};
use quarterdeck_domain::{
    Error, jobs::Job, me::Me, meta::Meta, organizations::Organization, plans::Plan, sessions::Session,
    settings::Setting, users::User,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    accept, body,
    codes::Syntax,
    compress,
    problem::{Fault, Result},
};

/// What stands in the strong `ETag` of a resource.
#[derive(Debug, Clone, Copy)]
pub enum Tag {
    /// The version that `If-Match` is compared with.
    Version(u32),
    /// Nothing can be changed by a client: a digest of the answer.
    Digest,
}

/// A single resource.
pub trait Resource: Serialize {
    /// What stands in its `ETag`.
    fn tag(&self) -> Tag;
}

/// Declares the tags of resources.
macro_rules! tags {
    ($($type:ty = |$value:ident| $tag:expr;)+) => {$(
        impl Resource for $type {
            fn tag(&self) -> Tag {
                let $value = self;
                $tag
            }
        }
    )+};
}

tags! {
    User = |user| Tag::Version(user.summary.version);
    Me = |me| Tag::Version(me.user.summary.version);
    Organization = |organization| Tag::Version(organization.version);
    Setting = |setting| Tag::Version(setting.version);
    Session = |_session| Tag::Digest;
    Plan = |_plan| Tag::Digest;
    Job = |_job| Tag::Digest;
    Meta = |_meta| Tag::Digest;
}

/// A resource, 200.
pub struct Found<T>(pub T);

/// A new resource, 201, with its path.
pub struct Created<T>(pub String, pub T);

/// Any other value, 200.
pub struct Json<T>(pub T);

/// Done, 204.
pub struct NoContent;

/// A job: 200 when it has ended, else 202 with its path.
pub struct JobAnswer(pub Job);

impl<T: Resource> Responder for Found<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        resource(HttpResponse::Ok(), &self.0)
    }
}

impl<T: Resource> Responder for Created<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Created();
        response.insert_header((LOCATION, self.0));
        resource(response, &self.1)
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => json(request, bytes),
            Err(error) => HttpResponse::from_error(Fault::from(Error::internal(error))),
        }
    }
}

impl Responder for NoContent {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::new(StatusCode::NO_CONTENT)
    }
}

impl Responder for JobAnswer {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if !self.0.state.is_final() {
            response.status(StatusCode::ACCEPTED).insert_header((LOCATION, format!("/api/v1/jobs/{}", self.0.id)));
        }
        resource(response, &self.0)
    }
}

fn resource<T: Resource>(mut response: HttpResponseBuilder, value: &T) -> HttpResponse {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            response.insert_header((ETAG, etag(value.tag(), &bytes))).insert_header((CONTENT_TYPE, body::JSON));
            response.body(bytes)
        }
        Err(error) => HttpResponse::from_error(Fault::from(Error::internal(error))),
    }
}

fn etag(tag: Tag, bytes: &[u8]) -> String {
    match tag {
        Tag::Version(version) => format!("\"{version}\""),
        Tag::Digest => format!("\"{}\"", hex::encode(&Sha256::digest(bytes)[..8])),
    }
}

/// JSON, compressed when it is large and the client takes it. Not for answers with secrets beside what a client chose.
pub fn json(request: &HttpRequest, bytes: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, body::JSON));
    if bytes.len() > compress::WORTH_BYTES {
        response.insert_header((VARY, "accept, accept-encoding"));
        if accept::takes_encoding(request.headers(), "gzip")
            && let Ok(compressed) = compress::gzip(&bytes)
        {
            return response.insert_header((CONTENT_ENCODING, "gzip")).body(compressed);
        }
    }
    response.body(bytes)
}

/// The version that `If-Match` asks for; nothing without the header and for `*`.
pub struct IfMatch(pub Option<u32>);

impl FromRequest for IfMatch {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(if_match(request.headers()).map(Self))
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<u32>> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let text = value.to_str().map_or("none", str::trim);
    if text.is_empty() || text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let version =
        version.filter(|digits| (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
    let parsed = version.and_then(|digits| digits.parse().ok());
    let fault = || Fault::at(Syntax::Header, "/If-Match", "must be one ETag that the server gave, as \"7\", or *");
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
        assert_eq!(matched("\"7\"").unwrap(), Some(7));
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, HeaderValue::from_bytes(b"\xc2\x84").unwrap());
        assert!(if_match(&headers).is_err());
        for bad in ["7", "W/\"7\"", "\"7\", \"8\"", "\"\"", "\"x\"", "\"-1\"", "\"9999999999\""] {
            assert!(matched(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_are_strong() {
        assert_eq!(etag(Tag::Version(3), b""), "\"3\"");
        assert_eq!(etag(Tag::Digest, b"abc"), "\"ba7816bf8f01cfea\"");
    }
}
