//! Plans: every destructive or bulk act is shown in exact numbers before it is executed.

mod difference;
mod kind;
mod members;
mod selection;
mod totals;

pub use difference::{CountDifference, PlanDifference};
pub use kind::PlanKind;
pub use members::MembersFate;
pub use selection::Selection;
use serde::{Deserialize, Serialize};
pub use totals::GroupTotal;
use uuid::Uuid;

use crate::{
    BinItemId, Error, FieldError, GroupId, JobId, OrganizationId, PlanId, Result, Role, Timestamp, bin,
    departures::Offboarding, names::named, sessions::RevokeSessions, text, users::UserStatus,
};

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

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PlanAction {
    /// Delete users with their sessions; cannot be undone.
    DeleteUsers {
        /// Which users.
        selection: Selection,
    },
    /// Move users to the bin, from which they can come back.
    BinUsers {
        /// Which users.
        selection: Selection,
        /// Days for which they are kept there.
        #[serde(default = "keep_days")]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 90, default = 30, example = 30))]
        keep_days: u16,
        /// Why.
        #[serde(default)]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "left the company")
        )]
        reason: String,
    },
    /// Let users leave: their sessions, keys and memberships end, what they own is handed over, their data is exported, and
    /// their accounts are suspended or deleted. Each gets a receipt, a departure.
    OffboardUsers {
        /// Which users.
        selection: Selection,
        /// How they leave.
        #[serde(default)]
        offboarding: Offboarding,
    },
    /// Delete for good what is in the bin.
    PurgeBin {
        /// Ids of what is there.
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10_000))]
        ids: Vec<BinItemId>,
    },
    /// Delete the own account, where the setting `account.self_deletion` allows it; cannot be undone.
    DeleteOwnAccount,
    /// Suspend or activate users.
    SetUserStatus {
        /// Which users.
        selection: Selection,
        /// The new status.
        status: UserStatus,
        /// Why.
        #[serde(default)]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "left the company")
        )]
        reason: String,
    },
    /// Give a role to users, or take it from them.
    ChangeUserRole {
        /// Which users.
        selection: Selection,
        /// The role.
        role: Role,
        /// Whether it is given or taken.
        change: RoleChange,
    },
    /// Move users to another organization, or to none.
    MoveUsers {
        /// Which users.
        selection: Selection,
        /// Where to; `null` for no organization, which has to be said.
        #[serde(deserialize_with = "Option::deserialize")]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        organization_id: Option<OrganizationId>,
    },
    /// End all sessions of users.
    RevokeUserSessions {
        /// Which users.
        selection: Selection,
    },
    /// End sessions by scope, as `POST /sessions/revocations` does.
    RevokeSessions {
        /// Whose.
        revocation: RevokeSessions,
    },
    /// Delete an organization with all that it has.
    DeleteOrganization {
        /// Which organization.
        organization_id: OrganizationId,
        /// What becomes of its members; needs the permission to do that with each of them.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(default = "move"))]
        members: MembersFate,
        /// Organization that its members move to; to none without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        move_to: Option<OrganizationId>,
    },
    /// Take users out of all their groups.
    RemoveFromGroups {
        /// Which users.
        selection: Selection,
    },
    /// Delete a group with its allocation; its members stay.
    DeleteGroup {
        /// Which group.
        group_id: GroupId,
    },
    /// Delete groups with their allocations; their members stay.
    DeleteGroups {
        /// Which groups.
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10_000))]
        group_ids: Vec<GroupId>,
    },
    /// Move groups with their allocations to the bin, from which they can come back.
    BinGroups {
        /// Which groups.
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10_000))]
        group_ids: Vec<GroupId>,
        /// Days for which they are kept there.
        #[serde(default = "keep_days")]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 90, default = 30, example = 30))]
        keep_days: u16,
        /// Why.
        #[serde(default)]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "project ended")
        )]
        reason: String,
    },
    /// Grant groups so much more, or take back so much, that each has its total.
    SetAllocations {
        /// What each group is granted in all.
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10_000))]
        totals: Vec<GroupTotal>,
        /// Why.
        #[serde(default)]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "budget of the second quarter")
        )]
        reason: String,
    },
}

named! {
    /// Whether a role is given or taken.
    RoleChange {
        /// Given.
        Add = "add",
        /// Taken.
        Remove = "remove",
    }
}

