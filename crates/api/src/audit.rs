//! Audit events.

use actix_web::{HttpResponse, get};
use quarterdeck_app::audit;
use quarterdeck_domain::{
    EventId, Page,
    audit::{AuditEvent, AuditFilter, AuditSort},
};

use crate::{
    caller::{Caller, needs},
    csv::{Row, optional},
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::Found,
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_audit_events).service(get_audit_event);
}

impl Row for AuditEvent {
    const COLUMNS: &'static [&'static str] = &[
        "sequence",
        "id",
        "at",
        "action",
        "outcome",
        "permission",
        "actor_kind",
        "actor_id",
        "actor",
        "impersonator_id",
        "impersonator",
        "target_kind",
        "target_id",
        "target",
        "organization_id",
        "reason",
        "changes",
        "address",
        "user_agent",
        "request_id",
        "session_id",
        "api_key_id",
        "hash",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            optional(self.sequence.as_ref()),
            self.id.to_string(),
            self.at.to_string(),
            self.action.to_string(),
            self.outcome.to_string(),
            self.permission.to_string(),
            self.actor.kind.to_string(),
            optional(self.actor.id.as_ref()),
            self.actor.label.clone(),
            optional(self.impersonator.as_ref().and_then(|by| by.id.as_ref())),
            self.impersonator.as_ref().map(|by| by.label.clone()).unwrap_or_default(),
            self.target.kind.to_string(),
            self.target.id.clone(),
            self.target.label.clone(),
            optional(self.organization_id.as_ref()),
            self.reason.clone(),
            serde_json::to_string(&self.changes).unwrap_or_default(),
            self.address.clone(),
            self.user_agent.clone(),
            self.request_id.clone(),
            optional(self.session_id.as_ref()),
            optional(self.api_key_id.as_ref()),
            optional(self.hash.as_ref()),
        ]
    }
}

/// List audit events
///
/// Those that the caller may see. Needs `audit.read`. The newest first unless sorted. Changes of contact info are left out
/// without `user.read_contact`. An administrator of an organization sees no other organizations, and of who acted from
/// outside only that it was an administrator.
#[utoipa::path(tag = "audit", operation_id = "list_audit_events", security(("session" = [])),
    params(ListParameters<AuditFilter, AuditSort>),
    responses((status = 200, description = "A page of events", body = Page<AuditEvent>)))]
#[get("/audit-events")]
async fn list_audit_events(
    caller: Caller<needs::AuditRead>,
    list: List<AuditFilter, AuditSort>,
) -> Result<HttpResponse> {
    list.answer(caller, "audit-events", audit::list_audit_events).await
}

/// Get an audit event
///
/// As it stands in the list. Needs `audit.read`.
#[utoipa::path(tag = "audit", operation_id = "get_audit_event", security(("session" = [])),
    params(("id" = EventId, Path, description = "The event")),
    responses((status = 200, description = "The event", body = AuditEvent)))]
#[get("/audit-events/{id}")]
async fn get_audit_event(caller: Caller<needs::AuditRead>, id: Id<EventId>) -> Result<Found<AuditEvent>> {
    Ok(Found(audit::get_audit_event(&caller, id.0).await?))
}
