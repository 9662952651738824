//! Custom roles: sets of permissions with a name of their own.

use serde::{Deserialize, Serialize};

use crate::{
    FieldError, Permission, PermissionSet, Result, Role, RoleId, Timestamp,
    names::named,
    page::{ListRequest, Sort},
    policy,
    text::{self, fold},
};

/// Most characters of a role's name.
pub const NAME_MAX: usize = 50;

/// A custom role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomRole {
    /// Id.
    pub id: RoleId,
    /// Name; unique in any case, and none of a built-in role.
    #[cfg_attr(feature = "openapi", schema(example = "Help desk"))]
    pub name: String,
    /// What it is for.
    #[cfg_attr(feature = "openapi", schema(example = "Suspends accounts and sets passwords."))]
    pub description: String,
    /// What it carries. On one organization, only what can be held there.
    pub permissions: PermissionSet,
    /// Whether administrators of organizations see it, and may grant it where they hold all of it.
    pub is_shared: bool,
    /// The built-in role that it was made from; `null` for none. It tells what the role differs in, and gives nothing.
    pub based_on: Option<Role>,
    /// Grants in force that the caller may see.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 4))]
    pub grant_count: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
}

/// What a new role is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateRole {
    /// Name; unique in any case, and none of a built-in role.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 50,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Help desk"
        )
    )]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Suspends accounts and sets passwords.")
    )]
    pub description: String,
    /// What it carries: permissions that roles may carry; what changes things needs what shows them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = json!(["user.read", "user.suspend"])))]
    pub permissions: PermissionSet,
    /// Whether administrators of organizations see it, and may grant it where they hold all of it.
    #[serde(default)]
    pub is_shared: bool,
    /// The built-in role that it is made from. It gives nothing by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<Role>,
}

/// A change of a role: JSON Merge Patch (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateRole {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 50,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Help desk"
        )
    )]
    pub name: Option<String>,
    /// What it is for; `null` empties it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 255, pattern = r"^[^\x00-\x1f\x7f]*$", example = "Suspends accounts.")
    )]
    pub description: Option<String>,
    /// All permissions that it carries from now on, for all who hold it; `null` takes all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::or_empty")]
    #[cfg_attr(feature = "openapi", schema(example = json!(["user.read"])))]
    pub permissions: Option<PermissionSet>,
    /// Whether administrators of organizations see it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub is_shared: Option<bool>,
}

impl CreateRole {
    /// All faults of the fields that need no look at other roles.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        faults(Some(&self.name), Some(&self.description), Some(self.permissions))
    }
}

impl UpdateRole {
    /// All faults of the fields that need no look at other roles.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        faults(self.name.as_deref(), self.description.as_deref(), self.permissions)
    }
}

fn faults(name: Option<&str>, description: Option<&str>, permissions: Option<PermissionSet>) -> Vec<FieldError> {
    let name = name.and_then(|name| check_name(name).err());
    let description =
        description.and_then(|text| text::check_optional_line("/description", text, text::LINE_MAX).err());
    [name, description, permissions.and_then(permission_fault)].into_iter().flatten().collect()
}

fn check_name(name: &str) -> Result<(), FieldError> {
    text::check_line("/name", name)?;
    text::check_optional_line("/name", name, NAME_MAX)?;
    if Role::ALL.iter().any(|role| role.name() == fold(name)) {
        return Err(FieldError::new("/name", "built-in", "must be another name than those of the built-in roles"));
    }
    Ok(())
}

fn permission_fault(permissions: PermissionSet) -> Option<FieldError> {
    if let Some(permission) = permissions.iter().find(|one| !policy::is_grantable(*one)) {
        return Some(FieldError::new(
            "/permissions",
            "not-grantable",
            format!("{permission} is carried by no custom role"),
        ));
    }
    let lacks = |permission: &Permission| {
        permission.basis().filter(|basis| policy::is_grantable(*basis) && !permissions.contains(*basis)).map(|basis| {
            let message = format!("{permission} needs {basis}, because what it changes is shown");
            FieldError::new("/permissions", "lacks-basis", message)
        })
    };
    permissions.iter().find_map(|permission| lacks(&permission))
}

/// Which roles are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RoleFilter {
    /// Part of the name in any case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, max_length = 200, pattern = r"^[^\x00-\x1f\x7f]*$", example = "desk")
    )]
    pub q: Option<String>,
    /// They carry this permission.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub permission: Option<Permission>,
}

impl RoleFilter {
    /// Checks the search text.
    ///
    /// # Errors
    /// `Invalid` at `/q`.
    pub fn check(&self) -> Result<()> {
        text::check_query(self.q.as_deref())
    }
}

named! {
    /// What roles can be sorted by.
    RoleSort {
        /// Name, any case.
        Name = "name",
        /// When it was made.
        CreatedAt = "created_at",
    }
}

/// By name.
pub const DEFAULT_SORT: Sort<RoleSort> = Sort::ascending(RoleSort::Name);

/// Which page of which roles is asked for.
pub type ListRoles = ListRequest<RoleFilter, RoleSort>;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, permissions: &[Permission]) -> Option<String> {
        let permissions = permissions.iter().copied().collect();
        let role = CreateRole { name: name.to_owned(), permissions, ..CreateRole::default() };
        role.faults().first().map(|fault| fault.code.clone())
    }

    #[test]
    fn names_and_permissions_are_checked() {
        assert_eq!(code("Help desk", &[Permission::UserRead, Permission::UserSuspend]), None);
        assert_eq!(code(&"é".repeat(50), &[]), None);
        assert_eq!(code(&"é".repeat(51), &[]).as_deref(), Some("too-long"));
        assert_eq!(code(" ", &[]).as_deref(), Some("required"));
        assert_eq!(code("Admin", &[]).as_deref(), Some("built-in"));
        assert_eq!(code("x", &[Permission::RoleWrite]).as_deref(), Some("not-grantable"));
        assert_eq!(code("x", &[Permission::ApiKeyWrite]).as_deref(), Some("not-grantable"));
        assert_eq!(code("x", &[Permission::UserSuspend]).as_deref(), Some("lacks-basis"));
    }
}
