//! HTTP for the typed client, with an access token.

use std::sync::{Arc, Mutex};

use quarterdeck_client::{ClientError, Method, Request, Response, Transport};

/// Sends requests to the server under test.
#[derive(Debug, Clone)]
pub struct Http {
    /// The HTTP library, for requests that the typed client does not make.
    pub http: reqwest::Client,
    /// Address of the server, without a slash at its end.
    pub base: String,
    token: Arc<Mutex<Option<String>>>,
}

impl Http {
    /// Sends to `base` with `token`.
    #[must_use]
    pub fn new(base: &str, token: Option<String>) -> Self {
        Self { http: reqwest::Client::new(), base: base.to_owned(), token: Arc::new(Mutex::new(token)) }
    }

    /// The access token in use.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        self.token.lock().unwrap().clone()
    }

    /// Uses another access token.
    pub fn set_token(&self, token: Option<String>) {
        *self.token.lock().unwrap() = token;
    }

    /// A request of any shape, with the access token.
    pub fn raw(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, format!("{}{path}", self.base));
        match self.token() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

impl Transport for Http {
    async fn send(&self, request: Request) -> Result<Response, ClientError> {
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        };
        let mut builder = self.raw(method, &request.path);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let failed = |error: reqwest::Error| ClientError::Transport(error.to_string());
        let response = builder.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        Ok(Response { status, body: response.bytes().await.map_err(failed)?.to_vec() })
    }
}
