//! What holds for every operation of the OpenAPI document, generated from the document that the server serves.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod asks;
mod client;
mod document;
mod hostile;
mod isolation;
mod matrix;
mod operations;
mod places;
