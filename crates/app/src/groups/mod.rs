//! Groups: seen by who administers them and by who is in them.

mod joining;
mod members;

use quarterdeck_domain::{
    Error, Grant, GroupId, Page, Permission, PlanId, Resource, Result,
    allocations::Levels,
    audit::{Action, Change, Event, EventTarget, TargetType},
    groups::{CreateGroup, Group, ListGroups, UpdateGroup, sees_all_allocations, tells_allocations},
    plans::PlanAction,
    policy,
};
use quarterdeck_store::{GroupView, Tx};

use crate::{Ctx, plans, precondition, role_grants, users};

pub use joining::add_group_member;
pub(crate) use joining::{add, hand_over, may_add};
pub use members::{
    get_group_member, list_group_members, list_user_groups, remove_group_member, remove_user_from_groups,
    update_group_member,
};
pub(crate) use members::{leave, leave_all, returned};

/// A group as the target of an event.
pub(crate) fn group_target(id: GroupId, name: &str) -> EventTarget {
    EventTarget { kind: TargetType::Group, id: id.to_string(), label: name.to_owned() }
}

/// How the actor looks at groups.
pub(crate) fn view<'a>(ctx: &Ctx, levels: &'a Levels) -> GroupView<'a> {
    GroupView { viewer: ctx.actor.user_id(), levels }
}

/// The group as the actor may see it: its allocation needs `allocation.read`.
fn shown_to(ctx: &Ctx, mut group: Group) -> Group {
    if policy::allow(&ctx.actor, Permission::AllocationRead, &group.resource()).is_err() {
        group.allocation = None;
    }
    group
}

/// A group that the actor may see.
pub(crate) async fn seen(ctx: &Ctx, id: GroupId) -> Result<Group> {
    let levels = ctx.app.settings().allocation_levels();
    let group = ctx.app.db.groups().get(id, view(ctx, &levels)).await?;
    ctx.allow(Permission::GroupRead, &group.resource())?;
    Ok(group)
}

/// A group that nobody else changes until `tx` ends, and the actor as they are then: rights may have gone while it was
/// waited for.
async fn locked(ctx: &Ctx, tx: &Tx, id: GroupId) -> Result<(Group, Ctx)> {
    let levels = ctx.app.settings().allocation_levels();
    let group = tx.groups().get_for_update(id, view(ctx, &levels)).await?;
    Ok((group, ctx.within(tx).await?))
}

/// A group that nobody else changes until `tx` ends, with the grant to do what `permission` names to it.
pub(crate) async fn for_update(ctx: &Ctx, tx: &Tx, permission: Permission, id: GroupId) -> Result<(Group, Grant)> {
    let (group, ctx) = locked(ctx, tx, id).await?;
    let grant = ctx.allow(permission, &group.resource())?;
    Ok((group, grant))
}

/// A page of the groups that the actor may see.
///
/// # Errors
/// `Forbidden` without `group.read`, or without `allocation.read` when allocations say which or in what order; `Invalid` or
/// `Malformed` for a request that is none.
pub async fn list_groups(ctx: &Ctx, request: &ListGroups) -> Result<Page<Group>> {
    let grant = ctx.allow(Permission::GroupRead, &Resource::List)?;
    request.filter.check()?;
    if tells_allocations(request) && !sees_all_allocations(&ctx.actor) {
        return Err(Error::Forbidden(Permission::AllocationRead));
    }
    let levels = ctx.app.settings().allocation_levels();
    let mut page = ctx.app.db.groups().list(&grant, request, view(ctx, &levels)).await?;
    page.items = page.items.into_iter().map(|group| shown_to(ctx, group)).collect();
    Ok(page)
}

/// One group.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_group(ctx: &Ctx, id: GroupId) -> Result<Group> {
    Ok(shown_to(ctx, seen(ctx, id).await?))
}

/// Creates a group.
///
/// # Errors
/// `Forbidden`, `Invalid`, or `Conflict` when the name is taken.
pub async fn create_group(ctx: &Ctx, body: &CreateGroup) -> Result<Group> {
    let mut body = body.clone();
    if body.organization_id.is_none()
        && let Some(reach) = policy::visibility(&ctx.actor, Permission::GroupCreate)
    {
        body.organization_id = reach.only_organization();
    }
    let resource = Resource::NewGroup { organization_id: body.organization_id };
    ctx.allow(Permission::GroupCreate, &resource)?;
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let ctx = &ctx.within(&tx).await?;
    let grant = ctx.allow(Permission::GroupCreate, &resource)?;
    let (id, event) = store_new(ctx, &tx, &body).await?;
    let levels = ctx.app.settings().allocation_levels();
    let group = tx.groups().get(id, view(ctx, &levels)).await?;
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(shown_to(ctx, group))
}

