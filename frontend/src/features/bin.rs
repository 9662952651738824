//! The bin, what comes back from it, and what becomes of users and groups that are deleted.

mod disposal;
mod list;
mod model;
mod restore;

pub use self::{
    disposal::{Disposal, DisposalDialog, Subject, typed_days},
    list::BinPage,
    model::ahead,
};
