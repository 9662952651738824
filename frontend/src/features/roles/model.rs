//! What a role carries, how far, and how it differs from the built-in one that it was made from. Plain Rust.

use std::{fmt, str::FromStr};

use quarterdeck_domain::{
    Permission, PermissionSet, Role, RoleId,
    groups::Standing,
    policy,
    role_grants::ScopeKind,
    roles::{CustomRole, Roles},
};

use crate::i18n::{text, words};

/// A role as an address names it: a built-in one by its name, a custom one by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleKey {
    /// A built-in one.
    BuiltIn(Role),
    /// A custom one.
    Custom(RoleId),
}

impl FromStr for RoleKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let built_in = text.parse().map(Self::BuiltIn);
        built_in.or_else(|_| text.parse().map(Self::Custom).map_err(drop))
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => role.fmt(f),
            Self::Custom(id) => id.fmt(f),
        }
    }
}

impl RoleKey {
    /// Its page.
    pub fn href(self) -> String {
        format!("/roles/{self}")
    }

    /// The built-in role, if it is one.
    pub const fn built_in(self) -> Option<Role> {
        match self {
            Self::BuiltIn(role) => Some(role),
            Self::Custom(_) => None,
        }
    }

    /// The custom role, if it is one.
    pub const fn custom(self) -> Option<RoleId> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Custom(id) => Some(id),
        }
    }

    /// Where it may be granted.
    pub fn fits(self, scope: ScopeKind) -> bool {
        self.built_in().is_none_or(|role| role.fits(scope))
    }
}

/// How far a permission reaches in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// As far as the role is granted.
    Granted,
    /// The whole platform.
    Platform,
    /// The organization of which the role is held.
    Organization,
    /// The group of which it is held.
    Group,
    /// What is one's own.
    Own,
}

impl Reach {
    /// Name in the style sheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Granted | Self::Platform => "all",
            Self::Organization => "organization",
            Self::Group => "group",
            Self::Own => "own",
        }
    }

    /// Its words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Granted => text::roles::reach_granted(),
            Self::Platform => text::roles::reach_platform(),
            Self::Organization => text::roles::reach_organization(),
            Self::Group => text::roles::reach_group(),
            Self::Own => text::roles::reach_own(),
        }
    }
}

/// How a role differs in one permission from the built-in role that it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// The built-in role lacks it.
    Added,
    /// The built-in role has it.
    Taken,
}

impl Difference {
    /// Name in the style sheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Taken => "taken",
        }
    }

    /// Its word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Added => text::roles::added(),
            Self::Taken => text::roles::taken(),
        }
    }
}

/// A role of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyRole {
    /// A built-in one.
    BuiltIn(Role),
    /// A custom one.
    Custom(CustomRole),
}

impl AnyRole {
    /// What names it.
    pub const fn key(&self) -> RoleKey {
        match self {
            Self::BuiltIn(role) => RoleKey::BuiltIn(*role),
            Self::Custom(role) => RoleKey::Custom(role.id),
        }
    }

    /// The custom role, if it is one.
    pub const fn custom(&self) -> Option<&CustomRole> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Custom(role) => Some(role),
        }
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::BuiltIn(role) => words::role(*role).to_owned(),
            Self::Custom(role) => role.name.clone(),
        }
    }

    /// What it is for.
    pub fn description(&self) -> String {
        match self {
            Self::BuiltIn(role) => words::role_help(*role).to_owned(),
            Self::Custom(role) => role.description.clone(),
        }
    }

    /// The built-in role that it is, or was made from.
    pub const fn origin(&self) -> Option<Role> {
        match self {
            Self::BuiltIn(role) => Some(*role),
            Self::Custom(role) => role.based_on,
        }
    }

    /// What it carries beyond one's own account.
    pub fn permissions(&self) -> PermissionSet {
        match self {
            Self::BuiltIn(role) => carried(*role),
            Self::Custom(role) => role.permissions,
        }
    }

    /// How far it carries `permission`, if it does.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        match self {
            Self::BuiltIn(role) => reach(*role, permission),
            Self::Custom(role) => role
                .permissions
                .contains(permission)
                .then(|| if policy::reaches_organizations(permission) { Reach::Granted } else { Reach::Platform }),
        }
    }

    /// How it differs in `permission` from its origin.
    pub fn difference(&self, permission: Permission) -> Option<Difference> {
        let Self::Custom(role) = self else { return None };
        match (carried(role.based_on?).contains(permission), role.permissions.contains(permission)) {
            (false, true) => Some(Difference::Added),
            (true, false) => Some(Difference::Taken),
            _ => None,
        }
    }

    /// How many permissions it has more, and how many less, than its origin; nothing for one that has none.
    pub fn differences(&self) -> Option<(u64, u64)> {
        let Self::Custom(CustomRole { based_on: Some(_), .. }) = self else { return None };
        let count = |kind| Permission::ALL.iter().filter(|one| self.difference(**one) == Some(kind)).count() as u64;
        Some((count(Difference::Added), count(Difference::Taken)))
    }
}

