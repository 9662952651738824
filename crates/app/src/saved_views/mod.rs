//! Saved views: own ones for everybody, shared ones by whoever may share, and none of a table that one does not see.

mod write;

use quarterdeck_domain::{
    Error, Page, Permission, Resource, Result, Role, RoleId, SavedViewId, UserId, Visibility,
    audit::{Action, Change, Event, EventTarget, TargetType},
    policy,
    saved_views::{ListSavedViews, SavedView, ViewTable},
};
use quarterdeck_store::{NamedView, Tx, ViewSight};

use crate::Ctx;

pub use write::{create_saved_view, delete_saved_view, update_saved_view};

/// Whose views are private to the actor.
fn own(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.user_id().ok_or(Error::Forbidden(Permission::ProfileRead))
}

/// What the actor sees of all views.
fn sight(ctx: &Ctx) -> Result<ViewSight> {
    let actor = &ctx.actor;
    let seen = |table: &ViewTable| policy::visibility(actor, table.permission());
    let tables: Vec<ViewTable> = ViewTable::ALL.iter().copied().filter(|table| seen(table).is_some()).collect();
    let whole_tables = tables.iter().copied().filter(|table| seen(table) == Some(Visibility::All)).collect();
    let holds = |role: &Role| actor.roles.contains(*role) || actor.grants.iter().any(|one| one.role == Some(*role));
    Ok(ViewSight {
        grant: ctx.allow(Permission::ProfileRead, &Resource::List)?,
        user_id: own(ctx)?,
        organization_id: actor.organization_id,
        roles: Role::ALL.iter().copied().filter(holds).collect(),
        tables,
        whole_tables,
        shares: policy::visibility(actor, Permission::SavedViewShare),
        users: policy::visibility(actor, Permission::UserRead),
        at: ctx.now(),
    })
}

/// A page of the views that the actor sees.
///
/// # Errors
/// `Forbidden` without `profile.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_saved_views(ctx: &Ctx, request: &ListSavedViews) -> Result<Page<SavedView>> {
    ctx.app.db.saved_views().list(&sight(ctx)?, request).await
}

/// One view.
///
/// # Errors
/// `NotFound` when there is none that the actor sees.
pub async fn get_saved_view(ctx: &Ctx, id: SavedViewId) -> Result<SavedView> {
    ctx.app.db.saved_views().get(&sight(ctx)?, id).await
}

/// Ends the views that are shared with a role that is deleted; what happened.
pub(crate) async fn end_with_role(tx: &Tx, role: RoleId) -> Result<Vec<Event>> {
    let lost = tx.saved_views().delete_of_role(role).await?;
    let event = |view: NamedView| {
        let target = EventTarget { kind: TargetType::SavedView, id: view.id.to_string(), label: view.name };
        Event::new(Action::SavedViewDeleted, target).within(view.organization_id).with(Change::of(
            "table",
            &Some(view.table),
            &None,
        ))
    };
    Ok(lost.into_iter().map(event).collect())
}

/// What happened to a view. Of a private one the log tells that there is one, and of which table: what it is called and
/// looks for is its owner's.
fn event(ctx: &Ctx, action: Action, before: Option<&SavedView>, after: Option<&SavedView>) -> Event {
    let shared = |view: Option<&SavedView>| view.filter(|view| view.is_shared()).cloned();
    let named = shared(before).or_else(|| shared(after));
    let of = after.or(before);
    let target = EventTarget {
        kind: TargetType::SavedView,
        id: of.map(|view| view.id.to_string()).unwrap_or_default(),
        label: named.as_ref().map_or_else(|| "private".to_owned(), |view| view.name.clone()),
    };
    let organization = named.map_or(ctx.actor.organization_id, |view| view.organization_id);
    let (told_before, told_after) = (shared(before), shared(after));
    let (told_before, told_after) = (told_before.as_ref(), told_after.as_ref());
    Event::new(action, target)
        .within(organization)
        .with(Change::of("table", &before.map(|view| view.table), &after.map(|view| view.table)))
        .with(Change::of("visibility", &before.map(|view| view.visibility), &after.map(|view| view.visibility)))
        .with(Change::of("name", &told_before.map(|view| &view.name), &told_after.map(|view| &view.name)))
        .with(Change::of("query", &told_before.map(|view| &view.query), &told_after.map(|view| &view.query)))
        .with(Change::of(
            "columns",
            &told_before.and_then(|view| view.columns.as_ref()),
            &told_after.and_then(|view| view.columns.as_ref()),
        ))
        .with(Change::of("role", &told_before.and_then(role), &told_after.and_then(role)))
}

/// Name of the role that a view is shared with.
fn role(view: &SavedView) -> Option<&str> {
    view.role.map(Role::name).or(view.role_name.as_deref())
}