impl PlanAction {
    /// The rows, if the act selects users.
    #[must_use]
    pub const fn selection(&self) -> Option<&Selection> {
        match self {
            Self::DeleteUsers { selection }
            | Self::BinUsers { selection, .. }
            | Self::OffboardUsers { selection, .. }
            | Self::SetUserStatus { selection, .. }
            | Self::ChangeUserRole { selection, .. }
            | Self::MoveUsers { selection, .. }
            | Self::RevokeUserSessions { selection }
            | Self::RemoveFromGroups { selection } => Some(selection),
            Self::DeleteOwnAccount
            | Self::RevokeSessions { .. }
            | Self::DeleteOrganization { .. }
            | Self::DeleteGroup { .. }
            | Self::DeleteGroups { .. }
            | Self::BinGroups { .. }
            | Self::PurgeBin { .. }
            | Self::SetAllocations { .. } => None,
        }
    }

    /// Rows up to which execution is done within the request; more become a job.
    #[must_use]
    pub const fn inline_rows(&self) -> u64 {
        if self.exports() { INLINE_EXPORTS } else { INLINE_ROWS }
    }

    /// Whether each row exports all data of somebody.
    #[must_use]
    pub const fn exports(&self) -> bool {
        matches!(self, Self::OffboardUsers { offboarding: Offboarding { export: true, .. }, .. })
    }

    /// Name of the act on the wire.
    #[must_use]
    pub const fn kind(&self) -> PlanKind {
        match self {
            Self::DeleteUsers { .. } => PlanKind::DeleteUsers,
            Self::BinUsers { .. } => PlanKind::BinUsers,
            Self::OffboardUsers { .. } => PlanKind::OffboardUsers,
            Self::PurgeBin { .. } => PlanKind::PurgeBin,
            Self::DeleteOwnAccount => PlanKind::DeleteOwnAccount,
            Self::SetUserStatus { .. } => PlanKind::SetUserStatus,
            Self::ChangeUserRole { .. } => PlanKind::ChangeUserRole,
            Self::MoveUsers { .. } => PlanKind::MoveUsers,
            Self::RevokeUserSessions { .. } => PlanKind::RevokeUserSessions,
            Self::RevokeSessions { .. } => PlanKind::RevokeSessions,
            Self::DeleteOrganization { .. } => PlanKind::DeleteOrganization,
            Self::RemoveFromGroups { .. } => PlanKind::RemoveFromGroups,
            Self::DeleteGroup { .. } => PlanKind::DeleteGroup,
            Self::DeleteGroups { .. } => PlanKind::DeleteGroups,
            Self::BinGroups { .. } => PlanKind::BinGroups,
            Self::SetAllocations { .. } => PlanKind::SetAllocations,
        }
    }

    /// Checks the fields.
    ///
    /// # Errors
    /// `Invalid` at the faulty fields.
    pub fn check(&self) -> Result<()> {
        if let Some(selection) = self.selection() {
            selection.check()?;
        }
        match self {
            Self::SetAllocations { totals, reason } => totals::check(totals, reason),
            Self::DeleteGroups { group_ids } => check_ids("/group_ids", group_ids.len()),
            Self::BinGroups { group_ids, keep_days, reason } => {
                check_ids("/group_ids", group_ids.len())?;
                bin::check_keep_days(*keep_days)?;
                check_reason(reason)
            }
            Self::PurgeBin { ids } => check_ids("/ids", ids.len()),
            Self::BinUsers { keep_days, reason, .. } => {
                bin::check_keep_days(*keep_days)?;
                check_reason(reason)
            }
            Self::OffboardUsers { offboarding, .. } => offboarding.check().map_err(|error| error.under("/offboarding")),
            Self::SetUserStatus { reason, .. } => check_reason(reason),
            Self::RevokeSessions { revocation } => revocation.check(),
            Self::DeleteOrganization { organization_id, members, move_to } => {
                members::check(*organization_id, *members, *move_to)
            }
            _ => Ok(()),
        }
    }
}

const fn keep_days() -> u16 {
    bin::KEEP_DAYS
}

fn check_ids(pointer: &str, number: usize) -> Result<()> {
    match number {
        1..=MAX_IDS => Ok(()),
        _ => Err(Error::field(pointer, "out-of-range", "must name from 1 to 10,000")),
    }
}

fn check_reason(reason: &str) -> Result<()> {
    text::check_optional_line("/reason", reason, text::REASON_MAX)
        .map_err(|fault: FieldError| Error::Invalid(vec![fault]))
}

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
        /// Memberships in groups that end.
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
