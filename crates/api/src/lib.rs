//! The REST API over HTTP: handlers, problem documents, the OpenAPI document, the embedded console.
//!
//! A handler extracts, calls one use-case of `quarterdeck-app` and answers; it decides nothing. This crate is the only
//! one that knows HTTP, and it knows no database: actix types never leave it.
//!
//! [`Http::run_until`] serves and stops gracefully, [`openapi_json`] needs neither.

mod accept;
mod access;
mod access_log;
mod address;
mod admission;
mod api_keys;
mod audit;
mod auth;
mod bin;
mod body;
mod caller;
mod closing;
mod codes;
mod compress;
mod connection;
mod console;
mod cookie;
mod credentials;
mod csv;
mod departures;
mod docs;
mod document;
mod envelope;
mod events;
mod groups;
mod headers;
mod idempotency;
mod image;
mod impersonation;
mod jobs;
mod json;
mod limits;
mod listing;
mod me;
mod meta;
mod methods;
mod metrics;
mod model_services;
mod operation;
mod organizations;
mod path;
mod plans;
mod problem;
mod process;
mod provider_keys;
mod query;
mod request_id;
mod respond;
mod role_grants;
mod roles;
mod routes;
mod saved_views;
mod server;
mod service_accounts;
mod sessions;
mod settings;
mod setup;
mod state;
mod tags;
mod undocumented;
mod user_exports;
mod user_imports;
mod users;
mod words;

pub use codes::markdown as errors_markdown;
pub use console::ConsoleFiles;
pub use document::openapi_json;
pub use server::{Http, HttpConfig};
