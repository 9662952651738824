//! People who leave: the form that lets them leave, and their receipts.

mod detail;
mod list;
mod model;
mod offboard;
mod offboarding;

pub use self::{
    detail::DeparturePage,
    list::DeparturesPage,
    offboarding::{Leaving, LeavingHost},
};
