//! Signing in and out.

use quarterdeck_domain::auth::{
    Login, RefreshToken, ResetInspection, ResetPassword, ResetToken, StepUp, SteppedUp, Tokens,
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// Signs in.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn login(&self, body: &Login) -> Result<Tokens> {
        self.send(Method::Post, "/api/v1/auth/login".to_owned(), body).await
    }

    /// Exchanges the refresh token.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn refresh_session(&self, body: &RefreshToken) -> Result<Tokens> {
        self.send(Method::Post, "/api/v1/auth/refresh".to_owned(), body).await
    }

    /// Ends the session of the refresh token.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn logout(&self, body: &RefreshToken) -> Result<()> {
        self.send_for_nothing(Method::Post, "/api/v1/auth/logout".to_owned(), body).await
    }

    /// Gives the password again.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn step_up(&self, body: &StepUp) -> Result<SteppedUp> {
        self.send(Method::Post, "/api/v1/auth/step-up".to_owned(), body).await
    }

    /// For whom a reset link is.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn inspect_password_reset(&self, body: &ResetToken) -> Result<ResetInspection> {
        self.send(Method::Post, "/api/v1/auth/password-resets/inspection".to_owned(), body).await
    }

    /// Chooses a new password by a reset link.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn reset_password(&self, body: &ResetPassword) -> Result<()> {
        self.send_for_nothing(Method::Post, "/api/v1/auth/password-resets".to_owned(), body).await
    }
}
