//! The faults that only HTTP knows, and the catalogue of all error codes.

use quarterdeck_domain::{
    Error, Permission,
    error::{ModelServiceFault, Rule, Unauthenticated},
};

/// Declares the faults of a request before any use-case is asked.
macro_rules! syntax {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $status:literal;)+) => {
        /// A fault in the form of a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Syntax {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Syntax {
            /// All of them, for the catalogue of codes.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Stable code on the wire.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)+
                }
            }

            /// What it means.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+).trim_ascii(),)+
                }
            }
        }
    };
}

syntax! {
    /// The body is no JSON, or not in UTF-8.
    Json = "malformed-json", 400;
    /// A member of the body has the wrong type, is missing or is unknown.
    Body = "malformed-body", 400;
    /// A query parameter is unknown, repeated, of the wrong type or badly encoded.
    Query = "malformed-query", 400;
    /// An id in the path is no UUID, or the number of a version none.
    Id = "malformed-id", 400;
    /// A header has a value that it cannot have.
    Header = "malformed-header", 400;
    /// The request is no HTTP that the server understands.
    Request = "malformed-request", 400;
    /// There is nothing at this path.
    Route = "route-not-found", 404;
    /// The path is right, the method is not; `Allow` names those that are.
    Method = "method-not-allowed", 405;
    /// None of the media types in `Accept` can be answered.
    Accept = "not-acceptable", 406;
    /// The request came too slowly.
    Slow = "request-timeout", 408;
    /// The body is larger than the operation takes: 1 MiB, or 32 MiB to a model service.
    TooLarge = "body-too-large", 413;
    /// The body has a media type that the operation does not take.
    MediaType = "unsupported-media-type", 415;
    /// The head of the request has more than 128 kB or more than 96 headers.
    HeadTooLarge = "head-too-large", 431;
}

/// A code in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stable code.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What it means.
    pub meaning: String,
}

/// All codes, by status and code.
#[must_use]
pub fn catalogue() -> Vec<Entry> {
    let domain = domain_errors().into_iter().map(|error| Entry {
        code: error.code(),
        status: error.status(),
        meaning: meaning(&error),
    });
    let syntax = Syntax::ALL.iter().map(|fault| Entry {
        code: fault.code(),
        status: fault.status(),
        meaning: fault.meaning().to_owned(),
    });
    let mut entries: Vec<Entry> = domain.chain(syntax).collect();
    entries.sort_by(|a, b| (a.status, a.code).cmp(&(b.status, b.code)));
    entries.dedup_by(|a, b| a.code == b.code);
    entries
}

fn domain_errors() -> Vec<Error> {
    let mut errors: Vec<Error> = Unauthenticated::ALL.into_iter().map(Error::from).collect();
    errors.extend(Rule::ALL.into_iter().map(Error::from));
    errors.extend(ModelServiceFault::ALL.into_iter().map(Error::from));
    let malformed = |code| Error::Malformed { code, message: String::new() };
    errors.extend([
        Error::Forbidden(Permission::UserRead),
        Error::OwnAccount(Permission::UserDelete),
        Error::PrivilegedAccount(Permission::UserUpdate),
        Error::NotHeld(Permission::UserUpdate),
        Error::StepUpRequired { permission: Permission::RoleGrant, max_age_seconds: 900 },
        Error::Impersonated(Permission::ApiKeyWrite),
        Error::PasswordChangeRequired,
        Error::CrossSite,
        Error::AddressNotAllowed,
        Error::NotFound("user"),
        Error::Stale(Box::default()),
        malformed("cursor-invalid"),
        malformed("idempotency-key-invalid"),
        Error::Invalid(Vec::new()),
        Error::IdempotencyMismatch,
        Error::RateLimited { retry_after_seconds: 30 },
        Error::Unavailable("The database"),
        Error::internal("for the catalogue"),
    ]);
    errors
}

fn meaning(error: &Error) -> String {
    match error {
        Error::Forbidden(_) => "A permission is missing for this very thing; `permission` names it.".to_owned(),
        Error::OwnAccount(_) => "Nobody may do this to the own account.".to_owned(),
        Error::PrivilegedAccount(_) => "Only an administrator may change this account.".to_owned(),
        Error::NotHeld(_) => "Nobody hands on what they do not hold there; `permission` names it.".to_owned(),
        Error::StepUpRequired { .. } => {
            "The act is sensitive and the password was given longer than `max_age_seconds` ago: give it again (`POST /api/v1/auth/step-up`), then repeat the request.".to_owned()
        }
        Error::Impersonated(_) => {
            "Whoever acts as somebody else cannot do this: it is sensitive, or it changes something and they are to see only.".to_owned()
        }
        Error::PasswordChangeRequired => "The password has to be changed before anything else.".to_owned(),
        Error::CrossSite => "A cookie route was called from another site or without its CSRF header.".to_owned(),
        Error::AddressNotAllowed => {
            "The API key may not be used from the address that the request comes from.".to_owned()
        }
        Error::NotFound(_) => "There is no such thing, or the actor may not see it.".to_owned(),
        Error::Stale(_) => "`If-Match` names a former version; `current` has the present one.".to_owned(),
        Error::Malformed { code: "cursor-invalid", .. } => {
            "The cursor does not belong to this list with this filter and sort.".to_owned()
        }
        Error::Malformed { .. } => "`Idempotency-Key` must have 1 to 255 printable ASCII characters.".to_owned(),
        Error::Invalid(_) => {
            "Fields break a rule; `errors` names each with a pointer, a code and a message.".to_owned()
        }
        Error::IdempotencyMismatch => "The `Idempotency-Key` was used for a request with another body.".to_owned(),
        Error::RateLimited { .. } => "Too many attempts; `Retry-After` says when to try again.".to_owned(),
        Error::Unavailable(_) => "Something that the platform needs does not answer for now.".to_owned(),
        Error::Internal(_) => "A fault of the platform; its log has the cause under the request id.".to_owned(),
        other => other.to_string(),
    }
}

/// The catalogue as Markdown, for `docs/errors.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# Errors\n\nEvery error of the API is a problem document (RFC 9457, `application/problem+json`) with a stable `code`.\n\
         This page is generated from the code: `UPDATE=1 cargo test -p quarterdeck-api`.\n\n| status | code | meaning |\n| --- | --- | --- |\n",
    );
    for Entry { code, status, meaning } in catalogue() {
        text.push_str(&format!("| {status} | `{code}` | {meaning} |\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of error codes is the catalogue; `UPDATE=1` writes it.
    #[test]
    fn the_page_of_codes_is_the_catalogue() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, markdown()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), markdown(), "run UPDATE=1 cargo test -p quarterdeck-api");
    }

    #[test]
    fn codes_are_unique() {
        let entries = catalogue();
        for (index, entry) in entries.iter().enumerate() {
            assert!(!entries[index + 1..].iter().any(|other| other.code == entry.code), "{}", entry.code);
        }
    }
}
