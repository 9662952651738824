//! What of a user may be changed.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Contact, Seat, UserStatus};
use crate::{FieldError, OrganizationId, Patch, Result, roles::Roles, text};

/// A change of a user: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateUser {
    /// New username; the former one stays reserved for 90 days.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 3,
            max_length = 50,
            pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            example = "ada.lovelace"
        )
    )]
    pub username: Option<String>,
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Ada Lovelace"
        )
    )]
    pub display_name: Option<String>,
    /// E-mail address; `null` removes it.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 254, format = Email, example = "ada@example.org"))]
    pub email: Patch<String>,
    /// First name; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Ada"))]
    pub first_name: Option<String>,
    /// Last name; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Lovelace"))]
    pub last_name: Option<String>,
    /// Organization as free text; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = ""))]
    pub organization_label: Option<String>,
    /// Language tag (BCP 47); `null` follows the browser.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", example = "en"))]
    pub language: Patch<String>,
    /// Time zone (IANA name); `null` follows the browser.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 64, pattern = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$", example = "Europe/London"))]
    pub time_zone: Patch<String>,
    /// Country (ISO 3166-1 alpha-2); `null` removes it.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{2}$", example = "GB"))]
    pub country: Patch<String>,
    /// Parts of the address within the country, largest first; at most 3, 64 characters each; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 3, example = json!(["England", "London"])))]
    pub subdivisions: Option<Vec<Subdivision>>,
    /// Contact info: members that are absent stay as they are, `null` empties them all. Needs `user.update_contact`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "UpdateContact::or_emptied")]
    pub contact: Option<UpdateContact>,
    /// Roles, replacing the former ones; needs `user.assign_roles`. None at all are the role `user`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, value_type = Vec<crate::Role>))]
    pub roles: Option<Roles>,
    /// Organization, or `null` for none; needs `user.move`.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<OrganizationId>))]
    pub organization_id: Patch<OrganizationId>,
    /// Whether they may sign in; needs `user.suspend`. Suspending ends all their sessions.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<UserStatus>,
    /// Why the status changes; kept in the audit event. `null` is no reason.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f]*$", example = "left the company")
    )]
    pub status_reason: Option<String>,
    /// Whether they take a seat of their organization while they are active; needs `seat.manage`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub seat: Option<Seat>,
    /// Whether the next sign-in asks for a new password; needs `user.set_password`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub must_change_password: Option<bool>,
}

/// A change of contact info.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateContact {
    /// Where the person works; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "London, floor 3")
    )]
    pub location: Option<String>,
    /// Page of the person's own platform; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            max_length = 255,
            pattern = r"^$|^https?://[^\s\x00-\x1f\x7f/?#]+[^\s\x00-\x1f\x7f]*$",
            example = "https://example.org"
        )
    )]
    pub platform_url: Option<String>,
    /// Telephone; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 64, pattern = r"^[^\x00-\x1f\x7f]*$", example = "+44 20 7946 0000")
    )]
    pub phone: Option<String>,
}

impl From<Contact> for UpdateContact {
    fn from(Contact { location, platform_url, phone }: Contact) -> Self {
        Self { location: Some(location), platform_url: Some(platform_url), phone: Some(phone) }
    }
}

impl UpdateContact {
    /// What becomes of `contact`.
    #[must_use]
    pub fn apply(self, contact: Contact) -> Contact {
        Contact {
            location: self.location.unwrap_or(contact.location),
            platform_url: self.platform_url.unwrap_or(contact.platform_url),
            phone: self.phone.unwrap_or(contact.phone),
        }
    }

    fn or_emptied<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let given = Option::deserialize(deserializer)?;
        Ok(Some(given.unwrap_or_else(|| Contact::default().into())))
    }
}

/// Part of an address within a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(max_length = 64, pattern = r"^[^\x00-\x1f\x7f]*$", example = "England"))]
#[serde(transparent)]
pub struct Subdivision(pub String);

impl UpdateUser {
    /// All faults of the fields that need no look at other users.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let line = |pointer: &str, value: &Option<String>| {
            value.as_deref().map_or(Ok(()), |value| text::check_optional_line(pointer, value, text::LINE_MAX))
        };
        let mut faults: Vec<FieldError> = [
            self.username.as_deref().map_or(Ok(()), |name| text::check_username("/username", name)),
            self.display_name.as_deref().map_or(Ok(()), |name| text::check_line("/display_name", name)),
            self.email.value().map_or(Ok(()), |email| text::check_email("/email", email)),
            line("/first_name", &self.first_name),
            line("/last_name", &self.last_name),
            line("/organization_label", &self.organization_label),
            self.language.value().map_or(Ok(()), |tag| text::check_language("/language", tag)),
            self.time_zone.value().map_or(Ok(()), |name| text::check_time_zone("/time_zone", name)),
            self.country.value().map_or(Ok(()), |code| text::check_country("/country", code)),
            self.status_reason
                .as_deref()
                .map_or(Ok(()), |reason| text::check_optional_line("/status_reason", reason, text::REASON_MAX)),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if let Some(parts) = &self.subdivisions {
            if parts.len() > 3 {
                faults.push(FieldError::new("/subdivisions", "too-many", "may have at most 3 parts"));
            }
            for (index, part) in parts.iter().enumerate() {
                faults.extend(text::check_optional_line(&format!("/subdivisions/{index}"), &part.0, 64).err());
            }
        }
        faults.extend(self.contact.iter().flat_map(|contact| contact.clone().apply(Contact::default()).faults()));
        faults
    }

    /// Whether it names nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
