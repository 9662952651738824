//! What a plan is of.

use serde::{Deserialize, Serialize};

use super::{GroupTotal, INLINE_EXPORTS, INLINE_ROWS, MAX_IDS, MembersFate, PlanKind, Selection, members, totals};
use crate::{
    BinItemId, Error, FieldError, GroupId, OrganizationId, Result, Role, bin, departures::Offboarding,
    groups::Standing, names::named, sessions::RevokeSessions, text, users::UserStatus,
};

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
    /// Put users into a group, or make members of it managers.
    AddToGroup {
        /// Which users.
        selection: Selection,
        /// The group.
        group_id: GroupId,
        /// What they become at least: who is a manager of it stays one.
        #[serde(default = "member")]
        #[cfg_attr(feature = "openapi", schema(default = "member"))]
        standing: Standing,
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
            | Self::AddToGroup { selection, .. }
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
            Self::AddToGroup { .. } => PlanKind::AddToGroup,
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

const fn member() -> Standing {
    Standing::Member
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
