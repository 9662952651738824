//! Grants of roles.

use quarterdeck_domain::{
    GroupId, Page, RoleGrantId,
    role_grants::{CreateRoleGrant, GroupRoles, ListRoleGrants, RevokeRoleGrant, RoleGrant, SetGroupRoles},
};

use crate::{Client, ClientError, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of role grants.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_role_grants(&self, request: &ListRoleGrants) -> Result<Page<RoleGrant>> {
        self.list("/api/v1/role-grants", request).await
    }

    /// Grants a role.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_role_grant(&self, body: &CreateRoleGrant) -> Result<RoleGrant> {
        self.send(Method::Post, "/api/v1/role-grants".to_owned(), body).await
    }

    /// One role grant.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_role_grant(&self, id: RoleGrantId) -> Result<RoleGrant> {
        self.get(format!("/api/v1/role-grants/{id}")).await
    }

    /// Revokes a role grant.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn revoke_role_grant(&self, id: RoleGrantId, body: &RevokeRoleGrant) -> Result<()> {
        let query = serde_urlencoded::to_string(body).map_err(|error| ClientError::Decode(error.to_string()))?;
        self.delete(format!("/api/v1/role-grants/{id}?{query}")).await
    }

    /// Makes a group carry exactly these roles.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn set_group_roles(&self, id: GroupId, body: &SetGroupRoles) -> Result<GroupRoles> {
        self.send(Method::Put, format!("/api/v1/groups/{id}/roles"), body).await
    }
}
