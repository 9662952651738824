//! Signing in and out, and choosing a new password by a link.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Timestamp, passwords::PasswordRules, sessions::ClientKind, users::User};

/// Credentials of somebody who signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Username or e-mail address, any case.
    #[cfg_attr(feature = "openapi", schema(max_length = 254, pattern = r"^[^\x00-\x1f\x7f]*$", example = "ada.byron"))]
    pub login: String,
    /// Password.
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "brass lantern 9"))]
    pub password: String,
    /// Whether the session should outlive the usual limits.
    #[serde(default)]
    pub remember_me: bool,
    /// Kind of client; decides where the refresh token travels.
    #[serde(default = "browser")]
    #[cfg_attr(feature = "openapi", schema(default = "browser"))]
    pub client: ClientKind,
}

const fn browser() -> ClientKind {
    ClientKind::Browser
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("login", &self.login).field("client", &self.client).finish_non_exhaustive()
    }
}

/// What a sign-in or a refresh gives.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// JSON Web Token (RFC 7519) for the `Authorization` header.
    #[cfg_attr(feature = "openapi", schema(example = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"))]
    pub access_token: String,
    /// Always `Bearer` (RFC 6750).
    #[cfg_attr(feature = "openapi", schema(example = "Bearer"))]
    pub token_type: String,
    /// Seconds for which the access token holds.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 600))]
    pub expires_in: u32,
    /// Token for the next refresh, with the client `cli`; browsers have it in a cookie.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, example = "qdr_example"))]
    pub refresh_token: Option<String>,
    /// Who is signed in.
    pub user: User,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("user", &self.user.id()).finish_non_exhaustive()
    }
}

/// The own password, given again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// Password.
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "brass lantern 9"))]
    pub password: String,
}

impl fmt::Debug for StepUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StepUp([redacted])")
    }
}

/// A session whose authentication is recent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SteppedUp {
    /// When the password was given.
    pub authenticated_at: Timestamp,
    /// Until when that is recent enough for sensitive acts; `null` when they do not ask.
    pub recent_until: Option<Timestamp>,
}

/// A refresh token, when it does not travel in the cookie.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    /// The token of the last answer; scripts send it, browsers send the cookie instead.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, max_length = 200, example = "qdr_example"))]
    pub refresh_token: Option<String>,
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken([redacted])")
    }
}

/// The token of a password reset link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetToken {
    /// The part of the link after `#token=`.
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "qdp_example"))]
    pub token: String,
}

impl fmt::Debug for ResetToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResetToken([redacted])")
    }
}

/// For whom a reset link is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetInspection {
    /// Username of the account.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub username: String,
    /// Full name.
    #[cfg_attr(feature = "openapi", schema(example = "Ada Byron"))]
    pub display_name: String,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// What the new password must satisfy.
    pub password_rules: PasswordRules,
}

/// A new password by a reset link; ends all sessions of the user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The part of the link after `#token=`.
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "qdp_example"))]
    pub token: String,
    /// The new password.
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "brass lantern 9"))]
    pub password: String,
}

impl fmt::Debug for ResetPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResetPassword([redacted])")
    }
}
