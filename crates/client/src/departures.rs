//! Departures: receipts of those who left.

use quarterdeck_domain::{
    DepartureId, Page,
    departures::{Departure, ListDepartures},
};

use crate::{Client, Method, Request, Result, Transport};

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

    /// The data of somebody who left, as a ZIP archive.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_departure_export(&self, id: DepartureId) -> Result<Vec<u8>> {
        let path = format!("/api/v1/departures/{id}/export");
        let response = self.transport().send(Request::new(Method::Get, path)).await?;
        response.nothing()?;
        Ok(response.body)
    }
}
