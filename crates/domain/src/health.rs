//! Whether the platform works.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, names::named};

named! {
    /// Outcome of a check.
    CheckOutcome {
        /// As it should be.
        Pass = "pass",
        /// Works, but asks for attention.
        Warn = "warn",
        /// Does not work.
        Fail = "fail",
    }
}

/// One check of the platform's own condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// What is checked.
    #[cfg_attr(feature = "openapi", schema(example = "database"))]
    pub name: String,
    /// Outcome.
    pub outcome: CheckOutcome,
    /// What was found, and what to do when it is not well.
    #[cfg_attr(feature = "openapi", schema(example = "SQLite answers"))]
    pub detail: String,
}

/// The platform's condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// The worst outcome of all checks.
    pub outcome: CheckOutcome,
    /// Version of Quarterdeck.
    #[cfg_attr(feature = "openapi", schema(example = "0.1.0"))]
    pub version: String,
    /// When this process began.
    pub started_at: Timestamp,
    /// The checks.
    pub checks: Vec<Check>,
}

impl Health {
    /// The worst outcome of `checks`; `pass` when there is none.
    #[must_use]
    pub fn worst(checks: &[Check]) -> CheckOutcome {
        checks.iter().map(|check| check.outcome).max().unwrap_or(CheckOutcome::Pass)
    }
}
