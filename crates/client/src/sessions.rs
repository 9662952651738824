//! Sessions of all users.

use quarterdeck_domain::{
    Page, SessionId,
    sessions::{ListSessions, RevokeSessions, RevokedSessions, Session},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of sessions.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_sessions(&self, request: &ListSessions) -> Result<Page<Session>> {
        self.list("/api/v1/sessions", request).await
    }

    /// One session.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_session(&self, id: SessionId) -> Result<Session> {
        self.get(format!("/api/v1/sessions/{id}")).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn revoke_session(&self, id: SessionId) -> Result<()> {
        self.delete(format!("/api/v1/sessions/{id}")).await
    }

    /// Ends sessions by scope.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn revoke_sessions(&self, body: &RevokeSessions) -> Result<RevokedSessions> {
        self.send(Method::Post, "/api/v1/sessions/revocations".to_owned(), body).await
    }
}
