//! Audit events in words. Plain Rust, tested natively.

use quarterdeck_domain::{
    Permission,
    audit::{Action, ActorType, AuditEvent, Outcome, TargetType},
    error::Unauthenticated,
    sessions::RevocationScope,
};

use super::change;
use crate::{
    i18n::{text, words},
    ui::icon::Icon,
};

/// The sentence of an event, with `actor` and `target` where their names stand.
#[must_use]
pub fn sentence(event: &AuditEvent, actor: &str, target: &str) -> String {
    match (event.action, event.outcome) {
        (Action::PasswordChanged, Outcome::Failure) => text::audit::password_not_changed(actor),
        (action, _) => done(action, actor, target),
    }
}

fn done(action: Action, actor: &str, target: &str) -> String {
    use text::audit as t;
    match action {
        Action::SetupCompleted => t::setup_completed(actor),
        Action::SignedIn => t::signed_in(target),
        Action::SignInFailed => t::sign_in_failed(target),
        Action::SteppedUp => t::stepped_up(actor),
        Action::ImpersonationStarted => t::impersonation_started(actor, target),
        Action::ImpersonationEnded => t::impersonation_ended(actor, target),
        Action::SignedOut => t::signed_out(actor),
        Action::RefreshReplayed => t::refresh_replayed(target),
        Action::AccessDenied => t::access_denied(actor, target),
        Action::UserCreated | Action::OrganizationCreated | Action::RoleCreated | Action::GroupCreated => {
            t::created(actor, target)
        }
        Action::UserUpdated | Action::OrganizationUpdated | Action::RoleUpdated | Action::GroupUpdated => {
            t::updated(actor, target)
        }
        Action::UserSuspended => t::suspended(actor, target),
        Action::UserActivated => t::activated(actor, target),
        Action::UserDeleted | Action::OrganizationDeleted | Action::RoleDeleted | Action::GroupDeleted => {
            t::deleted(actor, target)
        }
        Action::UserOffboarded => t::offboarded(actor, target),
        Action::UserDataExported => t::data_exported(actor, target),
        Action::UserBinned | Action::GroupBinned => t::binned(actor, target),
        Action::UserRestored | Action::GroupRestored => t::restored(actor, target),
        Action::UserPurged | Action::GroupPurged => t::purged(actor, target),
        Action::UserRolesChanged | Action::RoleGranted | Action::RoleRevoked => t::roles_changed(actor, target),
        Action::UserMoved => t::moved(actor, target),
        Action::UserLeft => t::took_out(actor, target),
        Action::PasswordSet => t::password_set(actor, target),
        Action::PasswordChanged => t::password_changed(actor),
        Action::ResetLinkCreated => t::reset_link_created(actor, target),
        Action::PasswordReset => t::password_reset(target),
        Action::UserUnlocked => t::unlocked(actor, target),
        Action::SessionRevoked => t::session_revoked(actor, target),
        Action::SessionsRevoked => t::sessions_revoked(actor, target),
        Action::ApiKeyCreated => t::api_key_created(actor, target),
        Action::ApiKeyUpdated => t::api_key_updated(actor, target),
        Action::ApiKeyRotated => t::api_key_rotated(actor, target),
        Action::ApiKeyRevoked => t::api_key_revoked(actor, target),
        Action::ProviderKeyCreated => t::provider_key_created(actor, target),
        Action::ProviderKeyUpdated => t::provider_key_updated(actor, target),
        Action::ProviderKeyDeleted => t::provider_key_deleted(actor, target),
        Action::SavedViewCreated => t::saved_view_created(actor, target),
        Action::SavedViewUpdated => t::saved_view_updated(actor, target),
        Action::SavedViewDeleted => t::saved_view_deleted(actor, target),
        Action::UserAddedToGroup => t::user_added_to_group(actor, target),
        Action::UserGroupChanged => t::user_group_changed(actor, target),
        Action::UserRemovedFromGroup => t::user_removed_from_group(actor, target),
        Action::AllocationGranted => t::allocation_granted(actor, target),
        Action::AllocationLimited => t::allocation_limited(actor, target),
        Action::AllocationReserved => t::allocation_reserved(actor, target),
        Action::AllocationSettled => t::allocation_settled(actor, target),
        Action::AllocationReleased => t::allocation_released(actor, target),
        Action::AllocationExpired => t::allocation_expired(target),
        Action::SettingChanged => t::setting_changed(actor, target),
        Action::SettingReset => t::setting_reset(actor, target),
        Action::PlanExecuted => t::plan_executed(actor, target),
        Action::UserImportJudged => t::user_import_judged(actor),
        Action::UserImportExecuted => t::user_import_executed(actor, target),
        Action::JobCancelled => t::job_cancelled(actor, target),
        Action::JobRetried => t::job_retried(actor, target),
        Action::KeyRotated => t::key_rotated(actor, target),
        Action::KeysReplaced => t::keys_replaced(actor, target),
        Action::DemoLoaded => t::demo_loaded(actor),
    }
}

