//! Sessions: where people are signed in, and how to end that.

mod list;
mod revoke;

pub use self::list::{SessionsPage, SessionsTable};
