//! What keys are used for: gathered in memory, written in batches.

use quarterdeck_domain::{ProviderKeyId, Result, Timestamp};
use quarterdeck_store::ProviderKeyUse;

use crate::{App, gathered::Gathered};

/// Uses that are not yet written.
#[derive(Default)]
pub struct ProviderKeyUses(Gathered<ProviderKeyId, ProviderKeyUse>);

impl ProviderKeyUses {
    /// Notes that a request went out with the key, with a body of `sent_bytes` and an answer of `received_bytes`.
    pub fn note(&self, key: ProviderKeyId, at: Timestamp, sent_bytes: u64, received_bytes: u64) {
        let first = ProviderKeyUse { count: 1, at, sent_bytes, received_bytes };
        self.0.note(key, |used| merge(used, &first), || first);
    }
}

fn merge(since: &mut ProviderKeyUse, other: &ProviderKeyUse) {
    since.count += other.count;
    since.at = since.at.max(other.at);
    since.sent_bytes += other.sent_bytes;
    since.received_bytes += other.received_bytes;
}

/// Writes the uses that wait.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn flush(app: &App) -> Result<()> {
    app.provider_key_uses.0.flush(|key, used| write(app, key, used), merge).await
}

/// One key in a transaction: who holds no other lock waits for nobody crosswise.
async fn write(app: &App, key: ProviderKeyId, used: ProviderKeyUse) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.provider_keys().note_use(key, &used).await?;
    tx.commit_bookkeeping().await
}
