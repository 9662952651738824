//! Words for the domain's enumerations.

mod counts;

use quarterdeck_domain::{
    Role,
    acts::Act,
    allocations::Colour,
    audit::{Action, ActorType, Outcome, TargetType},
    credentials::CredentialKind,
    health::CheckOutcome,
    jobs::{Job, JobState, RowOutcome},
    meta::BannerLevel,
    organizations::OrganizationKind,
    plans::{Exclusion, PlanKind},
    sessions::{ClientKind, RevocationScope},
    settings::SettingSource,
    users::{UserKind, UserStatus},
};

pub use counts::{all_counted, count_kind, counted, whole_kind};

use crate::i18n::text;

/// A role.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => text::words::role_admin(),
        Role::OrganizationAdmin => text::words::role_organization_admin(),
        Role::Developer => text::words::role_developer(),
        Role::Advocate => text::words::role_advocate(),
        Role::BillingAdmin => text::words::role_billing_admin(),
        Role::GroupManager => text::words::role_group_manager(),
        Role::Trainer => text::words::role_trainer(),
        Role::User => text::words::role_user(),
    }
}

/// What a role is for, in one sentence.
#[must_use]
pub fn role_help(role: Role) -> &'static str {
    match role {
        Role::Admin => text::words::role_admin_help(),
        Role::OrganizationAdmin => text::words::role_organization_admin_help(),
        Role::Developer => text::words::role_developer_help(),
        Role::Advocate => text::words::role_advocate_help(),
        Role::BillingAdmin => text::words::role_billing_admin_help(),
        Role::GroupManager => text::words::role_group_manager_help(),
        Role::Trainer => text::words::role_trainer_help(),
        Role::User => text::words::role_user_help(),
    }
}

/// Roles, joined; "User" when there is none.
#[must_use]
pub fn roles(roles: quarterdeck_domain::roles::Roles) -> String {
    let words: Vec<&str> = roles.iter().map(role).collect();
    if words.is_empty() { role(Role::User).to_owned() } else { words.join(", ") }
}

/// Who did something, and in whose name: "ada as bob".
#[must_use]
pub fn who(name: &str, impersonator: Option<&str>) -> String {
    impersonator.map_or_else(|| name.to_owned(), |by| text::words::one_as_another(by, name))
}

/// Who acts by an account.
#[must_use]
pub fn user_kind(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Person => text::words::person(),
        UserKind::Service => text::words::service_account(),
    }
}

/// Kind of a credential.
#[must_use]
pub fn credential_kind(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ApiKey => text::words::api_key(),
        CredentialKind::Session => text::words::session(),
        CredentialKind::ResetLink => text::words::reset_link(),
    }
}

/// Status of a user.
#[must_use]
pub fn user_status(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Active => text::words::active(),
        UserStatus::Suspended => text::words::suspended(),
    }
}

/// Kind of organization.
#[must_use]
pub fn organization_kind(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Company => text::words::company(),
        OrganizationKind::University => text::words::university(),
        OrganizationKind::Government => text::words::government(),
        OrganizationKind::Research => text::words::research(),
        OrganizationKind::Other => text::words::other(),
    }
}

/// Kind of client of a session.
#[must_use]
pub fn client_kind(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Browser => text::words::browser(),
        ClientKind::Cli => text::words::cli(),
    }
}

/// Whose sessions end.
#[must_use]
pub fn revocation_scope(scope: RevocationScope) -> &'static str {
    match scope {
        RevocationScope::AllButMine => text::words::all_but_mine(),
        RevocationScope::NonAdmins => text::words::non_admins(),
        RevocationScope::Organization => text::words::one_organization(),
        RevocationScope::User => text::words::one_user(),
        RevocationScope::All => text::words::all_sessions(),
    }
}

/// State of a job.
#[must_use]
pub fn job_state(state: JobState) -> &'static str {
    match state {
        JobState::Queued => text::words::queued(),
        JobState::Running => text::words::running(),
        JobState::Succeeded => text::words::succeeded(),
        JobState::Failed => text::words::failed(),
        JobState::Cancelled => text::words::cancelled(),
    }
}

