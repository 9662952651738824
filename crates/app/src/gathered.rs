//! What happens on many requests is gathered in memory and written in batches, so that no request waits for it.

use std::{collections::HashMap, hash::Hash, sync::Mutex};

use quarterdeck_domain::Result;

/// What is not yet written, by what it is about.
pub struct Gathered<K, V> {
    waiting: Mutex<HashMap<K, V>>,
}

impl<K, V> Default for Gathered<K, V> {
    fn default() -> Self {
        Self { waiting: Mutex::default() }
    }
}

impl<K: Eq + Hash + Copy, V> Gathered<K, V> {
    /// Adds to what waits for `key`, or begins with `first`.
    pub fn note(&self, key: K, add: impl FnOnce(&mut V), first: impl FnOnce() -> V) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        match waiting.get_mut(&key) {
            Some(known) => add(known),
            None => {
                waiting.insert(key, first());
            }
        }
    }

    /// Writes all that waits by `write`, one after the other. What could not be written waits on: `merge` adds what came
    /// before to what has come since.
    ///
    /// # Errors
    /// Those of `write`.
    pub async fn flush<W>(&self, write: impl Fn(K, V) -> W, merge: fn(&mut V, &V)) -> Result<()>
    where
        V: Clone,
        W: Future<Output = Result<()>>,
    {
        let taken = self.waiting.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default();
        let mut taken = taken.into_iter();
        while let Some((key, value)) = taken.next() {
            if let Err(error) = write(key, value.clone()).await {
                self.put_back(std::iter::once((key, value)).chain(taken), merge);
                return Err(error);
            }
        }
        Ok(())
    }

    fn put_back(&self, former: impl Iterator<Item = (K, V)>, merge: fn(&mut V, &V)) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        for (key, former) in former {
            match waiting.get_mut(&key) {
                Some(since) => merge(since, &former),
                None => {
                    waiting.insert(key, former);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::Error;

    use super::*;

    #[tokio::test]
    async fn what_could_not_be_written_is_written_with_what_came_since() {
        let gathered = Gathered::<u8, u32>::default();
        let note = |key| gathered.note(key, |count| *count += 1, || 1);
        note(1);
        note(1);
        note(2);
        let add: fn(&mut u32, &u32) = |since, former| *since += *former;
        let refuse = async |_, _| {
            note(1);
            Err(Error::Unavailable("the database"))
        };
        assert!(gathered.flush(refuse, add).await.is_err());
        let written = Mutex::new(Vec::new());
        let write = async |key, count| {
            written.lock().unwrap().push((key, count));
            Ok(())
        };
        gathered.flush(write, add).await.unwrap();
        let mut written = written.into_inner().unwrap();
        written.sort_unstable();
        assert_eq!(written, [(1, 3), (2, 1)]);
    }
}
