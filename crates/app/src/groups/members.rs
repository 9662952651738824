//! Who is in a group: listed, changed and taken out, by administrators and by the group's managers.

use quarterdeck_domain::{
    Error, GroupId, Page, Permission, Result, UserId, Visibility,
    audit::{Action, Change, Event},
    groups::{Group, GroupMember, ListGroupMembers, ListUserGroups, Standing, UpdateGroupMember},
    users::User,
};
use quarterdeck_store::Tx;

use super::{for_update, joining::may_make_managers, locked, seen};
use crate::{Ctx, role_grants, users::user_target};

/// A page of the members of a group.
///
/// # Errors
/// `NotFound`, `Forbidden` for who is in the group and does not manage it, `Invalid` or `Malformed` for a request that is
/// none.
pub async fn list_group_members(ctx: &Ctx, id: GroupId, request: &ListGroupMembers) -> Result<Page<GroupMember>> {
    let group = seen(ctx, id).await?;
    let grant = ctx.allow(Permission::GroupReadMembers, &group.resource())?;
    request.filter.check()?;
    ctx.app.db.groups().members(id, &grant, request).await
}

/// A member of a group.
///
/// # Errors
/// `NotFound` when there is none that the actor may see, `Forbidden` as for the list.
pub async fn get_group_member(ctx: &Ctx, id: GroupId, user: UserId) -> Result<GroupMember> {
    let group = seen(ctx, id).await?;
    ctx.allow(Permission::GroupReadMembers, &group.resource())?;
    ctx.app.db.groups().member(id, user).await
}

/// A page of the groups of a user that the actor may see.
///
/// # Errors
/// `NotFound` when there is no such user that the actor may see, `Forbidden` without `group.read` on them, `Invalid` or
/// `Malformed` for a request that is none.
pub async fn list_user_groups(ctx: &Ctx, id: UserId, request: &ListUserGroups) -> Result<Page<GroupMember>> {
    let user = ctx.app.db.users().get(id, ctx.now()).await?;
    let grant = ctx.allow(Permission::GroupRead, &user.resource())?;
    ctx.app.db.groups().of_user(id, &grant, request).await
}

/// What a membership was and is, as an event of the user.
pub(super) fn event(
    action: Action,
    group: &Group,
    user: &User,
    before: Option<Standing>,
    after: Option<Standing>,
) -> Event {
    let (id, name) = (Some(group.id), Some(&group.name));
    let of = |standing: Option<Standing>| if standing.is_some() { (id, name) } else { (None, None) };
    Event::new(action, user_target(user.id(), &user.summary.username))
        .within(group.organization_id)
        .with(Change::of("group_id", &of(before).0, &of(after).0))
        .with(Change::of("group", &of(before).1, &of(after).1))
        .with(Change::of("standing", &before, &after))
}

/// That somebody is something else in a group than before, as an event of theirs.
pub(super) fn standing_changed(group: &Group, user: &User, before: Standing, after: Standing) -> Event {
    Event::new(Action::UserGroupChanged, user_target(user.id(), &user.summary.username))
        .within(group.organization_id)
        .with(Change::of("standing", &before, &after))
        .because(group.name.as_str())
}

/// Changes what somebody is in a group.
///
/// # Errors
/// `NotFound`, or `Forbidden` without `group.update` and all that managers of a group hold.
pub async fn update_group_member(
    ctx: &Ctx,
    id: GroupId,
    user: UserId,
    body: &UpdateGroupMember,
) -> Result<GroupMember> {
    ctx.allow(Permission::GroupUpdate, &seen(ctx, id).await?.resource())?;
    let tx = ctx.write().await?;
    let found = tx.users().find(user, ctx.now()).await?.ok_or(Error::NotFound("member"))?;
    let (group, grant) = for_update(ctx, &tx, Permission::GroupUpdate, id).await?;
    may_make_managers(ctx, &group)?;
    let before = tx.groups().member(id, user).await?;
    let after = body.standing.unwrap_or(before.standing);
    if after == before.standing {
        return Ok(before);
    }
    tx.groups().set_standing(id, user, after).await?;
    let event = standing_changed(&group, &found, before.standing, after);
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(GroupMember { standing: after, ..before })
}

