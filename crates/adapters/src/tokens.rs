//! Signatures: access tokens as JSON Web Tokens (HS256), and keyed tags.

use hmac::{Hmac, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quarterdeck_app::ports::{AccessClaims, Signer};
use quarterdeck_domain::{Error, Result, SessionId, Timestamp, UserId, error::Unauthenticated};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::keys::{KeyRing, keyed};

/// Who makes the tokens, and for whom: tokens of other systems with a shared key are refused.
const ISSUER: &str = "quarterdeck";
const AUDIENCE: &str = "quarterdeck-api";
/// Longest token that is looked at; ours have about 330 characters.
const MAX_TOKEN: usize = 1_024;

/// Signs with the newest key of a ring and verifies with any.
pub struct KeyRingSigner {
    header: Header,
    encoding: EncodingKey,
    decoding: Vec<(String, DecodingKey)>,
    validation: Validation,
    tags: Vec<Hmac<Sha256>>,
}

/// Claims as they stand in the token (RFC 7519, section 4.1); times in whole seconds.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    act: Option<Act>,
    iat: i64,
    exp: i64,
}

/// Who acts as the subject (RFC 8693, section 4.1).
#[derive(Serialize, Deserialize)]
struct Act {
    sub: UserId,
}

impl KeyRingSigner {
    /// A signer with the keys of `ring`.
    #[must_use]
    pub fn new(ring: &KeyRing) -> Self {
        let secrets = || ring.iter().map(|key| (key.id(), key.derive("quarterdeck access token")));
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Judged by the clock that is given, not by the library's.
        validation.validate_exp = false;
        Self {
            header: Header { kid: Some(ring.newest().id()), ..Header::new(Algorithm::HS256) },
            encoding: EncodingKey::from_secret(&*ring.newest().derive("quarterdeck access token")),
            decoding: secrets().map(|(id, secret)| (id, DecodingKey::from_secret(&*secret))).collect(),
            validation,
            tags: ring.iter().map(|key| keyed(&*key.derive("quarterdeck tag"))).collect(),
        }
    }

    /// HMAC over the purpose and the data; the length between them keeps one from flowing into the other.
    fn tag_by(key: &Hmac<Sha256>, purpose: &str, data: &[u8]) -> Hmac<Sha256> {
        let mut mac = key.clone();
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(data);
        mac
    }
}

impl Signer for KeyRingSigner {
    fn sign_access(&self, claims: &AccessClaims) -> Result<String> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: claims.user_id,
            sid: claims.session_id,
            act: claims.impersonator_id.map(|sub| Act { sub }),
            iat: claims.issued_at.micros() / 1_000_000,
            exp: claims.expires_at.micros() / 1_000_000,
        };
        encode(&self.header, &claims, &self.encoding).map_err(Error::internal)
    }

    fn verify_access(&self, token: &str, now: Timestamp) -> Result<AccessClaims, Unauthenticated> {
        let verify = || {
            let kid = decode_header(token).ok()?.kid?;
            let (_, key) = self.decoding.iter().find(|(id, _)| *id == kid)?;
            Some(decode::<Claims>(token, key, &self.validation).ok()?.claims)
        };
        if token.len() > MAX_TOKEN {
            return Err(Unauthenticated::Invalid);
        }
        let claims = verify().ok_or(Unauthenticated::Invalid)?;
        let seconds = |seconds: i64| Timestamp::EPOCH.plus_seconds(seconds);
        let (issued_at, expires_at) = (seconds(claims.iat), seconds(claims.exp));
        if now >= expires_at {
            return Err(Unauthenticated::Expired);
        }
        Ok(AccessClaims {
            user_id: claims.sub,
            session_id: claims.sid,
            impersonator_id: claims.act.map(|act| act.sub),
            issued_at,
            expires_at,
        })
    }

    fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.tags.first().map_or([0; 32], |key| Self::tag_by(key, purpose, data).finalize().into_bytes().into())
    }

    fn verify_tag(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool {
        self.tags.iter().any(|key| Self::tag_by(key, purpose, data).verify_slice(tag).is_ok())
    }
}

#[cfg(test)]
mod tests;
