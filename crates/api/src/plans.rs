//! Plans of bulk and destructive acts.

use actix_web::{get, post};
use quarterdeck_app::plans;
use quarterdeck_domain::{
    PlanId,
    jobs::Job,
    plans::{CreatePlan, ExecutePlan, Plan},
};

use crate::{
    body::{Body, OptionalBody},
    caller::Caller,
    document::errors::Conflict,
    path::Id,
    problem::Result,
    respond::{Created, Found, JobAnswer},
    routes::Routes,
};

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(create_plan).service(get_plan).service(execute_plan);
}

/// Plan an act
///
/// Exact counts by kind, the first rows, what is left out and why, and whether it can be undone. Nothing is changed. The
/// plan can be executed for 10 minutes. Needs the permission of the act.
#[utoipa::path(tag = "plans", operation_id = "create_plan", security(("session" = [])),
    request_body(content = CreatePlan, description = "What is to be done"),
    responses((status = 201, description = "The plan", body = Plan)))]
#[post("/plans")]
async fn create_plan(caller: Caller, body: Body<CreatePlan>) -> Result<Created<Plan>> {
    let plan = plans::create_plan(&caller, &body.0).await?;
    Ok(Created(format!("/api/v1/plans/{}", plan.id), plan))
}

/// Get a plan
///
/// Plans belong to who made them.
#[utoipa::path(tag = "plans", operation_id = "get_plan", security(("session" = [])),
    params(("id" = PlanId, Path, description = "The plan")),
    responses((status = 200, description = "The plan", body = Plan)))]
#[get("/plans/{id}")]
async fn get_plan(caller: Caller, id: Id<PlanId>) -> Result<Found<Plan>> {
    Ok(Found(plans::get_plan(&caller, id.0).await?))
}

/// Execute a plan
///
/// Up to 100 rows, 5 where each exports data, are done at once, and the job has ended with the answer 200; more are done in the background, answered
/// with 202. When the matched rows have changed since the plan, 409 with the difference; so it is when the plan is not the
/// one whose `digest` the body names.
#[utoipa::path(tag = "plans", operation_id = "execute_plan", security(("session" = [])),
    params(("id" = PlanId, Path, description = "The plan")),
    request_body(content = Option<ExecutePlan>, description = "What was shown"),
    responses((status = 200, description = "The job, which has ended", body = Job),
        (status = 202, description = "The job, which goes on", body = Job), Conflict))]
#[post("/plans/{id}/execution")]
async fn execute_plan(caller: Caller, id: Id<PlanId>, body: OptionalBody<ExecutePlan>) -> Result<JobAnswer> {
    Ok(JobAnswer(plans::execute_plan(&caller, id.0, &body.0).await?))
}
