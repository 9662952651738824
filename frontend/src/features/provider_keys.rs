//! Provider keys of people, organizations and the platform, and the model services that they open.

mod acts;
mod editor;
mod list;
mod model;
mod page;
mod services;

pub use self::{
    list::OrganizationKeys,
    page::{OwnProviderKeys, ProviderKeysPage},
};
