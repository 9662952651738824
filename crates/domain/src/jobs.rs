//! Jobs: long work in the background, with an outcome for each row.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    JobId, PlanId, Role, Timestamp, UserId, UserImportId,
    acts::Act,
    names::named,
    page::{ListRequest, Sort},
    plans::{PlanAction, PlanKind},
};

named! {
    /// How far a job is.
    JobState {
        /// Waits for a worker.
        Queued = "queued",
        /// Is being done.
        Running = "running",
        /// All rows are done.
        Succeeded = "succeeded",
        /// Ended with rows that failed.
        Failed = "failed",
        /// Was cancelled; rows done until then stay done.
        Cancelled = "cancelled",
    }
}

impl JobState {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// What a job does, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum JobAction {
    /// What a plan showed.
    Plan(PlanAction),
    /// What the lines of an import say.
    ImportUsers {
        /// The import.
        user_import_id: UserImportId,
    },
}

impl JobAction {
    /// Name of the act on the wire.
    #[must_use]
    pub const fn kind(&self) -> PlanKind {
        match self {
            Self::Plan(action) => action.kind(),
            Self::ImportUsers { .. } => PlanKind::ImportUsers,
        }
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// What it does.
    pub kind: PlanKind,
    /// What it does to each row.
    pub act: Act,
    /// The role that it gives or takes.
    pub role: Option<Role>,
    /// How far it is.
    pub state: JobState,
    /// Rows to do.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 240))]
    pub total: u64,
    /// Rows done with success.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 120))]
    pub succeeded: u64,
    /// Rows that failed.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 1))]
    pub failed: u64,
    /// Rows left alone, because they were so already or the job was cancelled.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 0))]
    pub skipped: u64,
    /// Whether a cancellation was asked for.
    pub cancel_requested: bool,
    /// Plan that it executes.
    pub plan_id: Option<PlanId>,
    /// Job whose failed rows it tries again.
    pub retry_of: Option<JobId>,
    /// Who started it.
    pub created_by: Option<UserId>,
    /// Name of who started it.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub created_by_name: String,
    /// Username of who started it in truth, when somebody acted as who started it.
    #[cfg_attr(feature = "openapi", schema(example = "grace.hopper"))]
    pub impersonator: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When a worker took it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl Job {
    /// Rows done, whatever their outcome.
    #[must_use]
    pub const fn done(&self) -> u64 {
        self.succeeded + self.failed + self.skipped
    }

    /// Rows that were tried. Those that a cancelled job did not come to are skipped.
    #[must_use]
    pub const fn reached(&self) -> u64 {
        match self.state {
            JobState::Cancelled => self.succeeded + self.failed,
            _ => self.done(),
        }
    }
}

named! {
    /// Outcome of one row of a job.
    RowOutcome {
        /// Not yet done.
        Pending = "pending",
        /// Done.
        Succeeded = "succeeded",
        /// Failed; see code and message.
        Failed = "failed",
        /// Left alone.
        Skipped = "skipped",
    }
}

/// One row of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobRow {
    /// Place in the job, or of an import the line of the file; kept when it is tried again.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub position: u64,
    /// Id of the thing.
    #[cfg_attr(feature = "openapi", schema(example = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"))]
    pub target_id: Uuid,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub label: String,
    /// Outcome.
    pub outcome: RowOutcome,
    /// Stable code of the error, when it failed.
    #[cfg_attr(feature = "openapi", schema(example = "last-administrator"))]
    pub code: Option<String>,
    /// What went wrong.
    pub message: Option<String>,
}

/// Which jobs are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct JobFilter {
    /// State.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub state: Option<JobState>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kind: Option<PlanKind>,
    /// What it does to each row.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub act: Option<Act>,
}

named! {
    /// What jobs can be sorted by.
    JobSort {
        /// When it was started.
        CreatedAt = "created_at",
    }
}

/// The newest first.
pub const DEFAULT_SORT: Sort<JobSort> = Sort::descending(JobSort::CreatedAt);

/// Which page of which jobs is asked for.
pub type ListJobs = ListRequest<JobFilter, JobSort>;

/// Which rows of a job are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct JobRowFilter {
    /// Outcome.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub outcome: Option<RowOutcome>,
}

named! {
    /// What rows of a job can be sorted by.
    JobRowSort {
        /// Place in the job.
        Position = "position",
    }
}

/// In the order of the job.
pub const DEFAULT_ROW_SORT: Sort<JobRowSort> = Sort::ascending(JobRowSort::Position);

/// Which page of which rows of a job is asked for.
pub type ListJobRows = ListRequest<JobRowFilter, JobRowSort>;
