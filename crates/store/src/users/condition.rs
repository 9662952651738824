//! Conditions on users that bulk acts are narrowed by.

use quarterdeck_domain::{OrganizationId, Role, Timestamp, UserId, users::UserStatus};

use crate::sql::Sql;

/// Something that holds for a user, or not.
#[derive(Debug, Clone)]
pub enum Condition {
    /// It is this user.
    Is(UserId),
    /// They have this status.
    HasStatus(UserStatus),
    /// They hold this role.
    HasRole(Role),
    /// They hold a role that only administrators may touch.
    HasPrivilegedRole,
    /// They belong to this organization, or to none.
    BelongsTo(Option<OrganizationId>),
    /// They have a session that has not ended at this time.
    HasSession(Timestamp),
    /// The other condition does not hold.
    Not(Box<Self>),
}

impl Condition {
    /// The opposite.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "reads as a sentence in the plans that use it")]
    pub fn not(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Goes on with the condition on `u`.
    pub(crate) fn push(&self, sql: Sql) -> Sql {
        const ROLE: &str = "EXISTS (SELECT 1 FROM user_roles c WHERE c.user_id = u.id AND c.role IN (";
        match self {
            Self::Is(user) => sql.push("u.id = ").bind(user.0),
            Self::HasStatus(status) => sql.push("u.status = ").bind(status.name()),
            Self::HasRole(role) => sql.push(ROLE).bind(role.name()).push("))"),
            Self::HasPrivilegedRole => {
                let privileged = Role::ALL.iter().filter(|role| role.is_privileged()).map(|role| role.name());
                sql.push(ROLE).bind_all(privileged).push("))")
            }
            Self::BelongsTo(Some(organization)) => {
                sql.push("coalesce(u.organization_id = ").bind(organization.0).push(", FALSE)")
            }
            Self::BelongsTo(None) => sql.push("u.organization_id IS NULL"),
            Self::HasSession(now) => sql
                .push("EXISTS (SELECT 1 FROM sessions c WHERE c.user_id = u.id AND c.expires_at > ")
                .bind(now.micros())
                .push(")"),
            Self::Not(condition) => condition.push(sql.push("NOT (")).push(")"),
        }
    }
}
