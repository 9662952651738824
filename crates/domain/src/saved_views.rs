//! Saved views: the filters, sort and columns of a table under a name, kept for oneself or shared with others.

mod change;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    OrganizationId, Role, RoleId, SavedViewId, Timestamp, UserId,
    names::named,
    page::{ListRequest, Sort},
};

pub use change::{Audience, CreateSavedView, NAME_MAX, UpdateSavedView};
pub use table::ViewTable;

/// Most views that one user may have made.
pub const MAX_OF_OWNER: u64 = 100;

/// Parameters of a list by their names: filters and `sort`.
pub type ViewQuery = BTreeMap<String, String>;

/// Whether `query` names single things by their ids, an organization or a user.
#[must_use]
pub fn names_things(query: &ViewQuery) -> bool {
    query.values().any(|value| uuid::Uuid::try_parse(value).is_ok())
}

named! {
    /// Who sees a view.
    ViewVisibility {
        /// Its owner alone.
        Private = "private",
        /// Who holds a role.
        Role = "role",
        /// Everybody.
        Everyone = "everyone",
    }
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedView {
    /// Id.
    pub id: SavedViewId,
    /// Of which table.
    pub table: ViewTable,
    /// What it is called: once, in any case, among the own views of a table, and once among those that are shared there.
    #[cfg_attr(feature = "openapi", schema(example = "Suspended accounts"))]
    pub name: String,
    /// Parameters of the list: its filters, and `sort`.
    #[cfg_attr(feature = "openapi", schema(example = json!({"status": "suspended", "sort": "-last_login_at"})))]
    pub query: ViewQuery,
    /// Columns that are shown, in their order; `null` for those that the table shows by itself.
    #[cfg_attr(feature = "openapi", schema(example = json!(["name", "status"])))]
    pub columns: Option<Vec<String>>,
    /// Who sees it, of those who may see the table.
    pub visibility: ViewVisibility,
    /// The built-in role whose holders see it.
    pub role: Option<Role>,
    /// The custom role whose holders see it.
    pub role_id: Option<RoleId>,
    /// Name of that role.
    #[cfg_attr(feature = "openapi", schema(example = "Help desk"))]
    pub role_name: Option<String>,
    /// In which organization it is shared; `null` for the whole platform, and for a private view.
    pub organization_id: Option<OrganizationId>,
    /// Who made it, if they are still there and the caller may see them.
    pub owner_id: Option<UserId>,
    /// Their username.
    #[cfg_attr(feature = "openapi", schema(example = "ada.byron"))]
    pub owner_name: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with each change; for `If-Match`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub version: u32,
}

impl SavedView {
    /// Whether others see it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.visibility != ViewVisibility::Private
    }
}

named! {
    /// How views stand to the caller.
    ViewRelation {
        /// The caller made them.
        Own = "own",
        /// They are meant for the caller: the private ones, and those that are shared with them.
        Offered = "offered",
    }
}

/// Which views are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SavedViewFilter {
    /// Of which table.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub table: Option<ViewTable>,
    /// Who sees them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub visibility: Option<ViewVisibility>,
    /// How they stand to the caller. Without it, whoever may share sees all that are shared as far as that right reaches.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub relation: Option<ViewRelation>,
}

named! {
    /// What views can be sorted by.
    SavedViewSort {
        /// Name, any case.
        Name = "name",
        /// When it was made.
        CreatedAt = "created_at",
    }
}

/// By name.
pub const DEFAULT_SORT: Sort<SavedViewSort> = Sort::ascending(SavedViewSort::Name);

/// Which page of which views is asked for.
pub type ListSavedViews = ListRequest<SavedViewFilter, SavedViewSort>;
