//! The platform itself: its name, health and first page.

use quarterdeck_domain::{
    Permission, Resource, Result,
    audit::{Action, ActorType, AuditEvent, AuditFilter, ListAuditEvents},
    health::Health,
    meta::{Limits, Meta},
    overview::Overview,
    page::MAX_LIMIT,
    plans::INLINE_ROWS,
    policy,
};

use crate::{Ctx, Visitor, audit, health};

/// Largest body of a request, in bytes.
pub const BODY_BYTES: u64 = 1 << 20;

/// What everybody may know of the platform.
///
/// # Errors
/// None at present.
pub async fn get_meta(visitor: &Visitor) -> Result<Meta> {
    let settings = visitor.app.settings();
    Ok(Meta {
        platform_name: settings.platform_name(),
        version: visitor.app.config.version.clone(),
        build: visitor.app.config.build.clone(),
        status_url: settings.status_url(),
        banner: settings.banner(),
        features: ["users", "organizations", "sessions", "settings", "plans", "jobs", "audit", "live"]
            .map(str::to_owned)
            .to_vec(),
        limits: Limits {
            body_bytes: BODY_BYTES,
            page_rows: MAX_LIMIT,
            inline_bulk_rows: u32::try_from(INLINE_ROWS).unwrap_or(u32::MAX),
        },
        password_rules: settings.password_rules(),
    })
}

/// Condition of the platform.
///
/// # Errors
/// None at present.
pub async fn get_health(visitor: &Visitor) -> Result<Health> {
    Ok(health::check(&visitor.app).await)
}

/// Rows of each list on the first page.
const RECENT: u32 = 10;

/// Counts, recent sign-ins and changes, and the platform's condition.
///
/// # Errors
/// `Forbidden` without `overview.read`.
pub async fn get_overview(ctx: &Ctx) -> Result<Overview> {
    let grant = ctx.allow(Permission::OverviewRead, &Resource::List)?;
    let counts = ctx.app.db.overview().counts(&grant, ctx.now()).await?;
    let (recent_sign_ins, recent_changes) = match policy::visibility(&ctx.actor, Permission::AuditRead) {
        Some(_) => (sign_ins(ctx).await?, changes(ctx).await?),
        None => (Vec::new(), Vec::new()),
    };
    Ok(Overview { counts, recent_sign_ins, recent_changes, health: health::check(&ctx.app).await })
}

async fn sign_ins(ctx: &Ctx) -> Result<Vec<AuditEvent>> {
    events(ctx, Some(Action::SignedIn), RECENT).await
}

async fn changes(ctx: &Ctx) -> Result<Vec<AuditEvent>> {
    let mut events = events(ctx, None, RECENT * 10).await?;
    events.retain(|event| {
        !matches!(event.action, Action::SignedIn | Action::SignedOut | Action::SignInFailed)
            && event.actor.kind != ActorType::Anonymous
    });
    events.truncate(RECENT as usize);
    Ok(events)
}

async fn events(ctx: &Ctx, action: Option<Action>, limit: u32) -> Result<Vec<AuditEvent>> {
    let mut request =
        ListAuditEvents { filter: AuditFilter { action, ..AuditFilter::default() }, ..ListAuditEvents::default() };
    request.page.limit = Some(limit);
    Ok(audit::list_audit_events(ctx, &request).await?.items)
}
