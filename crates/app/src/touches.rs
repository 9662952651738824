//! When sessions were last used: gathered in memory, written in batches.

use std::{collections::HashMap, sync::Mutex};

use quarterdeck_domain::{Result, SessionId, Timestamp, UserId};

use crate::App;

/// Uses that are not yet written.
#[derive(Default)]
pub struct Touches {
    waiting: Mutex<HashMap<SessionId, (UserId, Timestamp)>>,
}

/// Sessions written in one transaction.
const BATCH: usize = 200;

impl Touches {
    /// Notes that the session was used.
    pub fn note(&self, session: SessionId, user: UserId, now: Timestamp) {
        if let Ok(mut waiting) = self.waiting.lock() {
            let last = &mut waiting.entry(session).or_insert((user, now)).1;
            *last = now.max(*last);
        }
    }

    fn take(&self) -> Vec<(SessionId, UserId, Timestamp)> {
        let waiting = self.waiting.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default();
        waiting.into_iter().map(|(session, (user, at))| (session, user, at)).collect()
    }
}

/// Writes the uses that wait.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn flush(app: &App) -> Result<()> {
    let mut waiting = app.touches.take();
    while !waiting.is_empty() {
        let rest = waiting.split_off(waiting.len().min(BATCH));
        if let Err(error) = write(app, &waiting).await {
            for (session, user, at) in waiting.into_iter().chain(rest) {
                app.touches.note(session, user, at);
            }
            return Err(error);
        }
        waiting = rest;
    }
    Ok(())
}

async fn write(app: &App, uses: &[(SessionId, UserId, Timestamp)]) -> Result<()> {
    let tx = app.db.begin().await?;
    tx.sessions().touch(uses).await?;
    tx.commit_bookkeeping().await
}
