//! Rules that the present state does not allow to break.

/// A rule that the present state does not allow to break; 409 on the wire. The name is the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The username belongs to somebody else.
    UsernameTaken,
    /// The username is a former name of somebody else and still reserved.
    UsernameReserved,
    /// The e-mail address belongs to somebody else.
    EmailTaken,
    /// The organization's name is in use.
    OrganizationNameTaken,
    /// The act would leave the platform without an active administrator.
    LastAdministrator,
    /// Set-up has been done already.
    SetupDone,
    /// The matched set is not what the plan showed.
    PlanChanged,
    /// The plan has been executed already.
    PlanExecuted,
    /// The plan is older than its expiry.
    PlanExpired,
    /// The import has been executed already.
    UserImportExecuted,
    /// The import is older than its expiry.
    UserImportExpired,
    /// The plan is for another act or another thing.
    PlanMismatch,
    /// The job has ended already.
    JobEnded,
    /// The job has not ended, or none of its rows failed.
    NothingFailed,
    /// A request with the same `Idempotency-Key` is still being carried out.
    IdempotencyInFlight,
    /// The request with this `Idempotency-Key` was carried out but its answer was lost.
    IdempotencyAnswerLost,
    /// The setting is fixed by a flag, the environment or the configuration file.
    SettingFixed,
    /// The user is suspended.
    UserSuspended,
    /// The user is a service account, which has no password and does not sign in.
    ServiceAccount,
    /// The user has an API key of this title.
    ApiKeyTitleTaken,
    /// The user has as many API keys as the platform allows.
    TooManyApiKeys,
    /// The API key is past its end.
    ApiKeyEnded,
    /// The owner has a key of this provider.
    ProviderKeyExists,
    /// There is no key that a request could go out with.
    NoProviderKey,
    /// The platform sends no requests to this model service.
    ModelServiceOff,
    /// A role has this name.
    RoleNameTaken,
    /// Somebody holds the role.
    RoleHeld,
    /// A view of the table has this name there.
    SavedViewNameTaken,
    /// The user has made as many views as one may.
    TooManySavedViews,
    /// The user was granted the role there already.
    RoleGranted,
    /// The group's name is in use in its organization.
    GroupNameTaken,
    /// The user is in the group already.
    GroupMemberExists,
    /// The group does not take the user.
    CannotJoin,
    /// The act would use or reserve more than the group's hard limit allows.
    AllocationExceeded,
    /// The reservation was settled or released, or has expired.
    ReservationEnded,
    /// All seats of the organization are taken.
    SeatsTaken,
    /// Nobody deletes the own account here.
    SelfDeletionOff,
    /// The organization still has what goes before it.
    OrganizationNotEmpty,
    /// The organization that the thing belonged to is gone.
    OrganizationGone,
}

impl Rule {
    /// All rules, for the catalogue of codes.
    pub const ALL: [Self; 39] = [
        Self::UsernameTaken,
        Self::UsernameReserved,
        Self::EmailTaken,
        Self::OrganizationNameTaken,
        Self::LastAdministrator,
        Self::SetupDone,
        Self::PlanChanged,
        Self::PlanExecuted,
        Self::PlanExpired,
        Self::PlanMismatch,
        Self::UserImportExecuted,
        Self::UserImportExpired,
        Self::JobEnded,
        Self::NothingFailed,
        Self::IdempotencyInFlight,
        Self::IdempotencyAnswerLost,
        Self::SettingFixed,
        Self::UserSuspended,
        Self::ServiceAccount,
        Self::ApiKeyTitleTaken,
        Self::TooManyApiKeys,
        Self::ApiKeyEnded,
        Self::ProviderKeyExists,
        Self::NoProviderKey,
        Self::ModelServiceOff,
        Self::RoleNameTaken,
        Self::RoleHeld,
        Self::SavedViewNameTaken,
        Self::TooManySavedViews,
        Self::RoleGranted,
        Self::GroupNameTaken,
        Self::GroupMemberExists,
        Self::CannotJoin,
        Self::AllocationExceeded,
        Self::ReservationEnded,
        Self::SeatsTaken,
        Self::SelfDeletionOff,
        Self::OrganizationNotEmpty,
        Self::OrganizationGone,
    ];

