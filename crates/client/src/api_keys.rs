//! API keys.

use quarterdeck_domain::{
    ApiKeyId, Page,
    api_keys::{ApiKey, ApiKeyWithSecret, CreateApiKey, ListApiKeys, RotateApiKey, UpdateApiKey},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of API keys.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_api_keys(&self, request: &ListApiKeys) -> Result<Page<ApiKey>> {
        self.list("/api/v1/api-keys", request).await
    }

    /// Makes an API key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_api_key(&self, body: &CreateApiKey) -> Result<ApiKeyWithSecret> {
        self.send(Method::Post, "/api/v1/api-keys".to_owned(), body).await
    }

    /// One API key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_api_key(&self, id: ApiKeyId) -> Result<ApiKey> {
        self.get(format!("/api/v1/api-keys/{id}")).await
    }

    /// Changes an API key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_api_key(&self, id: ApiKeyId, body: &UpdateApiKey, if_match: Option<u32>) -> Result<ApiKey> {
        self.patch(format!("/api/v1/api-keys/{id}"), body, if_match).await
    }

    /// Revokes an API key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn revoke_api_key(&self, id: ApiKeyId) -> Result<()> {
        self.delete(format!("/api/v1/api-keys/{id}")).await
    }

    /// Gives an API key another secret.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn rotate_api_key(&self, id: ApiKeyId, body: &RotateApiKey) -> Result<ApiKeyWithSecret> {
        self.send(Method::Post, format!("/api/v1/api-keys/{id}/rotation"), body).await
    }
}
