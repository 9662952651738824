//! Names of acts, and what follows from the kind alone.

use crate::{Permission, names::named};

named! {
    /// Name of an act.
    PlanKind {
        /// Delete users.
        DeleteUsers = "delete_users",
        /// Move users to the bin.
        BinUsers = "bin_users",
        /// Let users leave.
        OffboardUsers = "offboard_users",
        /// Delete for good what is in the bin.
        PurgeBin = "purge_bin",
        /// Delete the own account.
        DeleteOwnAccount = "delete_own_account",
        /// Suspend or activate users.
        SetUserStatus = "set_user_status",
        /// Give or take a role.
        ChangeUserRole = "change_user_role",
        /// Move users to another organization.
        MoveUsers = "move_users",
        /// End all sessions of users.
        RevokeUserSessions = "revoke_user_sessions",
        /// End sessions by scope.
        RevokeSessions = "revoke_sessions",
        /// Delete an organization.
        DeleteOrganization = "delete_organization",
        /// Put users into a group.
        AddToGroup = "add_to_group",
        /// Take users out of all their groups.
        RemoveFromGroups = "remove_from_groups",
        /// Delete a group.
        DeleteGroup = "delete_group",
        /// Delete several groups.
        DeleteGroups = "delete_groups",
        /// Move groups to the bin.
        BinGroups = "bin_groups",
        /// Set what groups are granted.
        SetAllocations = "set_allocations",
        /// Create and change users as a file says; begun by an import, not by a plan.
        ImportUsers = "import_users",
    }
}

impl PlanKind {
    /// The permission that it needs.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::DeleteUsers | Self::BinUsers | Self::OffboardUsers => Permission::UserDelete,
            Self::PurgeBin => Permission::BinPurge,
            Self::DeleteOwnAccount => Permission::ProfileDelete,
            Self::SetUserStatus => Permission::UserSuspend,
            Self::ChangeUserRole => Permission::UserAssignRoles,
            Self::MoveUsers => Permission::UserMove,
            Self::RevokeUserSessions | Self::RevokeSessions => Permission::SessionRevoke,
            Self::DeleteOrganization => Permission::OrganizationDelete,
            Self::AddToGroup => Permission::GroupManageMembers,
            Self::RemoveFromGroups => Permission::GroupUpdate,
            Self::DeleteGroup | Self::DeleteGroups | Self::BinGroups => Permission::GroupDelete,
            Self::SetAllocations => Permission::AllocationManage,
            Self::ImportUsers => Permission::UserCreate,
        }
    }

    /// The permission without which nobody is told of its rows.
    #[must_use]
    pub const fn told_with(self) -> Permission {
        match self {
            // Everybody may manage a group, and sees no users by that.
            Self::AddToGroup => Permission::UserRead,
            _ => self.permission(),
        }
    }

    /// Whether it cannot be undone.
    #[must_use]
    pub const fn is_irreversible(self) -> bool {
        !matches!(
            self,
            Self::SetUserStatus
                | Self::BinUsers
                | Self::BinGroups
                | Self::ChangeUserRole
                | Self::MoveUsers
                | Self::AddToGroup
                | Self::RemoveFromGroups
                | Self::SetAllocations
                | Self::ImportUsers
        )
    }

    /// Whether the console asks to type a name before it.
    #[must_use]
    pub const fn is_destructive(self) -> bool {
        matches!(
            self,
            Self::DeleteUsers
                | Self::OffboardUsers
                | Self::PurgeBin
                | Self::DeleteOwnAccount
                | Self::DeleteOrganization
                | Self::DeleteGroup
                | Self::DeleteGroups
        )
    }
}