/// Name of the actor in a sentence; of both where somebody acted as somebody else.
#[must_use]
pub fn actor_name(event: &AuditEvent) -> String {
    match event.actor.kind {
        ActorType::Anonymous => text::audit::somebody().to_owned(),
        ActorType::System if event.actor.label.is_empty() => text::audit::the_system().to_owned(),
        ActorType::System | ActorType::User | ActorType::ApiKey => {
            words::who(&event.actor.label, event.impersonator.as_ref().map(|by| by.label.as_str()))
        }
    }
}

/// Name of the target in a sentence.
#[must_use]
pub fn target_name(event: &AuditEvent) -> String {
    let label = event.target.label.as_str();
    match event.target.kind {
        kind if label.is_empty() => words::target(kind).to_lowercase(),
        TargetType::Plan | TargetType::Job => label.parse().map_or_else(
            |_| label.to_owned(),
            |act| words::act(act, change::after(event, "role"), change::after(event, "rows").unwrap_or_default()),
        ),
        TargetType::Platform => change::scope(event).map_or_else(|| label.to_owned(), |scope| whose(scope).to_owned()),
        _ => label.to_owned(),
    }
}

fn whose(scope: RevocationScope) -> &'static str {
    match scope {
        RevocationScope::AllButMine => text::audit::everyone_else(),
        RevocationScope::NonAdmins => text::audit::non_admins(),
        RevocationScope::Organization => text::audit::an_organization(),
        RevocationScope::User => text::audit::a_user(),
        RevocationScope::All => text::audit::everyone(),
    }
}

/// Why: in the actor's words, or why a sign-in failed.
#[must_use]
pub fn reason(event: &AuditEvent) -> String {
    let is = |cause: Unauthenticated| event.outcome == Outcome::Failure && event.reason == cause.code();
    if is(Unauthenticated::WrongCredentials) {
        text::audit::wrong_password().to_owned()
    } else if is(Unauthenticated::Suspended) {
        text::audit::account_suspended().to_owned()
    } else {
        event.reason.clone()
    }
}

/// The page of a thing, if it has one that somebody may open who `may` do so much.
#[must_use]
pub fn target_href(kind: TargetType, id: &str, may: impl Fn(Permission) -> bool) -> Option<String> {
    let (permission, href) = match kind {
        TargetType::User => (Permission::UserRead, format!("/users/{id}")),
        TargetType::Organization => (Permission::OrganizationRead, format!("/organizations/{id}")),
        TargetType::Job => (Permission::JobRead, format!("/jobs/{id}")),
        TargetType::Role => (Permission::RoleRead, format!("/roles/{id}")),
        TargetType::Setting => (Permission::SettingRead, format!("/settings?q={id}")),
        TargetType::Group => (Permission::GroupRead, format!("/groups/{id}")),
        TargetType::Session
        | TargetType::ApiKey
        | TargetType::ProviderKey
        | TargetType::SavedView
        | TargetType::Plan
        | TargetType::Operation
        | TargetType::Platform => return None,
    };
    may(permission).then_some(href)
}

