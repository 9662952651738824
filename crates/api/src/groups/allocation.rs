//! Allocations of groups: the ledger and the reservations.

use actix_web::{HttpResponse, get, patch, post};
use quarterdeck_app::allocations;
use quarterdeck_domain::{
    GroupId, Page, ReservationId,
    allocations::{
        AllocationEntry, AllocationReport, CreateReservation, EntryFilter, EntrySort, GrantAllocation, Reservation,
        ReservationFilter, ReservationSort, SettleReservation, UpdateAllocation,
    },
};

use crate::{
    body::{Body, OptionalBody},
    caller::Caller,
    csv::{Row, optional, time},
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Created, Found, Json},
    routes::Routes,
    tags::IfMatch,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(get_allocation)
        .service(update_allocation)
        .service(list_allocation_entries)
        .service(grant_allocation)
        .service(list_reservations)
        .service(create_reservation)
        .service(get_reservation)
        .service(settle_reservation)
        .service(release_reservation);
}

impl Row for AllocationEntry {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "group_id",
        "created_at",
        "kind",
        "total_change",
        "reserved_change",
        "used_change",
        "reservation_id",
        "note",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.group_id.to_string(),
            self.created_at.to_string(),
            self.kind.to_string(),
            self.total_change.to_string(),
            self.reserved_change.to_string(),
            self.used_change.to_string(),
            optional(self.reservation_id.as_ref()),
            self.note.clone(),
        ]
    }
}

impl Row for Reservation {
    const COLUMNS: &'static [&'static str] =
        &["id", "group_id", "amount", "state", "used", "note", "created_at", "expires_at", "ended_at"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.group_id.to_string(),
            self.amount.to_string(),
            self.state.to_string(),
            optional(self.used.as_ref()),
            self.note.clone(),
            self.created_at.to_string(),
            self.expires_at.to_string(),
            time(self.ended_at),
        ]
    }
}

/// Get the allocation of a group
///
/// What is granted, used and reserved, the level reached, and when it runs out if it goes on as in the last 28 days. Amounts
/// are strings with an exact decimal number. Needs `allocation.read`, which managers of the group have.
#[utoipa::path(tag = "allocations", operation_id = "get_allocation", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group")),
    responses((status = 200, description = "The allocation", body = AllocationReport)))]
#[get("/groups/{id}/allocation")]
async fn get_allocation(caller: Caller, id: Id<GroupId>) -> Result<Found<AllocationReport>> {
    Ok(Found(allocations::get_allocation(&caller, id.0).await?))
}

/// Change the allocation of a group
///
/// Sets what is granted in all, and whether that may be overdrawn. Needs `allocation.manage`. For many groups at once there is
/// the plan `set_allocations`.
#[utoipa::path(tag = "allocations", operation_id = "update_allocation", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), IfMatch),
    request_body(content = UpdateAllocation, content_type = "application/merge-patch+json", description = "What changes"),
    responses((status = 200, description = "The changed allocation", body = AllocationReport), Conflict))]
#[patch("/groups/{id}/allocation")]
async fn update_allocation(
    caller: Caller,
    id: Id<GroupId>,
    body: Body<UpdateAllocation>,
    if_match: IfMatch,
) -> Result<Found<AllocationReport>> {
    Ok(Found(allocations::update_allocation(&caller, id.0, &body.0, if_match.0).await?))
}

/// List the ledger of a group
///
/// Each entry says by how much it changed what is granted, reserved and used; their sums are the allocation. The newest first
/// unless sorted. Needs `allocation.read`.
#[utoipa::path(tag = "allocations", operation_id = "list_allocation_entries", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), ListParameters<EntryFilter, EntrySort>),
    responses((status = 200, description = "A page of entries", body = Page<AllocationEntry>)))]
#[get("/groups/{id}/allocation/entries")]
async fn list_allocation_entries(
    caller: Caller,
    id: Id<GroupId>,
    list: List<EntryFilter, EntrySort>,
) -> Result<HttpResponse> {
    let id = id.0;
    let fetch = async move |ctx: &_, request: &_| allocations::list_allocation_entries(ctx, id, request).await;
    list.answer(caller, "allocation", fetch).await
}

