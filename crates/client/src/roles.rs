//! Custom roles and permissions.

use quarterdeck_domain::{
    Page, RoleId,
    permissions::Permissions,
    roles::{CreateRole, CustomRole, ListRoles, UpdateRole},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// All permissions.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_permissions(&self) -> Result<Permissions> {
        self.get("/api/v1/permissions".to_owned()).await
    }

    /// A page of custom roles.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_roles(&self, request: &ListRoles) -> Result<Page<CustomRole>> {
        self.list("/api/v1/roles", request).await
    }

    /// Defines a role.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_role(&self, body: &CreateRole) -> Result<CustomRole> {
        self.send(Method::Post, "/api/v1/roles".to_owned(), body).await
    }

    /// One custom role.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_role(&self, id: RoleId) -> Result<CustomRole> {
        self.get(format!("/api/v1/roles/{id}")).await
    }

    /// Changes a role.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_role(&self, id: RoleId, body: &UpdateRole, if_match: Option<u32>) -> Result<CustomRole> {
        self.patch(format!("/api/v1/roles/{id}"), body, if_match).await
    }

    /// Deletes a role.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn delete_role(&self, id: RoleId) -> Result<()> {
        self.delete(format!("/api/v1/roles/{id}")).await
    }
}
