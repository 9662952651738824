//! Plans: every destructive or bulk act is shown in exact numbers before it is executed.

mod action;
mod difference;
mod kind;
mod members;
mod selection;
mod totals;

pub use action::{PlanAction, RoleChange};
pub use difference::{CountDifference, PlanDifference};
pub use kind::PlanKind;
pub use members::MembersFate;
pub use selection::Selection;
use serde::{Deserialize, Serialize};
pub use totals::GroupTotal;
use uuid::Uuid;

use crate::{JobId, PlanId, Timestamp, names::named};

/// Seconds for which a plan can be executed.
pub const PLAN_TTL_SECONDS: i64 = 600;
/// Rows up to which execution is done within the request.
pub const INLINE_ROWS: u64 = 100;
/// Rows up to which execution is done within the request where each exports all data of somebody.
const INLINE_EXPORTS: u64 = 5;
/// Rows that a plan shows as examples.
pub const SAMPLE_ROWS: usize = 10;
/// Most ids that a selection names one by one.
pub const MAX_IDS: usize = 10_000;

/// An order to plan an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePlan {
    /// What is to be done.
    pub action: PlanAction,
}

/// An order to execute a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExecutePlan {
    /// The plan's `digest` as it was shown: a plan with another one is not executed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            pattern = "^[0-9a-f]{64}$",
            example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        )
    )]
    pub digest: Option<String>,
}

named! {
    /// What an act counts.
    CountKind {
        /// Users that it changes or deletes.
        User = "user",
        /// Those of them with a privileged role.
        PrivilegedAccount = "privileged_account",
        /// Sessions that end.
        Session = "session",
        /// Roles that are lost.
        Role = "role",
        /// Password reset links that stop working.
        ResetLink = "reset_link",
        /// API keys that are revoked.
        ApiKey = "api_key",
        /// Provider keys that are lost.
        ProviderKey = "provider_key",
        /// Saved views that are lost with the organization that they are shared in.
        SavedView = "saved_view",
        /// Things in the bin that go for good.
        BinItem = "bin_item",
        /// Organizations that it deletes.
        Organization = "organization",
        /// Avatar images that are lost.
        Avatar = "avatar",
        /// Members, who move to another organization, or stay without one.
        Member = "member",
        /// Groups that it deletes or changes.
        Group = "group",
        /// Memberships in groups that end, or begin.
        Membership = "membership",
        /// Entries in ledgers of allocations that are lost.
        LedgerEntry = "ledger_entry",
        /// Reservations that are given up.
        Reservation = "reservation",
    }
}

/// How many of one kind an act would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindCount {
    /// What is counted.
    pub kind: CountKind,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 14))]
    pub count: u64,
}

impl KindCount {
    /// Adds `more` to what is counted of `kind`; what is nothing is not named.
    pub fn add(counts: &mut Vec<Self>, kind: CountKind, more: u64) {
        match counts.iter_mut().find(|one| one.kind == kind) {
            Some(known) => known.count += more,
            None if more > 0 => counts.push(Self { kind, count: more }),
            None => {}
        }
    }
}

/// A row that an act would change, or would leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanRow {
    /// The row's id.
    #[cfg_attr(feature = "openapi", schema(example = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"))]
    pub id: Uuid,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub label: String,
}

named! {
    /// Why a row that was selected is left out.
    Exclusion {
        /// There is no such row, or the actor may not see it.
        NotFound = "not_found",
        /// It is the actor's own account.
        OwnAccount = "own_account",
        /// Only an administrator may touch it.
        PrivilegedAccount = "privileged_account",
        /// It is so already.
        NothingToDo = "nothing_to_do",
        /// It takes over what the others leave.
        TakesOver = "takes_over",
        /// It belongs to no organization, and the role needs one.
        NoOrganization = "no_organization",
        /// The group does not take it: it is for people of another organization.
        CannotJoin = "cannot_join",
    }
}

/// Rows left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExcludedRows {
    /// Why.
    pub reason: Exclusion,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub count: u64,
    /// The first of them.
    pub sample: Vec<PlanRow>,
}

named! {
    /// Whether a plan can be executed.
    PlanState {
        /// It can.
        Ready = "ready",
        /// It was.
        Executed = "executed",
        /// It is too old.
        Expired = "expired",
    }
}

/// What an act would do, in exact numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Plan))]
pub struct Plan<A = PlanAction> {
    /// Id.
    pub id: PlanId,
    /// What is to be done.
    pub action: A,
    /// Whether it can be executed.
    pub state: PlanState,
    /// How many rows it changes.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 14))]
    pub row_count: u64,
    /// How many of each kind it changes, deletes or ends; the rows themselves first.
    pub counts: Vec<KindCount>,
    /// The first rows.
    pub sample: Vec<PlanRow>,
    /// Selected rows that it leaves out.
    pub excluded: Vec<ExcludedRows>,
    /// Whether it cannot be undone.
    pub irreversible: bool,
    /// Text to type before it is executed in the console; `null` when none is asked for.
    #[cfg_attr(feature = "openapi", schema(example = "bob"))]
    pub confirmation: Option<String>,
    /// SHA-256 over the act, its rows, and, where it cannot be undone, all that goes with them; in hexadecimal.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    )]
    pub digest: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be executed.
    pub expires_at: Timestamp,
    /// The job that executed it.
    pub job_id: Option<JobId>,
}

impl<A> Plan<A> {
    /// The same plan with `action` instead.
    pub fn with_action<B>(self, action: B) -> Plan<B> {
        Plan {
            action,
            id: self.id,
            state: self.state,
            row_count: self.row_count,
            counts: self.counts,
            sample: self.sample,
            excluded: self.excluded,
            irreversible: self.irreversible,
            confirmation: self.confirmation,
            digest: self.digest,
            created_at: self.created_at,
            expires_at: self.expires_at,
            job_id: self.job_id,
        }
    }
}