/// The icon of an event, by its subject; a failure has its own.
#[must_use]
pub const fn icon(action: Action, outcome: Outcome) -> Icon {
    match (outcome, action) {
        (Outcome::Denied, _) => Icon::Stop,
        (Outcome::Failure, _) => Icon::Error,
        (
            _,
            Action::SignedIn
            | Action::SteppedUp
            | Action::SignedOut
            | Action::SessionRevoked
            | Action::SessionsRevoked
            | Action::RefreshReplayed,
        ) => Icon::Session,
        (_, Action::UserSuspended) => Icon::Pause,
        (_, Action::UserActivated | Action::UserUnlocked) => Icon::Play,
        (
            _,
            Action::UserDeleted
            | Action::UserBinned
            | Action::UserPurged
            | Action::OrganizationDeleted
            | Action::GroupDeleted
            | Action::GroupBinned
            | Action::GroupPurged,
        ) => Icon::Trash,
        (_, Action::UserRestored | Action::GroupRestored) => Icon::Undo,
        (_, Action::UserOffboarded) => Icon::SignOut,
        (_, Action::UserDataExported) => Icon::Download,
        (_, Action::UserCreated) => Icon::UserPlus,
        (
            _,
            Action::PasswordSet
            | Action::PasswordChanged
            | Action::PasswordReset
            | Action::ResetLinkCreated
            | Action::ApiKeyCreated
            | Action::ApiKeyUpdated
            | Action::ApiKeyRotated
            | Action::ApiKeyRevoked
            | Action::ProviderKeyCreated
            | Action::ProviderKeyUpdated
            | Action::ProviderKeyDeleted
            | Action::KeyRotated
            | Action::KeysReplaced,
        ) => Icon::Key,
        (_, Action::UserRolesChanged) => Icon::Shield,
        (_, Action::UserMoved | Action::UserLeft) => Icon::Move,
        (_, Action::OrganizationCreated | Action::OrganizationUpdated) => Icon::Organization,
        (_, Action::SettingChanged | Action::SettingReset | Action::SetupCompleted) => Icon::Settings,
        (
            _,
            Action::PlanExecuted
            | Action::UserImportJudged
            | Action::UserImportExecuted
            | Action::JobCancelled
            | Action::JobRetried
            | Action::DemoLoaded,
        ) => Icon::Jobs,
        _ => Icon::Edit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_a_sentence_about_its_people() {
        for action in Action::ALL {
            let words = done(*action, "Ada", "Bob");
            assert!(words.contains("Ada") || words.contains("Bob"), "{words}");
            assert!(!words.contains('{'), "{words}");
        }
        assert_eq!(done(Action::UserSuspended, "Ada", "Bob"), "Ada suspended Bob");
    }

    fn event(action: Action, target: serde_json::Value, changes: serde_json::Value) -> AuditEvent {
        serde_json::from_value(serde_json::json!({
            "id": "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e", "at": "2026-01-01T00:00:00Z", "action": action,
            "outcome": "success", "permission": "user.suspend", "actor": {"kind": "user", "id": null, "label": "ada"},
            "target": target, "organization_id": null, "reason": "", "changes": changes, "address": "",
            "user_agent": "", "request_id": "", "session_id": null, "api_key_id": null, "sequence": null, "hash": null
        }))
        .unwrap()
    }

    #[test]
    fn no_act_and_no_scope_shows_its_wire_name() {
        use quarterdeck_domain::acts::Act;
        for act in Act::ALL {
            let target = serde_json::json!({"kind": "plan", "id": "p", "label": act});
            let changes = serde_json::json!([
                {"field": "role", "before": null, "after": "trainer"}, {"field": "rows", "before": 0, "after": 240}
            ]);
            let words = target_name(&event(Action::PlanExecuted, target, changes));
            let is_counted = words.contains("240") || *act == Act::DeleteOwnAccount;
            assert!(is_counted && !words.contains('_') && words != act.name(), "{words}");
        }
        for scope in RevocationScope::ALL {
            let target = serde_json::json!({"kind": "platform", "id": "", "label": "sessions"});
            let changes = serde_json::json!([{"field": "scope", "before": null, "after": {"scope": scope}}]);
            assert_eq!(target_name(&event(Action::SessionsRevoked, target, changes)), whose(*scope));
        }
    }

    #[test]
    fn whoever_acts_as_somebody_else_is_named_beside_them() {
        let target = serde_json::json!({"kind": "user", "id": "u", "label": "carol"});
        let mut event = event(Action::UserUpdated, target, serde_json::json!([]));
        assert_eq!(actor_name(&event), "ada");
        event.impersonator = serde_json::from_value(serde_json::json!({"id": null, "label": "grace"})).unwrap();
        assert_eq!(sentence(&event, &actor_name(&event), "carol"), "grace as ada changed carol");
    }

    #[test]
    fn things_lead_to_their_pages() {
        assert_eq!(target_href(TargetType::User, "x", |_| true).as_deref(), Some("/users/x"));
        assert_eq!(target_href(TargetType::User, "x", |permission| permission != Permission::UserRead), None);
        assert_eq!(target_href(TargetType::Platform, "x", |_| true), None);
    }
}
