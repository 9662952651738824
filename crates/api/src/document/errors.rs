//! Errors in the document. Those that follow from an operation's form are added by [`super::complete`]; a handler names
//! the others by the types here.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::{
    IntoResponses,
    openapi::{Ref, RefOr, Response},
};

use crate::problem;

/// An error response that operations share.
pub struct Shared {
    /// Name of the component.
    pub name: &'static str,
    /// HTTP status.
    pub status: &'static str,
    /// What it means.
    pub description: &'static str,
    /// A code as an example.
    pub code: &'static str,
    /// Header that comes with it, and what the header says.
    pub header: Option<(&'static str, &'static str)>,
}

/// Declares the shared errors.
macro_rules! shared {
    ($($name:ident = $status:literal, $code:literal, $description:literal, $header:expr;)+) => {
        /// All shared errors.
        pub const ALL: &[Shared] = &[$(Shared {
            name: stringify!($name), status: $status, description: $description, code: $code, header: $header,
        }),+];
    };
}

shared! {
    Malformed = "400", "malformed-body", "The form of the request is wrong: JSON, an id, a parameter, a header.", None;
    Unauthenticated = "401", "token-expired", "Nobody is signed in, or the access token does not hold any more.", Some(("WWW-Authenticate", "What is asked for: a bearer token"));
    WrongCredential = "401", "wrong-credentials", "The credential is wrong, used up or has expired.", Some(("WWW-Authenticate", "What is asked for: a bearer token"));
    Forbidden = "403", "forbidden", "The caller may not do this; `permission` names what is missing.", None;
    CrossSite = "403", "cross-site", "The cookie was sent from another site or without the CSRF header.", None;
    NotFound = "404", "not-found", "There is no such thing, or the caller may not see it.", None;
    NotAcceptable = "406", "not-acceptable", "The list does not answer as any of the media types in `Accept`.", None;
    Slow = "408", "request-timeout", "The body came too slowly.", None;
    Conflict = "409", "plan-changed", "The present state does not allow it; `code` says which rule.", None;
    Stale = "412", "stale", "`If-Match` names a former version; `current` has the present one.", None;
    TooLarge = "413", "body-too-large", "The body has more than 1 MiB.", None;
    MediaType = "415", "unsupported-media-type", "The body has another media type than the operation takes.", None;
    Invalid = "422", "invalid", "Fields break a rule; `errors` names each.", None;
    TooManyRequests = "429", "rate-limited", "Too many requests or attempts; `Retry-After` says when to try again.", Some(("Retry-After", "Seconds to wait"));
    Internal = "500", "internal", "A fault of the platform; its log has the cause under the request id.", None;
    Unavailable = "503", "unavailable", "Something that the platform needs does not answer for now.", Some(("Retry-After", "Seconds to wait"));
}

/// A reference to a shared error, with its description for readers who do not follow it.
#[must_use]
pub fn reference(shared: &Shared) -> Value {
    json!({ "$ref": format!("#/components/responses/{}", shared.name), "description": shared.description })
}

/// The shared errors as components.
#[must_use]
pub fn components() -> Value {
    let entries = ALL.iter().map(|shared| (shared.name.to_owned(), component(shared)));
    Value::Object(entries.collect())
}

fn component(shared: &Shared) -> Value {
    let status: u16 = shared.status.parse().unwrap_or(500);
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/RequestId" } });
    if let Some((name, description)) = shared.header {
        headers[name] = json!({ "description": description, "schema": { "type": "string" } });
    }
    if status == 429 {
        headers["RateLimit-Policy"] = json!({ "$ref": "#/components/headers/RateLimitPolicy" });
        headers["RateLimit"] = json!({ "$ref": "#/components/headers/RateLimit" });
    }
    let example = json!({
        "type": format!("/api/docs/errors#{}", shared.code),
        "title": title(status),
        "status": status,
        "detail": shared.description,
        "instance": "/api/v1/users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e",
        "code": shared.code,
        "request_id": "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e",
    });
    json!({
        "description": shared.description,
        "headers": headers,
        "content": { problem::MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" }, "example": example } },
    })
}

fn title(status: u16) -> String {
    let reason = actix_web::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.unwrap_or_default().to_owned()
}

/// Declares types by which a handler names a shared error.
macro_rules! named {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                by_name(stringify!($name))
            }
        }
    )+};
}

named! {
    /// A rule of the present state; 409.
    Conflict;
    /// A version in the body is a former one; 412.
    Stale;
    /// A credential in the body is wrong; 401.
    WrongCredential;
    /// The cookie came from another site; 403.
    CrossSite;
}

fn by_name(name: &str) -> BTreeMap<String, RefOr<Response>> {
    let found = ALL.iter().filter(|shared| shared.name == name);
    let reference = |shared: &Shared| {
        let mut reference = Ref::new(format!("#/components/responses/{}", shared.name));
        reference.description = shared.description.to_owned();
        RefOr::Ref(reference)
    };
    found.map(|shared| (shared.status.to_owned(), reference(shared))).collect()
}
