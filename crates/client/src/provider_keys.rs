//! Provider keys, and the model services that they open.

use quarterdeck_domain::{
    Page, ProviderKeyId,
    model_services::{ModelProvider, ModelService, ModelServices},
    provider_keys::{CreateProviderKey, ListProviderKeys, ProviderKey, UpdateProviderKey},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of provider keys.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_provider_keys(&self, request: &ListProviderKeys) -> Result<Page<ProviderKey>> {
        self.list("/api/v1/provider-keys", request).await
    }

    /// Stores a provider key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_provider_key(&self, body: &CreateProviderKey) -> Result<ProviderKey> {
        self.send(Method::Post, "/api/v1/provider-keys".to_owned(), body).await
    }

    /// One provider key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_provider_key(&self, id: ProviderKeyId) -> Result<ProviderKey> {
        self.get(format!("/api/v1/provider-keys/{id}")).await
    }

    /// Changes a provider key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_provider_key(
        &self,
        id: ProviderKeyId,
        body: &UpdateProviderKey,
        if_match: Option<u32>,
    ) -> Result<ProviderKey> {
        self.patch(format!("/api/v1/provider-keys/{id}"), body, if_match).await
    }

    /// Deletes a provider key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn delete_provider_key(&self, id: ProviderKeyId) -> Result<()> {
        self.delete(format!("/api/v1/provider-keys/{id}")).await
    }

    /// All model services, with the key that a request would go out with.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_model_services(&self) -> Result<ModelServices> {
        self.get("/api/v1/model-services".to_owned()).await
    }

    /// One model service.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_model_service(&self, provider: ModelProvider) -> Result<ModelService> {
        self.get(format!("/api/v1/model-services/{provider}")).await
    }
}
