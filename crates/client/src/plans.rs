//! Plans of bulk and destructive acts.

use quarterdeck_domain::{
    PlanId,
    jobs::Job,
    plans::{CreatePlan, ExecutePlan, Plan},
};

use crate::{Client, Method, Result, Transport};

impl<T: Transport> Client<T> {
    /// Plans an act.
    ///
    /// # Errors
    /// The problem document of the server, or that it cannot be reached.
    pub async fn create_plan(&self, body: &CreatePlan) -> Result<Plan> {
        self.send(Method::Post, "/api/v1/plans".to_owned(), body).await
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
