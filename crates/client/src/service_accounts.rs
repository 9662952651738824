//! Service accounts.

use quarterdeck_domain::{
    UserId,
    api_keys::{ApiKeyWithSecret, CreateApiKey},
    users::{CreateServiceAccount, User},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// Creates a service account.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_service_account(&self, body: &CreateServiceAccount) -> Result<User> {
        self.send(Method::Post, "/api/v1/service-accounts".to_owned(), body).await
    }

    /// Makes an API key of a service account.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_service_account_key(&self, id: UserId, body: &CreateApiKey) -> Result<ApiKeyWithSecret> {
        self.send(Method::Post, format!("/api/v1/service-accounts/{id}/api-keys"), body).await
    }
}
