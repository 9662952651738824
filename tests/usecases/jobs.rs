//! Jobs whose worker stops anywhere, or comes back after another has taken over.

use std::collections::HashMap;

use quarterdeck_app::{
    Ctx, audit,
    jobs::{get_job, run_next},
    plans::{create_plan, execute_plan},
};
use quarterdeck_domain::{
    JobId, Role,
    acts::Act,
    audit::{Action, AuditFilter, ListAuditEvents},
    jobs::JobState,
    page::PageRequest,
    plans::{CreatePlan, ExecutePlan, PlanAction, RoleChange, Selection},
    users::{UserFilter, UserStatus},
};
use quarterdeck_testkit::{Platform, new_user, usecase_on_both};

const ROWS: u64 = 160;

/// A job that suspends many users.
async fn job(platform: &Platform, admin: &Ctx) -> JobId {
    for index in 0..ROWS {
        platform.user(admin, new_user(&format!("member{index}"), &[])).await;
    }
    let filter = UserFilter { q: Some("member".to_owned()), ..UserFilter::default() };
    let selection = Selection::matching(filter);
    let action = PlanAction::SetUserStatus { selection, status: UserStatus::Suspended, reason: "left".to_owned() };
    let plan = create_plan(admin, &CreatePlan { action }).await.unwrap();
    assert_eq!(plan.row_count, ROWS);
    execute_plan(admin, plan.id, &ExecutePlan::default()).await.unwrap().id
}

/// Ends when so many rows are done.
async fn rows_done(admin: &Ctx, job: JobId, rows: u64) {
    while get_job(admin, job).await.unwrap().succeeded < rows {
        tokio::task::yield_now().await;
    }
}

/// Each row was done once, and its audit event written once.
async fn judge(admin: &Ctx, job: JobId) {
    let job = get_job(admin, job).await.unwrap();
    assert_eq!((job.state, job.succeeded, job.failed, job.skipped), (JobState::Succeeded, ROWS, 0, 0));
    let filter = AuditFilter { action: Some(Action::UserSuspended), ..AuditFilter::default() };
    let page = PageRequest { limit: Some(500), cursor: None };
    let events = audit::list_audit_events(admin, &ListAuditEvents { filter, page, sort: None }).await.unwrap();
    let mut times: HashMap<&str, u32> = HashMap::new();
    for event in &events.items {
        *times.entry(event.target.label.as_str()).or_default() += 1;
    }
    assert!(times.len() as u64 == ROWS && times.values().all(|times| *times == 1), "{times:?}");
}

usecase_on_both! {
    /// A worker that stops in the midst of a row loses nothing: after its lease the next one goes on behind the last row.
    async fn stopped_anywhere(platform: Platform) {
        let admin = platform.admin().await;
        let job = job(&platform, &admin).await;
        for rows in [1, 6, 15, 20, 20] {
            // Rows of this worker: those of the one before may be done without it having claimed the job.
            let before = get_job(&admin, job).await.unwrap().succeeded;
            tokio::select! {
                biased;
                () = rows_done(&admin, job, before + rows) => {}
                outcome = run_next(&platform.app) => panic!("it ended: {outcome:?}"),
            }
            assert!(!run_next(&platform.app).await.unwrap(), "the lease holds");
            platform.clock.advance(31);
        }
        assert!(run_next(&platform.app).await.unwrap());
        assert!(!run_next(&platform.app).await.unwrap());
        judge(&admin, job).await;
    }

    /// A worker that was taken for dead and goes on beside its successor does no row twice.
    async fn two_at_once(platform: Platform) {
        let admin = platform.admin().await;
        let job = job(&platform, &admin).await;
        let first = run_next(&platform.app);
        tokio::pin!(first);
        tokio::select! {
            biased;
            () = rows_done(&admin, job, 5) => {}
            outcome = &mut first => panic!("it ended: {outcome:?}"),
        }
        platform.clock.advance(31);
        let (first, second) = tokio::join!(first, run_next(&platform.app));
        assert!(first.unwrap() && second.unwrap());
        judge(&admin, job).await;
    }

    /// A job tells what it does to its rows, and the audit log tells the same.
    async fn told_by_name(platform: Platform) {
        let admin = platform.admin().await;
        let user = platform.user(&admin, new_user("member", &[])).await;
        let selection = Selection::ids([user.id()]);
        let status = |status| PlanAction::SetUserStatus { selection: selection.clone(), status, reason: String::new() };
        let role =
            |change| PlanAction::ChangeUserRole { selection: selection.clone(), role: Role::Trainer, change };
        for (action, act) in [
            (status(UserStatus::Suspended), Act::SuspendUsers),
            (status(UserStatus::Active), Act::ActivateUsers),
            (role(RoleChange::Add), Act::GiveRole),
            (role(RoleChange::Remove), Act::TakeRole),
            (PlanAction::DeleteUsers { selection: selection.clone() }, Act::DeleteUsers),
        ] {
            let plan = create_plan(&admin, &CreatePlan { action: action.clone() }).await.unwrap();
            let job = execute_plan(&admin, plan.id, &ExecutePlan::default()).await.unwrap();
            assert_eq!((job.act, job.role), (act, action.role()));
            let filter = AuditFilter { target_id: Some(plan.id.to_string()), ..AuditFilter::default() };
            let request = ListAuditEvents { filter, ..ListAuditEvents::default() };
            let events = audit::list_audit_events(&admin, &request).await.unwrap();
            assert_eq!(events.items.iter().map(|event| event.target.label.as_str()).collect::<Vec<_>>(), [act.name()]);
        }
    }
}
