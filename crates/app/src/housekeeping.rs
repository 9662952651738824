//! Removing what has run out.

use quarterdeck_domain::Result;

use crate::{
    App,
    auth::{FORGET_FAILURES_SECONDS, KNOWN_PAIR_SECONDS},
    idempotency::KEEP_HOURS,
};

/// Seconds for which an expired plan, or an import that was executed, can still be read.
const KEEP_PLANS_SECONDS: i64 = 7 * 86_400;

/// Removes expired sessions, API keys and role grants that ended long ago, one-time tokens, exported data, plans, imports, idempotency keys, reserved names and delays; how many rows.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let now = app.now();
    let tx = app.db.begin().await?;
    let removed = tx.sessions().sweep(now).await?
        + tx.api_keys().sweep(now).await?
        + tx.role_grants().sweep(now).await?
        + tx.one_time_tokens().sweep(now).await?
        + tx.plans().sweep(now.plus_seconds(-KEEP_PLANS_SECONDS)).await?
        + tx.user_imports().sweep(now, now.plus_seconds(-KEEP_PLANS_SECONDS)).await?
        + tx.idempotency().sweep(now.plus_seconds(-KEEP_HOURS * 3_600)).await?
        + tx.departures().sweep(now).await?
        + tx.users().sweep_reservations(now).await?
        + tx.sign_in_delays()
            .sweep(now.plus_seconds(-FORGET_FAILURES_SECONDS), now.plus_seconds(-KNOWN_PAIR_SECONDS))
            .await?;
    tx.commit_bookkeeping().await?;
    Ok(removed)
}
