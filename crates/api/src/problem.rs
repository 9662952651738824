//! The only mapping from errors to HTTP: every failure becomes a problem document (RFC 9457).
//!
//! Handlers and extractors fail with a [`Fault`]. The document is written by the [envelope](crate::envelope), which
//! knows the request's path and id, and which logs an internal fault once with its source.

use std::fmt;

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use quarterdeck_domain::{
    Error, FieldError, Problem,
    error::{ModelServiceFault, Unauthenticated},
};

use crate::{codes::Syntax, limits::Refusal};

/// Media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// `Result` of handlers and extractors.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// Why a request failed.
#[derive(Debug)]
pub enum Fault {
    /// A use-case refused it.
    Domain(Error),
    /// The request's form is wrong.
    Syntax {
        /// What is wrong with it.
        kind: Syntax,
        /// For people.
        message: String,
        /// The faulty member or parameter, where known.
        pointer: Option<String>,
    },
    /// The path has other methods: their names for `Allow`.
    Method(String),
    /// It is one too many.
    Limited(Refusal),
}

impl Fault {
    /// A fault of the request's form.
    pub fn syntax(kind: Syntax, message: impl Into<String>) -> Self {
        Self::Syntax { kind, message: message.into(), pointer: None }
    }

    /// A fault of one member or parameter.
    pub fn at(kind: Syntax, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Syntax { kind, message: message.into(), pointer: Some(pointer.into()) }
    }

    /// The problem document for the request `request_id` at `path`.
    #[must_use]
    pub fn problem(&self, path: &str, request_id: &str) -> Problem {
        match self {
            Self::Domain(error) => Problem::new(error, path, request_id),
            Self::Syntax { kind, message, pointer } => {
                let detail = match pointer.as_deref() {
                    Some("") => format!("the body {message}"),
                    Some(pointer) => format!("{pointer} {message}"),
                    None => message.clone(),
                };
                let mut problem = of_syntax(*kind, &detail, path, request_id);
                problem.errors.extend(pointer.iter().map(|pointer| FieldError::new(pointer, kind.code(), message)));
                problem
            }
            Self::Method(allow) => {
                of_syntax(Syntax::Method, &format!("this path answers to {allow} only"), path, request_id)
            }
            Self::Limited(refusal) => {
                let error = Error::RateLimited { retry_after_seconds: refusal.retry_after_seconds() };
                Problem { detail: refusal.to_string(), ..Problem::new(&error, path, request_id) }
            }
        }
    }

    /// The answer to the request `request_id` at `path`; `explanation` is where a refusal is explained.
    #[must_use]
    pub fn response(&self, path: &str, request_id: &str, explanation: Option<String>) -> HttpResponse {
        let mut response = self.head();
        response.insert_header((CONTENT_TYPE, MEDIA_TYPE));
        let problem = Problem { explanation, ..self.problem(path, request_id) };
        let mut response = response.body(serde_json::to_vec(&problem).unwrap_or_default());
        if let Self::Limited(refusal) = self {
            refusal.add(response.headers_mut());
        }
        response
    }

    /// Status and headers.
    fn head(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Domain(Error::Unauthenticated(cause)) => {
                response.insert_header((WWW_AUTHENTICATE, challenge(*cause)));
            }
            Self::Domain(Error::StepUpRequired { max_age_seconds, .. }) => {
                // RFC 9470, section 3, but for its status: 401 would say that nobody is signed in.
                let challenge = "Bearer realm=\"quarterdeck\", error=\"insufficient_user_authentication\"";
                response.insert_header((WWW_AUTHENTICATE, format!("{challenge}, max_age=\"{max_age_seconds}\"")));
            }
            Self::Domain(Error::RateLimited { retry_after_seconds }) => {
                response.insert_header((RETRY_AFTER, retry_after_seconds.to_string()));
                response.insert_header((RATE_LIMIT, format!("\"sign-in-delay\";r=0;t={retry_after_seconds}")));
            }
            Self::Domain(Error::Unavailable(_)) => {
                response.insert_header((RETRY_AFTER, "1"));
            }
            Self::Method(allow) => {
                response.insert_header((ALLOW, allow.as_str()));
            }
            _ => {}
        }
        response
    }

    /// Logs a fault of ours, with its cause.
    pub fn log(&self) {
        if let Self::Domain(Error::Internal(source)) = self {
            tracing::error!(error = %Causes(source.as_ref()), "a request failed by a fault of ours");
        } else if let Self::Domain(error @ Error::Unavailable(_)) = self {
            tracing::warn!(%error, "a request could not be carried out for now");
        }
    }
}

