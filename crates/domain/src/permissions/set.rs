//! Sets of permissions.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Permission;
use crate::names::UnknownName;

/// A set of permissions; a list of names on the wire, in the order in which they are declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionSet(u128);

const _: () = assert!(Permission::ALL.len() <= u128::BITS as usize, "a permission has no bit");

impl PermissionSet {
    /// No permission.
    pub const NONE: Self = Self(0);

    const fn bit(permission: Permission) -> u128 {
        1 << permission as u32
    }

    /// Whether the set has `permission`.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    /// The set with `permission`.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | Self::bit(permission))
    }

    /// What either set has.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets have.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it has no permission.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many permissions it has.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The permissions, in the order in which they are declared.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for PermissionSet {
    /// Names separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, permission) in self.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "," })?;
            f.write_str(permission.name())?;
        }
        Ok(())
    }
}

impl FromStr for PermissionSet {
    type Err = UnknownName;

    /// Parses names separated by commas; the empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        text.split(',').filter(|name| !name.is_empty()).map(str::parse).collect()
    }
}

impl Serialize for PermissionSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for PermissionSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Permission>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ArrayBuilder, Ref, RefOr, Schema},
    };

    impl PartialSchema for super::PermissionSet {
        fn schema() -> RefOr<Schema> {
            ArrayBuilder::new().items(Ref::from_schema_name("Permission")).into()
        }
    }

    impl ToSchema for super::PermissionSet {
        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.push((<super::Permission as ToSchema>::name().into_owned(), super::Permission::schema()));
        }
    }
}