/// Stores a group whose fields are checked, within `tx`.
pub(crate) async fn store_new(ctx: &Ctx, tx: &Tx, body: &CreateGroup) -> Result<(GroupId, Event)> {
    if let Some(organization) = body.organization_id {
        users::check_organization(tx, organization).await?;
    }
    let now = ctx.now();
    let group = Group {
        id: ctx.app.new_id(),
        organization_id: body.organization_id,
        organization_name: None,
        name: body.name.clone(),
        display_name: body.display_name.clone().unwrap_or_else(|| body.name.clone()),
        description: body.description.clone(),
        member_count: 0,
        standing: None,
        allocation: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    tx.groups().insert(&group, body.limit).await?;
    let event = Event::new(Action::GroupCreated, group_target(group.id, &group.name))
        .within(group.organization_id)
        .with(Change::of("name", &None, &Some(&group.name)))
        .with(Change::of("display_name", &None, &Some(&group.display_name)))
        .with(Change::of("organization_id", &None, &group.organization_id))
        .with(Change::of("limit", &None, &Some(body.limit)));
    Ok((group.id, event))
}

/// Changes a group.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict`, or `Stale` when `if_match` is not the version.
pub async fn update_group(ctx: &Ctx, id: GroupId, body: &UpdateGroup, if_match: Option<u32>) -> Result<Group> {
    let tx = ctx.write().await?;
    let (before, grant) = for_update(ctx, &tx, Permission::GroupUpdate, id).await?;
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let before = shown_to(ctx, before);
    precondition::check(if_match, before.version, &before)?;
    let mut after = before.clone();
    let body = body.clone();
    after.name = body.name.unwrap_or(after.name);
    after.display_name = body.display_name.unwrap_or(after.display_name);
    after.description = body.description.unwrap_or(after.description);
    let changes: Vec<Change> = [
        Change::of("name", &before.name, &after.name),
        Change::of("display_name", &before.display_name, &after.display_name),
        Change::of("description", &before.description, &after.description),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() {
        return Ok(before);
    }
    let saved = tx.groups().save(after, ctx.now()).await?;
    let event = Event::new(Action::GroupUpdated, group_target(id, &before.name)).within(before.organization_id);
    ctx.commit(tx, grant, vec![event.with(changes)]).await?;
    Ok(saved)
}

/// Deletes a group, for good or into the bin, by a plan for it alone, with its allocation; its members stay.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` when the plan does not fit any more, or `Stale` when `if_match` is not the version.
pub async fn delete_group(ctx: &Ctx, id: GroupId, plan_id: PlanId, if_match: Option<u32>) -> Result<()> {
    ctx.allow(Permission::GroupDelete, &seen(ctx, id).await?.resource())?;
    plans::execute_single(
        ctx,
        plan_id,
        |action| match action {
            PlanAction::DeleteGroup { group_id } => *group_id == id,
            PlanAction::BinGroups { group_ids, .. } => *group_ids == [id],
            _ => false,
        },
        async |tx| {
            let (group, _) = for_update(ctx, tx, Permission::GroupDelete, id).await?;
            precondition::check(if_match, group.version, &shown_to(ctx, group.clone()))
        },
    )
    .await
    .map(drop)
}

/// Deletes a group within `tx`, as a part of an act that was granted already.
pub(crate) async fn delete(ctx: &Ctx, tx: &Tx, group: &Group) -> Result<Vec<Event>> {
    let mut events = role_grants::end_on_group(ctx, tx, group.id).await?;
    tx.groups().delete(group.id).await?;
    let granted = group.allocation.as_ref().map(|allocation| allocation.total);
    let event = Event::new(Action::GroupDeleted, group_target(group.id, &group.name))
        .within(group.organization_id)
        .with(Change::of("name", &Some(&group.name), &None))
        .with(Change::of("members", &group.member_count, &0))
        .with(Change::of("total", &granted, &None));
    events.push(event);
    Ok(events)
}
