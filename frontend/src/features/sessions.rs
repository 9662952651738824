//! Sessions: where people are signed in, and how to end that.

mod end;
mod list;
mod revoke;

pub use self::{
    end::EndDialog,
    list::{SessionsPage, SessionsTable},
    revoke::sign_out_everyone,
};
