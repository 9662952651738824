//! What has changed between a plan and its execution.

use serde::{Deserialize, Serialize};

use super::{CountKind, PlanRow};

/// What changed in the set between plan and execution.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanDifference {
    /// Rows that would be changed now and were not in the plan.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1))]
    pub added_count: u64,
    /// The first of them.
    pub added: Vec<PlanRow>,
    /// Rows of the plan that would not be changed any more.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 0))]
    pub removed_count: u64,
    /// The first of them.
    pub removed: Vec<PlanRow>,
    /// For what cannot be undone: counts that are no longer what the plan said.
    #[serde(default)]
    pub counts: Vec<CountDifference>,
}

/// A count that differs between plan and execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountDifference {
    /// What is counted.
    pub kind: CountKind,
    /// How many the plan said.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 0))]
    pub planned: u64,
    /// How many there are now.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 3))]
    pub found: u64,
}
