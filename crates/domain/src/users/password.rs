//! Passwords for somebody else. None is printed for developers.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A password for somebody else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The new password.
    #[cfg_attr(feature = "openapi", schema(max_length = 256, format = Password, example = "brass lantern 9"))]
    pub password: String,
    /// Whether the next sign-in asks for another one.
    #[serde(default)]
    pub must_change: bool,
    /// Whether to end all sessions of the user.
    #[serde(default = "yes")]
    #[cfg_attr(feature = "openapi", schema(default = true))]
    pub revoke_sessions: bool,
    /// Whether to revoke all API keys of the user; as with the sessions unless it is said.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub revoke_api_keys: Option<bool>,
}

impl std::fmt::Debug for SetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetPassword([redacted])")
    }
}

const fn yes() -> bool {
    true
}

/// A link to choose a new password with; shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetLink {
    /// The link; good for one use.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "uri", example = "http://127.0.0.1:8080/reset-password#token=qdp_example")
    )]
    pub url: String,
    /// When it stops working: 24 hours after it was made.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for PasswordResetLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordResetLink").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::CreateUser;

    #[test]
    fn nothing_secret_is_printed() {
        let secret = "brass lantern 9".to_owned();
        let create = CreateUser { password: Some(secret.clone()), ..CreateUser::default() };
        let link = PasswordResetLink { url: secret.clone(), expires_at: Timestamp::EPOCH };
        let set =
            SetPassword { password: secret.clone(), must_change: true, revoke_sessions: true, revoke_api_keys: None };
        assert!(!format!("{create:?} {link:?} {set:?}").contains(&secret));
    }
}
