//! Reading the audit log, and keeping its chain.

use std::sync::Arc;

use quarterdeck_domain::{
    Page, Permission, Resource, Result,
    audit::{AuditEvent, ListAuditEvents},
};
pub use quarterdeck_store::{Head, Verification};

use crate::{App, Ctx};

/// A page of the audit events that the actor may see.
///
/// # Errors
/// `Forbidden` without `audit.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_audit_events(ctx: &Ctx, request: &ListAuditEvents) -> Result<Page<AuditEvent>> {
    request.filter.check()?;
    let grant = ctx.allow(Permission::AuditRead, &Resource::List)?;
    ctx.app.db.audit().list(&grant, request).await
}

/// Gives waiting events their place in the chain; how many.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn seal_pending(app: &Arc<App>) -> Result<u64> {
    // A look at the index first: an idle server opens no transaction for nothing.
    if app.db.audit().pending().await? == 0 {
        return Ok(0);
    }
    let tx = app.db.begin().await?;
    let sealed = tx.seal_events().await?;
    tx.commit_bookkeeping().await?;
    Ok(sealed)
}

/// Walks the whole chain and looks at each hash. A `noted` head, kept elsewhere, must be one of its events.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn verify(app: &App, noted: Option<&Head>) -> Result<Verification> {
    app.db.audit().verify(noted).await
}
