//! Password hashing: argon2id on threads of its own.
//!
//! A hash needs 19 MiB and some 20 ms of a core. So there are as many threads as cores, each with its memory, behind a
//! bounded queue: a flood of sign-ins waits in line with a few bytes each. These threads run only when nobody else wants
//! the core, so that other requests go first; one more, of nearly usual priority, steps in when they do not get on
//! because the cores are never free.

mod argon;
mod queue;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use argon::Hashing;
use quarterdeck_app::ports::{BoxFuture, PasswordHasher, Verification};
use quarterdeck_domain::{Error, Result};
use queue::{Next, Queue};
#[cfg(target_os = "linux")]
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
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
/// Time without a finished job after which the patient thread steps in: many times what a job takes.
const PATIENCE: Duration = Duration::from_millis(150);
/// Priority of the thread that steps in, from 0 to 99: nice value 5 on Linux, a quarter of a core that is never free.
const PATIENT: u8 = 37;

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
    reply: Mutex<Option<oneshot::Sender<Result<Outcome>>>>,
}

impl Job {
    /// Whether somebody waits for the answer: who asked may have hung up, or another thread was first.
    fn is_wanted(&self) -> bool {
        self.reply().as_ref().is_some_and(|reply| !reply.is_closed())
    }

    fn answer(&self, outcome: Result<Outcome>) {
        if let Some(reply) = self.reply().take() {
            let _ = reply.send(outcome);
        }
    }

    fn reply(&self) -> MutexGuard<'_, Option<oneshot::Sender<Result<Outcome>>>> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let queue = Arc::new(Queue::new(QUEUE_LENGTH, PATIENCE));
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let start = |name: String, manner: Manner| {
            let (queue, hashing) = (queue.clone(), hashing.clone());
            thread::Builder::new().name(name).spawn(move || work(&queue, hashing, manner))
        };
        for number in 0..threads {
            start(format!("passwords-{number}"), Manner::Polite)?;
        }
        start("passwords-late".to_owned(), Manner::Patient)?;
        Ok(Self { queue })
    }

    async fn ask(&self, password: String, work: Work) -> Result<Outcome> {
        let (reply, answer) = oneshot::channel();
        let job = Job { password: Zeroizing::new(password), work, reply: Mutex::new(Some(reply)) };
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

/// When a thread works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// When nobody else wants the core.
    Polite,
    /// When the polite ones do not get on.
    Patient,
}

/// Does jobs until the queue is closed.
fn work(queue: &Queue<Job>, mut hashing: Hashing, manner: Manner) {
    stand_back(manner);
    loop {
        let next = match manner {
            Manner::Polite => queue.pop(),
            Manner::Patient => queue.pop_overdue(),
        };
        match next {
            Next::Job(job) => {
                if job.is_wanted() {
                    job.answer(compute(&mut hashing, &job));
                }
                if manner == Manner::Polite {
                    queue.finish(&job);
                }
            }
            Next::Idle => hashing.give_memory_back(),
            Next::Closed => return,
        }
    }
}

fn compute(hashing: &mut Hashing, job: &Job) -> Result<Outcome> {
    let password = job.password.as_bytes();
    match &job.work {
        Work::Hash => hashing.hash(password).map(Outcome::Hash),
        Work::Verify(hash) => hashing.verify(password, hash.as_deref()).map(Outcome::Verification),
    }
}

/// Lets other threads go first. Where that is not allowed, hashing is merely less polite.
#[cfg(target_os = "linux")]
fn stand_back(manner: Manner) {
    let policy = match manner {
        Manner::Polite => NormalThreadSchedulePolicy::Idle,
        Manner::Patient => NormalThreadSchedulePolicy::Other,
    };
    let priority = match manner {
        Manner::Polite => Some(ThreadPriority::Min),
        Manner::Patient => ThreadPriorityValue::try_from(PATIENT).ok().map(ThreadPriority::Crossplatform),
    };
    if let Some(priority) = priority {
        let policy = ThreadSchedulePolicy::Normal(policy);
        let _ = set_thread_priority_and_policy(thread_native_id(), priority, policy);
    }
}

/// Lets other threads go first. Where that is not allowed, hashing is merely less polite.
#[cfg(not(target_os = "linux"))]
fn stand_back(manner: Manner) {
    if let (Manner::Polite, Ok(priority)) = (manner, ThreadPriorityValue::try_from(PATIENT)) {
        let _ = ThreadPriority::Crossplatform(priority).set_for_current();
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
        let hasher = Argon2Hasher { queue: Arc::new(Queue::new(2, PATIENCE)) };
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
        let hasher = Argon2Hasher { queue: Arc::new(Queue::new(8, PATIENCE)) };
        let mut ask = Box::pin(hasher.ask("x".to_owned(), Work::Hash));
        assert!(std::future::poll_fn(|context| std::task::Poll::Ready(ask.as_mut().poll(context))).await.is_pending());
        drop(ask);
        let Next::Job(job) = hasher.queue.pop() else { panic!("the job is in the queue") };
        assert!(!job.is_wanted());
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
