//! The inventory of credentials: whatever somebody can act by.

mod list;
mod model;
mod revoke;

pub use self::list::CredentialsPage;
