//! English, the first language: the wording of every text, one file per part of the console.

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod bin;
pub mod credentials;
pub mod departures;
pub mod frame;
pub mod groups;
pub mod jobs;
pub mod organizations;
pub mod overview;
pub mod plans;
pub mod profile;
pub mod provider_keys;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod ui;
pub mod users;
pub mod views;
pub mod words;
