//! Allocations of groups.

use quarterdeck_domain::{
    GroupId, Page, ReservationId,
    allocations::{
        AllocationEntry, AllocationReport, CreateReservation, GrantAllocation, ListAllocationEntries, ListReservations,
        Reservation, SettleReservation, UpdateAllocation,
    },
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// The allocation of a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_allocation(&self, id: GroupId) -> Result<AllocationReport> {
        self.get(format!("/api/v1/groups/{id}/allocation")).await
    }

    /// Changes the allocation of a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_allocation(
        &self,
        id: GroupId,
        body: &UpdateAllocation,
        if_match: Option<u32>,
    ) -> Result<AllocationReport> {
        self.patch(format!("/api/v1/groups/{id}/allocation"), body, if_match).await
    }

    /// A page of the ledger of a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_allocation_entries(
        &self,
        id: GroupId,
        request: &ListAllocationEntries,
    ) -> Result<Page<AllocationEntry>> {
        self.list(&format!("/api/v1/groups/{id}/allocation/entries"), request).await
    }

    /// Grants a group more, or takes some back.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn grant_allocation(&self, id: GroupId, body: &GrantAllocation) -> Result<AllocationEntry> {
        self.send(Method::Post, format!("/api/v1/groups/{id}/allocation/entries"), body).await
    }

    /// A page of the reservations of a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_reservations(&self, id: GroupId, request: &ListReservations) -> Result<Page<Reservation>> {
        self.list(&format!("/api/v1/groups/{id}/allocation/reservations"), request).await
    }

    /// Reserves a part of an allocation.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_reservation(&self, id: GroupId, body: &CreateReservation) -> Result<Reservation> {
        self.send(Method::Post, format!("/api/v1/groups/{id}/allocation/reservations"), body).await
    }

    /// One reservation.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_reservation(&self, id: ReservationId) -> Result<Reservation> {
        self.get(format!("/api/v1/reservations/{id}")).await
    }

    /// Settles a reservation.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn settle_reservation(&self, id: ReservationId, body: &SettleReservation) -> Result<Reservation> {
        self.send(Method::Post, format!("/api/v1/reservations/{id}/settlement"), body).await
    }

    /// Releases a reservation.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn release_reservation(&self, id: ReservationId) -> Result<Reservation> {
        let request = Request::new(Method::Post, format!("/api/v1/reservations/{id}/release"));
        self.transport().send(request).await?.json()
    }
}
