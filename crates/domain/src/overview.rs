//! The first page of the console: how many, who lately, what changed, is it well.

use serde::{Deserialize, Serialize};

use crate::{audit::AuditEvent, health::Health};

/// Counts, recent sign-ins and changes, and the platform's condition, as far as the actor may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    /// How many there are.
    pub counts: OverviewCounts,
    /// Sign-ins, the newest first; at most 10. Empty without `audit.read`.
    pub recent_sign_ins: Vec<AuditEvent>,
    /// Changes, the newest first; at most 10. Empty without `audit.read`.
    pub recent_changes: Vec<AuditEvent>,
    /// Condition of the platform.
    pub health: Health,
}

/// How many there are, within what the actor may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewCounts {
    /// People with an account.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 2014))]
    pub users: u64,
    /// People who may sign in.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1950))]
    pub active_users: u64,
    /// People who may not.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 64))]
    pub suspended_users: u64,
    /// Administrators who may sign in.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 3))]
    pub administrators: u64,
    /// Service accounts.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 4))]
    pub service_accounts: u64,
    /// Organizations.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 6))]
    pub organizations: u64,
    /// Sessions that have not ended.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 187))]
    pub sessions: u64,
    /// Jobs that wait or run.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 0))]
    pub open_jobs: u64,
}
