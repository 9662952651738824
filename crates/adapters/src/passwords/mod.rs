//! Password hashing: argon2id on threads of its own.
//!
//! A hash needs 19 MiB and some 20 ms of a core. So there are as many threads as cores, each with its memory, behind a
//! bounded queue: a flood of sign-ins waits in line with a few bytes each, and other requests go first because the
//! threads have a lower priority.

mod argon;
mod queue;

use std::{io, sync::Arc, thread};

use argon::Hashing;
use quarterdeck_app::ports::{BoxFuture, PasswordHasher, Verification};
use quarterdeck_domain::{Error, Result};
use queue::Queue;
use thread_priority::{ThreadPriority, ThreadPriorityValue};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// How costly a hash is, for us and for who guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl PasswordCost {
    /// The least that the platform works with: 19 MiB, 2 passes, 1 lane (OWASP's first choice for argon2id).
    pub const STANDARD: Self = Self { memory_kib: 19 * 1_024, passes: 2, lanes: 1 };

    /// As little as the algorithm allows, for tests.
    pub const TEST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

/// Jobs that may wait. The last waits some ten seconds per core, and whoever waits longer has left.
const QUEUE_LENGTH: usize = 512;
/// Nice value 9 on Linux: under load the threads get a tenth of a core that others want too, never nothing.
const PRIORITY: u8 = 26;

/// What came of a job.
enum Outcome {
    Hash(String),
    Verification(Verification),
}

enum Work {
    Hash,
    Verify(Option<String>),
}

struct Job {
    password: Zeroizing<String>,
    work: Work,
    reply: oneshot::Sender<Result<Outcome>>,
}

/// Hashes passwords with argon2id on threads of its own.
pub struct Argon2Hasher {
    queue: Arc<Queue<Job>>,
}

impl Argon2Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// When no thread can be started, or the cost is out of the algorithm's range.
    pub fn start(cost: PasswordCost) -> io::Result<Self> {
        let hashing = Hashing::new(cost).map_err(io::Error::other)?;
        let queue = Arc::new(Queue::new(QUEUE_LENGTH));
        let threads = thread::available_parallelism().map_or(1, usize::from);
        for number in 0..threads {
            let (queue, hashing) = (queue.clone(), hashing.clone());
            thread::Builder::new().name(format!("passwords-{number}")).spawn(move || work(&queue, hashing))?;
        }
        Ok(Self { queue })
    }

    async fn ask(&self, password: String, work: Work) -> Result<Outcome> {
        let (reply, answer) = oneshot::channel();
        let job = Job { password: Zeroizing::new(password), work, reply };
        if !self.queue.push(job) {
            return Err(Error::Unavailable("password hashing"));
        }
        answer.await.unwrap_or_else(|_| Err(Error::internal("the password thread has ended")))
    }
}

impl Drop for Argon2Hasher {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Does jobs until the queue is closed.
fn work(queue: &Queue<Job>, mut hashing: Hashing) {
    // Where it is not allowed, hashing is merely less polite.
    if let Ok(priority) = ThreadPriorityValue::try_from(PRIORITY) {
        let _ = ThreadPriority::Crossplatform(priority).set_for_current();
    }
    loop {
        match queue.pop() {
            queue::Next::Job(job) => {
                // Who asked may have hung up while waiting.
                if !job.reply.is_closed() {
                    let outcome = match job.work {
                        Work::Hash => hashing.hash(job.password.as_bytes()).map(Outcome::Hash),
                        Work::Verify(hash) => {
                            hashing.verify(job.password.as_bytes(), hash.as_deref()).map(Outcome::Verification)
                        }
                    };
                    let _ = job.reply.send(outcome);
                }
            }
            queue::Next::Idle => hashing.give_memory_back(),
            queue::Next::Closed => return,
        }
    }
}

impl PasswordHasher for Argon2Hasher {
    fn hash<'a>(&'a self, password: String) -> BoxFuture<'a, Result<String>> {
        Box::pin(async move {
            match self.ask(password, Work::Hash).await? {
                Outcome::Hash(hash) => Ok(hash),
                Outcome::Verification(_) => Err(Error::internal("a hash was asked for")),
            }
        })
    }

    fn verify<'a>(&'a self, password: String, hash: Option<String>) -> BoxFuture<'a, Result<Verification>> {
        Box::pin(async move {
            match self.ask(password, Work::Verify(hash)).await? {
                Outcome::Verification(verification) => Ok(verification),
                Outcome::Hash(_) => Err(Error::internal("a verification was asked for")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_hash_alone() {
        let hasher = Argon2Hasher::start(PasswordCost::TEST).unwrap();
        let hash = hasher.hash("brass lantern 9".to_owned()).await.unwrap();
        let right = hasher.verify("brass lantern 9".to_owned(), Some(hash.clone())).await.unwrap();
        assert_eq!(right, Verification { matches: true, outdated: false });
        let wrong = hasher.verify("brass lantern 8".to_owned(), Some(hash)).await.unwrap();
        assert!(!wrong.matches);
        let nobody = hasher.verify("brass lantern 9".to_owned(), None).await.unwrap();
        assert_eq!(nobody, Verification { matches: false, outdated: false });
    }

    #[tokio::test]
    async fn a_full_queue_is_said_at_once() {
        let hasher = Argon2Hasher { queue: Arc::new(Queue::new(2)) };
        let waiting: Vec<_> = (0..2).map(|_| hasher.ask(String::new(), Work::Hash)).collect();
        let mut waiting: Vec<_> = waiting.into_iter().map(Box::pin).collect();
        for ask in &mut waiting {
            assert!(
                std::future::poll_fn(|context| std::task::Poll::Ready(ask.as_mut().poll(context))).await.is_pending()
            );
        }
        let refused = hasher.hash("x".to_owned()).await;
        assert!(matches!(refused, Err(Error::Unavailable("password hashing"))), "{refused:?}");
    }

    #[tokio::test]
    async fn who_hung_up_costs_nothing() {
        let hasher = Argon2Hasher { queue: Arc::new(Queue::new(8)) };
        let mut ask = Box::pin(hasher.ask("x".to_owned(), Work::Hash));
        assert!(std::future::poll_fn(|context| std::task::Poll::Ready(ask.as_mut().poll(context))).await.is_pending());
        drop(ask);
        let queue::Next::Job(job) = hasher.queue.pop() else { panic!("the job is in the queue") };
        assert!(job.reply.is_closed());
    }

    #[tokio::test]
    async fn many_at_once_all_get_their_own_answer() {
        let hasher = Argon2Hasher::start(PasswordCost::TEST).unwrap();
        let hash = hasher.hash("password of user 7".to_owned()).await.unwrap();
        let asks = (0..256).map(|number| hasher.verify(format!("password of user {number}"), Some(hash.clone())));
        let asks: Vec<_> = asks.collect();
        for (number, ask) in asks.into_iter().enumerate() {
            assert_eq!(ask.await.unwrap().matches, number == 7);
        }
    }
}
