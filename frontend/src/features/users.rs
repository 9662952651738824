//! Users: the table with its bulk acts, the page of one user, and a new user.

mod access;
mod act_as;
mod bulk;
mod create;
mod danger;
mod data;
mod detail;
mod form;
mod grant;
mod import;
mod import_report;
mod list;
mod model;
mod organization;
mod password;
mod password_acts;
mod questions;
mod seat;
mod service;
mod verbs;

pub use self::{
    create::CreateUserPage,
    detail::UserPage,
    form::FieldsTab,
    import::ImportUsersPage,
    list::{KindTag, StatusPill, UsersPage},
    model::{Field, find_users, user_filter},
    organization::{OrganizationField, find_organizations, organization_filter},
    service::CreateServiceAccountPage,
};
