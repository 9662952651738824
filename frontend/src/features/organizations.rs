//! Organizations: whom users belong to.

mod avatar;
mod create;
mod deletion;
mod detail;
mod list;
mod profile;
mod provision;

pub use self::{create::CreateOrganizationPage, detail::OrganizationPage, list::OrganizationsPage};
