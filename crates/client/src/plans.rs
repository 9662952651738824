//! Plans of bulk and destructive acts.

use quarterdeck_domain::{
    PlanId,
    jobs::Job,
    plans::{CreatePlan, ExecutePlan, Plan},
};
use serde::de::IgnoredAny;

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// Plans an act. The answer's own words for the act are passed over: it is the one that was asked for, and a
    /// console that need not read it back weighs less.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_plan(&self, body: &CreatePlan) -> Result<Plan> {
        let plan: Plan<IgnoredAny> = self.send(Method::Post, "/api/v1/plans".to_owned(), body).await?;
        Ok(plan.with_action(body.action.clone()))
    }

    /// One plan.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn get_plan(&self, id: PlanId) -> Result<Plan> {
        self.get(format!("/api/v1/plans/{id}")).await
    }

    /// Executes a plan as it is here; the job is done already when the plan is small.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn execute_plan(&self, plan: &Plan) -> Result<Job> {
        let body = ExecutePlan { digest: Some(plan.digest.clone()) };
        self.send(Method::Post, format!("/api/v1/plans/{}/execution", plan.id), &body).await
    }
}