    /// Stable code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UsernameTaken => "username-taken",
            Self::UsernameReserved => "username-reserved",
            Self::EmailTaken => "email-taken",
            Self::OrganizationNameTaken => "organization-name-taken",
            Self::LastAdministrator => "last-administrator",
            Self::SetupDone => "setup-done",
            Self::PlanChanged => "plan-changed",
            Self::PlanExecuted => "plan-executed",
            Self::PlanExpired => "plan-expired",
            Self::PlanMismatch => "plan-mismatch",
            Self::UserImportExecuted => "user-import-executed",
            Self::UserImportExpired => "user-import-expired",
            Self::JobEnded => "job-ended",
            Self::NothingFailed => "nothing-failed",
            Self::IdempotencyInFlight => "idempotency-in-flight",
            Self::IdempotencyAnswerLost => "idempotency-answer-lost",
            Self::UserSuspended => "user-suspended",
            Self::ServiceAccount => "service-account",
            Self::ApiKeyTitleTaken => "api-key-title-taken",
            Self::TooManyApiKeys => "too-many-api-keys",
            Self::ApiKeyEnded => "api-key-ended",
            Self::ProviderKeyExists => "provider-key-exists",
            Self::NoProviderKey => "no-provider-key",
            Self::ModelServiceOff => "model-service-off",
            Self::RoleNameTaken => "role-name-taken",
            Self::RoleHeld => "role-held",
            Self::SavedViewNameTaken => "saved-view-name-taken",
            Self::TooManySavedViews => "too-many-saved-views",
            Self::RoleGranted => "role-granted",
            Self::SettingFixed => "setting-fixed",
            Self::GroupNameTaken => "group-name-taken",
            Self::GroupMemberExists => "group-member-exists",
            Self::CannotJoin => "cannot-join",
            Self::AllocationExceeded => "allocation-exceeded",
            Self::ReservationEnded => "reservation-ended",
            Self::SeatsTaken => "seats-taken",
            Self::SelfDeletionOff => "self-deletion-off",
            Self::OrganizationNotEmpty => "organization-not-empty",
            Self::OrganizationGone => "organization-gone",
        }
    }

    /// The field that the rule is about, for forms.
    #[must_use]
    pub const fn pointer(self) -> Option<&'static str> {
        match self {
            Self::UsernameTaken | Self::UsernameReserved => Some("/username"),
            Self::EmailTaken => Some("/email"),
            Self::OrganizationNameTaken | Self::RoleNameTaken | Self::GroupNameTaken | Self::SavedViewNameTaken => {
                Some("/name")
            }
            Self::ApiKeyTitleTaken => Some("/title"),
            Self::ProviderKeyExists => Some("/provider"),
            _ => None,
        }
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::UsernameTaken => "This username is in use. Choose another.",
            Self::UsernameReserved => "This username belonged to somebody else in the last 90 days. Choose another.",
            Self::EmailTaken => "This e-mail address is in use. Choose another, or leave it empty.",
            Self::OrganizationNameTaken => "An organization has this name already. Choose another.",
            Self::LastAdministrator => {
                "This would leave the platform without an active administrator. Make somebody else an administrator first."
            }
            Self::SetupDone => "Set-up has been done already. Sign in instead.",
            Self::PlanChanged => "What the plan matched has changed since. Look at the difference and plan again.",
            Self::PlanExecuted => "This plan has been executed already.",
            Self::PlanExpired => "This plan has expired. Plan again.",
            Self::PlanMismatch => "This plan is for another act. Plan this one first.",
            Self::UserImportExecuted => "This import has been executed already.",
            Self::UserImportExpired => "This import has expired. Send the file again.",
            Self::JobEnded => "This job has ended already.",
            Self::NothingFailed => "No row of this job has failed, or it has not ended. There is nothing to try again.",
            Self::IdempotencyInFlight => "A request with this Idempotency-Key is still being carried out. Wait for it.",
            Self::IdempotencyAnswerLost => {
                "The request with this Idempotency-Key was carried out, but its answer is not there for you any more. Read the resource."
            }
            Self::UserSuspended => "This user is suspended. Activate them first.",
            Self::ServiceAccount => {
                "This is a service account: it has no password and nobody signs in as it. It acts by its API keys."
            }
            Self::ApiKeyTitleTaken => "There is an API key of this title already. Choose another.",
            Self::TooManyApiKeys => {
                "There are as many API keys as the platform allows for one user. Revoke one that is not needed."
            }
            Self::ApiKeyEnded => "This API key has ended. Make another one.",
            Self::ProviderKeyExists => {
                "There is a key of this provider already. Change its secret, or delete it first."
            }
            Self::NoProviderKey => {
                "There is no active key for this model service. Store one of your own, or ask an administrator."
            }
            Self::ModelServiceOff => {
                "The platform sends no requests to this model service. An administrator can switch it on."
            }
            Self::RoleNameTaken => "A role has this name already. Choose another.",
            Self::RoleHeld => "Somebody holds this role. Revoke its grants first.",
            Self::SavedViewNameTaken => "A view of this table has this name there already. Choose another.",
            Self::TooManySavedViews => "You have made as many views as one may. Delete one that is not needed.",
            Self::RoleGranted => "The user was granted this role there already. Revoke that grant first.",
            Self::GroupNameTaken => "A group there has this name already. Choose another.",
            Self::GroupMemberExists => "This user is in the group already.",
            Self::CannotJoin => {
                "The group does not take this user: an organization's group is for its own people, and who only manages a group of the platform adds those of their own organization."
            }
            Self::AllocationExceeded => {
                "The group's allocation has not enough left for this. Grant it more, or free what is reserved."
            }
            Self::ReservationEnded => "This reservation was settled or released, or has expired. Make another one.",
            Self::SelfDeletionOff => {
                "People do not delete their own accounts here. An administrator can do it for you."
            }
            Self::SeatsTaken => {
                "All seats of the organization are taken. Free one by suspending somebody, or have seats added to it."
            }
            Self::OrganizationNotEmpty => {
                "The organization still has members or groups: some came meanwhile, or could not go. Plan its deletion again."
            }
            Self::OrganizationGone => {
                "The organization that it belonged to is gone for good, so that it cannot come back."
            }
            Self::SettingFixed => {
                "This setting is fixed from outside; `fixed` names the flag, variable or file entry. Change it there."
            }
        }
    }
}
