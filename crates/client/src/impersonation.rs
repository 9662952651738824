//! Acting as somebody else.

use quarterdeck_domain::{
    UserId,
    impersonation::{StartImpersonation, StartedImpersonation},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// Begins to act as a user.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn start_impersonation(&self, id: UserId, body: &StartImpersonation) -> Result<StartedImpersonation> {
        self.send(Method::Post, format!("/api/v1/users/{id}/impersonation"), body).await
    }

    /// Acts as oneself again.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn end_impersonation(&self, id: UserId) -> Result<()> {
        self.delete(format!("/api/v1/users/{id}/impersonation")).await
    }
}
