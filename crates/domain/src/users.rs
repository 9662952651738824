//! Users: accounts on the platform, of people and of machines.

mod filter;
mod password;
mod seat;
mod service;
mod update;

pub use filter::UserFilter;
pub use password::{PasswordResetLink, SetPassword};
pub use seat::Seat;
pub use service::{CreateServiceAccount, UserKind};
pub use update::{Subdivision, UpdateContact, UpdateUser};

use serde::{Deserialize, Serialize};

use crate::{
    FieldError, OrganizationId, Resource, Result, Role, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
    roles::{Power, Roles},
    text,
};

named! {
    /// Whether a user may sign in.
    UserStatus {
        /// May sign in.
        Active = "active",
        /// May not sign in; everything is kept.
        Suspended = "suspended",
    }
}

impl UserStatus {
    /// Whether they may sign in.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Active)
    }
}

/// A new account may be used at once.
impl Default for UserStatus {
    fn default() -> Self {
        Self::Active
    }
}

/// A user in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserSummary {
    /// Id.
    pub id: UserId,
    /// Who acts by the account.
    pub kind: UserKind,
    /// Name to sign in with; unique, any case.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// Full name.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// E-mail address; unique when present.
    #[cfg_attr(feature = "openapi", schema(format = Email, example = "ada@example.org"))]
    pub email: Option<String>,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Roles held.
    pub roles: Roles,
    /// Organization they belong to.
    pub organization_id: Option<OrganizationId>,
    /// Display name of that organization.
    #[cfg_attr(feature = "openapi", schema(example = "Analytical Engines"))]
    pub organization_name: Option<String>,
    /// Sessions that have not ended.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 2))]
    pub active_sessions: u32,
    /// Last sign-in; `null` when there was none.
    pub last_login_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 3))]
    pub version: u32,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// What lists show.
    #[serde(flatten)]
    pub summary: UserSummary,
    /// First name.
    #[cfg_attr(feature = "openapi", schema(example = "Ada"))]
    pub first_name: String,
    /// Last name.
    #[cfg_attr(feature = "openapi", schema(example = "Byron"))]
    pub last_name: String,
    /// Organization as free text, for people of organizations that are not on the platform.
    #[cfg_attr(feature = "openapi", schema(example = ""))]
    pub organization_label: String,
    /// Language tag (BCP 47); `null` follows the browser.
    #[cfg_attr(feature = "openapi", schema(example = "en"))]
    pub language: Option<String>,
    /// Time zone (IANA name); `null` follows the browser.
    #[cfg_attr(feature = "openapi", schema(example = "Europe/London"))]
    pub time_zone: Option<String>,
    /// Country (ISO 3166-1 alpha-2).
    #[cfg_attr(feature = "openapi", schema(example = "GB"))]
    pub country: Option<String>,
    /// Parts of the address within the country, largest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 3, example = json!(["England", "London"])))]
    pub subdivisions: Vec<String>,
    /// Contact info; `null` without `user.read_contact`.
    pub contact: Option<Contact>,
    /// Whether they take a seat of their organization while they are active.
    pub seat: Seat,
    /// What power over others they have by role grants, beside their roles.
    pub granted_power: Power,
    /// Why the status is what it is.
    #[cfg_attr(feature = "openapi", schema(example = ""))]
    pub status_reason: String,
    /// When the status last changed.
    pub status_changed_at: Option<Timestamp>,
    /// Whether they have a password at all.
    pub has_password: bool,
    /// When the password was last set.
    pub password_changed_at: Option<Timestamp>,
    /// Whether the next sign-in asks for a new password.
    pub must_change_password: bool,
    /// When a session of theirs was last used.
    pub last_seen_at: Option<Timestamp>,
    /// Last change of the account.
    pub updated_at: Timestamp,
}

impl User {
    /// Id.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.summary.id
    }

    /// What power over others they have, by a role or by a grant.
    #[must_use]
    pub fn power(&self) -> Power {
        self.summary.roles.power().max(self.granted_power)
    }

    /// This user as the decision function sees it.
    #[must_use]
    pub const fn resource(&self) -> Resource {
        Resource::User {
            id: self.summary.id,
            organization_id: self.summary.organization_id,
            roles: self.summary.roles,
            granted: self.granted_power,
        }
    }

    /// The organization of which they take a seat.
    #[must_use]
    pub fn takes_seat_of(&self) -> Option<OrganizationId> {
        self.seat.taken(self.summary.status, self.summary.organization_id)
    }

    /// Whether this is a person who is an administrator and may sign in.
    #[must_use]
    pub fn is_active_admin(&self) -> bool {
        self.summary.kind == UserKind::Person
            && self.summary.status == UserStatus::Active
            && self.summary.roles.contains(Role::Admin)
    }
}

