//! Groups and who is in them.

use quarterdeck_domain::{
    GroupId, Page, PlanId, UserId,
    groups::{
        AddGroupMember, CreateGroup, Group, GroupMember, ListGroupMembers, ListGroups, ListUserGroups, UpdateGroup,
        UpdateGroupMember,
    },
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of groups.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_groups(&self, request: &ListGroups) -> Result<Page<Group>> {
        self.list("/api/v1/groups", request).await
    }

    /// Creates a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_group(&self, body: &CreateGroup) -> Result<Group> {
        self.send(Method::Post, "/api/v1/groups".to_owned(), body).await
    }

    /// One group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_group(&self, id: GroupId) -> Result<Group> {
        self.get(format!("/api/v1/groups/{id}")).await
    }

    /// Changes a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_group(&self, id: GroupId, body: &UpdateGroup, if_match: Option<u32>) -> Result<Group> {
        self.patch(format!("/api/v1/groups/{id}"), body, if_match).await
    }

    /// Deletes a group as planned.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn delete_group(&self, id: GroupId, plan_id: PlanId) -> Result<()> {
        self.delete(format!("/api/v1/groups/{id}?plan_id={plan_id}")).await
    }

    /// A page of the members of a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_group_members(&self, id: GroupId, request: &ListGroupMembers) -> Result<Page<GroupMember>> {
        self.list(&format!("/api/v1/groups/{id}/members"), request).await
    }

    /// Adds a user to a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn add_group_member(&self, id: GroupId, body: &AddGroupMember) -> Result<GroupMember> {
        self.send(Method::Post, format!("/api/v1/groups/{id}/members"), body).await
    }

    /// A member of a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_group_member(&self, id: GroupId, user: UserId) -> Result<GroupMember> {
        self.get(format!("/api/v1/groups/{id}/members/{user}")).await
    }

    /// Changes what somebody is in a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_group_member(
        &self,
        id: GroupId,
        user: UserId,
        body: &UpdateGroupMember,
    ) -> Result<GroupMember> {
        self.patch(format!("/api/v1/groups/{id}/members/{user}"), body, None).await
    }

    /// Takes a user out of a group.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn remove_group_member(&self, id: GroupId, user: UserId) -> Result<()> {
        self.delete(format!("/api/v1/groups/{id}/members/{user}")).await
    }

    /// A page of the groups of a user.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_user_groups(&self, id: UserId, request: &ListUserGroups) -> Result<Page<GroupMember>> {
        self.list(&format!("/api/v1/users/{id}/groups"), request).await
    }

    /// Takes a user out of all groups that the caller administers.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn remove_user_from_groups(&self, id: UserId) -> Result<()> {
        self.delete(format!("/api/v1/users/{id}/groups")).await
    }
}
