//! What an act does to each of its rows, in one name: for lists of jobs and for the audit log.

use crate::{
    Role,
    names::named,
    plans::{PlanAction, PlanKind, RoleChange},
    users::UserStatus,
};

named! {
    /// What is done to each row.
    Act {
        /// Users are deleted.
        DeleteUsers = "delete_users",
        /// Users are moved to the bin.
        BinUsers = "bin_users",
        /// Users leave.
        OffboardUsers = "offboard_users",
        /// What is in the bin is deleted for good.
        PurgeBin = "purge_bin",
        /// Somebody deletes the own account.
        DeleteOwnAccount = "delete_own_account",
        /// Users are suspended.
        SuspendUsers = "suspend_users",
        /// Users are activated.
        ActivateUsers = "activate_users",
        /// A role is given to users.
        GiveRole = "give_role",
        /// A role is taken from users.
        TakeRole = "take_role",
        /// Users are moved to another organization.
        MoveUsers = "move_users",
        /// All sessions of users are ended.
        RevokeUserSessions = "revoke_user_sessions",
        /// Sessions are ended.
        RevokeSessions = "revoke_sessions",
        /// An organization is deleted.
        DeleteOrganization = "delete_organization",
        /// Users are put into a group.
        AddToGroup = "add_to_group",
        /// Users are taken out of all their groups.
        RemoveFromGroups = "remove_from_groups",
        /// A group is deleted.
        DeleteGroup = "delete_group",
        /// Groups are deleted.
        DeleteGroups = "delete_groups",
        /// Groups are moved to the bin.
        BinGroups = "bin_groups",
        /// Groups are granted more or less.
        SetAllocations = "set_allocations",
        /// Users are created and changed as a file says.
        ImportUsers = "import_users",
    }
}

impl Act {
    /// The act of `kind` that sets `status`, or gives or takes a role by `change`.
    #[must_use]
    pub const fn new(kind: PlanKind, status: Option<UserStatus>, change: Option<RoleChange>) -> Self {
        match (kind, status, change) {
            (PlanKind::DeleteUsers, ..) => Self::DeleteUsers,
            (PlanKind::BinUsers, ..) => Self::BinUsers,
            (PlanKind::OffboardUsers, ..) => Self::OffboardUsers,
            (PlanKind::PurgeBin, ..) => Self::PurgeBin,
            (PlanKind::DeleteOwnAccount, ..) => Self::DeleteOwnAccount,
            (PlanKind::SetUserStatus, Some(UserStatus::Active), _) => Self::ActivateUsers,
            (PlanKind::SetUserStatus, ..) => Self::SuspendUsers,
            (PlanKind::ChangeUserRole, _, Some(RoleChange::Remove)) => Self::TakeRole,
            (PlanKind::ChangeUserRole, ..) => Self::GiveRole,
            (PlanKind::MoveUsers, ..) => Self::MoveUsers,
            (PlanKind::RevokeUserSessions, ..) => Self::RevokeUserSessions,
            (PlanKind::RevokeSessions, ..) => Self::RevokeSessions,
            (PlanKind::DeleteOrganization, ..) => Self::DeleteOrganization,
            (PlanKind::AddToGroup, ..) => Self::AddToGroup,
            (PlanKind::RemoveFromGroups, ..) => Self::RemoveFromGroups,
            (PlanKind::DeleteGroup, ..) => Self::DeleteGroup,
            (PlanKind::DeleteGroups, ..) => Self::DeleteGroups,
            (PlanKind::BinGroups, ..) => Self::BinGroups,
            (PlanKind::SetAllocations, ..) => Self::SetAllocations,
            (PlanKind::ImportUsers, ..) => Self::ImportUsers,
        }
    }
}

impl Act {
    /// What [`Act::new`] makes it of.
    #[must_use]
    pub const fn parts(self) -> (PlanKind, Option<UserStatus>, Option<RoleChange>) {
        match self {
            Self::DeleteUsers => (PlanKind::DeleteUsers, None, None),
            Self::BinUsers => (PlanKind::BinUsers, None, None),
            Self::OffboardUsers => (PlanKind::OffboardUsers, None, None),
            Self::PurgeBin => (PlanKind::PurgeBin, None, None),
            Self::DeleteOwnAccount => (PlanKind::DeleteOwnAccount, None, None),
            Self::SuspendUsers => (PlanKind::SetUserStatus, Some(UserStatus::Suspended), None),
            Self::ActivateUsers => (PlanKind::SetUserStatus, Some(UserStatus::Active), None),
            Self::GiveRole => (PlanKind::ChangeUserRole, None, Some(RoleChange::Add)),
            Self::TakeRole => (PlanKind::ChangeUserRole, None, Some(RoleChange::Remove)),
            Self::MoveUsers => (PlanKind::MoveUsers, None, None),
            Self::RevokeUserSessions => (PlanKind::RevokeUserSessions, None, None),
            Self::RevokeSessions => (PlanKind::RevokeSessions, None, None),
            Self::DeleteOrganization => (PlanKind::DeleteOrganization, None, None),
            Self::AddToGroup => (PlanKind::AddToGroup, None, None),
            Self::RemoveFromGroups => (PlanKind::RemoveFromGroups, None, None),
            Self::DeleteGroup => (PlanKind::DeleteGroup, None, None),
            Self::DeleteGroups => (PlanKind::DeleteGroups, None, None),
            Self::BinGroups => (PlanKind::BinGroups, None, None),
            Self::SetAllocations => (PlanKind::SetAllocations, None, None),
            Self::ImportUsers => (PlanKind::ImportUsers, None, None),
        }
    }
}

impl PlanAction {
    /// What is done to each row.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::SetUserStatus { status, .. } => Act::new(self.kind(), Some(*status), None),
            Self::ChangeUserRole { change, .. } => Act::new(self.kind(), None, Some(*change)),
            _ => Act::new(self.kind(), None, None),
        }
    }

    /// The role that is given or taken.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        match self {
            Self::ChangeUserRole { role, .. } => Some(*role),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_made_of_its_parts() {
        for act in Act::ALL {
            let (kind, status, change) = act.parts();
            assert_eq!(Act::new(kind, status, change), *act);
        }
    }
}
