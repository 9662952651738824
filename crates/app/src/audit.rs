//! Reading the audit log, and keeping its chain.

use std::{collections::HashSet, sync::Arc};

use quarterdeck_domain::{
    EventId, OrganizationId, Page, Permission, Resource, Result, UserId, Visibility,
    audit::{AuditEvent, ListAuditEvents},
    policy,
};
pub use quarterdeck_store::{ClosedSection, Head, Verification};

use crate::{App, Ctx};

/// A page of the audit events that the actor may see.
///
/// # Errors
/// `Forbidden` without `audit.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_audit_events(ctx: &Ctx, request: &ListAuditEvents) -> Result<Page<AuditEvent>> {
    request.filter.check()?;
    let grant = ctx.allow(Permission::AuditRead, &Resource::List)?;
    let mut page = ctx.app.db.audit().list(&grant, request).await?;
    narrow(ctx, &mut page.items).await?;
    Ok(page)
}

/// One audit event.
///
/// # Errors
/// `Forbidden` without `audit.read`, `NotFound` when there is none that the actor may see.
pub async fn get_audit_event(ctx: &Ctx, id: EventId) -> Result<AuditEvent> {
    let grant = ctx.allow(Permission::AuditRead, &Resource::List)?;
    let mut event = ctx.app.db.audit().get(&grant, id).await?;
    narrow(ctx, std::slice::from_mut(&mut event)).await?;
    Ok(event)
}

/// Leaves of `events`, which the actor may see, what is for them: a list, an export and a stream show the same.
pub(crate) async fn narrow(ctx: &Ctx, events: &mut [AuditEvent]) -> Result<()> {
    let reach = policy::visibility(&ctx.actor, Permission::AuditRead);
    narrow_to(ctx, reach.unwrap_or_else(Visibility::nothing), events).await
}

/// The same for events that the actor may see by another right, which reaches so far.
pub(crate) async fn narrow_to(ctx: &Ctx, reach: Visibility, events: &mut [AuditEvent]) -> Result<()> {
    if policy::visibility(&ctx.actor, Permission::UserReadContact) != Some(Visibility::All) {
        events.iter_mut().for_each(AuditEvent::hide_contact);
    }
    let Visibility::Part { organizations, .. } = reach else { return Ok(()) };
    // Own events tell of the own organization.
    let seen: Vec<OrganizationId> = organizations.into_iter().chain(ctx.actor.organization_id).collect();
    let others: HashSet<UserId> = events.iter().flat_map(AuditEvent::people).filter(|id| !ctx.actor.is(*id)).collect();
    let members = match (seen.as_slice(), others.is_empty()) {
        ([], _) | (_, true) => HashSet::new(),
        (seen, false) => ctx.app.db.users().members_of(seen, &others).await?,
    };
    for event in events {
        event.narrow(&seen, |id| !ctx.actor.is(id) && !members.contains(&id));
    }
    Ok(())
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