/// Grant a group more, or take some back
///
/// Adds an entry to the ledger. Needs `allocation.manage`.
#[utoipa::path(tag = "allocations", operation_id = "grant_allocation", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group")),
    request_body(content = GrantAllocation, description = "How much, and why"),
    responses((status = 200, description = "The new entry", body = AllocationEntry), Conflict))]
#[post("/groups/{id}/allocation/entries")]
async fn grant_allocation(
    caller: Caller,
    id: Id<GroupId>,
    body: Body<GrantAllocation>,
) -> Result<Json<AllocationEntry>> {
    Ok(Json(allocations::grant_allocation(&caller, id.0, &body.0).await?))
}

/// List the reservations of a group
///
/// The newest first unless sorted. Needs `allocation.read`.
#[utoipa::path(tag = "allocations", operation_id = "list_reservations", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group"), ListParameters<ReservationFilter, ReservationSort>),
    responses((status = 200, description = "A page of reservations", body = Page<Reservation>)))]
#[get("/groups/{id}/allocation/reservations")]
async fn list_reservations(
    caller: Caller,
    id: Id<GroupId>,
    list: List<ReservationFilter, ReservationSort>,
) -> Result<HttpResponse> {
    let id = id.0;
    let fetch = async move |ctx: &_, request: &_| allocations::list_reservations(ctx, id, request).await;
    list.answer(caller, "reservations", fetch).await
}

/// Reserve a part of an allocation
///
/// Holds it back until it is settled or released, or runs out after `ttl_seconds`. A hard limit is never exceeded, however many
/// reserve at once. Needs `allocation.reserve`.
#[utoipa::path(tag = "allocations", operation_id = "create_reservation", security(("session" = [])),
    params(("id" = GroupId, Path, description = "The group")),
    request_body(content = CreateReservation, description = "How much, for how long, and what for"),
    responses((status = 201, description = "The new reservation", body = Reservation), Conflict))]
#[post("/groups/{id}/allocation/reservations")]
async fn create_reservation(
    caller: Caller,
    id: Id<GroupId>,
    body: Body<CreateReservation>,
) -> Result<Created<Reservation>> {
    let reservation = allocations::create_reservation(&caller, id.0, &body.0).await?;
    Ok(Created(format!("/api/v1/reservations/{}", reservation.id), reservation))
}

/// Get a reservation
///
/// With what became of it. Needs `allocation.read`.
#[utoipa::path(tag = "allocations", operation_id = "get_reservation", security(("session" = [])),
    params(("id" = ReservationId, Path, description = "The reservation")),
    responses((status = 200, description = "The reservation", body = Reservation)))]
#[get("/reservations/{id}")]
async fn get_reservation(caller: Caller, id: Id<ReservationId>) -> Result<Found<Reservation>> {
    Ok(Found(allocations::get_reservation(&caller, id.0).await?))
}

/// Settle a reservation
///
/// By what was used, which may be less than was reserved, or more where the limit allows; the rest is free again. Needs
/// `allocation.reserve`.
#[utoipa::path(tag = "allocations", operation_id = "settle_reservation", security(("session" = [])),
    params(("id" = ReservationId, Path, description = "The reservation")),
    request_body(content = Option<SettleReservation>, description = "How much was used"),
    responses((status = 200, description = "The settled reservation", body = Reservation), Conflict))]
#[post("/reservations/{id}/settlement")]
async fn settle_reservation(
    caller: Caller,
    id: Id<ReservationId>,
    body: OptionalBody<SettleReservation>,
) -> Result<Found<Reservation>> {
    Ok(Found(allocations::settle_reservation(&caller, id.0, &body.0).await?))
}

/// Release a reservation
///
/// Gives it up: nothing was used. Needs `allocation.reserve`.
#[utoipa::path(tag = "allocations", operation_id = "release_reservation", security(("session" = [])),
    params(("id" = ReservationId, Path, description = "The reservation")),
    responses((status = 200, description = "The released reservation", body = Reservation), Conflict))]
#[post("/reservations/{id}/release")]
async fn release_reservation(caller: Caller, id: Id<ReservationId>) -> Result<Found<Reservation>> {
    Ok(Found(allocations::release_reservation(&caller, id.0).await?))
}
