//! Jobs: large acts in the background, with an outcome for each row (contradiction 29).

use std::time::Duration;

use quarterdeck_domain::{
    acts::Act,
    audit::{Action, AuditFilter, ListAuditEvents},
    jobs::{Job, JobFilter, JobRowFilter, JobState, ListJobRows, ListJobs, RowOutcome},
    plans::{CreatePlan, Plan, PlanAction, Selection},
    users::{UserFilter, UserStatus},
};
use quarterdeck_testkit::{Server, TestClient, on_both};

/// Waits until the job has ended.
pub async fn ended(client: &TestClient, mut job: Job) -> Job {
    for _ in 0..600 {
        if job.state.is_final() {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        job = client.get_job(job.id).await.unwrap();
    }
    panic!("the job did not end: {job:?}");
}

/// A plan that suspends everybody whose name begins with `demo`.
pub async fn suspend_all(admin: &TestClient, q: &str) -> Plan {
    let filter = UserFilter { q: Some(q.to_owned()), status: Some(UserStatus::Active), ..UserFilter::default() };
    let action = PlanAction::SetUserStatus {
        selection: Selection::matching(filter),
        status: UserStatus::Suspended,
        reason: "audit".to_owned(),
    };
    admin.create_plan(&CreatePlan { action }).await.unwrap()
}

/// Waits for the end of the job that executes `plan`: each row is done, and none is done twice.
pub async fn done_once(admin: &TestClient, plan: &Plan, job: Job) {
    let job = ended(admin, job).await;
    assert_eq!((job.succeeded, job.failed, job.skipped), (plan.row_count, 0, 0));
    let (action, after) = (Some(Action::UserSuspended), Some(plan.created_at));
    let filter = AuditFilter { action, after, ..AuditFilter::default() };
    let suspended = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
    assert_eq!(suspended.total, plan.row_count);
}

on_both! {
    /// An act on more than 100 rows becomes a job that tells what became of each.
    async fn large_acts(server: Server) {
        server.command(&["demo", "--users", "300"], "");
        let admin = server.admin().await;
        let plan = suspend_all(&admin, "example").await;
        assert!(plan.row_count > 100, "{}", plan.row_count);
        let job = admin.execute_plan(&plan).await.unwrap();
        assert_eq!(job.total, plan.row_count);
        let job = ended(&admin, job).await;
        assert_eq!((job.state, job.succeeded + job.skipped), (JobState::Succeeded, plan.row_count));
        for (act, found) in [(Act::SuspendUsers, 1), (Act::ActivateUsers, 0), (Act::TakeRole, 0), (Act::DeleteUsers, 0)] {
            let filter = JobFilter { act: Some(act), ..JobFilter::default() };
            let jobs = admin.list_jobs(&ListJobs { filter, ..ListJobs::default() }).await.unwrap();
            assert_eq!((jobs.total, jobs.items.len()), (found, jobs.total as usize), "{act}");
        }
        let filter = JobRowFilter { outcome: Some(RowOutcome::Succeeded) };
        let rows = admin.list_job_rows(job.id, &ListJobRows { filter, ..ListJobRows::default() }).await.unwrap();
        assert_eq!(rows.total, job.succeeded);
        let csv = admin.transport().raw("GET", &format!("/api/v1/jobs/{}/rows", job.id)).header("accept", "text/csv").send().await.unwrap();
        assert_eq!(csv.text().await.unwrap().lines().count() as u64, 1 + plan.row_count);
        assert_eq!(admin.list_jobs(&ListJobs::default()).await.unwrap().items[0].id, job.id);
        assert_eq!(admin.retry_job(job.id).await.unwrap_err().code(), "nothing-failed");
        assert_eq!(admin.cancel_job(job.id).await.unwrap_err().code(), "job-ended");
    }

    /// A cancelled job stops; rows that are done stay done, the others are left alone.
    async fn cancelling(server: Server) {
        server.command(&["demo", "--users", "2000"], "");
        let admin = server.admin().await;
        let plan = suspend_all(&admin, "example").await;
        let job = admin.execute_plan(&plan).await.unwrap();
        admin.cancel_job(job.id).await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!(job.state, JobState::Cancelled);
        assert_eq!(job.succeeded + job.skipped + job.failed, plan.row_count);
        assert!(job.skipped > 0);
    }
}
