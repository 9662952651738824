//! Times: relative in the text, absolute on hover, and beside it where there is room.

use leptos::prelude::*;
use quarterdeck_domain::Timestamp;

use super::calendar;
pub use super::calendar::{absolute, date, day, follow, midnight};
use crate::{browser, i18n::text, session::use_session};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long before or after `now` a time is: "3 min ago", "in 2 h"; `None` when a date says it better.
#[must_use]
pub fn relative(time: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.seconds_since(time);
    let count = |unit: i64| (seconds.abs() / unit).unsigned_abs();
    Some(match seconds {
        -9..10 => text::ui::now().to_owned(),
        10..MINUTE => text::ui::seconds_ago(count(1)),
        MINUTE..HOUR => text::ui::minutes_ago(count(MINUTE)),
        HOUR..DAY => text::ui::hours_ago(count(HOUR)),
        DAY..=604_800 => text::ui::days_ago(count(DAY)),
        -59..=-10 => text::ui::in_seconds(count(1)),
        -3_599..=-60 => text::ui::in_minutes(count(MINUTE)),
        -86_399..=-3_600 => text::ui::in_hours(count(HOUR)),
        -604_800..=-86_400 => text::ui::in_days(count(DAY)),
        _ => return None,
    })
}

/// A number of seconds in the largest unit that leaves no rest: "14 days", "90 minutes".
#[must_use]
pub fn duration(seconds: u64) -> String {
    match seconds {
        0 => text::ui::duration_seconds(0),
        _ if seconds.is_multiple_of(86_400) => text::ui::duration_days(seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => text::ui::duration_hours(seconds / 3_600),
        _ if seconds.is_multiple_of(60) => text::ui::duration_minutes(seconds / 60),
        _ => text::ui::duration_seconds(seconds),
    }
}

/// The clock that all relative times of the page follow: one tick every ten seconds.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<Timestamp>);

impl Clock {
    /// Starts ticking.
    #[must_use]
    pub fn start() -> Self {
        let now = RwSignal::new(browser::now());
        let tick = move || now.set(browser::now());
        // Without a timer the times stand still, which does no harm.
        let _timer = set_interval_with_handle(tick, std::time::Duration::from_secs(10));
        Self(now)
    }
}

/// A time: relative, the absolute one as its tooltip.
#[component]
pub fn When(
    /// The time; nothing shows as "never".
    #[prop(into)]
    at: Option<Timestamp>,
    /// Whether the absolute time stands beside it, for those who have no pointer.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    // The own zone and language are those of the session.
    let session = use_session().state();
    match at {
        None => view! { <span class="faint">{text::ui::never()}</span> }.into_any(),
        Some(at) => view! {
            <time datetime=at.to_string() title=move || { session.track(); absolute(at) }>
                {move || {
                    session.track();
                    match (relative(at, clock.0.get()), exact) {
                        (Some(near), false) => near,
                        (Some(near), true) => text::ui::near_and_exact(near, calendar::exact(at)),
                        (None, false) => date(at),
                        (None, true) => calendar::exact(at),
                    }
                }}
            </time>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_times_are_relative() {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let at = |seconds: i64| relative(now.plus_seconds(seconds), now);
        assert_eq!(at(-3).as_deref(), Some("just now"));
        assert_eq!(at(-59).as_deref(), Some("59 s ago"));
        assert_eq!(at(-3_600).as_deref(), Some("1 h ago"));
        assert_eq!(at(-86_400).as_deref(), Some("yesterday"));
        assert_eq!(at(-3 * 86_400).as_deref(), Some("3 days ago"));
        assert_eq!(at(90).as_deref(), Some("in 1 min"));
        assert_eq!(at(30 * 86_400), None);
    }

    #[test]
    fn durations_use_the_largest_whole_unit() {
        assert_eq!([duration(86_400), duration(5_400), duration(61)], ["1 day", "90 minutes", "61 seconds"]);
    }
}
