//! What keys are used for: gathered in memory, written in batches.

use quarterdeck_domain::{ProviderKeyId, Result, Timestamp};
use quarterdeck_store::ProviderKeyUse;

use crate::{
    App,
    gathered::{Batch, Gathered},
};

/// Uses that are not yet written.
#[derive(Default)]
pub struct ProviderKeyUses(Gathered<ProviderKeyId, ProviderKeyUse>);

impl ProviderKeyUses {
    /// Notes that a request went out with the key, with a body of `sent_bytes` and an answer of `received_bytes`.
    pub fn note(&self, key: ProviderKeyId, at: Timestamp, sent_bytes: u64, received_bytes: u64) {
        let add = |used: &mut ProviderKeyUse| {
            used.count += 1;
            used.at = at.max(used.at);
            used.sent_bytes += sent_bytes;
            used.received_bytes += received_bytes;
        };
        self.0.note(key, add, || ProviderKeyUse { count: 1, at, sent_bytes, received_bytes });
    }
}

/// Writes the uses that wait.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn flush(app: &App) -> Result<()> {
    app.provider_key_uses.0.flush(|| app.new_id(), |batch| write(app, batch)).await
}

/// One key in a transaction: who holds no other lock waits for nobody crosswise.
async fn write(app: &App, batch: Batch<ProviderKeyId, ProviderKeyUse>) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.provider_keys().note_use(batch.key, &batch.value, batch.id).await?;
    tx.commit_bookkeeping().await
}
