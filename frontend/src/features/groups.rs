//! Groups: the list with its bulk acts, the page of one group with its members and its ledger, and the groups of a user.

mod acts;
mod add;
mod allocation;
mod bulk;
mod choice;
mod create;
mod detail;
mod grant;
mod ledger;
mod level;
mod list;
mod members;
mod of_user;
mod profile;

pub use self::{
    choice::{GroupField, StandingField, find_groups},
    create::CreateGroupPage,
    detail::GroupPage,
    list::GroupsPage,
    of_user::UserGroups,
};
