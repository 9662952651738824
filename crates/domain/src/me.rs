//! The own account.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Actor, ApiKeyId, Error, FieldError, Patch, Permission, Result, SessionId,
    allocations::Level,
    impersonation::Impersonation,
    passwords::{self, PasswordRules},
    policy::{ActorKind, Authentication},
    role_grants::HeldGrant,
    text,
    users::{Subdivision, User},
};

/// Who is signed in and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The own account.
    pub user: User,
    /// Permissions held on at least one resource; menus follow them.
    pub permissions: Vec<Permission>,
    /// Role grants in force, beside the roles of the account.
    pub grants: Vec<HeldGrant>,
    /// Session of this request.
    pub session_id: Option<SessionId>,
    /// API key of this request.
    pub api_key_id: Option<ApiKeyId>,
    /// The impersonation of this request: who acts here in truth.
    pub impersonation: Option<Impersonation>,
    /// Who acted as oneself, the newest first; 20 at most.
    pub impersonations: Vec<Impersonation>,
    /// What a new password must satisfy.
    pub password_rules: PasswordRules,
    /// Most days that a new API key may live; `null` when there is no maximum.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 730))]
    pub api_key_max_days: Option<u32>,
    /// Levels that the use of an allocation reaches, the lowest first.
    pub allocation_levels: Vec<Level>,
    /// Whether people may delete their own account.
    pub allows_self_deletion: bool,
    /// Whether people with power over the platform can be acted as.
    pub impersonates_administrators: bool,
}

impl Me {
    /// The same person as the decision function sees them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let user = &self.user.summary;
        Actor {
            kind: ActorKind::User { id: user.id, session_id: self.session_id.unwrap_or(SessionId(Uuid::nil())) },
            label: user.username.clone(),
            roles: user.roles,
            grants: self.grants.as_slice().into(),
            organization_id: user.organization_id,
            authentication: Authentication::Recent,
            impersonator: self.impersonation.as_ref().map(|one| Arc::new(one.impersonator())),
        }
    }

    /// Whether `permission` is held on at least one resource.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// A change of the own profile: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateMe {
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Ada Byron"
        )
    )]
    pub display_name: Option<String>,
    /// First name; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Ada"))]
    pub first_name: Option<String>,
    /// Last name; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Byron"))]
    pub last_name: Option<String>,
    /// Language tag (BCP 47); `null` follows the browser.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", example = "en"))]
    pub language: Patch<String>,
    /// Time zone (IANA name); `null` follows the browser.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 64, pattern = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$", example = "Europe/London"))]
    pub time_zone: Patch<String>,
    /// Organization as free text; `null` empties it. Needs `profile.update_place`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = ""))]
    pub organization_label: Option<String>,
    /// Country (ISO 3166-1 alpha-2); `null` removes it. Needs `profile.update_place`.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{2}$", example = "GB"))]
    pub country: Patch<String>,
    /// Parts of the address within the country, largest first; at most 3, 64 characters each; `null` empties it. Needs
    /// `profile.update_place`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 3, example = json!(["England", "London"])))]
    pub subdivisions: Option<Vec<Subdivision>>,
}

impl UpdateMe {
    /// All faults of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        self.clone().into_user_update().faults()
    }

    /// Whether it names what needs `profile.update_place`.
    #[must_use]
    pub const fn names_place(&self) -> bool {
        self.organization_label.is_some() || !self.country.is_absent() || self.subdivisions.is_some()
    }

    /// The same change as one of a user.
    #[must_use]
    pub fn into_user_update(self) -> crate::users::UpdateUser {
        crate::users::UpdateUser {
            display_name: self.display_name,
            first_name: self.first_name,
            last_name: self.last_name,
            language: self.language,
            time_zone: self.time_zone,
            organization_label: self.organization_label,
            country: self.country,
            subdivisions: self.subdivisions,
            ..crate::users::UpdateUser::default()
        }
    }
}

/// A change of the own password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "brass lantern 9"))]
    pub current_password: String,
    /// The new one.
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "copper kettle 4"))]
    pub new_password: String,
    /// Whether the other sessions go on; they end otherwise.
    #[serde(default)]
    pub keep_other_sessions: bool,
}

impl ChangePassword {
    /// Checks what needs no look at the account.
    ///
    /// # Errors
    /// `Invalid` when the current password is longer than any, or the new one is the same.
    pub fn check(&self) -> Result<()> {
        if self.current_password.chars().count() > passwords::MAX_LENGTH as usize {
            return Err(Error::field("/current_password", "too-long", "must have at most 256 characters"));
        }
        if self.new_password == self.current_password {
            return Err(Error::field("/new_password", "same", "must differ from your current password"));
        }
        Ok(())
    }
}

impl std::fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChangePassword([redacted])")
    }
}

/// Checks what a form asks twice.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn check_repeated(pointer: &str, password: &str, repeated: &str) -> Result<(), FieldError> {
    if password == repeated {
        return Ok(());
    }
    Err(FieldError::new(pointer, "mismatch", "is not the same as the password above"))
}

/// Longest reason that people may give, in characters.
pub const REASON_MAX: usize = text::REASON_MAX;
