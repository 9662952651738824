//! Behaviour through the HTTP surface: the real server, the typed client, SQLite and PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity,
    reason = "tests fail by panicking"
)]

mod access;
mod allocation_races;
mod allocations;
mod api_key_ends;
mod api_key_streams;
mod api_key_uses;
mod api_keys;
mod audit;
mod auth;
mod avatars;
mod bin;
mod bodies;
mod commands;
mod crashes;
mod credentials;
mod departures;
mod events;
mod group_members;
mod group_plans;
mod group_role_ends;
mod group_roles;
mod group_scopes;
mod groups;
mod handing_on;
mod idempotency;
mod impersonation;
mod impersonation_ends;
mod impersonation_told;
mod jobs;
mod keys;
mod limits;
mod lists;
mod lost_keys;
mod me;
mod model_peer;
mod model_services;
mod organization_defaults;
mod organization_deletion;
mod organizations;
mod own_account;
mod plans;
mod provider_keys;
mod races;
mod replicas;
mod reset_links;
mod role_grant_ends;
mod role_grants;
mod roles;
mod saved_views;
mod seats;
mod service_accounts;
mod sessions;
mod settings;
mod setup;
mod step_up;
mod texts;
mod time;
mod undocumented;
mod user_exports;
mod user_import_jobs;
mod user_imports;
mod users;
mod wire;
