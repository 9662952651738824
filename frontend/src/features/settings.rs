//! Settings: typed keys, where each value comes from, its history.

mod editor;
mod history;
mod list;
mod model;

pub use self::{list::SettingsPage, model::in_words};
