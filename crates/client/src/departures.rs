//! Departures: receipts of those who left.

use quarterdeck_domain::{
    DepartureId, Page,
    departures::{Departure, ListDepartures},
};

use crate::{Client, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of departures.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_departures(&self, request: &ListDepartures) -> Result<Page<Departure>> {
        self.list("/api/v1/departures", request).await
    }

    /// One departure.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_departure(&self, id: DepartureId) -> Result<Departure> {
        self.get(format!("/api/v1/departures/{id}")).await
    }
}