/// Outcome of a row of a job.
#[must_use]
pub fn row_outcome(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Pending => text::words::pending(),
        RowOutcome::Succeeded => text::words::succeeded(),
        RowOutcome::Failed => text::words::failed(),
        RowOutcome::Skipped => text::words::skipped(),
    }
}

/// Kinds of jobs.
#[must_use]
pub fn plan_kind(kind: PlanKind) -> &'static str {
    match kind {
        PlanKind::DeleteUsers => text::words::delete_users(),
        PlanKind::BinUsers => text::words::bin_users(),
        PlanKind::OffboardUsers => text::words::offboard_users(),
        PlanKind::PurgeBin => text::words::purge_bin(),
        PlanKind::DeleteOwnAccount => text::words::delete_own_account(),
        PlanKind::SetUserStatus => text::words::set_user_status(),
        PlanKind::ChangeUserRole => text::words::change_user_role(),
        PlanKind::MoveUsers => text::words::move_users(),
        PlanKind::RevokeUserSessions | PlanKind::RevokeSessions => text::words::revoke_sessions(),
        PlanKind::DeleteOrganization => text::words::delete_organization(),
        PlanKind::AddToGroup => text::words::add_to_group(),
        PlanKind::RemoveFromGroups => text::words::remove_from_groups(),
        PlanKind::DeleteGroup => text::words::delete_group(),
        PlanKind::DeleteGroups => text::words::delete_groups(),
        PlanKind::BinGroups => text::words::bin_groups(),
        PlanKind::SetAllocations => text::words::set_allocations(),
        PlanKind::ImportUsers => text::words::import_users(),
    }
}

/// What is done to how many rows: "Suspend 240 users".
#[must_use]
pub fn act(act: Act, role: Option<Role>, rows: u64) -> String {
    let role = self::role(role.unwrap_or(Role::User));
    match act {
        Act::DeleteUsers => text::plans::act_delete_users(rows),
        Act::BinUsers => text::plans::act_bin_users(rows),
        Act::OffboardUsers => text::plans::act_offboard_users(rows),
        Act::PurgeBin => text::plans::act_purge_bin(rows),
        Act::DeleteOwnAccount => text::plans::act_delete_own_account().to_owned(),
        Act::SuspendUsers => text::plans::act_suspend_users(rows),
        Act::ActivateUsers => text::plans::act_activate_users(rows),
        Act::GiveRole => text::plans::act_give_role(rows, role),
        Act::TakeRole => text::plans::act_take_role(rows, role),
        Act::MoveUsers => text::plans::act_move_users(rows),
        Act::RevokeUserSessions => text::plans::act_revoke_user_sessions(rows),
        Act::RevokeSessions => text::plans::act_revoke_sessions(rows),
        Act::DeleteOrganization => text::plans::act_delete_organization(rows),
        Act::AddToGroup => text::plans::act_add_to_group(rows),
        Act::RemoveFromGroups => text::plans::act_remove_from_groups(rows),
        Act::DeleteGroup => text::plans::act_delete_group(rows),
        Act::DeleteGroups => text::plans::act_delete_groups(rows),
        Act::BinGroups => text::plans::act_bin_groups(rows),
        Act::SetAllocations => text::plans::act_set_allocations(rows),
        Act::ImportUsers => text::plans::act_import_users(rows),
    }
}

/// What a job does: "Suspend 240 users".
#[must_use]
pub fn job(job: &Job) -> String {
    act(job.act, job.role, job.total)
}

