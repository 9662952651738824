//! Roles: what each carries, who holds it by which way, and the grants of them.

mod delete;
mod detail;
mod editor;
mod find;
mod grant;
mod grants;
mod holders;
mod list;
mod matrix;
mod model;
mod page;
mod permissions;
mod withdraw;

pub use self::{
    detail::RolePage,
    grants::{GroupAccess, GroupRoles, UserGrants},
    page::RolesPage,
};
