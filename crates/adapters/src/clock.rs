//! The system's clock.

#[cfg(debug_assertions)]
mod moved;

use quarterdeck_app::ports::Clock;
use quarterdeck_domain::Timestamp;
use time::OffsetDateTime;

/// The time of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where everybody else's time comes from")]
    fn now(&self) -> Timestamp {
        Timestamp::new(OffsetDateTime::now_utc())
    }
}

/// The clock of a server: the machine's.
#[cfg(not(debug_assertions))]
pub fn clock() -> Box<dyn Clock> {
    Box::new(SystemClock)
}

/// The clock of a server: the machine's, or the one that a test moves. A release build has no such clock.
#[cfg(debug_assertions)]
pub fn clock() -> Box<dyn Clock> {
    match moved::MovedClock::of_environment() {
        Some(clock) => Box::new(clock),
        None => Box::new(SystemClock),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_whole_microseconds_and_moves_on() {
        let first = SystemClock.now();
        assert_eq!(Timestamp::from_micros(first.micros()), first);
        assert!(SystemClock.now() >= first);
        assert!(first.micros() > 1_750_000_000_000_000, "the machine's clock stands before 2025");
    }
}
