//! One row of an act: the same change, guards and events as when it is done alone.

use quarterdeck_domain::{
    Amount, BinItemId, Error, GroupId, Patch, Permission, Result, SessionId, UserId, Visibility,
    allocations::UpdateAllocation,
    audit::{Action, Change, Event},
    error::Rule,
    plans::{PlanAction, RoleChange},
    users::{UpdateUser, User},
};
use quarterdeck_store::Tx;
use uuid::Uuid;

use super::organization::Deletion;
use crate::{
    Ctx, allocations,
    bin::{self, BinOrder},
    departures::{self, Archives},
    groups, sessions,
    users::{self, user_target},
};

/// What became of a row.
#[derive(Debug)]
pub enum RowChange {
    /// It was done.
    Done(Vec<Event>),
    /// It was so already.
    NothingToDo,
}

impl From<Vec<Event>> for RowChange {
    fn from(events: Vec<Event>) -> Self {
        if events.is_empty() { Self::NothingToDo } else { Self::Done(events) }
    }
}

/// Does the row `target` of `action` within `tx`, with the data that was collected for it; the caller holds
/// [`Subject::Administrators`](quarterdeck_store::Subject).
///
/// # Errors
/// What the same change would answer when it is done alone.
pub async fn apply_row(
    ctx: &Ctx,
    tx: &Tx,
    action: &PlanAction,
    target: Uuid,
    archives: &mut Archives,
) -> Result<RowChange> {
    match action {
        PlanAction::DeleteUsers { .. } => delete_user(ctx, tx, UserId(target)).await,
        PlanAction::BinUsers { keep_days, reason, .. } => {
            let user = doomed(ctx, tx, UserId(target)).await?;
            let order = BinOrder::new(ctx, *keep_days, reason);
            Ok(users::bin_account(ctx, tx, &user, order).await?.into())
        }
        PlanAction::OffboardUsers { offboarding, .. } => {
            let user = doomed(ctx, tx, UserId(target)).await?;
            Ok(departures::off_board(ctx, tx, &user, offboarding, archives).await?.into())
        }
        PlanAction::PurgeBin { .. } => Ok(vec![bin::purge(ctx, tx, BinItemId(target)).await?].into()),
        PlanAction::DeleteOwnAccount => delete_own_account(ctx, tx, UserId(target)).await,
        PlanAction::SetUserStatus { status, reason, .. } => {
            let update =
                UpdateUser { status: Some(*status), status_reason: Some(reason.clone()), ..UpdateUser::default() };
            update_user(ctx, tx, UserId(target), &update).await
        }
        PlanAction::ChangeUserRole { role, change, .. } => {
            let roles = tx.users().get_for_update(UserId(target), ctx.now()).await?.summary.roles;
            let roles = if *change == RoleChange::Add { roles.with(*role) } else { roles.without(*role) };
            update_user(ctx, tx, UserId(target), &UpdateUser { roles: Some(roles), ..UpdateUser::default() }).await
        }
        PlanAction::MoveUsers { organization_id, .. } => {
            let update = UpdateUser { organization_id: Patch::from_option(*organization_id), ..UpdateUser::default() };
            update_user(ctx, tx, UserId(target), &update).await
        }
        PlanAction::RevokeUserSessions { .. } => revoke_of_user(ctx, tx, UserId(target)).await,
        PlanAction::RevokeSessions { .. } => revoke_session(ctx, tx, SessionId(target)).await,
        PlanAction::DeleteOrganization { organization_id, members, move_to } => {
            Deletion { id: *organization_id, members: *members, move_to: *move_to }.row(ctx, tx, target).await
        }
        PlanAction::AddToGroup { group_id, standing, .. } => {
            let event = groups::add(ctx, tx, *group_id, UserId(target), *standing).await?;
            Ok(event.into_iter().collect::<Vec<_>>().into())
        }
        PlanAction::RemoveFromGroups { .. } => {
            let user = tx.users().get_for_update(UserId(target), ctx.now()).await?;
            Ok(groups::leave_all(ctx, tx, &user).await?.into())
        }
        PlanAction::DeleteGroup { .. } | PlanAction::DeleteGroups { .. } => {
            let (group, _) = groups::for_update(ctx, tx, Permission::GroupDelete, GroupId(target)).await?;
            Ok(groups::delete(ctx, tx, &group).await?.into())
        }
        PlanAction::BinGroups { keep_days, reason, .. } => {
            let (group, _) = groups::for_update(ctx, tx, Permission::GroupDelete, GroupId(target)).await?;
            let order = BinOrder::new(ctx, *keep_days, reason);
            Ok(vec![bin::put_group(ctx, tx, &group, order).await?].into())
        }
        PlanAction::SetAllocations { totals, reason } => {
            let total = totals.iter().find(|total| total.group_id.0 == target).map(|total| total.total);
            set_total(ctx, tx, GroupId(target), total, reason).await
        }
    }
}

