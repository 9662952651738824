//! Randomness of the operating system, and identifiers.

use std::sync::{Mutex, PoisonError};

use quarterdeck_app::ports::Random;
use quarterdeck_domain::Timestamp;
use rand::{RngCore as _, SeedableRng as _, TryRngCore as _, rngs::OsRng, rngs::StdRng};
use uuid::{Builder, Uuid};

/// Fills `bytes` from the operating system's generator.
///
/// A process that cannot have random numbers cannot make a key, a token or a nonce that is safe, so it ends here.
pub fn fill(bytes: &mut [u8]) {
    if let Err(error) = OsRng.try_fill_bytes(bytes) {
        tracing::error!("the operating system gives no random numbers, stopping: {error}");
        std::process::abort();
    }
}

/// A new random value.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// Randomness of the operating system.
///
/// Secrets come from the system at each call; ids from a generator seeded by it, since they are made by the thousand
/// and need not be secret.
pub struct OsRandom {
    ids: Mutex<Ids>,
}

/// UUIDv7 by RFC 9562, section 6.2, method 1: a counter behind the milliseconds, which begins anew at a random number
/// in each millisecond and else grows by one.
struct Ids {
    generator: StdRng,
    millis: u64,
    counter: u32,
}

/// Bits of the counter: `rand_a` and the first 14 bits of `rand_b`.
const COUNTER_BITS: u32 = 26;
/// Bits of `rand_b` behind the counter, random in each id.
const RANDOM_BITS: u32 = 48;
/// The counter begins in its lower half, so that there is always room.
const START_MASK: u32 = (1 << (COUNTER_BITS - 1)) - 1;

impl OsRandom {
    /// Seeds the generator of ids.
    #[must_use]
    pub fn new() -> Self {
        let generator = StdRng::from_seed(bytes());
        Self { ids: Mutex::new(Ids { generator, millis: 0, counter: 0 }) }
    }
}

impl Default for OsRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Ids {
    fn next(&mut self, millis: u64) -> Uuid {
        let random = self.generator.next_u64();
        if millis > self.millis {
            self.millis = millis;
            self.counter = self.generator.next_u32() & START_MASK;
        } else {
            // The clock may also have gone back: then time stands still here.
            self.counter += 1;
            if self.counter >> COUNTER_BITS != 0 {
                self.millis += 1;
                self.counter = 0;
            }
        }
        let tail = u128::from(self.counter) << RANDOM_BITS | u128::from(random & ((1 << RANDOM_BITS) - 1));
        Builder::from_unix_timestamp_millis(self.millis, &pack(tail)).into_uuid()
    }
}

/// The 74 bits of `rand_a` and `rand_b` where [`Builder`] wants them: it takes 80 and overwrites version and variant.
fn pack(tail: u128) -> [u8; 10] {
    let rand_a = tail >> 62;
    let rand_b = tail & ((1 << 62) - 1);
    let mut bytes = [0; 10];
    for (target, source) in bytes.iter_mut().zip((rand_a << 64 | rand_b).to_be_bytes().into_iter().skip(6)) {
        *target = source;
    }
    bytes
}

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        fill(bytes);
    }

    fn id(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.micros() / 1_000).unwrap_or(0);
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).next(millis)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::{Variant, Version};

    use super::*;

    const NOW: i64 = 1_800_000_000_123_456;

    #[test]
    fn an_id_is_a_version_7_of_its_time() {
        let id = OsRandom::new().id(Timestamp::from_micros(NOW));
        assert_eq!((id.get_version(), id.get_variant()), (Some(Version::SortRand), Variant::RFC4122));
        assert_eq!(id.as_u128() >> 80, 1_800_000_000_123);
    }

    /// The example of RFC 9562, appendix A.6: its random parts, packed, give its identifier.
    #[test]
    fn the_example_of_the_rfc() {
        let tail = 0xcc3_u128 << 62 | 0x18c4_dc0c_0c07_398f;
        let id = Builder::from_unix_timestamp_millis(0x017f_22e2_79b0, &pack(tail)).into_uuid();
        assert_eq!(id.to_string(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    }

    #[test]
    fn ids_grow_also_when_the_clock_stands_still_or_goes_back() {
        let random = OsRandom::new();
        let mut last = Uuid::nil();
        for step in 0..200_000_i64 {
            let drift = if step % 1_000 == 0 { -5_000_000 } else { step / 100 };
            let id = random.id(Timestamp::from_micros(NOW + drift));
            assert!(id > last, "{id} after {last}");
            last = id;
        }
    }

    #[test]
    fn a_full_counter_moves_to_the_next_millisecond() {
        let mut ids = Ids { generator: StdRng::from_seed([7; 32]), millis: 5, counter: (1 << COUNTER_BITS) - 1 };
        let before = ids.next(4);
        assert_eq!((before.as_u128() >> 80, ids.counter), (6, 0));
        assert!(ids.next(4) > before);
    }

    #[test]
    fn threads_never_get_the_same_id() {
        let random = OsRandom::new();
        let now = Timestamp::from_micros(NOW);
        let made: Vec<Uuid> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..20_000).map(|_| random.id(now)).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.iter().collect::<HashSet<_>>().len(), 80_000);
    }

    #[test]
    fn secrets_differ() {
        assert_ne!(bytes::<32>(), bytes::<32>());
    }
}
