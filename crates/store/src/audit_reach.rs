//! Which audit events a stream shows.

use quarterdeck_domain::{
    OrganizationId, UserId,
    audit::{AuditEvent, TargetType},
};

use crate::sql::Sql;

/// The events that somebody may see on a stream, as a condition in SQL and in memory.
#[derive(Debug, Clone, Copy)]
pub struct AuditReach {
    /// Every event.
    pub all: bool,
    /// Those within this organization.
    pub organization: Option<OrganizationId>,
    /// Those that this user caused, or that are about them.
    pub own: Option<UserId>,
}

impl AuditReach {
    /// Whether `event` is one of them.
    #[must_use]
    pub fn includes(&self, event: &AuditEvent) -> bool {
        let is_about = |own: UserId| event.target.kind == TargetType::User && event.target.id == own.to_string();
        self.all
            || (self.organization.is_some() && event.organization_id == self.organization)
            || self.own.is_some_and(|own| event.actor.id == Some(own) || is_about(own))
    }

    /// The same for `e`.
    pub(crate) fn push(&self, sql: Sql) -> Sql {
        if self.all {
            return sql;
        }
        let sql = sql.push(" AND (FALSE");
        let sql = match self.organization {
            Some(organization) => sql.push(" OR e.organization_id = ").bind(organization.0),
            None => sql,
        };
        let sql = match self.own {
            Some(own) => sql
                .push(" OR e.actor_id = ")
                .bind(own.0)
                .push(" OR (e.target_kind = 'user' AND e.target_id = ")
                .bind(own.to_string())
                .push(")"),
            None => sql,
        };
        sql.push(")")
    }
}
