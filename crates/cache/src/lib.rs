//! What a process remembers for a while: a table of bounded size whose entries end.
//!
//! One lock over one linked table: an entry is found, moved or dropped in well under a microsecond, and nothing runs in the
//! background. See docs/adr/0030-cache.md.

use std::{
    borrow::Borrow,
    hash::{Hash, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use hashlink::LinkedHashMap;

/// When an entry ends, if nothing else makes room before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Only when others take its place.
    Never,
    /// So long after it was put in, however often it is used.
    AfterWrite(Duration),
    /// So long after it was put in or used for the last time.
    AfterUse(Duration),
}

/// Values by key, of which the table keeps a number at most. When it is full, the entry that was used for longest ago
/// makes room; with [`End::AfterWrite`] the one that was put in first.
pub struct Cache<K, V> {
    capacity: usize,
    end: End,
    entries: Mutex<Entries<K, V>>,
}

/// The next to go first. The hash is the standard one, as keys may be what strangers send.
type Entries<K, V> = LinkedHashMap<K, Entry<V>, RandomState>;

struct Entry<V> {
    value: V,
    since: Instant,
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// An empty table of `capacity` entries at most.
    #[must_use]
    pub fn new(capacity: usize, end: End) -> Self {
        Self { capacity, end, entries: Mutex::new(LinkedHashMap::with_hasher(RandomState::new())) }
    }

    /// The value of `key`.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.used(&mut self.entries(), key, Instant::now())
    }

    /// The value of `key`, or the one that `make` gives it. Others wait meanwhile, so `make` has to be quick.
    pub fn get_or_insert_with(&self, key: K, make: impl FnOnce() -> V) -> V {
        let (mut entries, now) = (self.entries(), Instant::now());
        if let Some(value) = self.used(&mut entries, &key, now) {
            return value;
        }
        let value = make();
        self.put(&mut entries, key, value.clone(), now);
        value
    }

    /// Gives `key` a value.
    pub fn insert(&self, key: K, value: V) {
        self.put(&mut self.entries(), key, value, Instant::now());
    }

    /// Gives `key` a value unless it has one; whether it had none.
    pub fn insert_new(&self, key: K, value: V) -> bool {
        let (mut entries, now) = (self.entries(), Instant::now());
        if self.used(&mut entries, &key, now).is_some() {
            return false;
        }
        self.put(&mut entries, key, value, now);
        true
    }

    /// Forgets `key`.
    pub fn remove<Q: Eq + Hash + ?Sized>(&self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.entries().remove(key);
    }

    /// A panic elsewhere leaves the table whole: each change is one call.
    fn entries(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn used<Q: Eq + Hash + ?Sized>(&self, entries: &mut Entries<K, V>, key: &Q, now: Instant) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let entry = entries.get_mut(key)?;
        if self.has_ended(entry, now) {
            entries.remove(key);
            return None;
        }
        let value = entry.value.clone();
        match self.end {
            End::AfterWrite(_) => return Some(value),
            End::AfterUse(_) => entry.since = now,
            End::Never => {}
        }
        entries.to_back(key);
        Some(value)
    }

    fn put(&self, entries: &mut Entries<K, V>, key: K, value: V, now: Instant) {
        entries.insert(key, Entry { value, since: now });
        while entries.len() > self.capacity || entries.front().is_some_and(|(_, entry)| self.has_ended(entry, now)) {
            entries.pop_front();
        }
    }

    fn has_ended(&self, entry: &Entry<V>, now: Instant) -> bool {
        match self.end {
            End::Never => false,
            End::AfterWrite(time) | End::AfterUse(time) => now.saturating_duration_since(entry.since) >= time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn cache(capacity: usize, end: End) -> (Cache<&'static str, u8>, Instant) {
        (Cache::new(capacity, end), Instant::now())
    }

    fn put(cache: &Cache<&'static str, u8>, key: &'static str, at: Instant) {
        cache.put(&mut cache.entries(), key, 1, at);
    }

    fn is_there(cache: &Cache<&'static str, u8>, key: &str, at: Instant) -> bool {
        cache.used(&mut cache.entries(), key, at).is_some()
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let (cache, start) = cache(2, End::Never);
        put(&cache, "a", start);
        put(&cache, "b", start);
        assert!(is_there(&cache, "a", start));
        put(&cache, "c", start);
        assert!(is_there(&cache, "a", start) && is_there(&cache, "c", start) && !is_there(&cache, "b", start));
    }

    #[test]
    fn a_reading_ends_however_often_it_is_used() {
        let (cache, start) = cache(8, End::AfterWrite(SECOND));
        put(&cache, "a", start);
        for tenth in 0..10 {
            assert!(is_there(&cache, "a", start + SECOND * tenth / 10));
        }
        assert!(!is_there(&cache, "a", start + SECOND));
    }

    #[test]
    fn what_is_used_stays() {
        let (cache, start) = cache(8, End::AfterUse(SECOND));
        put(&cache, "a", start);
        put(&cache, "b", start);
        for half in 1..6 {
            assert!(is_there(&cache, "a", start + SECOND * half / 2));
        }
        assert!(!is_there(&cache, "b", start + SECOND * 3));
    }

    #[test]
    fn what_has_ended_is_not_kept_until_the_table_is_full() {
        let (cache, start) = cache(1_000, End::AfterWrite(SECOND));
        put(&cache, "a", start);
        put(&cache, "b", start);
        assert!(is_there(&cache, "a", start));
        put(&cache, "c", start + SECOND);
        assert_eq!(cache.entries().len(), 1);
    }

    #[test]
    fn a_value_is_made_once() {
        let (cache, _) = cache(8, End::Never);
        assert_eq!(cache.get_or_insert_with("a", || 1), 1);
        assert_eq!(cache.get_or_insert_with("a", || 2), 1);
        assert!(!cache.insert_new("a", 3) && cache.insert_new("b", 3));
        cache.remove("a");
        assert_eq!((cache.get("a"), cache.get("b")), (None, Some(3)));
    }
}
