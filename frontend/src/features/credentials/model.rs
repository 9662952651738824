//! Which credential a row is, and how it is revoked. Plain Rust.

use quarterdeck_domain::{
    ApiKeyId, Permission, SessionId,
    credentials::{Credential, CredentialKind},
};

/// A credential that is revoked by itself. A reset link is not: any new password ends it, or another link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocable {
    /// An API key.
    ApiKey(ApiKeyId),
    /// A session.
    Session(SessionId),
}

impl Revocable {
    /// The credential, if it is one that is revoked.
    #[must_use]
    pub const fn of(credential: &Credential) -> Option<Self> {
        match credential.kind {
            CredentialKind::ApiKey => Some(Self::ApiKey(ApiKeyId(credential.id))),
            CredentialKind::Session => Some(Self::Session(SessionId(credential.id))),
            CredentialKind::ResetLink => None,
        }
    }

    /// The same, of the id of a row.
    #[must_use]
    pub fn parse(row: &str) -> Option<Self> {
        let (kind, id) = row.split_once('/')?;
        match kind.parse().ok()? {
            CredentialKind::ApiKey => id.parse().ok().map(Self::ApiKey),
            CredentialKind::Session => id.parse().ok().map(Self::Session),
            CredentialKind::ResetLink => None,
        }
    }

    /// What it needs.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::ApiKey(_) => Permission::ApiKeyRevoke,
            Self::Session(_) => Permission::SessionRevoke,
        }
    }
}

/// Id of a row: kinds may share ids.
#[must_use]
pub fn row_id(credential: &Credential) -> String {
    format!("{}/{}", credential.kind, credential.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_what_is_revoked() {
        let id = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e";
        assert_eq!(Revocable::parse(&format!("api_key/{id}")), id.parse().ok().map(Revocable::ApiKey));
        assert_eq!(Revocable::parse(&format!("session/{id}")), id.parse().ok().map(Revocable::Session));
        for none in [format!("reset_link/{id}"), format!("cookie/{id}"), "api_key/7".to_owned(), id.to_owned()] {
            assert_eq!(Revocable::parse(&none), None, "{none}");
        }
    }
}
