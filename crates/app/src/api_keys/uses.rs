//! What keys are used for: gathered in memory, written in batches.

use quarterdeck_domain::{ApiKeyId, Permission, PermissionSet, Result, Timestamp};
use quarterdeck_store::ApiKeyUse;

use crate::{
    App,
    gathered::{Batch, Gathered},
};

/// Uses that are not yet written.
#[derive(Default)]
pub struct KeyUses(Gathered<ApiKeyId, ApiKeyUse>);

impl KeyUses {
    /// Notes that a request came by the key.
    pub fn note_request(&self, key: ApiKeyId, now: Timestamp, address: &str) {
        let add = |used: &mut ApiKeyUse| {
            used.count += 1;
            used.at = now.max(used.at);
            if used.address != address {
                address.clone_into(&mut used.address);
            }
        };
        let first = || ApiKeyUse { count: 1, at: now, address: address.to_owned(), permissions: PermissionSet::NONE };
        self.0.note(key, add, first);
    }

    /// Notes that the key was allowed something, in a request or in work that goes on after it.
    pub fn note_permission(&self, key: ApiKeyId, now: Timestamp, permission: Permission) {
        let permissions = PermissionSet::NONE.with(permission);
        let first = || ApiKeyUse { count: 0, at: now, address: String::new(), permissions };
        self.0.note(key, |used| used.permissions = used.permissions.with(permission), first);
    }
}

/// Writes the uses that wait.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn flush(app: &App) -> Result<()> {
    app.key_uses.0.flush(|| app.new_id(), |batch| write(app, batch)).await
}

/// One key in a transaction: who holds no other lock waits for nobody crosswise.
async fn write(app: &App, batch: Batch<ApiKeyId, ApiKeyUse>) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.api_keys().note_use(batch.key, &batch.value, batch.id).await?;
    tx.commit_bookkeeping().await
}
