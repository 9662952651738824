//! The inventory of credentials.

use quarterdeck_domain::{
    Page,
    credentials::{Credential, ListCredentials},
};

use crate::{Client, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of credentials.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_credentials(&self, request: &ListCredentials) -> Result<Page<Credential>> {
        self.list("/api/v1/credentials", request).await
    }
}
