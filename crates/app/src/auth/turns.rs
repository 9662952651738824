//! Turns of guesses: how many passwords for one account from one address are compared at the same time.
//!
//! A delay is counted when a guess has failed. Without turns, any number of guesses sent at once would be compared before
//! the first has failed; with them, those that wait find the failures of those before. Right passwords wait, and pass.

use std::{sync::Arc, time::Duration};

use quarterdeck_cache::{Cache, End};
use quarterdeck_domain::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Guesses of a pair of account and address that are compared at the same time: as many as may fail without delay.
const AT_ONCE: usize = super::delays::FREE_PAIR as usize;
/// Pairs that are remembered, and for how long after their last guess.
const PAIRS: usize = 20_000;
const IDLE: Duration = Duration::from_secs(600);

/// The turns of all pairs in this process.
pub struct Turns(Cache<String, Arc<Semaphore>>);

/// A guess may be compared while this is held.
pub type Turn = OwnedSemaphorePermit;

impl Default for Turns {
    fn default() -> Self {
        Self(Cache::new(PAIRS, End::AfterUse(IDLE)))
    }
}

impl Turns {
    /// Waits for a turn of `pair`.
    ///
    /// # Errors
    /// `Internal` never: the semaphores are not closed.
    pub async fn take(&self, pair: &str) -> Result<Turn> {
        let turns = self.0.get_or_insert_with(pair.to_owned(), || Arc::new(Semaphore::new(AT_ONCE)));
        turns.acquire_owned().await.map_err(Error::internal)
    }
}
