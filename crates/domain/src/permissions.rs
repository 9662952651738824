//! Permissions: what the decision function is asked for.

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
        /// Set passwords and make reset links.
        UserSetPassword = "user.set_password",
        /// Give and take roles.
        UserAssignRoles = "user.assign_roles",
        /// Move users to another organization.
        UserMove = "user.move",
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
        /// See the own profile and sessions.
        ProfileRead = "profile.read",
        /// Change the own profile and password, end own sessions.
        ProfileUpdate = "profile.update",
        /// Change place and organization label of the own profile.
        ProfileUpdatePlace = "profile.update_place",
    }
}
