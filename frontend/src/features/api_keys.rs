//! API keys: credentials of scripts, the own ones and those of others.

mod acts;
mod editor;
mod list;
mod model;
mod page;
mod rotate;
mod secret;

pub use self::{
    list::{UsedScopes, UserKeys},
    page::{ApiKeysPage, OwnKeys},
};
