//! The longest that keys may live.

/// Days for which keys that were made to live longer go on behind a change of the cap.
pub const CAP_NOTICE_DAYS: i64 = 30;

/// The longest that keys may live, as the platform's settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiKeyCap {
    /// Days.
    pub max_days: u32,
}

impl ApiKeyCap {
    /// The same in seconds.
    #[must_use]
    pub const fn max_seconds(&self) -> i64 {
        self.max_days as i64 * 86_400
    }
}
