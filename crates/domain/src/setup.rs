//! First-run set-up: the first organization and administrator, by a one-time token.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{FieldError, organizations::CreateOrganization, passwords::PasswordRules, users::CreateUser};

/// Whether set-up is still to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupState {
    /// Whether the platform has no administrator yet.
    pub needed: bool,
    /// What the administrator's password must satisfy.
    pub password_rules: PasswordRules,
}

/// The first organization and administrator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The part of the set-up link after `#token=`; the server prints the link at its start.
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "qds_example"))]
    pub token: String,
    /// The first organization.
    pub organization: CreateOrganization,
    /// The first administrator.
    pub administrator: SetUpAdministrator,
}

impl fmt::Debug for SetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUp").field("organization", &self.organization.name).finish_non_exhaustive()
    }
}

/// The first administrator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetUpAdministrator {
    /// Name to sign in with.
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
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = Email, example = "ada@example.org"))]
    pub email: Option<String>,
    /// Password.
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "brass lantern 9"))]
    pub password: String,
}

impl SetUp {
    /// All faults of the fields; the password is judged by the policy.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = self.organization.faults("/organization");
        faults.extend(
            self.administrator
                .user()
                .faults()
                .into_iter()
                .map(|fault| FieldError { pointer: format!("/administrator{}", fault.pointer), ..fault }),
        );
        faults
    }
}

impl SetUpAdministrator {
    /// The same as a user that is to be created, without the password.
    #[must_use]
    pub fn user(&self) -> CreateUser {
        CreateUser {
            username: self.username.clone(),
            display_name: self.display_name.clone(),
            email: self.email.clone(),
            roles: crate::roles::Roles::NONE.with(crate::Role::Admin),
            ..CreateUser::default()
        }
    }
}
