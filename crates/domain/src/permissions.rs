//! Permissions: what the decision function is asked for.

mod info;
mod set;

pub use info::{PermissionInfo, Permissions};
pub use set::PermissionSet;

use crate::names::named;

named! {
    /// The right to one kind of act, `resource.verb` on the wire.
    Permission {
        /// See the overview: counts, recent changes, health.
        OverviewRead = "overview.read",
        /// See users.
        UserRead = "user.read",
        /// Create users.
        UserCreate = "user.create",
        /// Change a user's profile.
        UserUpdate = "user.update",
        /// See contact info of users.
        UserReadContact = "user.read_contact",
        /// Change contact info of users.
        UserUpdateContact = "user.update_contact",
        /// Suspend and activate users.
        UserSuspend = "user.suspend",
        /// Delete users.
        UserDelete = "user.delete",
        /// Export all data of a user.
        UserExport = "user.export",
        /// Set passwords and make reset links.
        UserSetPassword = "user.set_password",
        /// Give and take roles.
        UserAssignRoles = "user.assign_roles",
        /// Move users to another organization.
        UserMove = "user.move",
        /// See the platform as users see it.
        UserImpersonate = "user.impersonate",
        /// Change things as users change them.
        UserActAs = "user.act_as",
        /// Create service accounts, and make, change and rotate their API keys.
        ServiceAccountManage = "service_account.manage",
        /// See the sessions of others.
        SessionRead = "session.read",
        /// End the sessions of others.
        SessionRevoke = "session.revoke",
        /// See organizations.
        OrganizationRead = "organization.read",
        /// Create organizations.
        OrganizationCreate = "organization.create",
        /// Change organizations.
        OrganizationUpdate = "organization.update",
        /// Delete organizations.
        OrganizationDelete = "organization.delete",
        /// Set how many seats organizations have, and who needs none.
        SeatManage = "seat.manage",
        /// See what is in the bin, and the receipts of those who left.
        BinRead = "bin.read",
        /// Bring back what is in the bin.
        BinRestore = "bin.restore",
        /// Delete for good what is in the bin.
        BinPurge = "bin.purge",
        /// Read the audit log.
        AuditRead = "audit.read",
        /// Read settings.
        SettingRead = "setting.read",
        /// Change settings.
        SettingUpdate = "setting.update",
        /// See background jobs.
        JobRead = "job.read",
        /// Cancel and retry background jobs.
        JobControl = "job.control",
        /// See the own profile, sessions and saved views.
        ProfileRead = "profile.read",
        /// Change the own profile and saved views, end own sessions.
        ProfileUpdate = "profile.update",
        /// Change place and organization label of the own profile.
        ProfileUpdatePlace = "profile.update_place",
        /// Change the own password.
        ProfileSetPassword = "profile.set_password",
        /// Delete the own account, where a setting allows it.
        ProfileDelete = "profile.delete",
        /// See the inventory of credentials.
        CredentialRead = "credential.read",
        /// See API keys and what they are used for.
        ApiKeyRead = "api_key.read",
        /// Make, change and rotate own API keys.
        ApiKeyWrite = "api_key.write",
        /// Revoke API keys.
        ApiKeyRevoke = "api_key.revoke",
        /// See provider keys, but not their secrets.
        ProviderKeyRead = "provider_key.read",
        /// Store, change and delete provider keys.
        ProviderKeyWrite = "provider_key.write",
        /// Send requests to model services.
        ModelServiceUse = "model_service.use",
        /// Ask why somebody may, or may not, do something.
        AccessExplain = "access.explain",
        /// See roles, what they carry and who was granted them.
        RoleRead = "role.read",
        /// Define custom roles.
        RoleWrite = "role.write",
        /// Grant roles and revoke grants.
        RoleGrant = "role.grant",
        /// Share saved views, and change and delete those that are shared.
        SavedViewShare = "saved_view.share",
        /// See groups.
        GroupRead = "group.read",
        /// Create groups.
        GroupCreate = "group.create",
        /// Change groups, and make managers of their members.
        GroupUpdate = "group.update",
        /// Delete groups.
        GroupDelete = "group.delete",
        /// See who is in groups.
        GroupReadMembers = "group.read_members",
        /// Add and remove members of groups.
        GroupManageMembers = "group.manage_members",
        /// See allocations of groups.
        AllocationRead = "allocation.read",
        /// Grant allocations to groups, and set their limits.
        AllocationManage = "allocation.manage",
        /// Reserve and use allocations of groups.
        AllocationReserve = "allocation.reserve",
    }
}

impl Permission {
    /// Whether an API key may carry it. What would let a key outlive its own scopes is for signed-in people alone: making
    /// keys and storing those of others, the own password and account, roles, and being somebody else.
    #[must_use]
    pub const fn is_for_keys(self) -> bool {
        !matches!(
            self,
            Self::ApiKeyWrite
                | Self::ProviderKeyWrite
                | Self::ServiceAccountManage
                | Self::ProfileSetPassword
                | Self::ProfileDelete
                | Self::RoleWrite
                | Self::RoleGrant
                | Self::UserImpersonate
                | Self::UserActAs
        )
    }
}

