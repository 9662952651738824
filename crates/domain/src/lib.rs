//! The rules of Quarterdeck: types, validation, permissions, events and errors.
//!
//! Everything here is pure: no clock, no randomness, no database, no web framework. The types are the wire types of
//! the REST API, so the server, the typed client and the console share one definition of each. It builds for wasm32.

pub mod access;
pub mod acts;
pub mod allocations;
pub mod amount;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod bin;
pub mod credentials;
pub mod departures;
pub mod error;
pub mod groups;
pub mod health;
pub mod id;
pub mod impersonation;
pub mod jobs;
pub mod limits;
pub mod me;
pub mod meta;
pub mod model_services;
pub mod names;
pub mod networks;
pub mod organizations;
pub mod outgoing;
pub mod overview;
pub mod page;
pub mod passwords;
pub mod patch;
pub mod permissions;
pub mod plans;
pub mod policy;
pub mod problem;
pub mod provider_keys;
pub mod role_grants;
pub mod roles;
pub mod saved_views;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod text;
pub mod timestamp;
pub mod user_imports;
pub mod users;
mod whole;

pub use amount::{Amount, InvalidAmount};
pub use error::{Error, FieldError, Result};
pub use id::{
    AllocationEntryId, ApiKeyId, BinItemId, DepartureId, EventId, GroupId, JobId, OrganizationId, PlanId,
    ProviderKeyId, ReservationId, RoleGrantId, RoleId, SavedViewId, SessionId, UserId, UserImportId,
};
pub use page::Page;
pub use patch::Patch;
pub use permissions::{Permission, PermissionSet};
pub use policy::{Actor, Grant, Resource, Visibility};
pub use problem::Problem;
pub use roles::Role;
pub use timestamp::Timestamp;
