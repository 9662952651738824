//! What the client needs of an HTTP library.

use quarterdeck_domain::Problem;
use serde::{Serialize, de::DeserializeOwned};

use crate::read;

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create or act.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// Name in the request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request that a transport sends. The transport adds the server's address and the access token.
#[derive(Debug, Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Path with query, from `/api/v1` on.
    pub path: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// A request without body.
    #[must_use]
    pub const fn new(method: Method, path: String) -> Self {
        Self { method, path, headers: Vec::new(), body: None }
    }

    /// The same, with a JSON body.
    ///
    /// # Errors
    /// When `body` cannot be written as JSON.
    pub fn json(self, body: &impl Serialize) -> Result<Self, ClientError> {
        let body = crate::write(body).map_err(|error| ClientError::Decode(error.to_string()))?;
        let media_type = if self.method == Method::Patch { "application/merge-patch+json" } else { "application/json" };
        Ok(self.bytes(media_type, body.into_bytes()))
    }

    /// The same, with a body of another media type.
    #[must_use]
    pub fn bytes(mut self, media_type: &str, body: Vec<u8>) -> Self {
        self.headers.push(("content-type", media_type.to_owned()));
        self.body = Some(body);
        self
    }

    /// The same, refused when the resource's version is not `version` any more.
    #[must_use]
    pub fn if_match(mut self, version: Option<u32>) -> Self {
        self.headers.extend(version.map(|version| ("if-match", format!("\"{version}\""))));
        self
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// Reads the body of a success, or the problem.
    ///
    /// # Errors
    /// The problem document, or `Decode` when the body is not what was promised.
    pub fn json<R: DeserializeOwned>(&self) -> Result<R, ClientError> {
        self.nothing()?;
        read(&self.body).map_err(|error| ClientError::Decode(error.to_string()))
    }

    /// Takes a success without looking at its body.
    ///
    /// # Errors
    /// The problem document, or `Decode` when the failure has none.
    pub fn nothing(&self) -> Result<(), ClientError> {
        if (200..300).contains(&self.status) {
            return Ok(());
        }
        Err(match read::<Problem>(&self.body) {
            Ok(problem) => ClientError::Problem(Box::new(problem)),
            Err(_) => ClientError::Decode(format!("status {} without a problem document", self.status)),
        })
    }
}

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The server answered with a problem document.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// The server was not reached.
    #[error("the server cannot be reached: {0}")]
    Transport(String),
    /// The answer, or the request, is not what the API promises.
    #[error("unexpected answer: {0}")]
    Decode(String),
}

impl ClientError {
    /// Stable code of the problem; empty when there is none.
    #[must_use]
    pub fn code(&self) -> &str {
        self.problem().map_or("", |problem| problem.code.as_str())
    }

    /// The problem document, if the server sent one.
    #[must_use]
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Transport(_) | Self::Decode(_) => None,
        }
    }
}

/// Sends requests. Answers with a status of failure are answers, not errors.
#[expect(async_fn_in_trait, reason = "the console's futures are not Send, and no caller needs them to be")]
pub trait Transport {
    /// Sends `request` and waits for the answer.
    async fn send(&self, request: Request) -> Result<Response, ClientError>;
}
