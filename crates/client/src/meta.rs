//! The platform, its health and its set-up.

use quarterdeck_domain::{
    health::Health,
    meta::Meta,
    overview::Overview,
    setup::{SetUp, SetupState},
    users::User,
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// What everybody may know of the platform.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_meta(&self) -> Result<Meta> {
        self.get("/api/v1/meta".to_owned()).await
    }

    /// Condition of the platform.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_health(&self) -> Result<Health> {
        self.get("/api/v1/health".to_owned()).await
    }

    /// Counts, recent sign-ins and changes.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_overview(&self) -> Result<Overview> {
        self.get("/api/v1/overview".to_owned()).await
    }

    /// Whether set-up is still to be done.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_setup(&self) -> Result<SetupState> {
        self.get("/api/v1/setup".to_owned()).await
    }

    /// Creates the first organization and administrator.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn complete_setup(&self, body: &SetUp) -> Result<User> {
        self.send(Method::Post, "/api/v1/setup".to_owned(), body).await
    }
}
