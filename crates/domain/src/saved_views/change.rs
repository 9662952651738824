//! What views are made and changed by, and its faults.

use serde::{Deserialize, Serialize};

use super::{ViewQuery, ViewTable, ViewVisibility};
use crate::{Error, FieldError, OrganizationId, Patch, Result, Role, RoleId, text};

/// Most characters of a name.
pub const NAME_MAX: usize = 80;
/// Most parameters of a query.
const PARAMETERS_MAX: usize = 30;
/// Most characters of a query's values together.
const QUERY_MAX: usize = 2_000;
/// Most columns.
const COLUMNS_MAX: usize = 40;
/// Most characters of a column's key.
const COLUMN_MAX: usize = 40;

/// A view to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(example = json!({"table": "users", "name": "Suspended accounts", "query": {"status": "suspended", "sort": "-last_login_at"}}))
)]
#[serde(deny_unknown_fields)]
pub struct CreateSavedView {
    /// Of which table.
    pub table: ViewTable,
    /// What it is called.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 80,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Suspended accounts"
        )
    )]
    pub name: String,
    /// Parameters of the list, as it takes them: its filters, and `sort`. At most 30, and 2,000 characters together.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = json!({"status": "suspended"})))]
    pub query: ViewQuery,
    /// Columns that are shown, in their order; those that the table shows by itself unless told otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 40, example = json!(["name", "status"])))]
    pub columns: Option<Vec<String>>,
    /// Who sees it; its owner alone unless told otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub visibility: Option<ViewVisibility>,
    /// The built-in role whose holders see it, with the visibility `role`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The custom role whose holders see it, with the visibility `role`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// In which organization it is shared; on the whole platform unless told otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}

/// A change of a view: JSON Merge Patch (RFC 7396). Who sees it changes as a whole: with `visibility` goes all that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"name": "Suspended accounts"})))]
#[serde(deny_unknown_fields, default)]
pub struct UpdateSavedView {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            nullable = false,
            min_length = 1,
            max_length = 80,
            pattern = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            example = "Suspended accounts"
        )
    )]
    pub name: Option<String>,
    /// All parameters of the list, in the place of the present ones.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, example = json!({"status": "suspended"})))]
    pub query: Option<ViewQuery>,
    /// Columns that are shown; `null` for those that the table shows by itself.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<Vec<String>>, max_items = 40, example = json!(["name", "status"]))
    )]
    pub columns: Patch<Vec<String>>,
    /// Who sees it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub visibility: Option<ViewVisibility>,
    /// The built-in role whose holders see it, with the visibility `role`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The custom role whose holders see it, with the visibility `role`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// In which organization it is shared, with a visibility other than `private`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}

/// Who sees a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// Its owner, holders of a role, or everybody.
    pub visibility: ViewVisibility,
    /// The built-in role.
    pub role: Option<Role>,
    /// The custom role.
    pub role_id: Option<RoleId>,
    /// In which organization; on the platform without one.
    pub organization_id: Option<OrganizationId>,
}

impl Audience {
    /// Whether others than the owner are among it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.visibility != ViewVisibility::Private
    }

    fn faults(self) -> impl Iterator<Item = FieldError> {
        let stray = |pointer: &str, with: &str| FieldError::new(pointer, "not-allowed", format!("goes with {with}"));
        let is_by_role = self.visibility == ViewVisibility::Role;
        let role = match (self.role.is_some(), self.role_id.is_some()) {
            (false, false) if is_by_role => {
                Some(FieldError::new("/role", "required", "must name the role, or `role_id`"))
            }
            (true, true) => Some(FieldError::new("/role_id", "not-allowed", "must be absent beside `role`")),
            (true, _) if !is_by_role => Some(stray("/role", "the visibility role")),
            (_, true) if !is_by_role => Some(stray("/role_id", "the visibility role")),
            _ => None,
        };
        let organization = self.organization_id.filter(|_| !self.is_shared());
        role.into_iter().chain(organization.map(|_| stray("/organization_id", "a view that is shared")))
    }
}

impl CreateSavedView {
    /// Who will see it.
    #[must_use]
    pub fn audience(&self) -> Audience {
        let Self { role, role_id, organization_id, .. } = *self;
        Audience { visibility: self.visibility.unwrap_or(ViewVisibility::Private), role, role_id, organization_id }
    }

    /// Checks the fields.
    ///
    /// # Errors
    /// `Invalid` with all faults.
    pub fn check(&self) -> Result<()> {
        let faults = name_fault(&self.name).into_iter();
        let faults = faults.chain(self.columns.as_deref().and_then(columns_fault)).chain(self.audience().faults());
        refuse(faults.collect(), self.table, Some(&self.query))
    }
}

