//! The kit: accessible parts that every screen is made of. No part knows a feature.

pub mod button;
mod calendar;
pub mod choice;
pub mod copyable;
pub mod danger;
pub mod dialog;
pub mod dirty;
pub mod download;
pub mod edit;
pub mod end;
pub mod field;
pub mod focus;
pub mod icon;
pub mod late;
pub mod lookup;
pub mod merge;
pub mod permissions;
pub mod pill;
pub mod plan;
pub mod popover;
mod scroll;
pub mod state;
pub mod submission;
pub mod table;
pub mod tabs;
pub mod time;
pub mod toast;
