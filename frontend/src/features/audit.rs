//! The audit log: who did what to whom, as sentences, with before and after.

mod change;
mod export;
mod list;
mod model;
mod sentence;

pub use self::{
    list::{ActivityTab, AuditPage, EventDetail, OwnActivityTab},
    sentence::EventSentence,
};
