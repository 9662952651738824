//! The longest that keys may live.

use crate::Timestamp;

/// Days for which keys that lived longer than a new cap allows go on.
pub const CAP_NOTICE_DAYS: i64 = 30;

/// The longest that keys may live, as the platform's settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiKeyCap {
    /// Days.
    pub max_days: u32,
    /// Since when it is in force, if it was set here. Keys that were to live longer then go on for 30 days. A cap that is
    /// fixed from outside has no such notice.
    pub since: Option<Timestamp>,
}

impl ApiKeyCap {
    /// The same in seconds.
    #[must_use]
    pub const fn max_seconds(&self) -> i64 {
        self.max_days as i64 * 86_400
    }

    /// When a key ends that was made at `created_at` to live until `expires_at`, and whether that is the cap's doing.
    #[must_use]
    pub fn end(&self, created_at: Timestamp, expires_at: Option<Timestamp>) -> (Timestamp, bool) {
        let capped = created_at.plus_seconds(self.max_seconds());
        let end = self.notice_end().map_or(capped, |notice| capped.max(notice));
        match expires_at {
            Some(own) if own <= end => (own, false),
            _ => (end, true),
        }
    }

    /// Before when no key is ended by the cap.
    #[must_use]
    pub fn notice_end(&self) -> Option<Timestamp> {
        self.since.map(|since| since.plus_seconds(CAP_NOTICE_DAYS * 86_400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn day(number: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(20_000 * DAY).plus_seconds(number * DAY)
    }

    #[test]
    fn a_cap_ends_longer_keys_after_a_notice() {
        let cap = ApiKeyCap { max_days: 60, since: Some(day(100)) };
        // Made for less than the cap: as it was.
        assert_eq!(cap.end(day(90), Some(day(120))), (day(120), false));
        // Made for longer, long ago: 30 days of notice.
        assert_eq!(cap.end(day(0), None), (day(130), true));
        assert_eq!(cap.end(day(0), Some(day(110))), (day(110), false), "ends within the notice anyway");
        // Made for longer, lately: at the cap, which is later than the notice.
        assert_eq!(cap.end(day(95), Some(day(400))), (day(155), true));
        let fixed = ApiKeyCap { max_days: 60, since: None };
        assert_eq!(fixed.end(day(0), None), (day(60), true));
    }
}
