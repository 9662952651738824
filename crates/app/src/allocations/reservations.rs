//! Reservations: held back before something runs, settled by what it used, given up or run out otherwise.

use std::sync::Arc;

use quarterdeck_domain::{
    Error, GroupId, Page, Permission, ReservationId, Resource, Result,
    allocations::{
        CreateReservation, EntryKind, ListReservations, Movement, Reservation, ReservationState, SettleReservation,
    },
    audit::Event,
    error::Rule,
    groups::Group,
};
use quarterdeck_store::Tx;

use super::{Booking, reserving};
use crate::{
    App, Ctx,
    groups::{seen, view},
};

/// Reservations that are ended in one transaction when they have run out.
const AT_ONCE: u32 = 100;

/// A page of the reservations of a group.
///
/// # Errors
/// `NotFound`, `Forbidden` without `allocation.read`, `Invalid` or `Malformed` for a request that is none.
pub async fn list_reservations(ctx: &Ctx, id: GroupId, request: &ListReservations) -> Result<Page<Reservation>> {
    let group = seen(ctx, id).await?;
    let grant = ctx.allow(Permission::AllocationRead, &group.resource())?;
    ctx.app.db.allocations().reservations(id, &grant, request).await
}

/// One reservation.
///
/// # Errors
/// `NotFound` when there is none that the actor may see.
pub async fn get_reservation(ctx: &Ctx, id: ReservationId) -> Result<Reservation> {
    known(ctx, id, Permission::AllocationRead).await
}

/// A reservation of a group that the actor may see, and do what `permission` names to.
async fn known(ctx: &Ctx, id: ReservationId, permission: Permission) -> Result<Reservation> {
    let reservation = ctx.app.db.allocations().reservation(id).await?;
    let group = seen(ctx, reservation.group_id).await.map_err(unseen)?;
    ctx.allow(Permission::AllocationRead, &group.resource()).map_err(unseen)?;
    ctx.allow(permission, &group.resource())?;
    Ok(reservation)
}

/// Nobody learns that there is a reservation which they may not see.
fn unseen(error: Error) -> Error {
    match error {
        Error::NotFound(_) | Error::Forbidden(_) => Error::NotFound("reservation"),
        other => other,
    }
}

/// Holds a part of a group's allocation back.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, or `Conflict` when a hard limit leaves less.
pub async fn create_reservation(ctx: &Ctx, id: GroupId, body: &CreateReservation) -> Result<Reservation> {
    ctx.allow(Permission::AllocationReserve, &seen(ctx, id).await?.resource())?;
    let faults = body.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tx = ctx.write().await?;
    let (group, grant) = reserving(ctx, &tx, id).await?;
    // What has run out is free, though nobody came to say so yet.
    let mut events = expire_of(ctx, &tx, &group).await?;
    let now = ctx.now();
    let reservation = Reservation {
        id: ctx.app.new_id(),
        group_id: id,
        amount: body.amount,
        state: ReservationState::Open,
        used: None,
        note: body.note.clone(),
        created_at: now,
        expires_at: now.plus_seconds(body.ttl_seconds),
        ended_at: None,
    };
    tx.allocations().insert_reservation(&reservation).await?;
    let booking = Booking::new(&group, Movement::reserve(body.amount), &body.note).of(reservation.id);
    events.push(booking.book(ctx, &tx).await?.1);
    ctx.commit(tx, grant, events).await?;
    Ok(reservation)
}

/// Settles a reservation by what was used; what is left of it is free again.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, or `Conflict` when it has ended, or when a hard limit leaves less than was used.
pub async fn settle_reservation(ctx: &Ctx, id: ReservationId, body: &SettleReservation) -> Result<Reservation> {
    known(ctx, id, Permission::AllocationReserve).await?;
    body.check()?;
    end(ctx, id, ReservationState::Settled, |reservation| {
        Movement::settle(reservation.amount, body.amount.unwrap_or(reservation.amount))
    })
    .await
}

/// Gives a reservation up.
///
/// # Errors
/// `NotFound`, `Forbidden`, or `Conflict` when it has ended.
pub async fn release_reservation(ctx: &Ctx, id: ReservationId) -> Result<Reservation> {
    known(ctx, id, Permission::AllocationReserve).await?;
    end(ctx, id, ReservationState::Released, |reservation| Movement::free(EntryKind::Release, reservation.amount)).await
}

async fn end(
    ctx: &Ctx,
    id: ReservationId,
    state: ReservationState,
    movement: impl FnOnce(&Reservation) -> Movement,
) -> Result<Reservation> {
    let tx = ctx.write().await?;
    let group = tx.allocations().reservation(id).await?.group_id;
    let (group, grant) = reserving(ctx, &tx, group).await.map_err(unseen)?;
    // Read again behind the lock: another may have ended it meanwhile.
    let reservation = tx.allocations().reservation(id).await?;
    if reservation.state != ReservationState::Open || reservation.expires_at <= ctx.now() {
        return Err(Rule::ReservationEnded.into());
    }
    let movement = movement(&reservation);
    let (ended, event) = book_end(ctx, &tx, &group, reservation, state, movement).await?;
    ctx.commit(tx, grant, vec![event]).await?;
    Ok(ended)
}

async fn book_end(
    ctx: &Ctx,
    tx: &Tx,
    group: &Group,
    reservation: Reservation,
    state: ReservationState,
    movement: Movement,
) -> Result<(Reservation, Event)> {
    let booking = Booking::new(group, movement, &reservation.note).of(reservation.id);
    let (_, event) = booking.book(ctx, tx).await?;
    Ok((tx.allocations().end_reservation(reservation, state, &movement, ctx.now()).await?, event))
}

/// Ends what has run out of the reservations of a locked group; an event for each.
async fn expire_of(ctx: &Ctx, tx: &Tx, group: &Group) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for reservation in tx.allocations().run_out(Some(group.id), ctx.now(), AT_ONCE).await? {
        let movement = Movement::free(EntryKind::Expire, reservation.amount);
        events.push(book_end(ctx, tx, group, reservation, ReservationState::Expired, movement).await?.1);
    }
    Ok(events)
}

/// Ends all reservations that have run out, group by group; how many.
///
/// # Errors
/// `Unavailable` or `Internal` when the database fails.
pub async fn expire_reservations(app: &Arc<App>) -> Result<u64> {
    let ctx = Ctx::system(app, "allocations");
    let grant = ctx.allow(Permission::AllocationReserve, &Resource::Platform)?;
    let levels = app.settings().allocation_levels();
    let mut ended = 0;
    // A look at the index first: an idle server opens no transaction for nothing.
    while let Some(first) = app.db.allocations().run_out(None, app.now(), 1).await?.pop() {
        let tx = ctx.write().await?;
        let group = match tx.groups().get_for_update(first.group_id, view(&ctx, &levels)).await {
            // Deleted meanwhile, with its reservations.
            Err(Error::NotFound(_)) => continue,
            group => group?,
        };
        let events = expire_of(&ctx, &tx, &group).await?;
        // Another replica was first.
        if events.is_empty() {
            continue;
        }
        ended += events.len() as u64;
        ctx.commit(tx, grant.clone(), events).await?;
    }
    Ok(ended)
}
