//! Behaviour through the HTTP surface: the real server, the typed client, SQLite and PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod access;
mod audit;
mod auth;
mod bodies;
mod crashes;
mod events;
mod idempotency;
mod jobs;
mod lists;
mod me;
mod organizations;
mod plans;
mod races;
mod replicas;
mod sessions;
mod settings;
mod setup;
mod users;
