//! The own account.

use quarterdeck_domain::{
    Page, SessionId,
    audit::{AuditEvent, ListAuditEvents},
    me::{ChangePassword, Me, UpdateMe},
    sessions::{ListUserSessions, RevokedSessions, Session},
    users::User,
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// Who is signed in and what they may do.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_me(&self) -> Result<Me> {
        self.get("/api/v1/me".to_owned()).await
    }

    /// Changes the own profile.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn update_me(&self, body: &UpdateMe, if_match: Option<u32>) -> Result<User> {
        self.patch("/api/v1/me".to_owned(), body, if_match).await
    }

    /// Changes the own password.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn change_own_password(&self, body: &ChangePassword) -> Result<()> {
        self.send_for_nothing(Method::Post, "/api/v1/me/password".to_owned(), body).await
    }

    /// A page of the events that the own account caused, and of those about it.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_own_audit_events(&self, request: &ListAuditEvents) -> Result<Page<AuditEvent>> {
        self.list("/api/v1/me/audit-events", request).await
    }

    /// A page of the own sessions, the current one marked.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_own_sessions(&self, request: &ListUserSessions) -> Result<Page<Session>> {
        self.list("/api/v1/me/sessions", request).await
    }

    /// Ends the own sessions but for this one.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn revoke_other_own_sessions(&self) -> Result<RevokedSessions> {
        self.transport.send(Request::new(Method::Delete, "/api/v1/me/sessions".to_owned())).await?.json()
    }

    /// Ends one own session.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn revoke_own_session(&self, id: SessionId) -> Result<()> {
        self.delete(format!("/api/v1/me/sessions/{id}")).await
    }
}
