//! Allocations of groups: granted by administrators, reserved and used by what runs for the group.
//!
//! Each entry of a ledger, the sums beside it and its audit event are one transaction, which holds the row of the group: 64
//! reservations at once take their turns.

mod reservations;

use quarterdeck_domain::{
    AllocationEntryId, Amount, Error, Grant, GroupId, Page, Permission, ReservationId, Result, Timestamp,
    allocations::{
        AllocationEntry, AllocationReport, EntryKind, FORECAST_DAYS, GrantAllocation, LimitKind, ListAllocationEntries,
        Movement, UpdateAllocation, forecast,
    },
    audit::{Action, Change, Event},
    groups::Group,
};
use quarterdeck_store::{RecentUse, StoredBalance, Tx};

use crate::{
    Ctx,
    groups::{for_update, group_target, seen},
    precondition,
};

pub use reservations::{
    create_reservation, expire_reservations, get_reservation, list_reservations, release_reservation,
    settle_reservation,
};

/// The allocation of a group.
///
/// # Errors
/// `NotFound` when there is no such group that the actor may see, `Forbidden` without `allocation.read` on it.
pub async fn get_allocation(ctx: &Ctx, id: GroupId) -> Result<AllocationReport> {
    let group = seen(ctx, id).await?;
    ctx.allow(Permission::AllocationRead, &group.resource())?;
    let allocations = ctx.app.db.allocations();
    let stored = allocations.balance(id).await?;
    let now = ctx.now();
    let recent = allocations.used_since(id, now.plus_seconds(-FORECAST_DAYS * 86_400)).await?;
    Ok(report(ctx, &stored, recent, now))
}

fn report(ctx: &Ctx, stored: &StoredBalance, recent: Option<RecentUse>, now: Timestamp) -> AllocationReport {
    let StoredBalance { balance, limit, version } = *stored;
    let left = balance.total.minus(balance.used).unwrap_or_default();
    AllocationReport {
        allocation: balance.allocation(limit, &ctx.app.settings().allocation_levels()),
        used_recently: recent.map(|recent| recent.used).unwrap_or_default(),
        runs_out_at: recent.and_then(|recent| forecast(recent.used, left, recent.since, now)),
        version,
    }
}

/// The same within a transaction, for the answer to a change.
async fn report_within(ctx: &Ctx, tx: &Tx, id: GroupId) -> Result<AllocationReport> {
    let now = ctx.now();
    let stored = tx.allocations().balance(id).await?;
    let recent = tx.allocations().used_since(id, now.plus_seconds(-FORECAST_DAYS * 86_400)).await?;
    Ok(report(ctx, &stored, recent, now))
}

/// A page of the entries of a group's ledger.
///
/// # Errors
/// `NotFound`, `Forbidden` without `allocation.read`, `Invalid` or `Malformed` for a request that is none.
pub async fn list_allocation_entries(
    ctx: &Ctx,
    id: GroupId,
    request: &ListAllocationEntries,
) -> Result<Page<AllocationEntry>> {
    let group = seen(ctx, id).await?;
    let grant = ctx.allow(Permission::AllocationRead, &group.resource())?;
    ctx.app.db.allocations().entries(id, &grant, request).await
}

/// Grants a group more, or takes some back.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, or `Conflict` when more is in use than would be left under a hard limit.
pub async fn grant_allocation(ctx: &Ctx, id: GroupId, body: &GrantAllocation) -> Result<AllocationEntry> {
    ctx.allow(Permission::AllocationManage, &seen(ctx, id).await?.resource())?;
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let (group, grant) = for_update(ctx, &tx, Permission::AllocationManage, id).await?;
    let (entry, event) = Booking::new(&group, Movement::grant(body.amount), &body.note).book(ctx, &tx).await?;
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(entry)
}

/// Sets what a group is granted in all, and whether that may be overdrawn.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict` when more is in use than a hard limit would allow, or `Stale` when
/// `if_match` is not the version.
pub async fn update_allocation(
    ctx: &Ctx,
    id: GroupId,
    body: &UpdateAllocation,
    if_match: Option<u32>,
) -> Result<AllocationReport> {
    ctx.allow(Permission::AllocationManage, &seen(ctx, id).await?.resource())?;
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let (group, grant) = for_update(ctx, &tx, Permission::AllocationManage, id).await?;
    let before = report_within(ctx, &tx, id).await?;
    precondition::check(if_match, before.version, &before)?;
    let events = apply(ctx, &tx, &group, body).await?;
    if events.is_empty() {
        return Ok(before);
    }
    let after = report_within(ctx, &tx, id).await?;
    ctx.commit(tx, grant, events).await?;
    Ok(after)
}

