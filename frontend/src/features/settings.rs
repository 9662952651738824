//! Settings: typed keys, where each value comes from, its history.

mod editor;
mod history;
mod list;
mod model;
mod reset;

pub use self::{list::SettingsPage, model::in_words};
