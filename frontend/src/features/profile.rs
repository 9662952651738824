//! The own account: profile, password, sessions, rights.

mod page;
mod security;

pub use self::page::ProfilePage;
