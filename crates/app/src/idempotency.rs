//! Requests that may be sent twice: the second answer is the first one, and nothing is done twice.
//!
//! A key is claimed before the work, noted as applied in the work's own commit, and completed with the answer. When a
//! process dies in between, the note tells whether the work was done.

use std::sync::Arc;

use quarterdeck_domain::{Actor, Error, Result, error::Rule};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::App;

/// A claimed key.
#[derive(Debug, Clone)]
pub struct Claim {
    /// SHA-256 over actor, route and key.
    pub key: Vec<u8>,
    /// What the actor may do, as roles and organization.
    rights: String,
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers that belong to the answer.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// An answer with the rights that it was given for: who lost them since does not get it again.
#[derive(Serialize, Deserialize)]
struct Kept {
    rights: String,
    response: StoredResponse,
}

/// What to do with a request that brings a key.
#[derive(Debug, Clone)]
pub enum Begin {
    /// Carry it out.
    Fresh(Claim),
    /// Answer again.
    Replay(StoredResponse),
}

/// Seconds for which the first request is taken to be under way.
const LEASE_SECONDS: i64 = 60;
/// Hours for which a key is kept.
pub const KEEP_HOURS: i64 = 24;
/// Purpose of sealed answers.
const SEAL: &str = "idempotency";
/// Most characters of a key.
const KEY_MAX: usize = 255;

/// Takes the key for a request, or finds the answer of the first one.
///
/// # Errors
/// `Conflict` when the first request is under way, or its answer is lost or was given for other rights;
/// `IdempotencyMismatch` for another body.
pub async fn begin(
    app: &Arc<App>,
    actor: &Actor,
    route: &str,
    key: &str,
    (query, body): (&str, &[u8]),
) -> Result<Begin> {
    if key.is_empty() || key.len() > KEY_MAX || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let message = "Idempotency-Key must have 1 to 255 printable ASCII characters".to_owned();
        return Err(Error::Malformed { code: "idempotency-key-invalid", message });
    }
    let user = actor.user_id().map(|id| id.to_string()).unwrap_or_default();
    // A key's requests are its own, not those of its owner's other credentials, and so are an impersonator's.
    let impersonator = actor.impersonator.as_ref().map(|by| by.id.to_string());
    let credential = actor.api_key_id().map(|id| id.to_string()).or(impersonator).unwrap_or_default();
    let granted: Vec<_> = actor.grants.iter().map(|grant| (grant.organization_id, grant.permissions)).collect();
    let granted = serde_json::to_vec(&granted).map_err(Error::internal)?;
    let rights = (actor.roles, actor.organization_id, actor.scopes(), hex::encode(digest(&[&granted])));
    let rights = serde_json::to_string(&rights).map_err(Error::internal)?;
    let parts = [user.as_bytes(), credential.as_bytes(), route.as_bytes(), key.as_bytes()];
    let claim = Claim { key: digest(&parts), rights };
    let body_hash = if query.is_empty() { digest(&[body]) } else { digest(&[query.as_bytes(), body]) };
    let now = app.now();
    let tx = app.db.begin().await?;
    let (lease_until, forget) = (now.plus_seconds(LEASE_SECONDS), now.plus_seconds(-KEEP_HOURS * 3_600));
    let fresh = tx.idempotency().claim(&claim.key, &body_hash, now, lease_until, forget).await?;
    tx.commit_bookkeeping().await?;
    if fresh {
        return Ok(Begin::Fresh(claim));
    }
    let known = app.db.idempotency().find(&claim.key).await?.ok_or(Rule::IdempotencyInFlight)?;
    if known.body_hash != body_hash {
        return Err(Error::IdempotencyMismatch);
    }
    match known.response {
        Some(sealed) => {
            let plain = app.ports.sealer.open(SEAL, &sealed)?;
            let kept: Kept = serde_json::from_slice(&plain).map_err(Error::internal)?;
            if kept.rights == claim.rights {
                Ok(Begin::Replay(kept.response))
            } else {
                Err(Rule::IdempotencyAnswerLost.into())
            }
        }
        None if known.applied && known.lease_until <= now => Err(Rule::IdempotencyAnswerLost.into()),
        None => Err(Rule::IdempotencyInFlight.into()),
    }
}

fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().to_vec()
}

/// Keeps the answer for requests with the same key.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn finish(
    app: &Arc<App>,
    claim: &Claim,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<()> {
    let response = StoredResponse { status, headers: headers.to_vec(), body: body.to_vec() };
    let kept = Kept { rights: claim.rights.clone(), response };
    let plain = serde_json::to_vec(&kept).map_err(Error::internal)?;
    let tx = app.db.begin().await?;
    tx.idempotency().store_response(&claim.key, &app.ports.sealer.seal(SEAL, &plain)).await?;
    tx.commit_bookkeeping().await
}

/// Gives the key back, when the request could not be carried out.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn abandon(app: &Arc<App>, claim: &Claim) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.idempotency().release(&claim.key).await?;
    tx.commit_bookkeeping().await
}