/// Contact info; no effect on signing in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Where the person works.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "London, floor 3")
    )]
    pub location: String,
    /// Page of the person's own platform.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(
            max_length = 255,
            pattern = r"^$|^https?://[^\s\x00-\x1f\x7f/?#]+[^\s\x00-\x1f\x7f]*$",
            example = "https://example.org"
        )
    )]
    pub platform_url: String,
    /// Telephone.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 64, pattern = r"^[^\x00-\x1f\x7f]*$", example = "+44 20 7946 0000")
    )]
    pub phone: String,
}

/// What a new user is made of.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// Name to sign in with: 3 to 50 letters, digits, dots, dashes and underscores, a letter or digit first.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 3, max_length = 50, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$", example = "ada.byron")
    )]
    pub username: String,
    /// Full name.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 255,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Ada Byron"
        )
    )]
    pub display_name: String,
    /// First name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Ada"))]
    pub first_name: String,
    /// Last name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Byron"))]
    pub last_name: String,
    /// E-mail address; optional, unique when present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = Email, example = "ada@example.org"))]
    pub email: Option<String>,
    /// Password; without one the person cannot sign in until one is set or a reset link is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "brass lantern 9"))]
    pub password: Option<String>,
    /// Roles; needs `user.assign_roles`, but for `user`. None at all are those that new users of the organization begin with,
    /// or the role `user`.
    #[serde(default)]
    pub roles: Roles,
    /// Organization; the creator's own when absent and the creator administers one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Whether they may sign in; an account may be made before it is to be used.
    #[serde(default, skip_serializing_if = "UserStatus::is_active")]
    pub status: UserStatus,
    /// Whether they take a seat of their organization; another one than `licensed` needs `seat.manage`.
    #[serde(default, skip_serializing_if = "Seat::is_licensed")]
    pub seat: Seat,
    /// Whether the first sign-in asks for a new password; as new users of the organization begin when absent, else not.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub must_change_password: Option<bool>,
    /// Language tag (BCP 47); as new users of the organization begin when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", example = "en")
    )]
    pub language: Option<String>,
    /// Time zone (IANA name); as new users of the organization begin when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            max_length = 64,
            pattern = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$",
            example = "Europe/London"
        )
    )]
    pub time_zone: Option<String>,
    /// Country (ISO 3166-1 alpha-2); as new users of the organization begin when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{2}$", example = "GB"))]
    pub country: Option<String>,
}

impl std::fmt::Debug for CreateUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateUser").field("username", &self.username).finish_non_exhaustive()
    }
}

impl CreateUser {
    /// All faults of the fields that need no look at other users; the password is judged by the policy.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        [
            text::check_username("/username", &self.username),
            text::check_line("/display_name", &self.display_name),
            text::check_optional_line("/first_name", &self.first_name, text::LINE_MAX),
            text::check_optional_line("/last_name", &self.last_name, text::LINE_MAX),
            self.email.as_deref().map_or(Ok(()), |email| text::check_email("/email", email)),
            self.language.as_deref().map_or(Ok(()), |tag| text::check_language("/language", tag)),
            self.time_zone.as_deref().map_or(Ok(()), |name| text::check_time_zone("/time_zone", name)),
            self.country.as_deref().map_or(Ok(()), |code| text::check_country("/country", code)),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect()
    }
}

impl Contact {
    /// All faults, with pointers below `/contact`.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let url = if self.platform_url.is_empty() {
            Ok(())
        } else {
            text::check_url("/contact/platform_url", &self.platform_url)
        };
        [
            text::check_optional_line("/contact/location", &self.location, text::LINE_MAX),
            url,
            text::check_optional_line("/contact/phone", &self.phone, 64),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect()
    }
}

named! {
    /// What users can be sorted by.
    UserSort {
        /// Username, any case.
        Username = "username",
        /// Display name, any case.
        DisplayName = "display_name",
        /// E-mail address, any case; users without one come first.
        Email = "email",
        /// Last sign-in; users without one come first.
        LastLoginAt = "last_login_at",
        /// When the account was made.
        CreatedAt = "created_at",
    }
}

/// The newest account first.
pub const DEFAULT_SORT: Sort<UserSort> = Sort::descending(UserSort::CreatedAt);

/// Which page of which users is asked for.
pub type ListUsers = ListRequest<UserFilter, UserSort>;
