//! Requests a minute, by the generic cell rate algorithm (ITU-T I.371): a bucket is one number, the time at which all of
//! its quota is there again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use quarterdeck_cache::{Cache, End};
use quarterdeck_domain::Timestamp;

use super::{Class, Quota, Refusal, Standing};

/// Microseconds for which a quota is.
const WINDOW: i64 = 60_000_000;
/// A bucket that was not used for longer is full again and need not be kept.
const IDLE: Duration = Duration::from_secs(90);
/// Most buckets that are kept, some 10 MB; the one that was not used for longest makes room.
const CAPACITY: usize = 50_000;

/// The buckets in use.
pub struct Buckets {
    full_at: Cache<(Class, u128), Arc<AtomicI64>>,
}

impl Default for Buckets {
    fn default() -> Self {
        Self { full_at: Cache::new(CAPACITY, End::AfterUse(IDLE)) }
    }
}

impl Buckets {
    /// Takes one request of `quota` a minute; nothing when the quota is 0.
    pub fn take(&self, class: Class, key: u128, quota: u32, now: Timestamp) -> Result<Option<Standing>, Refusal> {
        if quota == 0 {
            return Ok(None);
        }
        let bucket = self.full_at.get_or_insert_with((class, key), Arc::default);
        let (now, cost) = (now.micros(), (WINDOW / i64::from(quota)).max(1));
        // A clock that was put back must not refuse for longer than a window.
        let after = |full_at: i64| full_at.clamp(now, now + WINDOW) + cost;
        let taken = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            Some(after(full_at)).filter(|after| *after <= now + WINDOW)
        });
        let standing = |remaining: i64, micros: i64| Standing {
            name: class.name(),
            quota: Quota::PerMinute(quota),
            remaining: u32::try_from(remaining).unwrap_or(quota),
            reset_seconds: u32::try_from(micros.unsigned_abs().div_ceil(1_000_000)).unwrap_or_default(),
        };
        match taken {
            Ok(before) => {
                let used = after(before) - now;
                Ok(Some(standing((WINDOW - used) / cost, used)))
            }
            Err(full_at) => Err(Refusal(standing(0, after(full_at) - now - WINDOW))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(1_000_000 + seconds)
    }

    #[test]
    fn a_quota_is_there_at_once_and_comes_back_evenly() {
        let buckets = Buckets::default();
        let take = |seconds| buckets.take(Class::SignIn, 1, 6, at(seconds));
        let left: Vec<u32> = (0..6).map(|_| take(0).unwrap().unwrap().remaining).collect();
        assert_eq!(left, [5, 4, 3, 2, 1, 0]);
        assert_eq!(take(0).unwrap_err().0.reset_seconds, 10);
        assert_eq!(take(9).unwrap_err().0.reset_seconds, 1);
        assert_eq!(take(10).unwrap().unwrap().remaining, 0);
        assert!(take(10).is_err());
        assert_eq!(take(200).unwrap().unwrap().remaining, 5);
    }

    #[test]
    fn keys_and_classes_have_buckets_of_their_own() {
        let buckets = Buckets::default();
        for (class, key) in [(Class::SignIn, 1), (Class::SignIn, 2), (Class::Write, 1)] {
            assert!(buckets.take(class, key, 1, at(0)).is_ok());
            assert!(buckets.take(class, key, 1, at(0)).is_err());
            assert_eq!(buckets.take(class, key, 0, at(0)), Ok(None));
        }
    }

    #[test]
    fn a_clock_that_was_put_back_refuses_for_a_window_at_most() {
        let buckets = Buckets::default();
        buckets.take(Class::Write, 1, 6, at(86_400)).unwrap();
        assert_eq!(buckets.take(Class::Write, 1, 6, at(0)).unwrap_err().0.reset_seconds, 10);
        assert!(buckets.take(Class::Write, 1, 6, at(86_400)).is_ok());
    }
}
