//! Why somebody may, or may not, do something: asked by the address, answered by the rules in order.

mod answer;
mod ask;
mod page;
mod words;

pub use self::{ask::find_permissions, page::AccessPage};
