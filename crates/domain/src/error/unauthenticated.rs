//! Why somebody is not signed in.

/// Why the caller is not signed in; 401 on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unauthenticated {
    /// No credential was given.
    Missing,
    /// The credential is malformed, forged or unknown.
    Invalid,
    /// The access token is past its expiry: refresh it.
    Expired,
    /// The session was revoked or has run out.
    SessionEnded,
    /// The refresh token was used before: the session is revoked.
    RefreshReplayed,
    /// The refresh token is malformed, forged or unknown.
    RefreshInvalid,
    /// Username, e-mail or password do not match.
    WrongCredentials,
    /// The account is suspended. Told only to somebody who proved the password.
    Suspended,
    /// The one-time token is unknown, used or expired.
    OneTimeToken,
    /// The API key is unknown or revoked, or its secret was rotated out.
    ApiKeyUnknown,
    /// The API key is past its end, or its owner is suspended.
    ApiKeyEnded,
}

impl Unauthenticated {
    /// All causes, for the catalogue of codes.
    pub const ALL: [Self; 11] = [
        Self::Missing,
        Self::Invalid,
        Self::Expired,
        Self::SessionEnded,
        Self::RefreshReplayed,
        Self::RefreshInvalid,
        Self::WrongCredentials,
        Self::Suspended,
        Self::OneTimeToken,
        Self::ApiKeyUnknown,
        Self::ApiKeyEnded,
    ];

    /// Stable code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "unauthenticated",
            Self::Invalid => "token-invalid",
            Self::Expired => "token-expired",
            Self::SessionEnded => "session-ended",
            Self::RefreshReplayed => "refresh-replayed",
            Self::RefreshInvalid => "refresh-invalid",
            Self::WrongCredentials => "wrong-credentials",
            Self::Suspended => "account-suspended",
            Self::OneTimeToken => "one-time-token-invalid",
            Self::ApiKeyUnknown => "api-key-invalid",
            Self::ApiKeyEnded => "api-key-expired",
        }
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Missing => "Sign in, or send a token.",
            Self::Invalid => "The access token is not valid. Sign in again.",
            Self::Expired => "The access token has expired. Refresh it.",
            Self::SessionEnded => "The session has ended. Sign in again.",
            Self::RefreshReplayed => "The refresh token was used before, so its session was ended. Sign in again.",
            Self::RefreshInvalid => "The refresh token is not valid. Sign in again.",
            Self::WrongCredentials => "Username or password is wrong.",
            Self::Suspended => "This account is suspended. Ask an administrator.",
            Self::ApiKeyUnknown => "The API key is not valid: mistyped, revoked or rotated.",
            Self::ApiKeyEnded => "The API key has ended, or its owner is suspended.",
            Self::OneTimeToken => "This link has been used or has expired. Ask for a new one.",
        }
    }
}
