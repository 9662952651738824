//! Users.

use quarterdeck_domain::{
    Page, PlanId, UserId,
    sessions::{ListUserSessions, RevokedSessions, Session},
    users::{CreateUser, ListUsers, PasswordResetLink, SetPassword, UpdateUser, User, UserSummary},
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of users.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_users(&self, request: &ListUsers) -> Result<Page<UserSummary>> {
        self.list("/api/v1/users", request).await
    }

    /// Creates a user.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_user(&self, body: &CreateUser) -> Result<User> {
        self.send(Method::Post, "/api/v1/users".to_owned(), body).await
    }

    /// One user.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_user(&self, id: UserId) -> Result<User> {
        self.get(format!("/api/v1/users/{id}")).await
    }

    /// Changes a user.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_user(&self, id: UserId, body: &UpdateUser, if_match: Option<u32>) -> Result<User> {
        self.patch(format!("/api/v1/users/{id}"), body, if_match).await
    }

    /// Deletes a user as planned.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn delete_user(&self, id: UserId, plan_id: PlanId) -> Result<()> {
        self.delete(format!("/api/v1/users/{id}?plan_id={plan_id}")).await
    }

    /// Sets a user's password.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn set_user_password(&self, id: UserId, body: &SetPassword) -> Result<()> {
        self.send_for_nothing(Method::Put, format!("/api/v1/users/{id}/password"), body).await
    }

    /// Makes a link to choose a new password with.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_password_reset_link(&self, id: UserId) -> Result<PasswordResetLink> {
        self.transport.send(Request::new(Method::Post, format!("/api/v1/users/{id}/password-reset-link"))).await?.json()
    }

    /// A user's sessions.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_user_sessions(&self, id: UserId, request: &ListUserSessions) -> Result<Page<Session>> {
        self.list(&format!("/api/v1/users/{id}/sessions"), request).await
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn revoke_user_sessions(&self, id: UserId) -> Result<RevokedSessions> {
        self.transport.send(Request::new(Method::Delete, format!("/api/v1/users/{id}/sessions"))).await?.json()
    }
}
