//! The own account: profile, password, sessions, rights.

mod acted_as;
mod page;
mod security;

pub use self::page::ProfilePage;
