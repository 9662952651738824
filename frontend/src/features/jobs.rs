//! Jobs: long work in the background, with an outcome for each row.

mod detail;
mod list;

pub use self::{detail::JobPage, list::JobsPage};
