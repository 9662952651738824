//! What keys are used for: gathered in memory, written in batches.

use std::{collections::HashMap, sync::Mutex};

use quarterdeck_domain::{ApiKeyId, Permission, PermissionSet, Result, Timestamp};
use quarterdeck_store::ApiKeyUse;

use crate::App;

/// Uses that are not yet written.
#[derive(Default)]
pub struct KeyUses {
    waiting: Mutex<HashMap<ApiKeyId, ApiKeyUse>>,
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

    fn take(&self) -> Vec<(ApiKeyId, ApiKeyUse)> {
        let mut waiting = self.waiting.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default();
        waiting.drain().collect()
    }

    fn put_back(&self, uses: impl IntoIterator<Item = (ApiKeyId, ApiKeyUse)>) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        for (key, former) in uses {
            match waiting.get_mut(&key) {
                Some(used) => {
                    used.count += former.count;
                    used.permissions = used.permissions.union(former.permissions);
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
    let mut waiting = app.key_uses.take().into_iter();
    while let Some((key, used)) = waiting.next() {
        if let Err(error) = write(app, key, &used).await {
            app.key_uses.put_back([(key, used)].into_iter().chain(waiting));
            return Err(error);
        }
    }
    Ok(())
}

/// One key in a transaction: who holds no other lock waits for nobody crosswise.
async fn write(app: &App, key: ApiKeyId, used: &ApiKeyUse) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.api_keys().note_use(key, used).await?;
    tx.commit_bookkeeping().await
}
