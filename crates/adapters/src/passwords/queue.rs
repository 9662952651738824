//! A bounded queue, first in first out, with readers of two sorts: polite ones, that do the work when nobody else wants
//! the core, and a patient one, that steps in when the polite ones do not get on.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Time without a job after which a reader is told that it is idle.
const IDLE: Duration = Duration::from_secs(5);

pub struct Queue<J> {
    state: Mutex<State<J>>,
    /// Wakes a polite reader.
    pushed: Condvar,
    /// Wakes the patient reader.
    began: Condvar,
    length: usize,
    patience: Duration,
}

struct State<J> {
    waiting: VecDeque<Arc<J>>,
    /// What polite readers do, and whether the patient one does it too.
    running: Vec<(Arc<J>, bool)>,
    /// When a polite reader last finished a job, or found the first after a pause.
    progress: Instant,
    closed: bool,
}

/// What a reader is to do next.
pub enum Next<J> {
    /// This job.
    Job(Arc<J>),
    /// Nothing came for a while.
    Idle,
    /// No job will come any more.
    Closed,
}

impl<J> State<J> {
    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty()
    }

    /// A job that polite readers do not get on with.
    fn overdue(&mut self) -> Option<Arc<J>> {
        match self.running.iter_mut().find(|(_, helped)| !helped) {
            Some((job, helped)) => {
                *helped = true;
                Some(job.clone())
            }
            None => self.waiting.pop_front(),
        }
    }
}

impl<J> Queue<J> {
    /// A queue for `length` jobs, whose patient reader steps in after `patience` without a finished job.
    pub fn new(length: usize, patience: Duration) -> Self {
        let state = State { waiting: VecDeque::new(), running: Vec::new(), progress: Instant::now(), closed: false };
        Self { state: Mutex::new(state), pushed: Condvar::new(), began: Condvar::new(), length, patience }
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(changed: &Condvar, state: MutexGuard<'a, State<J>>, longest: Duration) -> MutexGuard<'a, State<J>> {
        changed.wait_timeout(state, longest).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Puts `job` at the end; not when the queue is full.
    pub fn push(&self, job: J) -> bool {
        let mut state = self.lock();
        if state.waiting.len() >= self.length {
            return false;
        }
        if state.is_idle() {
            state.progress = Instant::now();
            self.began.notify_one();
        }
        state.waiting.push_back(Arc::new(job));
        drop(state);
        self.pushed.notify_one();
        true
    }

    /// Waits for the next job; the polite reader calls [`Queue::finish`] after it.
    pub fn pop(&self) -> Next<J> {
        let nothing = |state: &mut State<J>| state.waiting.is_empty() && !state.closed;
        let waited = self.pushed.wait_timeout_while(self.lock(), IDLE, nothing);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match state.waiting.pop_front() {
            _ if state.closed => Next::Closed,
            Some(job) => {
                state.running.push((job.clone(), false));
                Next::Job(job)
            }
            None => Next::Idle,
        }
    }

    /// A polite reader has done `job`.
    pub fn finish(&self, job: &Arc<J>) {
        let mut state = self.lock();
        state.running.retain(|(running, _)| !Arc::ptr_eq(running, job));
        state.progress = Instant::now();
    }

    /// Waits for a job that polite readers do not get on with. One that they have begun is given too: whoever is first
    /// answers.
    pub fn pop_overdue(&self) -> Next<J> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Next::Closed;
            }
            if state.is_idle() {
                state = Self::wait(&self.began, state, IDLE);
                if state.is_idle() && !state.closed {
                    return Next::Idle;
                }
                continue;
            }
            let pause = self.patience.saturating_sub(state.progress.elapsed());
            if pause.is_zero()
                && let Some(job) = state.overdue()
            {
                return Next::Job(job);
            }
            state = Self::wait(&self.began, state, if pause.is_zero() { self.patience } else { pause });
        }
    }

    /// Ends the readers; jobs that wait are dropped with the queue.
    pub fn close(&self) {
        self.lock().closed = true;
        self.pushed.notify_all();
        self.began.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(next: Next<u8>) -> Arc<u8> {
        match next {
            Next::Job(job) => job,
            Next::Idle | Next::Closed => panic!("there is a job"),
        }
    }

    #[test]
    fn first_in_first_out_up_to_its_length() {
        let queue = Queue::new(2, Duration::MAX);
        assert!(queue.push(1) && queue.push(2) && !queue.push(3));
        assert_eq!(*job(queue.pop()), 1);
        assert!(queue.push(4));
        assert_eq!((*job(queue.pop()), *job(queue.pop())), (2, 4));
    }

    #[test]
    fn the_patient_reader_helps_with_what_is_stuck_and_then_with_what_waits() {
        let patience = Duration::from_millis(20);
        let queue = Queue::new(8, patience);
        let began = Instant::now();
        assert!(queue.push(1) && queue.push(2));
        let stuck = job(queue.pop());
        assert_eq!(*job(queue.pop_overdue()), 1, "what is stuck comes first");
        assert!(began.elapsed() >= patience, "polite readers have their time first");
        assert_eq!(*job(queue.pop_overdue()), 2, "and nobody is helped twice");
        queue.finish(&stuck);
        assert!(queue.lock().is_idle());
    }

    #[test]
    fn the_patient_reader_keeps_away_while_others_get_on() {
        let queue = Queue::new(64, Duration::from_secs(600));
        assert!((0..40).all(|number| queue.push(number)));
        std::thread::scope(|scope| {
            let helped = scope.spawn(|| matches!(queue.pop_overdue(), Next::Job(_)));
            (0..40).for_each(|_| queue.finish(&job(queue.pop())));
            queue.close();
            assert!(!helped.join().unwrap());
        });
    }

    #[test]
    fn a_closed_queue_lets_its_readers_go() {
        let queue = Queue::<u8>::new(1, Duration::ZERO);
        std::thread::scope(|scope| {
            let mut readers: Vec<_> = (0..3).map(|_| scope.spawn(|| matches!(queue.pop(), Next::Closed))).collect();
            readers.push(scope.spawn(|| matches!(queue.pop_overdue(), Next::Closed)));
            queue.close();
            assert!(readers.into_iter().all(|reader| reader.join().unwrap()));
        });
    }
}
