//! Typed client of the REST API: one method per operation, named like its `operationId`.
//!
//! It knows no runtime: a [`Transport`] sends the requests. The console brings one over `fetch`, the tests one over a
//! native HTTP library.

mod access;
mod allocations;
mod api_keys;
mod audit;
mod auth;
mod bin;
mod credentials;
mod departures;
mod groups;
mod impersonation;
mod jobs;
mod me;
mod meta;
mod organizations;
mod plans;
mod provider_keys;
mod reader;
mod role_grants;
mod roles;
mod saved_views;
mod service_accounts;
mod sessions;
mod settings;
mod transport;
mod user_exports;
mod user_imports;
mod users;
mod writer;

pub use reader::{read, read_value};
pub use transport::{ClientError, Method, Request, Response, Transport};
pub use writer::write;

use quarterdeck_domain::page::ListRequest;
use serde::{Serialize, de::DeserializeOwned};

/// Result of an operation.
pub type Result<T> = std::result::Result<T, ClientError>;

/// Client of one server.
#[derive(Debug, Clone)]
pub struct Client<T> {
    transport: T,
}

impl<T: Transport> Client<T> {
    /// A client that sends by `transport`.
    pub const fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What sends the requests.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    async fn get<R: DeserializeOwned>(&self, path: String) -> Result<R> {
        self.transport.send(Request::new(Method::Get, path)).await?.json()
    }

    async fn list<R: DeserializeOwned, F: Serialize, K: std::fmt::Display>(
        &self,
        path: &str,
        request: &ListRequest<F, K>,
    ) -> Result<R> {
        self.get(format!("{path}{}", query(request)?)).await
    }

    async fn send<R: DeserializeOwned>(&self, method: Method, path: String, body: &impl Serialize) -> Result<R> {
        self.transport.send(Request::new(method, path).json(body)?).await?.json()
    }

    async fn send_for_nothing(&self, method: Method, path: String, body: &impl Serialize) -> Result<()> {
        self.transport.send(Request::new(method, path).json(body)?).await?.nothing()
    }

    async fn patch<R: DeserializeOwned>(
        &self,
        path: String,
        body: &impl Serialize,
        if_match: Option<u32>,
    ) -> Result<R> {
        self.transport.send(Request::new(Method::Patch, path).json(body)?.if_match(if_match)).await?.json()
    }

    async fn delete(&self, path: String) -> Result<()> {
        self.transport.send(Request::new(Method::Delete, path)).await?.nothing()
    }
}

/// The query of a list, flat: filter fields, `sort`, `limit`, `cursor`; with its `?`, or empty.
///
/// # Errors
/// When the filter cannot be written as a query.
pub fn query<F: Serialize, K: std::fmt::Display>(request: &ListRequest<F, K>) -> Result<String> {
    let encode = |error: serde_urlencoded::ser::Error| ClientError::Decode(error.to_string());
    let sort = request.sort.as_ref().map(|sort| [("sort", sort.to_string())]);
    let parts = [
        serde_urlencoded::to_string(&request.filter).map_err(encode)?,
        sort.map_or(Ok(String::new()), serde_urlencoded::to_string).map_err(encode)?,
        serde_urlencoded::to_string(&request.page).map_err(encode)?,
    ];
    let query = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
    Ok(if query.is_empty() { query } else { format!("?{query}") })
}
