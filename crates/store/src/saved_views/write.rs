//! Saving, changing and deleting views.

use quarterdeck_domain::{
    Error, OrganizationId, Result, Role, RoleId, SavedViewId, UserId,
    error::Rule,
    saved_views::{NAME_MAX, SavedView, ViewTable, ViewVisibility, names_things},
    text::fold,
};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::SavedViews;
use crate::{
    conn::{failed, violated_uniqueness},
    sql::Sql,
};

/// A view, as far as it takes to tell of it.
#[derive(Debug, Clone)]
pub struct NamedView {
    /// Which.
    pub id: SavedViewId,
    /// Of which table.
    pub table: ViewTable,
    /// What it was called.
    pub name: String,
    /// In which organization it is shared.
    pub organization_id: Option<OrganizationId>,
    /// Whether its owner alone sees it.
    pub is_private: bool,
}

#[derive(FromQueryResult)]
struct NamedRow {
    id: Uuid,
    table_name: String,
    name: String,
    organization_id: Option<Uuid>,
    is_private: bool,
}

impl TryFrom<NamedRow> for NamedView {
    type Error = Error;

    fn try_from(row: NamedRow) -> Result<Self> {
        Ok(Self {
            id: SavedViewId(row.id),
            table: row.table_name.parse().map_err(Error::internal)?,
            name: row.name,
            organization_id: row.organization_id.map(OrganizationId),
            is_private: row.is_private,
        })
    }
}

const SELECT_NAMED: &str =
    "SELECT id, table_name, name, organization_id, private_of IS NOT NULL AS is_private FROM saved_views WHERE ";

fn taken(error: DbErr) -> Error {
    match violated_uniqueness(&error) {
        Some(_) => Rule::SavedViewNameTaken.into(),
        None => failed(error),
    }
}

/// Whose a view is while it is private.
fn private_of(view: &SavedView, owner: UserId) -> Option<UserId> {
    (view.visibility == ViewVisibility::Private).then_some(owner)
}

/// What has one view of a name for each table: the owner, the organization, or the platform.
fn place(view: &SavedView, owner: UserId) -> Uuid {
    let shared_in = view.organization_id.map_or(Uuid::nil(), |id| id.0);
    private_of(view, owner).map_or(shared_in, |owner| owner.0)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

impl SavedViews<'_> {
    /// Stores a new view of `owner`.
    ///
    /// # Errors
    /// `Conflict` when the name is taken there.
    pub async fn insert(&self, view: &SavedView, owner: UserId) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO saved_views (id, place_id, owner_id, table_name, name, name_key, query, visibility, private_of, \
             organization_id, role_id, columns, role, names_things, created_at, updated_at, version) VALUES (",
        )
        .bind_all([view.id.0, place(view, owner), owner.0])
        .push(", ")
        .bind_all([view.table.name().to_owned(), view.name.clone(), fold(&view.name), json(&view.query)?])
        .push(", ")
        .bind(view.visibility.name())
        .push(", ")
        .bind_all([
            private_of(view, owner).map(|id| id.0),
            view.organization_id.map(|id| id.0),
            view.role_id.map(|id| id.0),
        ])
        .push(", ")
        .bind_all([view.columns.as_ref().map(json).transpose()?, view.role.map(|role| role.name().to_owned())])
        .push(", ")
        .bind(names_things(&view.query))
        .push(", ")
        .bind_all([view.created_at.micros(), view.updated_at.micros(), i64::from(view.version)])
        .push(")");
        self.conn.try_execute(sql).await.map_err(taken).map(drop)
    }

    /// Stores a changed view; a private one is, or becomes, that of `owner`.
    ///
    /// # Errors
    /// `Conflict` when the name is taken there.
    pub async fn save(&self, view: &SavedView, owner: UserId) -> Result<()> {
        let sql = Sql::new("UPDATE saved_views SET place_id = ")
            .bind(place(view, owner))
            .push(", private_of = ")
            .bind(private_of(view, owner).map(|id| id.0))
            .push(", organization_id = ")
            .bind(view.organization_id.map(|id| id.0))
            .push(", name = ")
            .bind(view.name.as_str())
            .push(", name_key = ")
            .bind(fold(&view.name))
            .push(", query = ")
            .bind(json(&view.query)?)
            .push(", names_things = ")
            .bind(names_things(&view.query))
            .push(", columns = ")
            .bind(view.columns.as_ref().map(json).transpose()?)
            .push(", visibility = ")
            .bind(view.visibility.name())
            .push(", role = ")
            .bind(view.role.map(Role::name))
            .push(", role_id = ")
            .bind(view.role_id.map(|id| id.0))
            .push(", updated_at = ")
            .bind(view.updated_at.micros())
            .push(", version = version + 1 WHERE id = ")
            .bind(view.id.0);
        self.conn.try_execute(sql).await.map_err(taken).map(drop)
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete(&self, id: SavedViewId) -> Result<()> {
        self.conn.execute(Sql::new("DELETE FROM saved_views WHERE id = ").bind(id.0)).await.map(drop)
    }

    /// Deletes the views that are shared with a custom role, which goes itself; which they were.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn delete_of_role(&self, role: RoleId) -> Result<Vec<NamedView>> {
        let sql = Sql::new(SELECT_NAMED).push("role_id = ").bind(role.0);
        let rows = self.conn.all::<NamedRow>(sql.push(" ORDER BY id")).await?;
        self.conn.execute(Sql::new("DELETE FROM saved_views WHERE role_id = ").bind(role.0)).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The views that a user made, by id.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn made_by(&self, user: UserId) -> Result<Vec<NamedView>> {
        let sql = Sql::new(SELECT_NAMED).push("owner_id = ").bind(user.0).push(" ORDER BY id");
        self.conn.all::<NamedRow>(sql).await?.into_iter().map(TryInto::try_into).collect()
    }

    /// Makes a view another user's. A private one gets `suffix` behind its name, in brackets, where they have one of that name.
    ///
    /// # Errors
    /// `Internal` when the database fails.
    pub async fn hand_over(&self, view: &NamedView, to: UserId, suffix: &str) -> Result<()> {
        let sql = Sql::new("UPDATE saved_views SET version = version + 1, owner_id = ").bind(to.0);
        if !view.is_private {
            return self.conn.execute(sql.push(" WHERE id = ").bind(view.id.0)).await.map(drop);
        }
        let mut name = view.name.clone();
        for number in 1.. {
            let same = Sql::new("SELECT count(*) FROM saved_views WHERE place_id = ").bind(to.0);
            let same = same.push(" AND table_name = ").bind(view.table.name()).push(" AND name_key = ");
            if self.conn.number(same.bind(fold(&name))).await? == 0 {
                break;
            }
            let end = if number == 1 { format!(" ({suffix})") } else { format!(" ({suffix} {number})") };
            let room = NAME_MAX.saturating_sub(end.chars().count());
            name = view.name.chars().take(room).collect::<String>() + &end;
        }
        let sql = sql.push(", private_of = ").bind(to.0).push(", place_id = ").bind(to.0).push(", name = ");
        let sql = sql.bind(name.as_str()).push(", name_key = ").bind(fold(&name)).push(" WHERE id = ").bind(view.id.0);
        self.conn.try_execute(sql).await.map(drop).map_err(taken)
    }
}
