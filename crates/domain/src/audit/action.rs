//! What the audit log knows to tell, and what follows from it.

use crate::names::named;

named! {
    /// What happened, `subject.verb` in the past tense on the wire.
    Action {
        /// Set-up was done.
        SetupCompleted = "setup.completed",
        /// Somebody signed in.
        SignedIn = "auth.signed_in",
        /// Somebody failed to sign in.
        SignInFailed = "auth.sign_in_failed",
        /// Somebody gave the password again, for sensitive acts.
        SteppedUp = "auth.stepped_up",
        /// Somebody began to act as the user.
        ImpersonationStarted = "impersonation.started",
        /// Somebody acts as the user no more.
        ImpersonationEnded = "impersonation.ended",
        /// Somebody signed out.
        SignedOut = "auth.signed_out",
        /// A refresh token was used twice; its session ended.
        RefreshReplayed = "auth.refresh_replayed",
        /// An act was refused for want of a permission.
        AccessDenied = "access.denied",
        /// A user was created.
        UserCreated = "user.created",
        /// A user's profile changed.
        UserUpdated = "user.updated",
        /// A user was suspended.
        UserSuspended = "user.suspended",
        /// A user was activated again.
        UserActivated = "user.activated",
        /// A user was deleted.
        UserDeleted = "user.deleted",
        /// A user left.
        UserOffboarded = "user.offboarded",
        /// Data of a user was exported.
        UserDataExported = "user.data_exported",
        /// A user moved to the bin.
        UserBinned = "user.binned",
        /// A user came back from the bin.
        UserRestored = "user.restored",
        /// A user in the bin was deleted for good.
        UserPurged = "user.purged",
        /// A user's roles changed.
        UserRolesChanged = "user.roles_changed",
        /// A user moved to another organization.
        UserMoved = "user.moved",
        /// A user left an organization for another; told within the one that is left.
        UserLeft = "user.left",
        /// Somebody set another's password.
        PasswordSet = "user.password_set",
        /// Somebody changed the own password.
        PasswordChanged = "user.password_changed",
        /// A password reset link was made.
        ResetLinkCreated = "user.reset_link_created",
        /// A password was chosen by a reset link.
        PasswordReset = "user.password_reset",
        /// Sign-in delays of a user were lifted.
        UserUnlocked = "user.unlocked",
        /// A session was ended.
        SessionRevoked = "session.revoked",
        /// Many sessions were ended.
        SessionsRevoked = "session.bulk_revoked",
        /// An API key was made.
        ApiKeyCreated = "api_key.created",
        /// An API key changed.
        ApiKeyUpdated = "api_key.updated",
        /// An API key got another secret.
        ApiKeyRotated = "api_key.rotated",
        /// An API key was revoked.
        ApiKeyRevoked = "api_key.revoked",
        /// A provider key was stored.
        ProviderKeyCreated = "provider_key.created",
        /// A provider key changed.
        ProviderKeyUpdated = "provider_key.updated",
        /// A provider key was deleted.
        ProviderKeyDeleted = "provider_key.deleted",
        /// An organization was created.
        OrganizationCreated = "organization.created",
        /// An organization changed.
        OrganizationUpdated = "organization.updated",
        /// An organization was deleted.
        OrganizationDeleted = "organization.deleted",
        /// A custom role was defined.
        RoleCreated = "role.created",
        /// A custom role changed.
        RoleUpdated = "role.updated",
        /// A custom role was deleted.
        RoleDeleted = "role.deleted",
        /// A user was granted a role.
        RoleGranted = "role.granted",
        /// A grant of a role was revoked.
        RoleRevoked = "role.revoked",
        /// A view was saved.
        SavedViewCreated = "saved_view.created",
        /// A saved view changed.
        SavedViewUpdated = "saved_view.updated",
        /// A saved view was deleted.
        SavedViewDeleted = "saved_view.deleted",
        /// A user came into a group.
        UserAddedToGroup = "user.added_to_group",
        /// A user became a manager of a group, or is none any more.
        UserGroupChanged = "user.group_changed",
        /// A user was taken out of a group.
        UserRemovedFromGroup = "user.removed_from_group",
        /// A group was created.
        GroupCreated = "group.created",
        /// A group changed.
        GroupUpdated = "group.updated",
        /// A group was deleted.
        GroupDeleted = "group.deleted",
        /// A group moved to the bin.
        GroupBinned = "group.binned",
        /// A group came back from the bin.
        GroupRestored = "group.restored",
        /// A group in the bin was deleted for good.
        GroupPurged = "group.purged",
        /// A group was granted more, or some was taken back.
        AllocationGranted = "allocation.granted",
        /// A group's limit became hard or soft.
        AllocationLimited = "allocation.limited",
        /// A part of a group's allocation was reserved.
        AllocationReserved = "allocation.reserved",
        /// A reservation was used.
        AllocationSettled = "allocation.settled",
        /// A reservation was given up.
        AllocationReleased = "allocation.released",
        /// A reservation ran out.
        AllocationExpired = "allocation.expired",
        /// A setting changed.
        SettingChanged = "setting.changed",
        /// A setting went back to its default.
        SettingReset = "setting.reset",
        /// A plan was executed.
        PlanExecuted = "plan.executed",
        /// A file of users was judged, which tells who is there.
        UserImportJudged = "user_import.judged",
        /// An import of users was executed.
        UserImportExecuted = "user_import.executed",
        /// A job was cancelled.
        JobCancelled = "job.cancelled",
        /// The failed rows of a job were tried again.
        JobRetried = "job.retried",
        /// A new key was put before the former ones.
        KeyRotated = "key.rotated",
        /// Keys that are lost for good were given up; what only they could open or prove is lost.
        KeysReplaced = "key.replaced",
        /// Demonstration data was loaded.
        DemoLoaded = "demo.loaded",
    }
}

