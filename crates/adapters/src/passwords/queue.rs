//! A bounded queue, first in first out, whose readers notice that nothing has come for a while.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Time without a job after which a reader is told that it is idle.
const IDLE: Duration = Duration::from_secs(5);

pub struct Queue<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
    length: usize,
}

struct State<J> {
    jobs: VecDeque<J>,
    closed: bool,
}

/// What a reader is to do next.
pub enum Next<J> {
    /// This job.
    Job(J),
    /// Nothing came for a while.
    Idle,
    /// No job will come any more.
    Closed,
}

impl<J> Queue<J> {
    pub fn new(length: usize) -> Self {
        Self { state: Mutex::new(State { jobs: VecDeque::new(), closed: false }), changed: Condvar::new(), length }
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts `job` at the end; not when the queue is full.
    pub fn push(&self, job: J) -> bool {
        let mut state = self.lock();
        if state.jobs.len() >= self.length {
            return false;
        }
        state.jobs.push_back(job);
        drop(state);
        self.changed.notify_one();
        true
    }

    /// Waits for the next job.
    pub fn pop(&self) -> Next<J> {
        let nothing = |state: &mut State<J>| state.jobs.is_empty() && !state.closed;
        let waited = self.changed.wait_timeout_while(self.lock(), IDLE, nothing);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match state.jobs.pop_front() {
            _ if state.closed => Next::Closed,
            Some(job) => Next::Job(job),
            None => Next::Idle,
        }
    }

    /// Ends the readers; jobs that wait are dropped with the queue.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_in_first_out_up_to_its_length() {
        let queue = Queue::new(2);
        assert!(queue.push(1) && queue.push(2) && !queue.push(3));
        assert!(matches!(queue.pop(), Next::Job(1)));
        assert!(queue.push(4));
        assert!(matches!(queue.pop(), Next::Job(2)));
        assert!(matches!(queue.pop(), Next::Job(4)));
    }

    #[test]
    fn a_closed_queue_lets_its_readers_go() {
        let queue = Queue::<u8>::new(1);
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..3).map(|_| scope.spawn(|| matches!(queue.pop(), Next::Closed))).collect();
            queue.close();
            assert!(readers.into_iter().all(|reader| reader.join().unwrap()));
        });
    }
}