/// An audited act.
#[must_use]
pub fn action(action: Action) -> &'static str {
    match action {
        Action::SetupCompleted => text::words::act_setup_completed(),
        Action::SignedIn => text::words::act_signed_in(),
        Action::SignInFailed => text::words::act_sign_in_failed(),
        Action::ImpersonationStarted => text::words::act_impersonation_started(),
        Action::ImpersonationEnded => text::words::act_impersonation_ended(),
        Action::SteppedUp => text::words::act_stepped_up(),
        Action::SignedOut => text::words::act_signed_out(),
        Action::RefreshReplayed => text::words::act_refresh_replayed(),
        Action::AccessDenied => text::words::act_access_denied(),
        Action::UserCreated => text::words::act_user_created(),
        Action::UserUpdated => text::words::act_user_updated(),
        Action::UserSuspended => text::words::act_user_suspended(),
        Action::UserActivated => text::words::act_user_activated(),
        Action::UserDeleted => text::words::act_user_deleted(),
        Action::UserOffboarded => text::words::act_user_offboarded(),
        Action::UserDataExported => text::words::act_user_data_exported(),
        Action::UserBinned => text::words::act_user_binned(),
        Action::UserRestored => text::words::act_user_restored(),
        Action::UserPurged => text::words::act_user_purged(),
        Action::UserRolesChanged => text::words::act_user_roles_changed(),
        Action::UserMoved => text::words::act_user_moved(),
        Action::UserLeft => text::words::act_user_left(),
        Action::PasswordSet => text::words::act_password_set(),
        Action::PasswordChanged => text::words::act_password_changed(),
        Action::ResetLinkCreated => text::words::act_reset_link_created(),
        Action::PasswordReset => text::words::act_password_reset(),
        Action::UserUnlocked => text::words::act_user_unlocked(),
        Action::SessionRevoked => text::words::act_session_revoked(),
        Action::SessionsRevoked => text::words::act_sessions_revoked(),
        Action::ApiKeyCreated => text::words::act_api_key_created(),
        Action::ApiKeyUpdated => text::words::act_api_key_updated(),
        Action::ApiKeyRotated => text::words::act_api_key_rotated(),
        Action::ApiKeyRevoked => text::words::act_api_key_revoked(),
        Action::ProviderKeyCreated => text::words::act_provider_key_created(),
        Action::ProviderKeyUpdated => text::words::act_provider_key_updated(),
        Action::ProviderKeyDeleted => text::words::act_provider_key_deleted(),
        Action::OrganizationCreated => text::words::act_organization_created(),
        Action::OrganizationUpdated => text::words::act_organization_updated(),
        Action::OrganizationDeleted => text::words::act_organization_deleted(),
        Action::RoleCreated => text::words::act_role_created(),
        Action::RoleUpdated => text::words::act_role_updated(),
        Action::RoleDeleted => text::words::act_role_deleted(),
        Action::RoleGranted => text::words::act_role_granted(),
        Action::RoleRevoked => text::words::act_role_revoked(),
        Action::SavedViewCreated => text::words::act_saved_view_created(),
        Action::SavedViewUpdated => text::words::act_saved_view_updated(),
        Action::SavedViewDeleted => text::words::act_saved_view_deleted(),
        Action::UserAddedToGroup => text::words::act_user_added_to_group(),
        Action::UserGroupChanged => text::words::act_user_group_changed(),
        Action::UserRemovedFromGroup => text::words::act_user_removed_from_group(),
        Action::GroupCreated => text::words::act_group_created(),
        Action::GroupUpdated => text::words::act_group_updated(),
        Action::GroupDeleted => text::words::act_group_deleted(),
        Action::GroupBinned => text::words::act_group_binned(),
        Action::GroupRestored => text::words::act_group_restored(),
        Action::GroupPurged => text::words::act_group_purged(),
        Action::AllocationGranted => text::words::act_allocation_granted(),
        Action::AllocationLimited => text::words::act_allocation_limited(),
        Action::AllocationReserved => text::words::act_allocation_reserved(),
        Action::AllocationSettled => text::words::act_allocation_settled(),
        Action::AllocationReleased => text::words::act_allocation_released(),
        Action::AllocationExpired => text::words::act_allocation_expired(),
        Action::SettingChanged => text::words::act_setting_changed(),
        Action::SettingReset => text::words::act_setting_reset(),
        Action::PlanExecuted => text::words::act_plan_executed(),
        Action::UserImportJudged => text::words::act_user_import_judged(),
        Action::UserImportExecuted => text::words::act_user_import_executed(),
        Action::JobCancelled => text::words::act_job_cancelled(),
        Action::JobRetried => text::words::act_job_retried(),
        Action::KeyRotated => text::words::act_key_rotated(),
        Action::KeysReplaced => text::words::act_keys_replaced(),
        Action::DemoLoaded => text::words::act_demo_loaded(),
    }
}

