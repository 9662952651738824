//! Audit events.

use quarterdeck_domain::{
    EventId, Page,
    audit::{AuditEvent, ListAuditEvents},
};

use crate::{Client, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of audit events.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_audit_events(&self, request: &ListAuditEvents) -> Result<Page<AuditEvent>> {
        self.list("/api/v1/audit-events", request).await
    }

    /// One audit event.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_audit_event(&self, id: EventId) -> Result<AuditEvent> {
        self.get(format!("/api/v1/audit-events/{id}")).await
    }
}
