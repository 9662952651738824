//! Roles: named sets of permissions. Which permission each built-in one carries stands in [`crate::policy`]; the others are
//! [custom roles](CustomRole).

mod custom;

pub use custom::{CreateRole, CustomRole, DEFAULT_SORT, ListRoles, NAME_MAX, RoleFilter, RoleSort, UpdateRole};

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    names::{UnknownName, named},
    role_grants::ScopeKind,
};

named! {
    /// A role that a user may hold. A user without any is treated like `user`.
    Role {
        /// Full control of the platform.
        Admin = "admin",
        /// Administers the people of the own organization, and sees no other.
        OrganizationAdmin = "organization_admin",
        /// Builds and tests; needs no user data.
        Developer = "developer",
        /// Helps people; may see user data.
        Advocate = "advocate",
        /// Reads what is about money and seats: organizations.
        BillingAdmin = "billing_admin",
        /// Manages a group; carries nothing but on one.
        GroupManager = "group_manager",
        /// Trains models.
        Trainer = "trainer",
        /// The lowest role, the default of a new account.
        User = "user",
    }
}

impl Role {
    /// Whether only an administrator may touch the account, password and roles of its holders.
    #[must_use]
    pub const fn is_privileged(self) -> bool {
        matches!(self, Self::Admin | Self::Developer | Self::Advocate | Self::BillingAdmin)
    }

    /// Where it may be granted. An administrator of the platform is none of one organization, and `user` is what everybody
    /// is.
    #[must_use]
    pub const fn fits(self, scope: ScopeKind) -> bool {
        match self {
            Self::Admin | Self::Trainer => matches!(scope, ScopeKind::Platform),
            Self::Developer | Self::Advocate | Self::BillingAdmin => !matches!(scope, ScopeKind::Group),
            Self::OrganizationAdmin => matches!(scope, ScopeKind::Organization),
            Self::GroupManager => matches!(scope, ScopeKind::Group),
            Self::User => false,
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

named! {
    /// Over whom an account has power; who has less does not take it over.
    Power {
        /// Over nobody.
        None = "none",
        /// Over the own organization, and no more than its administrators.
        Organization = "organization",
        /// Over more.
        Platform = "platform",
    }
}

/// A set of roles; a sorted list of names on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u16);

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);

    /// Whether the set has `role`.
    #[must_use]
    pub const fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// The set with `role`.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// The set without `role`.
    #[must_use]
    pub const fn without(self, role: Role) -> Self {
        Self(self.0 & !role.bit())
    }

    /// Whether it has no role.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The same, or `user` instead of nothing: everybody has a role.
    #[must_use]
    pub const fn or_user(self) -> Self {
        if self.is_empty() { Self::NONE.with(Role::User) } else { self }
    }

    /// The roles, most powerful first.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }

    /// What power over others a role in the set gives.
    #[must_use]
    pub fn power(self) -> Power {
        match self.contains(Role::OrganizationAdmin) {
            _ if self.is_privileged() => Power::Platform,
            true => Power::Organization,
            false => Power::None,
        }
    }

    /// Whether a role in the set is privileged: see [`Role::is_privileged`].
    #[must_use]
    pub fn is_privileged(self) -> bool {
        self.iter().any(Role::is_privileged)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, role) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(role.name())?;
        }
        Ok(())
    }
}

impl FromStr for Roles {
    type Err = UnknownName;

    /// Parses names separated by commas; the empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        text.split(',').filter(|name| !name.is_empty()).map(str::parse).collect()
    }
}

impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Role>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ArrayBuilder, Ref, RefOr, Schema},
    };

    impl PartialSchema for super::Roles {
        fn schema() -> RefOr<Schema> {
            ArrayBuilder::new().items(Ref::from_schema_name("Role")).into()
        }
    }

    impl ToSchema for super::Roles {
        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.push((<super::Role as ToSchema>::name().into_owned(), super::Role::schema()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_survives_its_text() {
        let roles: Roles = "user,admin".parse().unwrap();
        assert_eq!(roles.to_string(), "admin,user");
        assert!(roles.is_privileged());
        assert_eq!("".parse::<Roles>(), Ok(Roles::NONE));
        assert_eq!("root".parse::<Roles>(), Err(UnknownName));
    }
}
