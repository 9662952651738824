//! Roles as bits of a column of users, which the indexes of lists carry. Who holds a role is found by the table of roles,
//! which is written with it.

use quarterdeck_domain::roles::{Role, Roles};

/// The bit that stands for `role` in the database, today and later.
pub const fn role_bit(role: Role) -> i64 {
    match role {
        Role::Admin => 1,
        Role::OrganizationAdmin => 1 << 1,
        Role::Developer => 1 << 2,
        Role::Advocate => 1 << 3,
        Role::Trainer => 1 << 4,
        Role::User => 1 << 5,
        Role::BillingAdmin => 1 << 6,
        Role::GroupManager => 1 << 7,
    }
}

/// The bits of all `roles`.
pub fn role_bits(roles: Roles) -> i64 {
    roles.iter().map(role_bit).sum()
}

/// The roles that `bits` stand for.
pub fn roles_of(bits: i64) -> Roles {
    Role::ALL.iter().copied().filter(|role| bits & role_bit(*role) != 0).collect()
}
