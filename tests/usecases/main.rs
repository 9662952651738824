//! Use-cases against real SQLite and PostgreSQL, with a clock that stands: what HTTP cannot stage.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod allocations;
mod bin;
mod contention;
mod housekeeping;
mod idempotency;
mod jobs;
mod plans;
mod user_exports;
mod uses;
