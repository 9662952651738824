//! Tokens: of sessions and of one-time links.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use quarterdeck_domain::{
    Result, SessionId, UserId, auth::Tokens, error::Unauthenticated, impersonation::Impersonation,
    sessions::ClientKind, users::User,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::SignedIn;
use crate::{App, ports::AccessClaims};

const REFRESH_PREFIX: &str = "qdr_";
/// How password reset tokens begin.
pub const RESET_PREFIX: &str = "qdp_";
/// How set-up tokens begin.
pub const SETUP_PREFIX: &str = "qds_";
/// Purpose of the tags of refresh tokens.
const REFRESH: &str = "refresh-token";
const SESSION_BYTES: usize = 16;
const PAYLOAD_BYTES: usize = SESSION_BYTES + 4;

/// A refresh token of a session: the session, the number of the token, and a tag over both. It is the same whenever it
/// is made, so that a lost answer can be given again.
pub fn refresh_token(app: &App, session: SessionId, generation: u32) -> String {
    let mut bytes = payload(session, generation);
    bytes.extend(app.ports.signer.tag(REFRESH, &bytes));
    format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn payload(session: SessionId, generation: u32) -> Vec<u8> {
    let mut bytes = session.0.as_bytes().to_vec();
    bytes.extend(generation.to_be_bytes());
    bytes
}

/// The session and number of a refresh token that was made here.
pub fn read_refresh_token(app: &App, token: &str) -> Result<(SessionId, u32), Unauthenticated> {
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(REFRESH_PREFIX)?).ok()?;
        let (payload, tag) = bytes.split_at_checked(PAYLOAD_BYTES)?;
        let (session, generation) = payload.split_at_checked(SESSION_BYTES)?;
        let session = SessionId(Uuid::from_slice(session).ok()?);
        let generation = u32::from_be_bytes(generation.try_into().ok()?);
        app.ports.signer.verify_tag(REFRESH, payload, tag).then_some((session, generation))
    };
    read().ok_or(Unauthenticated::RefreshInvalid)
}

/// A secret for a one-time link, to be shown once.
pub fn one_time_secret(app: &App, prefix: &str) -> String {
    let mut bytes = [0; 32];
    app.ports.random.fill(&mut bytes);
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a one-time secret. It has 256 random bits, so a plain hash does.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// The session that tokens are made for.
pub struct TokenSession {
    /// Id.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// Who acts there as the user, if it is somebody else.
    pub impersonator_id: Option<UserId>,
    /// Number of the refresh token.
    pub generation: u32,
    /// Kind of client.
    pub client: ClientKind,
    /// Whether it was made with "remember me".
    pub remembered: bool,
    /// Seconds for which it lives at most.
    pub max_age_seconds: i64,
}

/// The tokens of an impersonation that has begun.
pub fn impersonated(app: &App, impersonation: &Impersonation, user: User) -> Result<Tokens> {
    let session = TokenSession {
        id: impersonation.id,
        user_id: impersonation.user_id,
        impersonator_id: Some(impersonation.impersonator_id),
        generation: 0,
        client: ClientKind::Cli,
        remembered: false,
        max_age_seconds: impersonation.expires_at.seconds_since(impersonation.started_at),
    };
    let SignedIn { tokens, refresh_token, .. } = issue(app, &session, user)?;
    Ok(Tokens { refresh_token: Some(refresh_token), ..tokens })
}

/// The tokens of a session.
pub fn issue(app: &App, session: &TokenSession, user: User) -> Result<SignedIn> {
    let issued_at = app.now();
    let lifetime = app.config.access_token_seconds;
    let claims = AccessClaims {
        user_id: session.user_id,
        session_id: session.id,
        impersonator_id: session.impersonator_id,
        issued_at,
        expires_at: issued_at.plus_seconds(lifetime),
    };
    Ok(SignedIn {
        tokens: Tokens {
            access_token: app.ports.signer.sign_access(&claims)?,
            token_type: "Bearer".to_owned(),
            expires_in: u32::try_from(lifetime).unwrap_or(u32::MAX),
            refresh_token: None,
            user,
        },
        refresh_token: refresh_token(app, session.id, session.generation),
        client: session.client,
        refresh_max_age_seconds: session.max_age_seconds,
        remembered: session.remembered,
    })
}
