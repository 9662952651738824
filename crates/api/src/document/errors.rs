//! Errors in the document. Those that follow from an operation's form are added by [`super::complete`]; a handler names
//! the others by the types here.

use std::collections::BTreeMap;

use quarterdeck_domain::{
    Error, Permission,
    error::{ModelServiceFault, Unauthenticated},
    plans::{PlanDifference, PlanRow},
};
use serde_json::{Value, json};
use utoipa::{
    IntoResponses,
    openapi::{Ref, RefOr, Response},
};

use crate::{
    codes::Syntax,
    problem::{self, Fault},
};

/// An error response that operations share.
pub struct Shared {
    /// Name of the component.
    pub name: &'static str,
    /// HTTP status.
    pub status: &'static str,
    /// What it means.
    pub description: &'static str,
    /// One as an example.
    pub example: fn() -> Fault,
    /// Header that comes with it, and what the header says.
    pub header: Option<(&'static str, &'static str)>,
}

/// Declares the shared errors.
macro_rules! shared {
    ($($name:ident = $status:literal, $example:expr, $description:literal, $header:expr;)+) => {
        /// All shared errors.
        pub const ALL: &[Shared] = &[$(Shared {
            name: stringify!($name), status: $status, description: $description, example: || $example.into(), header: $header,
        }),+];
    };
}

shared! {
    Malformed = "400", Fault::at(Syntax::Body, "/username", "must be a string, not a number"), "The form of the request is wrong: JSON, an id, a parameter, a header.", None;
    Unauthenticated = "401", Unauthenticated::Expired, "Nobody is signed in, or the access token does not hold any more.", Some(("WWW-Authenticate", "What is asked for: a bearer token"));
    WrongCredential = "401", Unauthenticated::WrongCredentials, "The credential is wrong, used up or has expired.", Some(("WWW-Authenticate", "What is asked for: a bearer token"));
    Forbidden = "403", Error::Forbidden(Permission::UserUpdate), "The caller may not do this; `permission` names what is missing.", None;
    CrossSite = "403", Error::CrossSite, "The cookie was sent from another site or without the CSRF header.", None;
    NotFound = "404", Error::NotFound("user"), "There is no such thing, or the caller may not see it.", None;
    NotAcceptable = "406", Fault::syntax(Syntax::Accept, "this list answers as application/json, text/csv, application/x-ndjson"), "The list does not answer as any of the media types in `Accept`.", None;
    Slow = "408", Fault::syntax(Syntax::Slow, "the body did not arrive within 10 seconds"), "The body came too slowly.", None;
    Conflict = "409", Error::PlanChanged(Box::new(difference())), "The present state does not allow it; `code` says which rule.", None;
    Stale = "412", Error::Stale(Box::new(json!({ "display_name": "Bob", "version": 4 }))), "`If-Match` names a former version; `current` has the present one.", None;
    TooLarge = "413", Fault::syntax(Syntax::TooLarge, "the body has more than 1048576 bytes"), "The body is larger than the operation takes.", None;
    MediaType = "415", Fault::syntax(Syntax::MediaType, "the body must be application/json; Content-Type is missing"), "The body has another media type than the operation takes.", None;
    Invalid = "422", Error::field("/username", "too-short", "must have at least 3 characters"), "Fields break a rule; `errors` names each.", None;
    TooManyRequests = "429", Error::RateLimited { retry_after_seconds: 30 }, "Too many requests or attempts; `Retry-After` says when to try again.", Some(("Retry-After", "Seconds to wait"));
    Internal = "500", Error::internal("an example"), "A fault of the platform; its log has the cause under the request id.", None;
    BadGateway = "502", ModelServiceFault::Unreachable, "The model service cannot be reached, or answers nothing that could be passed on; `code` says why.", None;
    Unavailable = "503", Error::Unavailable("the database"), "Something that the platform needs does not answer for now.", Some(("Retry-After", "Seconds to wait"));
    GatewayTimeout = "504", ModelServiceFault::Silent, "The model service did not answer in time.", None;
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
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/RequestId" } });
    if let Some((name, description)) = shared.header {
        headers[name] = json!({ "description": description, "schema": { "type": "string" } });
    }
    if shared.status == "429" {
        headers["RateLimit-Policy"] = json!({ "$ref": "#/components/headers/RateLimitPolicy" });
        headers["RateLimit"] = json!({ "$ref": "#/components/headers/RateLimit" });
    }
    let example = (shared.example)()
        .problem("/api/v1/users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e", "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e");
    json!({
        "description": shared.description,
        "headers": headers,
        "content": { problem::MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" }, "example": example } },
    })
}

/// One user more than was planned.
fn difference() -> PlanDifference {
    let bob = PlanRow { id: uuid::uuid!("0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"), label: "bob".to_owned() };
    PlanDifference { added_count: 1, added: vec![bob], ..PlanDifference::default() }
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
    /// What a parameter names is not there for the caller; 404.
    NotFound;
    /// A rule of the present state; 409.
    Conflict;
    /// A model service answers nothing that could be passed on; 502.
    BadGateway;
    /// A model service keeps silent; 504.
    GatewayTimeout;
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
