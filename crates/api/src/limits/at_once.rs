//! What lasts: exports and streams, counted while they are open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use quarterdeck_domain::{UserId, limits::LimitRules};

use super::{Quota, Refusal, Standing};

/// Seconds after which a client that was refused may look again.
const RETRY_SECONDS: u32 = 5;

/// What lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gate {
    /// All rows of a list.
    Exports,
    /// Live changes.
    Streams,
    /// Requests to model services.
    ModelRequests,
    /// Files of users that are judged.
    Imports,
}

/// Files that one user may have judged at once: each is held in memory with what it would do.
const IMPORTS: u32 = 2;

impl Gate {
    const fn name(self) -> &'static str {
        match self {
            Self::Exports => "export",
            Self::Streams => "stream",
            Self::ModelRequests => "model-request",
            Self::Imports => "import",
        }
    }

    const fn quota(self, rules: &LimitRules) -> u32 {
        match self {
            Self::Exports => rules.exports,
            Self::Streams => rules.streams,
            Self::ModelRequests => rules.model_requests,
            Self::Imports => IMPORTS,
        }
    }
}

type Open = Mutex<HashMap<(Gate, UserId), u32>>;

/// How many are open, by user; as many entries as users with something open.
#[derive(Default)]
pub struct AtOnce {
    open: Arc<Open>,
}

/// One that is open; it has ended when this is dropped.
pub struct Permit {
    open: Arc<Open>,
    key: (Gate, UserId),
}

impl AtOnce {
    /// Opens one more, unless that is one too many; a limit of 0 allows all.
    pub fn enter(&self, gate: Gate, user: UserId, rules: &LimitRules) -> Result<Permit, Refusal> {
        let quota = gate.quota(rules);
        let key = (gate, user);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(key).or_default();
        if quota > 0 && *count >= quota {
            let standing =
                Standing { name: gate.name(), quota: Quota::AtOnce(quota), remaining: 0, reset_seconds: RETRY_SECONDS };
            return Err(Refusal(standing));
        }
        *count += 1;
        Ok(Permit { open: self.open.clone(), key })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permit_frees_its_place() {
        let (at_once, user) = (AtOnce::default(), UserId(uuid::Uuid::nil()));
        let rules = LimitRules { exports: 2, ..LimitRules::default() };
        let enter = |gate| at_once.enter(gate, user, &rules);
        let (first, _second) = (enter(Gate::Exports).ok(), enter(Gate::Exports).ok());
        assert!(enter(Gate::Exports).is_err());
        assert!(enter(Gate::Streams).is_ok(), "streams have no limit here");
        drop(first);
        assert!(enter(Gate::Exports).is_ok());
        assert_eq!(at_once.open.lock().unwrap().len(), 1);
    }
}
