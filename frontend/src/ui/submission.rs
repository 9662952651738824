//! A form on its way to the server: sent once, and refused at its fields or as a whole.

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::FieldError;

use super::field::Faults;

/// How far a form is.
#[derive(Debug, Clone, Copy)]
pub struct Submission {
    /// Whether it is on its way.
    pub busy: RwSignal<bool>,
    /// Why it was refused, where no field is at fault.
    pub error: RwSignal<Option<ClientError>>,
    /// What is wrong with its fields.
    pub faults: Faults,
}

impl Submission {
    /// Nothing was sent yet.
    #[must_use]
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), error: RwSignal::new(None), faults: Faults::new() }
    }

    /// Forgets what was wrong before.
    pub fn reset(self) {
        self.error.try_set(None);
        self.faults.reset();
    }

    /// Runs `act`, which sends the form and does what follows, unless `found` names faults or it is on its way already.
    pub fn send(self, found: Vec<FieldError>, act: impl Future<Output = Result<(), ClientError>> + 'static) {
        self.send_boxed(found, Box::pin(act));
    }

    fn send_boxed(self, found: Vec<FieldError>, act: LocalBoxFuture<'static, Result<(), ClientError>>) {
        self.error.set(None);
        if self.busy.get_untracked() || !self.faults.show(found) {
            return;
        }
        self.busy.set(true);
        crate::browser::spawn(async move {
            if let Err(refused) = act.await {
                self.error.try_set(self.faults.take(refused));
            }
            self.busy.try_set(false);
        });
    }
}

impl Default for Submission {
    fn default() -> Self {
        Self::new()
    }
}