async fn set_total(ctx: &Ctx, tx: &Tx, id: GroupId, total: Option<Amount>, reason: &str) -> Result<RowChange> {
    let (group, _) = groups::for_update(ctx, tx, Permission::AllocationManage, id).await?;
    let update = UpdateAllocation { total, note: reason.to_owned(), ..UpdateAllocation::default() };
    Ok(allocations::apply(ctx, tx, &group, &update).await?.into())
}

/// Changes the user `id` within `tx`.
///
/// # Errors
/// What the same change would answer when it is done alone.
pub async fn update_user(ctx: &Ctx, tx: &Tx, id: UserId, update: &UpdateUser) -> Result<RowChange> {
    let before = tx.users().get_for_update(id, ctx.now()).await?;
    ctx.allow(Permission::UserRead, &before.resource())?;
    let changed = users::apply(ctx, tx, &before, update).await?;
    Ok(changed.map_or_else(Vec::new, |changed| changed.events).into())
}

pub(super) async fn delete_user(ctx: &Ctx, tx: &Tx, id: UserId) -> Result<RowChange> {
    let user = doomed(ctx, tx, id).await?;
    Ok(users::delete_account(ctx, tx, &user).await?.into())
}

/// Somebody else whose account the actor may end, locked.
async fn doomed(ctx: &Ctx, tx: &Tx, id: UserId) -> Result<User> {
    let user = tx.users().get_for_update(id, ctx.now()).await?;
    ctx.allow(Permission::UserDelete, &user.resource())?;
    if ctx.actor.is(id) { Err(Error::OwnAccount(Permission::UserDelete)) } else { Ok(user) }
}

async fn delete_own_account(ctx: &Ctx, tx: &Tx, id: UserId) -> Result<RowChange> {
    let user = tx.users().get_for_update(id, ctx.now()).await?;
    ctx.allow(Permission::ProfileDelete, &user.resource())?;
    if !ctx.app.settings().allows_self_deletion() {
        return Err(Rule::SelfDeletionOff.into());
    }
    Ok(users::delete_account(ctx, tx, &user).await?.into())
}

async fn revoke_of_user(ctx: &Ctx, tx: &Tx, id: UserId) -> Result<RowChange> {
    let user = tx.users().get(id, ctx.now()).await?;
    ctx.allow(Permission::SessionRevoke, &user.resource())?;
    let ended = tx.sessions().end_of_user(id, ctx.actor.session_id(), ctx.now()).await?;
    if ended == 0 {
        return Ok(RowChange::NothingToDo);
    }
    let event = Event::new(Action::SessionsRevoked, user_target(id, &user.summary.username))
        .within(user.summary.organization_id)
        .with(Change::of("sessions_ended", &0, &ended));
    Ok(vec![event].into())
}

async fn revoke_session(ctx: &Ctx, tx: &Tx, id: SessionId) -> Result<RowChange> {
    let session = match tx.sessions().get(id, &Visibility::All, None, ctx.now()).await {
        Err(Error::NotFound(_)) => return Ok(RowChange::NothingToDo),
        other => other?,
    };
    let user = tx.users().get(session.user_id, ctx.now()).await?;
    ctx.allow(Permission::SessionRevoke, &user.resource())?;
    Ok(vec![sessions::end(ctx, tx, id, &user).await?].into())
}
