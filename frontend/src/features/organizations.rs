//! Organizations: whom users belong to.

mod avatar;
mod create;
mod detail;
mod list;
mod profile;

pub use self::{create::CreateOrganizationPage, detail::OrganizationPage, list::OrganizationsPage};
