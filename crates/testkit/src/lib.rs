//! Starts the real server for a test: its own data folder, its own database, a free port.
//!
//! The binary under test is `quarterdeck` beside the test's own; `make test` builds it first. A database per test is
//! copied from a template that is migrated once. PostgreSQL is used when `QUARTERDECK_TEST_POSTGRES_URL` names a server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot be set up has failed, and should say where"
)]

mod archive;
mod database;
mod platform;
mod server;
mod transport;

pub use archive::OpenedExport;
pub use database::Backend;
pub use platform::{ManualClock, Platform};
pub use server::{Options, Server, binary, new_user};
pub use transport::Http;

use quarterdeck_client::Client;

/// A client of the server under test.
pub type TestClient = Client<Http>;

/// Username of the administrator that every server begins with.
pub const ADMIN: &str = "root";
/// Password of the administrator, and of users that tests make.
pub const PASSWORD: &str = "brass lantern 9 hull";

/// Defines the same test for SQLite and for PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: $type:ty) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($server: $type) $body

            #[tokio::test]
            async fn sqlite() {
                run($crate::Server::start($crate::Backend::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                if $crate::Backend::postgres_is_there() {
                    run($crate::Server::start($crate::Backend::Postgres).await).await;
                }
            }
        }
    )+};
}

/// The same for use-cases, without HTTP.
#[macro_export]
macro_rules! usecase_on_both {
    ($($(#[$meta:meta])* async fn $name:ident($platform:ident: $type:ty) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($platform: $type) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::Platform::start($crate::Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if $crate::Backend::postgres_is_there() {
                    run($crate::Platform::start($crate::Backend::Postgres).await).await;
                }
            }
        }
    )+};
}
