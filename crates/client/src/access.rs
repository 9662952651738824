//! Why somebody may, or may not, do something.

use quarterdeck_domain::access::{AccessExplanation, ExplainAccess};

use crate::{Client, ClientError, Result, Transport};

impl<T: Transport> Client<T> {
    /// Explains the access of a user or an API key.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn explain_access(&self, asked: &ExplainAccess) -> Result<AccessExplanation> {
        let query = serde_urlencoded::to_string(asked).map_err(|error| ClientError::Decode(error.to_string()))?;
        self.get(format!("/api/v1/access/explanations?{query}")).await
    }
}
