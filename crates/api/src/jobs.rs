//! Background jobs.

use actix_web::{HttpResponse, get, post};
use quarterdeck_app::{Ctx, jobs};
use quarterdeck_domain::{
    JobId, Page,
    jobs::{Job, JobFilter, JobRow, JobRowFilter, JobRowSort, JobSort, ListJobRows},
};

use crate::{
    caller::Caller,
    csv::{Row, optional, time},
    document::errors::Conflict,
    listing::{List, ListParameters},
    path::Id,
    problem::Result,
    respond::{Found, JobAnswer},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_jobs).service(get_job).service(list_job_rows).service(cancel_job).service(retry_job);
}

impl Row for Job {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "kind",
        "act",
        "role",
        "state",
        "total",
        "succeeded",
        "failed",
        "skipped",
        "plan_id",
        "retry_of",
        "created_by",
        "created_by_name",
        "impersonator",
        "created_at",
        "started_at",
        "finished_at",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.kind.to_string(),
            self.act.to_string(),
            optional(self.role.as_ref()),
            self.state.to_string(),
            self.total.to_string(),
            self.succeeded.to_string(),
            self.failed.to_string(),
            self.skipped.to_string(),
            optional(self.plan_id.as_ref()),
            optional(self.retry_of.as_ref()),
            optional(self.created_by.as_ref()),
            self.created_by_name.clone(),
            self.impersonator.clone().unwrap_or_default(),
            self.created_at.to_string(),
            time(self.started_at),
            time(self.finished_at),
        ]
    }
}

impl Row for JobRow {
    const COLUMNS: &'static [&'static str] = &["position", "target_id", "label", "outcome", "code", "message"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.position.to_string(),
            self.target_id.to_string(),
            self.label.clone(),
            self.outcome.to_string(),
            optional(self.code.as_ref()),
            optional(self.message.as_ref()),
        ]
    }
}

/// List jobs
///
/// Those that the caller may see. The newest first.
#[utoipa::path(tag = "jobs", operation_id = "list_jobs", security(("session" = [])),
    params(ListParameters<JobFilter, JobSort>),
    responses((status = 200, description = "A page of jobs", body = Page<Job>)))]
#[get("/jobs")]
async fn list_jobs(caller: Caller, list: List<JobFilter, JobSort>) -> Result<HttpResponse> {
    list.answer(caller, "jobs", jobs::list_jobs).await
}

/// Get a job
///
/// With its progress.
#[utoipa::path(tag = "jobs", operation_id = "get_job", security(("session" = [])),
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, description = "The job", body = Job)))]
#[get("/jobs/{id}")]
async fn get_job(caller: Caller, id: Id<JobId>) -> Result<Found<Job>> {
    Ok(Found(jobs::get_job(&caller, id.0).await?))
}

/// List the rows of a job
///
/// Each with its outcome, in the order of the job.
#[utoipa::path(tag = "jobs", operation_id = "list_job_rows", security(("session" = [])),
    params(("id" = JobId, Path, description = "The job"), ListParameters<JobRowFilter, JobRowSort>),
    responses((status = 200, description = "A page of rows", body = Page<JobRow>)))]
#[get("/jobs/{id}/rows")]
async fn list_job_rows(caller: Caller, id: Id<JobId>, list: List<JobRowFilter, JobRowSort>) -> Result<HttpResponse> {
    let rows = async move |ctx: &Ctx, request: &ListJobRows| jobs::list_job_rows(ctx, id.0, request).await;
    list.answer(caller, "job-rows", rows).await
}

/// Cancel a job
///
/// It stops at the next row; rows that are done stay done.
#[utoipa::path(tag = "jobs", operation_id = "cancel_job", security(("session" = [])),
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, description = "The job, which has ended", body = Job),
        (status = 202, description = "The job, which is about to stop", body = Job), Conflict))]
#[post("/jobs/{id}/cancellation")]
async fn cancel_job(caller: Caller, id: Id<JobId>) -> Result<JobAnswer> {
    Ok(JobAnswer(jobs::cancel_job(&caller, id.0).await?))
}

/// Try the failed rows again
///
/// As a new job.
#[utoipa::path(tag = "jobs", operation_id = "retry_job", security(("session" = [])),
    params(("id" = JobId, Path, description = "The job whose rows failed")),
    responses((status = 200, description = "The new job, which has ended", body = Job),
        (status = 202, description = "The new job", body = Job), Conflict))]
#[post("/jobs/{id}/retry")]
async fn retry_job(caller: Caller, id: Id<JobId>) -> Result<JobAnswer> {
    Ok(JobAnswer(jobs::retry_job(&caller, id.0).await?))
}
