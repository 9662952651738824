//! Users: the table with its bulk acts, the page of one user, and a new user.

mod access;
mod activity;
mod bulk;
mod create;
mod danger;
mod detail;
mod form;
mod list;
mod model;
mod organization;
mod password;
mod verbs;

pub use self::{
    activity::ActivityTable,
    create::CreateUserPage,
    detail::UserPage,
    list::{StatusPill, UsersPage},
    model::user_filter,
    organization::{OrganizationField, organization_filter},
};
