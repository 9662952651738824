//! The changed fields of an event in words. Plain Rust, tested natively.

use quarterdeck_domain::{
    Role,
    audit::{AuditEvent, TargetType},
    organizations::OrganizationKind,
    sessions::RevocationScope,
    settings::definition,
    users::UserStatus,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    features::settings::in_words,
    i18n::{number, text, words},
    ui::dirty::FieldChange,
};

/// The changed fields, for the before-and-after table.
#[must_use]
pub fn changes(event: &AuditEvent) -> Vec<FieldChange> {
    let shown = |field: &str, value: &Value| match (event.target.kind, definition(&event.target.id)) {
        // Of a secret its fingerprint is told, which says itself.
        (TargetType::Setting, Ok(setting)) if !value.is_null() => in_words(setting.key, setting.unit, value),
        _ => value_of(field, value),
    };
    event
        .changes
        .iter()
        .map(|change| FieldChange {
            label: label(&change.field),
            before: shown(&change.field, &change.before),
            after: shown(&change.field, &change.after),
        })
        .collect()
}

/// The value that `field` has after the event.
pub fn after<T: DeserializeOwned>(event: &AuditEvent, field: &str) -> Option<T> {
    let change = event.changes.iter().find(|change| change.field == field)?;
    quarterdeck_client::read_value(&change.after).ok()
}

/// Whose sessions an event ended, where it says so.
#[must_use]
pub fn scope(event: &AuditEvent) -> Option<RevocationScope> {
    event.changes.iter().find(|change| change.field == "scope").and_then(|change| scope_of(&change.after))
}

/// The scope of an order to end sessions.
fn scope_of(order: &Value) -> Option<RevocationScope> {
    order.get("scope")?.as_str()?.parse().ok()
}

fn label(field: &str) -> String {
    let words = match field {
        "username" => text::users::username(),
        "display_name" => text::users::display_name(),
        "email" => text::users::email(),
        "first_name" => text::users::first_name(),
        "last_name" => text::users::last_name(),
        "organization_label" => text::users::organization_label(),
        "organization_id" => text::users::organization(),
        "language" => text::users::language(),
        "time_zone" => text::users::time_zone(),
        "country" => text::users::country(),
        "subdivisions" => text::users::subdivisions(),
        "contact" => text::audit::field_contact(),
        "has_password" => text::audit::field_has_password(),
        "must_change_password" => text::audit::field_must_change(),
        "status" => text::users::status(),
        "status_reason" => text::audit::field_status_reason(),
        "roles" => text::users::roles(),
        "role" => text::users::role(),
        "sessions_ended" => text::audit::field_sessions_ended(),
        "scope" => text::audit::field_scope(),
        "rows" => text::audit::field_rows(),
        "name" => text::organizations::short_name(),
        "kind" => text::organizations::kind(),
        "members" => text::organizations::members(),
        "seats" => text::organizations::seats(),
        "seat" => text::users::seat(),
        "user_defaults" => text::organizations::defaults(),
        "avatar_digest" => text::organizations::avatar(),
        "newest_key" => text::audit::field_key(),
        "value" => text::audit::field_value(),
        "users" => text::frame::users(),
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

fn value_of(field: &str, value: &Value) -> String {
    let named = match (field, value) {
        ("status", Value::String(name)) => name.parse::<UserStatus>().ok().map(words::user_status),
        ("role" | "roles", Value::String(name)) => name.parse::<Role>().ok().map(words::role),
        ("kind", Value::String(name)) => name.parse::<OrganizationKind>().ok().map(words::organization_kind),
        ("scope", order) => scope_of(order).map(words::revocation_scope),
        _ => None,
    };
    match (named, value) {
        (Some(words), _) => words.to_owned(),
        (None, Value::Null) => String::new(),
        (None, Value::String(text)) => text.clone(),
        (None, Value::Bool(true)) => text::ui::yes().to_lowercase(),
        (None, Value::Bool(false)) => text::ui::no().to_lowercase(),
        (None, Value::Number(count)) => {
            count.as_u64().map_or_else(|| quarterdeck_client::write(count).unwrap_or_default(), number)
        }
        (None, Value::Array(items)) => joined(items.iter().map(|item| value_of(field, item))),
        (None, Value::Object(parts)) => joined(
            parts
                .iter()
                .map(|(name, part)| (name, value_of(name, part)))
                .filter(|(_, part)| !part.is_empty())
                .map(|(name, part)| text::audit::part(part_name(name), part)),
        ),
    }
}

fn part_name(name: &str) -> &str {
    match name {
        "location" => text::users::location(),
        "platform_url" => text::users::platform_url(),
        "phone" => text::users::phone(),
        other => other,
    }
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_read_as_words() {
        assert_eq!(value_of("roles", &json!(["admin", "user"])), "Administrator, User");
        assert_eq!(value_of("status", &json!("suspended")), "Suspended");
        assert_eq!(value_of("kind", &json!("university")), "University");
        assert_eq!(value_of("must_change_password", &json!(true)), "yes");
        assert_eq!(value_of("email", &Value::Null), "");
        assert_eq!(value_of("rows", &json!(2_014)), "2,014");
        assert_eq!(value_of("contact", &json!({"location": "London", "phone": ""})), "Location: London");
        assert_eq!(value_of("scope", &json!({"scope": "non_admins"})), "Everyone who is not an administrator");
    }
}
