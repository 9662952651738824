//! What the bin says. Plain Rust.

use quarterdeck_domain::{
    Timestamp,
    bin::{BinItem, BinKind},
};

use crate::{
    i18n::text,
    ui::{icon::Icon, time::relative},
};

const DAY_SECONDS: i64 = 86_400;

/// How long until a time to come, in days where it is far.
#[must_use]
pub fn ahead(at: Timestamp, now: Timestamp) -> String {
    let days = (at.seconds_since(now) + DAY_SECONDS / 2) / DAY_SECONDS;
    relative(at, now).unwrap_or_else(|| text::ui::in_days(days.unsigned_abs()))
}

/// The kind in a word.
#[must_use]
pub fn kind_words(kind: BinKind) -> &'static str {
    match kind {
        BinKind::User => text::words::user(),
        BinKind::Group => text::words::group(),
    }
}

/// The icon of a kind.
#[must_use]
pub const fn kind_icon(kind: BinKind) -> Icon {
    match kind {
        BinKind::User => Icon::User,
        BinKind::Group => Icon::Group,
    }
}

/// The page that it has once it is back.
#[must_use]
pub fn page_of(kind: BinKind, id: impl std::fmt::Display) -> String {
    match kind {
        BinKind::User => format!("/users/{id}"),
        BinKind::Group => format!("/groups/{id}"),
    }
}

/// What coming back means.
#[must_use]
pub fn restore_words(item: &BinItem) -> String {
    match item.kind {
        BinKind::User => text::bin::restore_user_words(&item.display_name),
        BinKind::Group => text::bin::restore_group_words(&item.display_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_told_in_days_where_it_is_far() {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let at = |seconds: i64| ahead(now.plus_seconds(seconds), now);
        assert_eq!(at(30 * DAY_SECONDS), "in 30 days");
        assert_eq!(at(90 * DAY_SECONDS - 60), "in 90 days");
        assert_eq!(at(DAY_SECONDS), "tomorrow");
        assert_eq!(at(7_200), "in 2 h");
    }
}