/// How an audited act ended.
#[must_use]
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => text::words::success(),
        Outcome::Failure => text::words::failed(),
        Outcome::Denied => text::words::denied(),
    }
}

/// Kind of who acted.
#[must_use]
pub fn actor(kind: ActorType) -> &'static str {
    match kind {
        ActorType::User => text::words::user(),
        ActorType::ApiKey => text::words::api_key(),
        ActorType::System => text::words::system(),
        ActorType::Anonymous => text::words::anonymous(),
    }
}

/// Kind of the thing that an audit event is about.
#[must_use]
pub fn target(kind: TargetType) -> &'static str {
    match kind {
        TargetType::User => text::words::user(),
        TargetType::Organization => text::words::organization(),
        TargetType::ApiKey => text::words::api_key(),
        TargetType::ProviderKey => text::words::provider_key(),
        TargetType::Role => text::users::role(),
        TargetType::SavedView => text::words::saved_view(),
        TargetType::Group => text::words::group(),
        TargetType::Session => text::words::session(),
        TargetType::Setting => text::words::setting(),
        TargetType::Plan => text::words::plan(),
        TargetType::Job => text::words::job(),
        TargetType::Operation => text::words::operation(),
        TargetType::Platform => text::words::platform(),
    }
}

/// Outcome of a health check.
#[must_use]
pub fn check(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Pass => text::words::check_pass(),
        CheckOutcome::Warn => text::words::check_warn(),
        CheckOutcome::Fail => text::words::check_fail(),
    }
}

/// How urgent the banner is.
#[must_use]
pub fn banner_level(level: BannerLevel) -> &'static str {
    match level {
        BannerLevel::Info => text::settings::level_info(),
        BannerLevel::Warning => text::settings::level_warning(),
        BannerLevel::Critical => text::settings::level_critical(),
    }
}

/// Colour of a level.
#[must_use]
pub fn colour(colour: Colour) -> &'static str {
    match colour {
        Colour::Grey => text::settings::grey(),
        Colour::Green => text::settings::green(),
        Colour::Blue => text::settings::blue(),
        Colour::Yellow => text::settings::yellow(),
        Colour::Orange => text::settings::orange(),
        Colour::Red => text::settings::red(),
    }
}

/// Where the value of a setting comes from.
#[must_use]
pub fn setting_source(source: SettingSource) -> &'static str {
    match source {
        SettingSource::Default => text::words::source_default(),
        SettingSource::Flag => text::words::source_flag(),
        SettingSource::Environment => text::words::source_environment(),
        SettingSource::File => text::words::source_file(),
        SettingSource::Database => text::words::source_database(),
    }
}

/// Why rows are left out of an act, with their number.
#[must_use]
pub fn exclusion(reason: Exclusion, count: u64) -> String {
    match reason {
        Exclusion::NotFound => text::plans::excluded_not_found(count),
        Exclusion::OwnAccount => text::plans::excluded_own(count),
        Exclusion::PrivilegedAccount => text::plans::excluded_privileged(count),
        Exclusion::NothingToDo => text::plans::excluded_nothing(count),
        Exclusion::TakesOver => text::plans::excluded_takes_over(count),
        Exclusion::NoOrganization => text::plans::excluded_no_organization(count),
        Exclusion::CannotJoin => text::plans::excluded_cannot_join(count),
    }
}