/// Applies `body` to the allocation of a group that is locked, within `tx`; no events when everything was so already.
pub(crate) async fn apply(ctx: &Ctx, tx: &Tx, group: &Group, body: &UpdateAllocation) -> Result<Vec<Event>> {
    let before = tx.allocations().balance(group.id).await?;
    let limit = body.limit.unwrap_or(before.limit);
    let mut events = Vec::new();
    // Looser before less is granted; tighter after more is.
    let loosens = limit == LimitKind::Soft;
    if loosens && limit != before.limit {
        events.push(set_limit(tx, group, limit, &body.note).await?);
    }
    let difference = body.total.and_then(|total| total.minus(before.balance.total)).unwrap_or_default();
    if difference != Amount::ZERO {
        events.push(Booking::new(group, Movement::grant(difference), &body.note).book(ctx, tx).await?.1);
    }
    if !loosens && limit != before.limit {
        events.push(set_limit(tx, group, limit, &body.note).await?);
    }
    Ok(events)
}

async fn set_limit(tx: &Tx, group: &Group, limit: LimitKind, note: &str) -> Result<Event> {
    let before = tx.allocations().balance(group.id).await?;
    before.balance.check(limit)?;
    tx.allocations().save(group.id, before.balance, limit).await?;
    Ok(Event::new(Action::AllocationLimited, group_target(group.id, &group.name))
        .within(group.organization_id)
        .because(note)
        .with(Change::of("limit", &before.limit, &limit)))
}

/// An entry that is about to be made.
struct Booking<'a> {
    group: &'a Group,
    movement: Movement,
    reservation: Option<ReservationId>,
    note: &'a str,
}

impl<'a> Booking<'a> {
    const fn new(group: &'a Group, movement: Movement, note: &'a str) -> Self {
        Self { group, movement, reservation: None, note }
    }

    const fn of(self, reservation: ReservationId) -> Self {
        Self { reservation: Some(reservation), ..self }
    }

    /// Makes the entry, moves the sums, and tells of both; the group is locked.
    async fn book(self, ctx: &Ctx, tx: &Tx) -> Result<(AllocationEntry, Event)> {
        let Self { group, movement, reservation, note } = self;
        let stored = tx.allocations().balance(group.id).await?;
        let (before, after) = (stored.balance, stored.balance.after(&movement, stored.limit)?);
        tx.allocations().save(group.id, after, stored.limit).await?;
        let entry = AllocationEntry {
            id: ctx.app.new_id::<AllocationEntryId>(),
            group_id: group.id,
            created_at: ctx.now(),
            kind: movement.kind,
            total_change: movement.total,
            reserved_change: movement.reserved,
            used_change: movement.used,
            reservation_id: reservation,
            note: note.to_owned(),
        };
        tx.allocations().insert_entry(&entry).await?;
        let event = Event::new(action(movement.kind), group_target(group.id, &group.name))
            .within(group.organization_id)
            .because(note)
            .with(Change::of("total", &before.total, &after.total))
            .with(Change::of("reserved", &before.reserved, &after.reserved))
            .with(Change::of("used", &before.used, &after.used))
            .with(Change::of("reservation_id", &None, &reservation));
        Ok((entry, event))
    }
}

const fn action(kind: EntryKind) -> Action {
    match kind {
        EntryKind::Grant => Action::AllocationGranted,
        EntryKind::Reserve => Action::AllocationReserved,
        EntryKind::Settle => Action::AllocationSettled,
        EntryKind::Release => Action::AllocationReleased,
        EntryKind::Expire => Action::AllocationExpired,
    }
}

/// A reservation's group, locked, with the grant to use its allocation.
async fn reserving(ctx: &Ctx, tx: &Tx, id: GroupId) -> Result<(Group, Grant)> {
    for_update(ctx, tx, Permission::AllocationReserve, id).await
}
