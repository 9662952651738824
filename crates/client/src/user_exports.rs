//! Exports of all data of a user.

use quarterdeck_domain::UserId;

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// All data of a user, as a ZIP of JSON lines.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn export_user(&self, id: UserId) -> Result<Vec<u8>> {
        let response = self.transport().send(Request::new(Method::Get, format!("/api/v1/users/{id}/export"))).await?;
        response.nothing()?;
        Ok(response.body)
    }
}
