//! Requests that wait until the person at the keyboard has given the password again.

use std::cell::RefCell;

use futures::channel::oneshot;
use leptos::prelude::*;

thread_local! {
    static WAITING: RefCell<Vec<oneshot::Sender<bool>>> = const { RefCell::new(Vec::new()) };
}

/// The question, for the one dialog that asks it.
#[derive(Debug, Clone, Copy)]
pub struct Confirmation(RwSignal<bool>);

impl Confirmation {
    /// Nobody waits.
    pub(super) fn new() -> Self {
        Self(RwSignal::new(false))
    }

    /// Whether somebody waits.
    #[must_use]
    pub const fn asked(self) -> RwSignal<bool> {
        self.0
    }

    /// Asks; whether the password was given.
    pub(super) async fn wait(self) -> bool {
        let (answer, answered) = oneshot::channel();
        WAITING.with_borrow_mut(|waiting| waiting.push(answer));
        self.0.set(true);
        answered.await.unwrap_or(false)
    }

    /// Lets all that wait go on, or fail.
    pub fn answer(self, given: bool) {
        for waiting in WAITING.take() {
            // Whoever does not wait any more needs no answer.
            let _gone = waiting.send(given);
        }
        // Said once: the dialog answers whenever it is told that it is closed.
        if self.0.get_untracked() {
            self.0.set(false);
        }
    }
}
