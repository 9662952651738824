//! Which audit events a stream shows, or the list of one's own.

use quarterdeck_domain::{
    OrganizationId, UserId,
    audit::{AuditEvent, TargetType},
};

use crate::{reach::is_one_of, sql::Sql};

/// The events that somebody may see, as a condition in SQL and in memory.
#[derive(Debug, Clone)]
pub struct AuditReach {
    /// Every event.
    pub all: bool,
    /// Those within these organizations.
    pub organizations: Vec<OrganizationId>,
    /// Those that this user caused, or that are about them.
    pub own: Option<UserId>,
}

impl AuditReach {
    /// The events that `user` caused, and those about them.
    #[must_use]
    pub const fn of_user(user: UserId) -> Self {
        Self { all: false, organizations: Vec::new(), own: Some(user) }
    }

    /// Whether `event` is one of them.
    #[must_use]
    pub fn includes(&self, event: &AuditEvent) -> bool {
        let is_about = |own: UserId| event.target.kind == TargetType::User && event.target.id == own.to_string();
        self.all
            || event.organization_id.is_some_and(|id| self.organizations.contains(&id))
            || self.own.is_some_and(|own| event.actor.id == Some(own) || is_about(own))
    }

    /// The same for `e`.
    pub(crate) fn push(&self, sql: Sql) -> Sql {
        if self.all {
            return sql;
        }
        let sql = sql.push(" AND (FALSE");
        let sql = match self.organizations.as_slice() {
            [] => sql,
            some => is_one_of(sql.push(" OR "), "e.organization_id", some),
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
