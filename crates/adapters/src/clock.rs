//! The system's clock.

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