impl Action {
    /// Whether it changes who may do what, so that everybody's rights are read again.
    #[must_use]
    pub const fn touches_rights(self) -> bool {
        matches!(
            self,
            Self::SteppedUp
                | Self::ImpersonationEnded
                | Self::SignedOut
                | Self::RefreshReplayed
                | Self::UserSuspended
                | Self::UserActivated
                | Self::UserDeleted
                | Self::UserBinned
                | Self::UserRestored
                | Self::UserRolesChanged
                | Self::UserMoved
                | Self::PasswordSet
                | Self::PasswordChanged
                | Self::PasswordReset
                | Self::SessionRevoked
                | Self::SessionsRevoked
                | Self::ApiKeyUpdated
                | Self::ApiKeyRotated
                | Self::ApiKeyRevoked
                | Self::OrganizationDeleted
                | Self::RoleUpdated
                | Self::RoleGranted
                | Self::RoleRevoked
                // A group may carry roles.
                | Self::UserAddedToGroup
                | Self::UserRemovedFromGroup
                | Self::GroupDeleted
                | Self::GroupBinned
                | Self::GroupRestored
                | Self::KeysReplaced
        )
    }

    /// Whether counts of users or of organizations may differ after it.
    #[must_use]
    pub const fn touches_counts(self) -> bool {
        matches!(
            self,
            Self::SetupCompleted
                | Self::SignedIn
                | Self::UserCreated
                | Self::UserUpdated
                | Self::UserSuspended
                | Self::UserActivated
                | Self::UserDeleted
                | Self::UserBinned
                | Self::UserRestored
                | Self::UserRolesChanged
                | Self::UserMoved
                | Self::OrganizationCreated
                | Self::OrganizationUpdated
                | Self::OrganizationDeleted
                | Self::DemoLoaded
        )
    }

    /// Whether a setting may have another value after it.
    #[must_use]
    pub const fn touches_settings(self) -> bool {
        matches!(self, Self::SettingChanged | Self::SettingReset)
    }
}