impl Permission {
    /// Whether a session whose authentication is old is asked to authenticate again: for what hands power on, leads to an
    /// account, makes a credential, or cannot be undone. Of settings it depends on the setting.
    #[must_use]
    pub const fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::UserDelete
                | Self::UserExport
                | Self::BinRestore
                | Self::BinPurge
                | Self::UserSetPassword
                | Self::UserAssignRoles
                | Self::UserActAs
                | Self::ServiceAccountManage
                | Self::OrganizationDelete
                | Self::GroupDelete
                | Self::ProfileDelete
                | Self::ApiKeyWrite
                | Self::ApiKeyRevoke
                | Self::ProviderKeyWrite
                | Self::RoleWrite
                | Self::RoleGrant
        )
    }
}

impl Permission {
    /// Whether it is held by somebody who acts as its holder. Passwords, keys, secrets and whatever is sensitive are not, and
    /// nobody acts through one person as a third.
    #[must_use]
    pub const fn is_for_impersonators(self) -> bool {
        !self.is_sensitive()
            && !matches!(
                self,
                Self::ProfileSetPassword
                    | Self::CredentialRead
                    | Self::ApiKeyRead
                    | Self::ProviderKeyRead
                    | Self::ModelServiceUse
                    | Self::SettingUpdate
                    | Self::UserImpersonate
            )
    }

    /// Whether it changes nothing.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(
            self,
            Self::OverviewRead
                | Self::UserRead
                | Self::UserReadContact
                | Self::SessionRead
                | Self::OrganizationRead
                | Self::BinRead
                | Self::AuditRead
                | Self::SettingRead
                | Self::JobRead
                | Self::ProfileRead
                | Self::CredentialRead
                | Self::ApiKeyRead
                | Self::ProviderKeyRead
                | Self::AccessExplain
                | Self::RoleRead
                | Self::GroupRead
                | Self::GroupReadMembers
                | Self::AllocationRead
        )
    }
}

impl Permission {
    /// The permission without which this one shows more than it should: what changes a thing answers with it.
    #[must_use]
    pub const fn basis(self) -> Option<Self> {
        match self {
            Self::UserCreate
            | Self::UserUpdate
            | Self::UserReadContact
            | Self::UserSuspend
            | Self::UserDelete
            | Self::UserExport
            | Self::UserSetPassword
            | Self::UserAssignRoles
            | Self::UserMove
            | Self::UserImpersonate
            | Self::ServiceAccountManage => Some(Self::UserRead),
            Self::UserActAs => Some(Self::UserImpersonate),
            Self::UserUpdateContact => Some(Self::UserReadContact),
            Self::SessionRevoke => Some(Self::SessionRead),
            Self::OrganizationCreate | Self::OrganizationUpdate | Self::OrganizationDelete | Self::SeatManage => {
                Some(Self::OrganizationRead)
            }
            Self::BinRestore | Self::BinPurge => Some(Self::BinRead),
            Self::SettingUpdate => Some(Self::SettingRead),
            Self::JobControl => Some(Self::JobRead),
            Self::ProfileUpdate | Self::ProfileUpdatePlace | Self::ProfileSetPassword | Self::ProfileDelete => {
                Some(Self::ProfileRead)
            }
            Self::ApiKeyWrite | Self::ApiKeyRevoke => Some(Self::ApiKeyRead),
            Self::ProviderKeyWrite => Some(Self::ProviderKeyRead),
            Self::RoleWrite | Self::RoleGrant => Some(Self::RoleRead),
            Self::GroupCreate
            | Self::GroupUpdate
            | Self::GroupDelete
            | Self::GroupReadMembers
            | Self::AllocationRead => Some(Self::GroupRead),
            Self::GroupManageMembers => Some(Self::GroupReadMembers),
            Self::AllocationManage | Self::AllocationReserve => Some(Self::AllocationRead),
            Self::OverviewRead
            | Self::UserRead
            | Self::SessionRead
            | Self::OrganizationRead
            | Self::BinRead
            | Self::AuditRead
            | Self::SettingRead
            | Self::JobRead
            | Self::ProfileRead
            | Self::CredentialRead
            | Self::ApiKeyRead
            | Self::ProviderKeyRead
            | Self::ModelServiceUse
            | Self::AccessExplain
            | Self::RoleRead
            | Self::SavedViewShare
            | Self::GroupRead => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::UnknownName;

    #[test]
    fn a_set_survives_its_text() {
        let set: PermissionSet = "user.read,job.control".parse().unwrap();
        assert_eq!(set.to_string(), "user.read,job.control");
        assert!(set.contains(Permission::UserRead) && !set.contains(Permission::UserCreate));
        assert_eq!(set.len(), 2);
        assert_eq!("".parse::<PermissionSet>(), Ok(PermissionSet::NONE));
        assert_eq!("user.fly".parse::<PermissionSet>(), Err(UnknownName));
        let all: PermissionSet = Permission::ALL.iter().copied().collect();
        assert_eq!(all.iter().count(), Permission::ALL.len());
    }
}
