//! Saved views.

use quarterdeck_domain::{
    Page, SavedViewId,
    saved_views::{CreateSavedView, ListSavedViews, SavedView, UpdateSavedView},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of saved views.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_saved_views(&self, request: &ListSavedViews) -> Result<Page<SavedView>> {
        self.list("/api/v1/saved-views", request).await
    }

    /// Saves a view.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_saved_view(&self, body: &CreateSavedView) -> Result<SavedView> {
        self.send(Method::Post, "/api/v1/saved-views".to_owned(), body).await
    }

    /// One saved view.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_saved_view(&self, id: SavedViewId) -> Result<SavedView> {
        self.get(format!("/api/v1/saved-views/{id}")).await
    }

    /// Changes a saved view.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_saved_view(
        &self,
        id: SavedViewId,
        body: &UpdateSavedView,
        if_match: Option<u32>,
    ) -> Result<SavedView> {
        self.patch(format!("/api/v1/saved-views/{id}"), body, if_match).await
    }

    /// Deletes a saved view.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn delete_saved_view(&self, id: SavedViewId) -> Result<()> {
        self.delete(format!("/api/v1/saved-views/{id}")).await
    }
}
