//! The pages, one folder a feature: `model.rs` is plain Rust with tests, the others draw.

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod bin;
pub mod credentials;
pub mod departures;
pub mod groups;
pub mod jobs;
pub mod organizations;
pub mod overview;
pub mod profile;
pub mod provider_keys;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod users;
