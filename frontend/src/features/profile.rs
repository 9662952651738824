//! The own account: profile, password, sessions, rights.

mod form;
mod page;
mod security;

pub use self::page::ProfilePage;
