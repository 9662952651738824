//! Imports of users from CSV.

use quarterdeck_domain::{
    Page, UserImportId,
    jobs::Job,
    user_imports::{ListUserImportLines, UserImport, UserImportLine, UserImportOptions},
};

use crate::{Client, ClientError, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// Sends a file of users: a dry run, which changes nothing.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_user_import(&self, options: &UserImportOptions, file: Vec<u8>) -> Result<UserImport> {
        let query = serde_urlencoded::to_string(options).map_err(|error| ClientError::Decode(error.to_string()))?;
        let request = Request::new(Method::Post, format!("/api/v1/user-imports?{query}")).bytes("text/csv", file);
        self.transport.send(request).await?.json()
    }

    /// One import.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_user_import(&self, id: UserImportId) -> Result<UserImport> {
        self.get(format!("/api/v1/user-imports/{id}")).await
    }

    /// A page of the lines of an import.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_user_import_lines(
        &self,
        id: UserImportId,
        request: &ListUserImportLines,
    ) -> Result<Page<UserImportLine>> {
        self.list(&format!("/api/v1/user-imports/{id}/lines"), request).await
    }

    /// Starts the job that carries an import out.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn execute_user_import(&self, id: UserImportId) -> Result<Job> {
        self.transport.send(Request::new(Method::Post, format!("/api/v1/user-imports/{id}/execution"))).await?.json()
    }
}
