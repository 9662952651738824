//! What happens on many requests is gathered in memory and written in batches, so that no request waits for it.

use std::{collections::HashMap, hash::Hash, sync::Mutex};

use quarterdeck_domain::Result;
use uuid::Uuid;

/// What is not yet written, by what it is about.
pub struct Gathered<K, V> {
    waiting: Mutex<HashMap<K, V>>,
    /// Batches that could not be written, the oldest first. Of the first one that is not sure: the answer of the database
    /// may have been lost.
    unsure: Mutex<Vec<Batch<K, V>>>,
}

/// What is written at once. Its id tells whether that was done, so that it is never done twice.
#[derive(Debug, Clone)]
pub struct Batch<K, V> {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub key: K,
    /// What is written.
    pub value: V,
}

impl<K, V> Default for Gathered<K, V> {
    fn default() -> Self {
        Self { waiting: Mutex::default(), unsure: Mutex::default() }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Gathered<K, V> {
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

    /// Writes all that waits by `write`, one batch after the other. From the one that could not be written on, they wait for
    /// the next time.
    ///
    /// # Errors
    /// Those of `write`.
    pub async fn flush<W>(&self, new_id: impl Fn() -> Uuid, write: impl Fn(Batch<K, V>) -> W) -> Result<()>
    where
        W: Future<Output = Result<()>>,
    {
        let mut batches = self.take(new_id).into_iter();
        while let Some(batch) = batches.next() {
            if let Err(error) = write(batch.clone()).await {
                if let Ok(mut unsure) = self.unsure.lock() {
                    unsure.splice(..0, std::iter::once(batch).chain(batches));
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn take(&self, new_id: impl Fn() -> Uuid) -> Vec<Batch<K, V>> {
        let waiting = self.waiting.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default();
        let mut batches = self.unsure.lock().map(|mut unsure| std::mem::take(&mut *unsure)).unwrap_or_default();
        batches.extend(waiting.into_iter().map(|(key, value)| Batch { id: new_id(), key, value }));
        batches
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use quarterdeck_domain::Error;

    use super::*;

    /// The first batch is written, but the answer is lost: it comes again by the same id, before what came since.
    #[tokio::test]
    async fn what_may_be_written_comes_again_by_the_same_id() {
        let gathered = Gathered::<u8, u32>::default();
        let ids = Cell::new(0);
        let new_id = || Uuid::from_u128(ids.replace(ids.get() + 1));
        let note = |key| gathered.note(key, |count| *count += 1, || 1);
        note(1);
        note(1);
        let lost = Mutex::new(Vec::new());
        let lose = async |batch: Batch<u8, u32>| {
            lost.lock().unwrap().push(batch.id);
            Err(Error::Unavailable("the database"))
        };
        assert!(gathered.flush(new_id, lose).await.is_err());
        note(1);
        note(2);
        let written = Mutex::new(Vec::new());
        let write = async |batch: Batch<u8, u32>| {
            written.lock().unwrap().push(batch);
            Ok(())
        };
        gathered.flush(new_id, write).await.unwrap();
        gathered.flush(new_id, write).await.unwrap();
        let written = written.into_inner().unwrap();
        assert_eq!((written[0].id, written[0].key, written[0].value), (lost.into_inner().unwrap()[0], 1, 2));
        let mut since: Vec<_> = written[1..].iter().map(|batch| (batch.key, batch.value)).collect();
        since.sort_unstable();
        assert_eq!(since, [(1, 1), (2, 1)]);
    }
}