/// Remaining attempts (draft-ietf-httpapi-ratelimit-headers).
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

fn of_syntax(kind: Syntax, message: &str, path: &str, request_id: &str) -> Problem {
    let error = Error::Malformed { code: kind.code(), message: message.to_owned() };
    let mut problem = Problem::new(&error, path, request_id);
    problem.status = kind.status();
    problem.title = title(kind).to_owned();
    problem
}

/// Reason phrase (RFC 9110, section 15).
const fn title(kind: Syntax) -> &'static str {
    match kind {
        Syntax::Route => "Not found",
        Syntax::Method => "Method not allowed",
        Syntax::Accept => "Not acceptable",
        Syntax::Slow => "Request timeout",
        Syntax::TooLarge => "Content too large",
        Syntax::MediaType => "Unsupported media type",
        _ => "Bad request",
    }
}

/// What `WWW-Authenticate` asks for (RFC 6750, section 3).
const fn challenge(cause: Unauthenticated) -> &'static str {
    match cause {
        Unauthenticated::Invalid | Unauthenticated::Expired | Unauthenticated::SessionEnded => {
            "Bearer realm=\"quarterdeck\", error=\"invalid_token\""
        }
        _ => "Bearer realm=\"quarterdeck\"",
    }
}

/// An error with its causes, on one line.
struct Causes<'a>(&'a (dyn std::error::Error + Send + Sync));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Domain(error)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Limited(refusal)
    }
}

impl From<ModelServiceFault> for Fault {
    fn from(fault: ModelServiceFault) -> Self {
        Self::Domain(fault.into())
    }
}

impl From<Unauthenticated> for Fault {
    fn from(cause: Unauthenticated) -> Self {
        Self::Domain(cause.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(error) => error.fmt(f),
            Self::Syntax { message, .. } => f.write_str(message),
            Self::Method(allow) => write!(f, "this path answers to {allow} only"),
            Self::Limited(refusal) => refusal.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        let status = match self {
            Self::Domain(error) => error.status(),
            Self::Syntax { kind, .. } => kind.status(),
            Self::Method(_) => Syntax::Method.status(),
            Self::Limited(_) => 429,
        };
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A placeholder: the envelope writes the document.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::Permission;

    use super::*;

    #[test]
    fn a_fault_of_a_member_names_it() {
        let fault = Fault::at(Syntax::Body, "/roles/0", "unknown variant");
        let problem = fault.problem("/api/v1/users", "r1");
        assert_eq!((problem.status, problem.code.as_str()), (400, "malformed-body"));
        assert_eq!(problem.errors[0].pointer, "/roles/0");
        assert_eq!((problem.instance.as_str(), problem.request_id.as_str()), ("/api/v1/users", "r1"));
    }

    #[test]
    fn an_internal_fault_hides_its_cause() {
        let fault = Fault::from(Error::internal("SELECT secret FROM /var/lib"));
        let problem = serde_json::to_string(&fault.problem("/", "r1")).unwrap();
        assert!(!problem.contains("secret") && !problem.contains("/var"), "{problem}");
    }

    #[test]
    fn headers_say_what_to_do() {
        let limited = Fault::from(Error::RateLimited { retry_after_seconds: 7 }).response("/", "", None);
        assert_eq!(limited.headers().get(RETRY_AFTER).unwrap(), "7");
        let unauthenticated = Fault::from(Unauthenticated::Expired).response("/", "", None);
        assert!(unauthenticated.headers().contains_key(WWW_AUTHENTICATE));
        let error = Error::StepUpRequired { permission: Permission::RoleGrant, max_age_seconds: 900 };
        let old = Fault::from(error).response("/", "", None);
        let challenge = old.headers().get(WWW_AUTHENTICATE).unwrap().to_str().unwrap();
        assert!(challenge.ends_with("error=\"insufficient_user_authentication\", max_age=\"900\""), "{challenge}");
        let method = Fault::Method("GET, HEAD".to_owned()).response("/", "", None);
        assert_eq!(
            (method.status().as_u16(), method.headers().get(ALLOW).unwrap().as_bytes()),
            (405, &b"GET, HEAD"[..])
        );
    }
}
