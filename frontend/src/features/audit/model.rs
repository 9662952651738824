//! Audit events in words. Plain Rust, tested natively.

use quarterdeck_domain::audit::{Action, ActorType, AuditEvent, Outcome, TargetType};
use serde_json::Value;

use crate::{
    i18n::{text, words},
    ui::{dirty::FieldChange, icon::Icon},
};

/// The sentence of an event, with `actor` and `target` where their names stand.
#[must_use]
pub fn sentence(action: Action, actor: &str, target: &str) -> String {
    use text::audit as t;
    match action {
        Action::SetupCompleted => t::setup_completed(actor),
        Action::SignedIn => t::signed_in(target),
        Action::SignInFailed => t::sign_in_failed(target),
        Action::SignedOut => t::signed_out(actor),
        Action::RefreshReplayed => t::refresh_replayed(target),
        Action::AccessDenied => t::access_denied(actor, target),
        Action::UserCreated | Action::OrganizationCreated => t::created(actor, target),
        Action::UserUpdated | Action::OrganizationUpdated => t::updated(actor, target),
        Action::UserSuspended => t::suspended(actor, target),
        Action::UserActivated => t::activated(actor, target),
        Action::UserDeleted | Action::OrganizationDeleted => t::deleted(actor, target),
        Action::UserRolesChanged => t::roles_changed(actor, target),
        Action::UserMoved => t::moved(actor, target),
        Action::UserLeft => t::took_out(actor, target),
        Action::PasswordSet => t::password_set(actor, target),
        Action::PasswordChanged => t::password_changed(actor),
        Action::ResetLinkCreated => t::reset_link_created(actor, target),
        Action::PasswordReset => t::password_reset(target),
        Action::UserUnlocked => t::unlocked(actor, target),
        Action::SessionRevoked => t::session_revoked(actor, target),
        Action::SessionsRevoked => t::sessions_revoked(actor, target),
        Action::SettingChanged => t::setting_changed(actor, target),
        Action::SettingReset => t::setting_reset(actor, target),
        Action::PlanExecuted => t::plan_executed(actor, target),
        Action::JobCancelled => t::job_cancelled(actor, target),
        Action::JobRetried => t::job_retried(actor, target),
        Action::KeyRotated => t::key_rotated(actor, target),
        Action::KeysReplaced => t::keys_replaced(actor, target),
        Action::DemoLoaded => t::demo_loaded(actor),
    }
}

/// Name of the actor in a sentence.
#[must_use]
pub fn actor_name(event: &AuditEvent) -> String {
    match event.actor.kind {
        ActorType::Anonymous => text::audit::somebody().to_owned(),
        ActorType::System if event.actor.label.is_empty() => text::audit::the_system().to_owned(),
        ActorType::System | ActorType::User => event.actor.label.clone(),
    }
}

/// Name of the target in a sentence.
#[must_use]
pub fn target_name(event: &AuditEvent) -> String {
    match (event.target.label.as_str(), event.target.kind) {
        ("", kind) => words::target(kind).to_lowercase(),
        (label, _) => label.to_owned(),
    }
}

/// The page of a thing, if it has one.
#[must_use]
pub fn target_href(kind: TargetType, id: &str) -> Option<String> {
    match kind {
        TargetType::User => Some(format!("/users/{id}")),
        TargetType::Organization => Some(format!("/organizations/{id}")),
        TargetType::Job => Some(format!("/jobs/{id}")),
        TargetType::Setting => Some(format!("/settings?q={id}")),
        TargetType::Session | TargetType::Plan | TargetType::Operation | TargetType::Platform => None,
    }
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
            | Action::SignedOut
            | Action::SessionRevoked
            | Action::SessionsRevoked
            | Action::RefreshReplayed,
        ) => Icon::Session,
        (_, Action::UserSuspended) => Icon::Pause,
        (_, Action::UserActivated | Action::UserUnlocked) => Icon::Play,
        (_, Action::UserDeleted | Action::OrganizationDeleted) => Icon::Trash,
        (_, Action::UserCreated) => Icon::UserPlus,
        (
            _,
            Action::PasswordSet
            | Action::PasswordChanged
            | Action::PasswordReset
            | Action::ResetLinkCreated
            | Action::KeyRotated
            | Action::KeysReplaced,
        ) => Icon::Key,
        (_, Action::UserRolesChanged) => Icon::Shield,
        (_, Action::UserMoved | Action::UserLeft) => Icon::Move,
        (_, Action::OrganizationCreated | Action::OrganizationUpdated) => Icon::Organization,
        (_, Action::SettingChanged | Action::SettingReset | Action::SetupCompleted) => Icon::Settings,
        (_, Action::PlanExecuted | Action::JobCancelled | Action::JobRetried | Action::DemoLoaded) => Icon::Jobs,
        _ => Icon::Edit,
    }
}

/// The changed fields, for the before-and-after table.
#[must_use]
pub fn changes(event: &AuditEvent) -> Vec<FieldChange> {
    event
        .changes
        .iter()
        .map(|change| FieldChange {
            label: change.field.replace('_', " "),
            before: value(&change.before),
            after: value(&change.after),
        })
        .collect()
}

/// A value as text: lists joined, nothing for nothing.
#[must_use]
pub fn value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => text::ui::yes().to_lowercase(),
        Value::Bool(false) => text::ui::no().to_lowercase(),
        Value::Array(items) => items.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Object(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_a_sentence_about_its_people() {
        for action in Action::ALL {
            let words = sentence(*action, "Ada", "Bob");
            assert!(words.contains("Ada") || words.contains("Bob"), "{words}");
            assert!(!words.contains('{'), "{words}");
        }
        assert_eq!(sentence(Action::UserSuspended, "Ada", "Bob"), "Ada suspended Bob");
    }

    #[test]
    fn values_read_as_words() {
        assert_eq!(value(&serde_json::json!(["admin", "user"])), "admin, user");
        assert_eq!(value(&serde_json::json!(true)), "yes");
        assert_eq!(value(&Value::Null), "");
        assert_eq!(value(&serde_json::json!(86_400)), "86400");
    }

    #[test]
    fn things_lead_to_their_pages() {
        assert_eq!(target_href(TargetType::User, "x").as_deref(), Some("/users/x"));
        assert_eq!(target_href(TargetType::Platform, "x"), None);
    }
}