impl UpdateSavedView {
    /// Who will see it, if that changes.
    #[must_use]
    pub fn audience(&self) -> Option<Audience> {
        let Self { role, role_id, organization_id, .. } = *self;
        self.visibility.map(|visibility| Audience { visibility, role, role_id, organization_id })
    }

    /// Checks the fields of a change of a view of `table`.
    ///
    /// # Errors
    /// `Invalid` with all faults.
    pub fn check(&self, table: ViewTable) -> Result<()> {
        let mut faults: Vec<FieldError> = self.name.as_deref().and_then(name_fault).into_iter().collect();
        faults.extend(self.columns.value().and_then(|columns| columns_fault(columns)));
        match self.audience() {
            Some(audience) => faults.extend(audience.faults()),
            None if self.role.is_some() || self.role_id.is_some() || self.organization_id.is_some() => {
                faults.push(FieldError::new("/visibility", "required", "must say who sees it, with all that it needs"));
            }
            None => {}
        }
        refuse(faults, table, self.query.as_ref())
    }
}

/// Refuses `faults`, and those of `query`.
fn refuse(mut faults: Vec<FieldError>, table: ViewTable, query: Option<&ViewQuery>) -> Result<()> {
    if let Some(query) = query {
        let length: usize = query.values().map(|value| value.chars().count()).sum();
        if query.len() > PARAMETERS_MAX || length > QUERY_MAX {
            let message = format!("must have at most {PARAMETERS_MAX} parameters, and {QUERY_MAX} characters together");
            faults.push(FieldError::new("/query", "too-long", message));
        } else if let Err(Error::Invalid(of_query)) = table.check(query) {
            faults.extend(of_query);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn name_fault(name: &str) -> Option<FieldError> {
    text::check_line("/name", name).and_then(|()| text::check_optional_line("/name", name, NAME_MAX)).err()
}

fn columns_fault(columns: &[String]) -> Option<FieldError> {
    let is_key = |key: &String| {
        (1..=COLUMN_MAX).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_twice = |(place, key): (usize, &String)| columns.iter().take(place).any(|other| other == key);
    let message = if columns.len() > COLUMNS_MAX {
        "must have at most 40 columns"
    } else if !columns.iter().all(is_key) {
        "must have keys of columns only: lower-case letters, digits and underscores"
    } else if columns.iter().enumerate().any(is_twice) {
        "must name each column once"
    } else {
        return None;
    };
    Some(FieldError::new("/columns", "format", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(body: serde_json::Value) -> Vec<String> {
        let body: CreateSavedView = serde_json::from_value(body).unwrap();
        match body.check() {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.pointer).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn who_sees_it_is_said_once() {
        let id = uuid::Uuid::nil();
        let of = |more: serde_json::Value| {
            let mut body = serde_json::json!({"table": "users", "name": "a", "query": {"status": "active"}});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            pointers(body)
        };
        for good in [
            serde_json::json!({}),
            serde_json::json!({"visibility": "everyone"}),
            serde_json::json!({"visibility": "role", "role": "admin", "organization_id": id}),
            serde_json::json!({"visibility": "role", "role_id": id, "columns": ["name", "last_login_at"]}),
        ] {
            assert_eq!(of(good), Vec::<String>::new());
        }
        for (bad, pointer) in [
            (serde_json::json!({"role": "admin"}), "/role"),
            (serde_json::json!({"visibility": "everyone", "role_id": id}), "/role_id"),
            (serde_json::json!({"visibility": "role"}), "/role"),
            (serde_json::json!({"visibility": "role", "role": "admin", "role_id": id}), "/role_id"),
            (serde_json::json!({"organization_id": id}), "/organization_id"),
            (serde_json::json!({"name": " "}), "/name"),
            (serde_json::json!({"name": "x".repeat(81)}), "/name"),
            (serde_json::json!({"columns": ["a", "a"]}), "/columns"),
            (serde_json::json!({"columns": ["A b"]}), "/columns"),
            (serde_json::json!({"query": {"q": "x".repeat(2_001)}}), "/query"),
        ] {
            assert_eq!(of(bad), [pointer]);
        }
    }

    #[test]
    fn who_sees_it_changes_as_a_whole() {
        let check = |body: serde_json::Value| {
            serde_json::from_value::<UpdateSavedView>(body).unwrap().check(ViewTable::Users).is_ok()
        };
        assert!(check(serde_json::json!({"columns": null, "name": "b"})));
        assert!(check(serde_json::json!({"visibility": "role", "role": "user"})));
        assert!(!check(serde_json::json!({"role": "user"})));
        assert!(!check(serde_json::json!({"query": {"sort": "nothing"}})));
    }
}
