//! Roles as bits of a column that the indexes of lists carry. The table of roles stays the truth.

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
    }
}

/// The bits of all `roles`.
pub fn role_bits(roles: Roles) -> i64 {
    roles.iter().map(role_bit).sum()
}
