//! Use-cases: what the platform does, one function per operation, behind the REST API, the command line and the jobs.
//!
//! Each use-case loads, asks the decision function, applies the domain's rule, saves, and commits the change with its
//! audit events. It knows neither HTTP nor the database's SQL; effects come through [`ports`].

pub mod access;
pub mod actors;
pub mod admin;
pub mod allocations;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod bin;
pub mod context;
pub mod credentials;
pub mod demo;
pub mod denials;
pub mod departures;
mod gathered;
pub mod groups;
pub mod health;
pub mod housekeeping;
pub mod idempotency;
pub mod images;
pub mod impersonation;
pub mod jobs;
pub mod keys;
pub mod live;
pub mod me;
pub mod meta;
pub mod model_services;
pub mod organizations;
pub mod outgoing;
pub mod plans;
pub mod ports;
mod precondition;
pub mod provider_keys;
pub mod role_grants;
pub mod roles;
pub mod saved_views;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod touches;
pub mod user_exports;
pub mod user_imports;
pub mod users;

pub use context::{App, AppConfig, Ctx, FixedSetting, RequestInfo, Visitor};
