//! Background jobs.

use quarterdeck_domain::{
    JobId, Page,
    jobs::{Job, JobRow, ListJobRows, ListJobs},
};

use crate::{Client, Method, Request, Result, Transport};

impl<T: Transport> Client<T> {
    /// A page of jobs.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_jobs(&self, request: &ListJobs) -> Result<Page<Job>> {
        self.list("/api/v1/jobs", request).await
    }

    /// One job.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_job(&self, id: JobId) -> Result<Job> {
        self.get(format!("/api/v1/jobs/{id}")).await
    }

    /// A page of a job's rows.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn list_job_rows(&self, id: JobId, request: &ListJobRows) -> Result<Page<JobRow>> {
        self.list(&format!("/api/v1/jobs/{id}/rows"), request).await
    }

    /// Asks a job to stop.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn cancel_job(&self, id: JobId) -> Result<Job> {
        self.transport.send(Request::new(Method::Post, format!("/api/v1/jobs/{id}/cancellation"))).await?.json()
    }

    /// Tries the failed rows again, as a new job.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn retry_job(&self, id: JobId) -> Result<Job> {
        self.transport.send(Request::new(Method::Post, format!("/api/v1/jobs/{id}/retry"))).await?.json()
    }
}
