//! Conditions on users that bulk acts are narrowed by.

use quarterdeck_domain::{
    Grant, GroupId, OrganizationId, Role, Timestamp, UserId, Visibility,
    groups::Standing,
    roles::{Power, Roles},
    users::UserStatus,
};

use crate::{
    reach::{is_one_of, reached},
    role_grants::granted_power,
    sql::Sql,
};

const ROLE: &str = "EXISTS (SELECT 1 FROM user_roles c WHERE c.user_id = u.id AND c.role IN (";

/// Something that holds for a user, or not.
#[derive(Debug, Clone)]
pub enum Condition {
    /// It is this user.
    Is(UserId),
    /// They have this status.
    HasStatus(UserStatus),
    /// They hold this role.
    HasRole(Role),
    /// They have power over others than their own organization at this time, so that only administrators touch them.
    IsPrivileged(Timestamp),
    /// They have power over others at this time, by a role or by a grant.
    IsPowerful(Timestamp),
    /// They belong to one of these organizations.
    BelongsToOneOf(Vec<OrganizationId>),
    /// All of these hold.
    All(Vec<Self>),
    /// They belong to this organization, or to none.
    BelongsTo(Option<OrganizationId>),
    /// They have a session that has not ended at this time.
    HasSession(Timestamp),
    /// They are in this group as this, or as more.
    IsIn(GroupId, Standing),
    /// They are in a group within this reach.
    IsInGroup(Visibility),
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

    /// The user's power keeps whoever has `grant` from touching them at this time; none when nobody is kept from it.
    #[must_use]
    pub fn guarded(grant: &Grant, now: Timestamp) -> Option<Self> {
        let of_administered = Self::BelongsToOneOf(grant.guard()?.to_vec());
        let is_free = Self::All(vec![Self::IsPrivileged(now).not(), of_administered]);
        Some(Self::All(vec![Self::IsPowerful(now), is_free.not()]))
    }

    /// Goes on with the condition on `u`.
    pub(crate) fn push(&self, sql: Sql) -> Sql {
        match self {
            Self::Is(user) => sql.push("u.id = ").bind(user.0),
            Self::HasStatus(status) => sql.push("u.status = ").bind(status.name()),
            Self::HasRole(role) => sql.push(ROLE).bind(role.name()).push("))"),
            Self::IsPrivileged(now) => has_power(sql, Power::Platform, *now),
            Self::IsPowerful(now) => has_power(sql, Power::Organization, *now),
            Self::BelongsToOneOf(organizations) => {
                is_one_of(sql.push("coalesce("), "u.organization_id", organizations).push(", FALSE)")
            }
            Self::All(conditions) => {
                let all = |sql: Sql, condition: &Self| condition.push(sql.push(" AND "));
                conditions.iter().fold(sql.push("(TRUE"), all).push(")")
            }
            Self::BelongsTo(Some(organization)) => {
                sql.push("coalesce(u.organization_id = ").bind(organization.0).push(", FALSE)")
            }
            Self::BelongsTo(None) => sql.push("u.organization_id IS NULL"),
            Self::HasSession(now) => sql
                .push("EXISTS (SELECT 1 FROM sessions c WHERE c.user_id = u.id AND c.expires_at > ")
                .bind(now.micros())
                .push(")"),
            Self::IsIn(group, standing) => {
                let standings = Standing::ALL.iter().filter(|one| *one >= standing).map(|one| one.name());
                let sql = sql.push("EXISTS (SELECT 1 FROM group_members c WHERE c.user_id = u.id AND c.group_id = ");
                sql.bind(group.0).push(" AND c.standing IN (").bind_all(standings).push("))")
            }
            Self::IsInGroup(seen) => {
                let sql = sql.push(
                    "EXISTS (SELECT 1 FROM group_members c JOIN groups g ON g.id = c.group_id WHERE c.user_id = u.id",
                );
                reached(sql, seen, Some("g.organization_id"), Some("c.user_id")).push(")")
            }
            Self::Not(condition) => condition.push(sql.push("NOT (")).push(")"),
        }
    }
}

/// Goes on with the condition that `u` has this power or more, by a role or by a grant.
fn has_power(sql: Sql, power: Power, now: Timestamp) -> Sql {
    let gives = |role: &&Role| Roles::NONE.with(**role).power() >= power;
    let roles = Role::ALL.iter().filter(gives).map(|role| role.name());
    let sql = sql.push("(").push(ROLE).bind_all(roles).push(")) OR ");
    granted_power(sql, now).push(" >= ").bind(power as i64).push(")")
}
