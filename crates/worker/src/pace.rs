//! How a loop waits: until it is woken, until its time has come, after an error, or for the stop.

use std::{error::Error as _, fmt::Write as _, future::Future, time::Duration};

use quarterdeck_domain::{Error, Result};
use tokio::{sync::watch, time::sleep};

/// Waiting time after the first error; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Longest waiting time after an error.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Tells a loop that it shall end.
pub struct Stop {
    asked: watch::Receiver<bool>,
}

impl Stop {
    pub const fn new(asked: watch::Receiver<bool>) -> Self {
        Self { asked }
    }

    /// Waits until the loop shall end.
    pub async fn asked(&mut self) {
        // An error means that nobody is left who could ask: then it shall end too.
        let _ = self.asked.wait_for(|asked| *asked).await;
    }

    /// Waits for `wake`, at most `longest`; whether the loop shall end.
    pub async fn or(&mut self, wake: impl Future<Output = ()>, longest: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.asked() => true,
            () = wake => false,
            () = sleep(longest) => false,
        }
    }

    /// Waits for `period`; whether the loop shall end.
    pub async fn after(&mut self, period: Duration) -> bool {
        self.or(std::future::pending(), period).await
    }
}

/// Says errors of a loop once, and waits longer after each.
pub struct Pace {
    name: &'static str,
    errors: u32,
}

impl Pace {
    pub const fn new(name: &'static str) -> Self {
        Self { name, errors: 0 }
    }

    /// Notes how a step went, and waits if it went wrong.
    pub async fn judge(&mut self, outcome: Result<()>, stop: &mut Stop) {
        match outcome {
            Ok(()) if self.errors > 0 => {
                tracing::info!(errors = self.errors, "{} works again", self.name);
                self.errors = 0;
            }
            Ok(()) => {}
            Err(error) => {
                if self.errors == 0 {
                    tracing::error!(error = %describe(&error), "{} failed; it tries again", self.name);
                }
                self.errors = self.errors.saturating_add(1);
                stop.after(pause(self.errors)).await;
            }
        }
    }
}

fn pause(errors: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << errors.saturating_sub(1).min(16)).min(LONGEST_PAUSE)
}

/// The error with its causes, for the log.
pub fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let _ = write!(text, ": {source}");
        cause = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound() {
        assert_eq!([1, 2, 3].map(pause), [200, 400, 800].map(Duration::from_millis));
        assert_eq!(pause(40), LONGEST_PAUSE);
    }

    #[test]
    fn an_error_is_told_with_its_cause() {
        let error = Error::internal(std::io::Error::other("disk is full"));
        assert_eq!(describe(&error), "internal error: disk is full");
    }

    #[tokio::test]
    async fn the_stop_comes_before_everything_else() {
        let (sender, receiver) = watch::channel(false);
        let mut stop = Stop::new(receiver);
        assert!(!stop.or(std::future::ready(()), Duration::MAX).await);
        assert!(!stop.after(Duration::ZERO).await);
        sender.send(true).unwrap();
        assert!(stop.or(std::future::ready(()), Duration::ZERO).await);
        drop(sender);
        stop.asked().await;
    }
}
