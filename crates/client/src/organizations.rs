//! Organizations.

use quarterdeck_domain::{
    OrganizationId, Page, PlanId,
    organizations::{CreateOrganization, ListOrganizations, Organization, UpdateOrganization},
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of organizations.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_organizations(&self, request: &ListOrganizations) -> Result<Page<Organization>> {
        self.list("/api/v1/organizations", request).await
    }

    /// Creates an organization.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_organization(&self, body: &CreateOrganization) -> Result<Organization> {
        self.send(Method::Post, "/api/v1/organizations".to_owned(), body).await
    }

    /// One organization.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_organization(&self, id: OrganizationId) -> Result<Organization> {
        self.get(format!("/api/v1/organizations/{id}")).await
    }

    /// Changes an organization.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_organization(
        &self,
        id: OrganizationId,
        body: &UpdateOrganization,
        if_match: Option<u32>,
    ) -> Result<Organization> {
        self.patch(format!("/api/v1/organizations/{id}"), body, if_match).await
    }

    /// Deletes an organization as planned; what has more than 100 rows is done in the background.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn delete_organization(&self, id: OrganizationId, plan_id: PlanId) -> Result<()> {
        self.delete(format!("/api/v1/organizations/{id}?plan_id={plan_id}")).await
    }

    /// The avatar image of an organization, as PNG.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_organization_avatar(&self, id: OrganizationId) -> Result<Vec<u8>> {
        let path = format!("/api/v1/organizations/{id}/avatar");
        let response = self.transport().send(Request::new(Method::Get, path)).await?;
        response.nothing()?;
        Ok(response.body)
    }

    /// Sets the avatar image of an organization.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn set_organization_avatar(&self, id: OrganizationId, media_type: &str, image: Vec<u8>) -> Result<()> {
        let request = Request::new(Method::Put, format!("/api/v1/organizations/{id}/avatar"));
        self.transport().send(request.bytes(media_type, image)).await?.nothing()
    }

    /// Removes the avatar image of an organization.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn delete_organization_avatar(&self, id: OrganizationId) -> Result<()> {
        self.delete(format!("/api/v1/organizations/{id}/avatar")).await
    }
}