/// How far the built-in `role` carries `permission`.
fn reach(role: Role, permission: Permission) -> Option<Reach> {
    let own = |roles| policy::carried_on_own(permission, roles);
    match role {
        _ if policy::platform_carriers(permission).contains(&role) => Some(Reach::Platform),
        Role::OrganizationAdmin if policy::carried_in_organization(permission) => Some(Reach::Organization),
        Role::GroupManager if policy::carried_in_group(permission, Standing::Manager) => Some(Reach::Group),
        // What everybody has stands with the lowest role alone.
        Role::User => own(Roles::NONE).then_some(Reach::Own),
        _ => (own(Roles::NONE.with(role)) && !own(Roles::NONE)).then_some(Reach::Own),
    }
}

/// What the built-in `role` carries beyond one's own account.
pub fn carried(role: Role) -> PermissionSet {
    let carries = |permission: &Permission| reach(role, *permission).is_some_and(|reach| reach != Reach::Own);
    Permission::ALL.iter().copied().filter(carries).collect()
}

/// Permissions that custom roles may carry.
pub fn grantable() -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|permission| policy::is_grantable(*permission)).collect()
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::Timestamp;

    use super::*;

    fn made_from(based_on: Option<Role>, permissions: &[Permission]) -> AnyRole {
        AnyRole::Custom(CustomRole {
            id: RoleId(Default::default()),
            name: "Night shift".to_owned(),
            description: String::new(),
            permissions: permissions.iter().copied().collect(),
            is_shared: false,
            based_on,
            grant_count: 0,
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
            version: 1,
        })
    }

    #[test]
    fn an_address_names_roles_of_either_kind() {
        assert_eq!("advocate".parse(), Ok(RoleKey::BuiltIn(Role::Advocate)));
        let custom: RoleKey = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e".parse().unwrap();
        assert!(custom.custom().is_some() && custom.href().ends_with("5a6f7b8c9d0e"));
        assert_eq!("captain".parse::<RoleKey>(), Err(()));
    }

    #[test]
    fn built_in_roles_reach_as_far_as_the_rule_says() {
        let of = |role, permission| AnyRole::BuiltIn(role).reach(permission);
        assert_eq!(of(Role::Advocate, Permission::UserRead), Some(Reach::Platform));
        assert_eq!(of(Role::OrganizationAdmin, Permission::UserRead), Some(Reach::Organization));
        assert_eq!(of(Role::GroupManager, Permission::GroupManageMembers), Some(Reach::Group));
        assert_eq!(of(Role::Developer, Permission::ProfileUpdatePlace), Some(Reach::Own));
        assert_eq!(of(Role::User, Permission::ApiKeyWrite), Some(Reach::Own));
        assert_eq!(of(Role::Trainer, Permission::ApiKeyWrite), None);
        assert!(carried(Role::User).is_empty() && carried(Role::GroupManager).len() == 4);
    }

    /// S3-PRV-08: what differs from the built-in default.
    #[test]
    fn a_custom_role_differs_from_the_one_it_was_made_from() {
        let role = made_from(Some(Role::BillingAdmin), &[Permission::GroupRead, Permission::UserRead]);
        assert_eq!(role.difference(Permission::UserRead), Some(Difference::Added));
        assert_eq!(role.difference(Permission::OrganizationRead), Some(Difference::Taken));
        assert_eq!(role.difference(Permission::GroupRead), None);
        assert_eq!(role.differences(), Some((1, 2)));
        assert_eq!(made_from(None, &[Permission::UserRead]).differences(), None);
    }
}
