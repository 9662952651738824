//! Who comes into a group: one by one, by a plan, and by taking over from somebody who leaves.

use quarterdeck_domain::{
    Error, GroupId, Permission, Result, UserId, Visibility,
    audit::{Action, Event},
    error::Rule,
    groups::{AddGroupMember, Group, GroupMember, Standing},
    policy,
    users::User,
};
use quarterdeck_store::Tx;

use super::{
    locked,
    members::{event, standing_changed},
    seen, view,
};
use crate::{Ctx, role_grants};

/// The organizations whose people the actor may put into `group` as `standing`. A group of an organization takes its people.
/// One of the platform takes everybody, but who only manages it adds people of the own organization, and learns of no others.
///
/// # Errors
/// `NotFound` or `Forbidden` for who may put nobody into it.
pub(crate) fn may_add(ctx: &Ctx, group: &Group, standing: Standing) -> Result<Visibility> {
    ctx.allow(Permission::GroupManageMembers, &group.resource())?;
    if standing == Standing::Manager {
        may_make_managers(ctx, group)?;
    }
    let reach = policy::visibility(&ctx.actor, Permission::GroupManageMembers);
    Ok(match group.organization_id {
        Some(organization) => Visibility::of(organization),
        None if reach == Some(Visibility::All) => Visibility::All,
        None => ctx.actor.organization_id.map_or_else(Visibility::nothing, Visibility::of),
    })
}

/// Nobody hands on what they do not hold: whoever makes a manager may do all that managers do.
pub(super) fn may_make_managers(ctx: &Ctx, group: &Group) -> Result<()> {
    let of_managers = [Permission::GroupReadMembers, Permission::GroupManageMembers, Permission::AllocationRead];
    [Permission::GroupUpdate]
        .into_iter()
        .chain(of_managers)
        .try_for_each(|permission| ctx.allow(permission, &group.resource()).map(drop))
}

/// Puts a locked user into a locked group, or makes a member of it a manager, within `tx`: the one way into a group, but for
/// coming back from the bin. What happened, if they were not that already, or more.
///
/// # Errors
/// As [`may_add`], `CannotJoin`, or what keeps the actor from granting the roles that the group carries.
async fn join(ctx: &Ctx, tx: &Tx, group: &Group, user: &User, standing: Standing) -> Result<Option<Event>> {
    if !may_add(ctx, group, standing)?.covers(user.summary.organization_id, None) {
        return Err(Rule::CannotJoin.into());
    }
    match tx.groups().standing(group.id, user.id()).await? {
        None => {
            role_grants::allow_joining(ctx, tx, group.id, user).await?;
            let (id, name) = (user.id(), &user.summary.username);
            tx.groups().add_member(group.id, id, name, standing, ctx.now()).await?;
            Ok(Some(event(Action::UserAddedToGroup, group, user, None, Some(standing))))
        }
        Some(former) if former < standing => {
            tx.groups().set_standing(group.id, user.id(), standing).await?;
            Ok(Some(standing_changed(group, user, former, standing)))
        }
        Some(_) => Ok(None),
    }
}

/// Adds a user to a group.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid` for a user who cannot be in it, or `Conflict` for one who is.
pub async fn add_group_member(ctx: &Ctx, id: GroupId, body: &AddGroupMember) -> Result<GroupMember> {
    // Who may not add anybody learns of no user.
    let group = seen(ctx, id).await?;
    ctx.allow(Permission::GroupManageMembers, &group.resource())?;
    let named = body.user()?;
    let nobody = || Error::field(named.pointer(), "unknown", "there is no such user who can be in this group");
    let tx = ctx.write().await?;
    let user = tx.groups().find_user(named).await?.ok_or_else(nobody)?;
    // Users before groups, in the order of all who lock both.
    let user = tx.users().get_for_update(user, ctx.now()).await.map_err(|error| match error {
        Error::NotFound(_) => nobody(),
        other => other,
    })?;
    let (group, ctx) = locked(ctx, &tx, id).await?;
    let grant = ctx.allow(Permission::GroupManageMembers, &group.resource())?;
    let joined = join(&ctx, &tx, &group, &user, body.standing).await.map_err(|error| match error {
        Error::Conflict(Rule::CannotJoin) => nobody(),
        other => other,
    })?;
    // Who is in it already is changed by `update_group_member`.
    let event = joined.filter(|event| event.action == Action::UserAddedToGroup).ok_or(Rule::GroupMemberExists)?;
    let member = tx.groups().member(id, user.id()).await?;
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(member)
}

/// Puts a user whom the actor sees into a group, within `tx`; what happened, if anything.
///
/// # Errors
/// `NotFound` for a user or a group that the actor may not see, `Forbidden`, or `Conflict` for a user who cannot be in it.
pub(crate) async fn add(ctx: &Ctx, tx: &Tx, id: GroupId, user: UserId, standing: Standing) -> Result<Option<Event>> {
    let user = tx.users().get_for_update(user, ctx.now()).await?;
    let (group, ctx) = locked(ctx, tx, id).await?;
    ctx.allow(Permission::UserRead, &user.resource())?;
    join(&ctx, tx, &group, &user, standing).await
}

/// Puts `successor` into the groups that a locked user is in, as what the user is there, as far as the actor may; an event for
/// each.
pub(crate) async fn hand_over(ctx: &Ctx, tx: &Tx, user: &User, successor: &User) -> Result<Vec<Event>> {
    let levels = ctx.app.settings().allocation_levels();
    let mut events = Vec::new();
    for id in tx.groups().ids_of_user(user.id(), &Visibility::All).await? {
        let group = tx.groups().get_for_update(id, view(ctx, &levels)).await?;
        let standing = tx.groups().member(id, user.id()).await?.standing;
        match join(ctx, tx, &group, successor, standing).await {
            Ok(event) => events.extend(event),
            Err(fault @ (Error::Internal(_) | Error::Unavailable(_))) => return Err(fault),
            // They do without what the actor may not give.
            Err(_) => {}
        }
    }
    Ok(events)
}
