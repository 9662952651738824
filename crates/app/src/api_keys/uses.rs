//! What keys are used for: gathered in memory, written in batches.

use std::{collections::HashMap, sync::Mutex};

use quarterdeck_domain::{ApiKeyId, Permission, PermissionSet, Result, Timestamp};
use quarterdeck_store::ApiKeyUse;
use uuid::Uuid;

use crate::App;

/// Uses that are not yet written.
#[derive(Default)]
pub struct KeyUses {
    waiting: Mutex<HashMap<ApiKeyId, ApiKeyUse>>,
    /// Batches that may be written or not: the answer of the database was lost.
    unsure: Mutex<Vec<Batch>>,
}

/// Uses of one key that are written at once, and never twice.
struct Batch {
    id: Uuid,
    key: ApiKeyId,
    used: ApiKeyUse,
}

impl KeyUses {
    /// Notes that a request came by the key.
    pub fn note_request(&self, key: ApiKeyId, now: Timestamp, address: &str) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        match waiting.get_mut(&key) {
            Some(used) => {
                used.count += 1;
                used.at = now.max(used.at);
                if used.address != address {
                    address.clone_into(&mut used.address);
                }
            }
            None => {
                let address = address.to_owned();
                waiting.insert(key, ApiKeyUse { count: 1, at: now, address, permissions: PermissionSet::NONE });
            }
        }
    }

    /// Notes that the key was allowed something, in a request or in work that goes on after it.
    pub fn note_permission(&self, key: ApiKeyId, now: Timestamp, permission: Permission) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        let first = || ApiKeyUse { count: 0, at: now, address: String::new(), permissions: PermissionSet::NONE };
        let used = waiting.entry(key).or_insert_with(first);
        used.permissions = used.permissions.with(permission);
    }

    fn take(&self) -> HashMap<ApiKeyId, ApiKeyUse> {
        self.waiting.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default()
    }

    fn take_unsure(&self) -> Vec<Batch> {
        self.unsure.lock().map(|mut unsure| std::mem::take(&mut *unsure)).unwrap_or_default()
    }

    fn put_back_unsure(&self, batches: impl IntoIterator<Item = Batch>) {
        if let Ok(mut unsure) = self.unsure.lock() {
            unsure.extend(batches);
        }
    }

    fn put_back(&self, uses: impl IntoIterator<Item = (ApiKeyId, ApiKeyUse)>) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        for (key, former) in uses {
            match waiting.get_mut(&key) {
                Some(used) => {
                    used.count += former.count;
                    used.at = former.at.max(used.at);
                    used.permissions = used.permissions.union(former.permissions);
                    if used.address.is_empty() {
                        used.address = former.address;
                    }
                }
                None => {
                    waiting.insert(key, former);
                }
            }
        }
    }
}

/// Writes the uses that wait.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn flush(app: &App) -> Result<()> {
    let mut unsure = app.key_uses.take_unsure().into_iter();
    while let Some(batch) = unsure.next() {
        if let Err(error) = write(app, &batch).await {
            app.key_uses.put_back_unsure([batch].into_iter().chain(unsure));
            return Err(error);
        }
    }
    let mut waiting = app.key_uses.take().into_iter();
    while let Some((key, used)) = waiting.next() {
        let batch = Batch { id: app.new_id(), key, used };
        if let Err(error) = write(app, &batch).await {
            app.key_uses.put_back_unsure([batch]);
            app.key_uses.put_back(waiting);
            return Err(error);
        }
    }
    Ok(())
}

/// One key in a transaction: who holds no other lock waits for nobody crosswise.
async fn write(app: &App, batch: &Batch) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.api_keys().note_use(batch.key, &batch.used, batch.id).await?;
    tx.commit_bookkeeping().await
}