/// Takes a user out of a group.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn remove_group_member(ctx: &Ctx, id: GroupId, user: UserId) -> Result<()> {
    ctx.allow(Permission::GroupManageMembers, &seen(ctx, id).await?.resource())?;
    let tx = ctx.write().await?;
    let found = tx.users().find(user, ctx.now()).await?.ok_or(Error::NotFound("member"))?;
    let (group, ctx) = locked(ctx, &tx, id).await?;
    let grant = ctx.allow(Permission::GroupManageMembers, &group.resource())?;
    let member = tx.groups().member(id, user).await?;
    if member.standing == Standing::Manager && !ctx.actor.is(user) {
        ctx.allow(Permission::GroupUpdate, &group.resource())?;
    }
    role_grants::allow_leaving(&ctx, &tx, id, &found).await?;
    tx.groups().remove_member(id, user).await?;
    let event = event(Action::UserRemovedFromGroup, &group, &found, Some(member.standing), None);
    ctx.commit(tx, grant, vec![event]).await
}

/// Takes a user out of all groups that the actor administers (S1-UED-12).
///
/// # Errors
/// `NotFound` when there is no such user that the actor may see, `Forbidden` without `group.update` on them.
pub async fn remove_user_from_groups(ctx: &Ctx, id: UserId) -> Result<()> {
    let tx = ctx.write().await?;
    let user = tx.users().get_for_update(id, ctx.now()).await?;
    let ctx = &ctx.within(&tx).await?;
    let grant = ctx.allow(Permission::GroupUpdate, &user.resource())?;
    let events = leave_all(ctx, &tx, &user).await?;
    if events.is_empty() {
        // What waited in the bin is forgotten all the same.
        return tx.commit_bookkeeping().await;
    }
    ctx.commit(tx, grant, events).await
}

/// Takes a locked user out of all groups that the actor administers, as a member or as a manager, within `tx`; an event for
/// each.
///
/// # Errors
/// `NotFound` or `Forbidden` for who administers none.
pub(crate) async fn leave_all(ctx: &Ctx, tx: &Tx, user: &User) -> Result<Vec<Event>> {
    let grant = ctx.allow(Permission::GroupUpdate, &user.resource())?;
    let groups = tx.groups().ids_of_user(user.id(), grant.visibility()).await?;
    for group in &groups {
        tx.groups().lock(*group).await?;
        role_grants::allow_leaving(ctx, tx, *group, user).await?;
    }
    // Nor do they come back with a group from the bin.
    tx.bin().forget_memberships(user.id(), grant.visibility()).await?;
    leave(ctx, tx, user, &groups).await
}

/// Takes a locked user out of `groups`, as a part of an act that was granted already; an event for each.
pub(crate) async fn leave(ctx: &Ctx, tx: &Tx, user: &User, groups: &[GroupId]) -> Result<Vec<Event>> {
    let levels = ctx.app.settings().allocation_levels();
    let mut events = Vec::new();
    for id in groups {
        let group = tx.groups().get_for_update(*id, super::view(ctx, &levels)).await;
        let member = tx.groups().member(*id, user.id()).await;
        let (group, member) = match (group, member) {
            // Deleted, or left, before it was locked.
            (Err(Error::NotFound(_)), _) | (_, Err(Error::NotFound(_))) => continue,
            (group, member) => (group?, member?),
        };
        tx.groups().remove_member(*id, user.id()).await?;
        events.push(event(Action::UserRemovedFromGroup, &group, user, Some(member.standing), None));
    }
    Ok(events)
}

/// The memberships of a user who came back, an event for each.
pub(crate) async fn returned(ctx: &Ctx, tx: &Tx, user: &User) -> Result<Vec<Event>> {
    let levels = ctx.app.settings().allocation_levels();
    let mut events = Vec::new();
    for id in tx.groups().ids_of_user(user.id(), &Visibility::All).await? {
        let group = tx.groups().get(id, super::view(ctx, &levels)).await?;
        let standing = tx.groups().member(id, user.id()).await?.standing;
        events.push(event(Action::UserAddedToGroup, &group, user, None, Some(standing)));
    }
    Ok(events)
}
