//! Large imports: their time, a cancellation, and a process that dies in the middle.

use std::{fmt::Write as _, time::Duration};

use quarterdeck_domain::{
    Patch, Permission,
    audit::{Action, AuditFilter, ListAuditEvents},
    jobs::JobState,
    roles::UpdateRole,
    users::{ListUsers, UpdateUser, UserFilter},
};
use quarterdeck_testkit::{Server, TestClient, on_both};

use crate::{
    jobs::ended,
    role_grants::custom,
    roles::new_role,
    user_imports::{UPDATE, lines, send},
};

/// A file of so many new people.
pub fn people(count: usize) -> String {
    let mut file = "username,display_name,email,language,time_zone,country\n".to_owned();
    for index in 0..count {
        writeln!(file, "guest.{index:05},Guest {index},guest.{index}@example.org,en,Europe/London,GB").unwrap();
    }
    file
}

/// How many of them there are, and how many events tell that somebody was created.
async fn created(admin: &TestClient) -> (u64, u64) {
    let filter = UserFilter { q: Some("guest.".to_owned()), ..UserFilter::default() };
    let users = admin.list_users(&ListUsers { filter, ..ListUsers::default() }).await.unwrap().total;
    let filter = AuditFilter { action: Some(Action::UserCreated), ..AuditFilter::default() };
    let events =
        admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total;
    // The administrator of the template was created by the command line.
    (users, events - 1)
}

on_both! {
    /// A job that was interrupted goes on behind the last lines that were done, and does none twice.
    async fn killed_while_importing(server: Server) {
        let mut server = server;
        let admin = server.admin().await;
        let import = send(&admin, UPDATE, &people(1_000)).await.unwrap();
        let job = admin.execute_user_import(import.id).await.unwrap();
        while admin.get_job(job.id).await.unwrap().succeeded < 50 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.kill();
        server.restart().await;
        let admin = server.admin().await;
        let job = admin.get_job(job.id).await.unwrap();
        assert!(!job.state.is_final(), "{job:?}");
        let job = ended(&admin, job).await;
        assert_eq!((job.state, job.succeeded, job.failed, job.skipped), (JobState::Succeeded, 1_000, 0, 0));
        assert_eq!(created(&admin).await, (1_000, 1_000));
        server.command(&["audit", "verify"], "");
    }

    /// A cancelled import stops; the lines that are done stay done, with their events, the others are left alone.
    async fn cancelling(server: Server) {
        let admin = server.admin().await;
        let import = send(&admin, UPDATE, &people(5_000)).await.unwrap();
        let job = admin.execute_user_import(import.id).await.unwrap();
        admin.cancel_job(job.id).await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!((job.state, job.succeeded + job.skipped, job.failed), (JobState::Cancelled, 5_000, 0));
        assert!(job.skipped > 0);
        assert_eq!(created(&admin).await, (job.succeeded, job.succeeded));
    }

    /// A failed line that is tried again twice makes one user.
    async fn tried_again_twice(server: Server) {
        let admin = server.admin().await;
        let import = send(&admin, UPDATE, "username,display_name,email\nann,Ann,ann@example.org\n").await.unwrap();
        let holder = server.user(&admin, "zed", &[]).await;
        let email = |email| UpdateUser { email, ..UpdateUser::default() };
        admin.update_user(holder.id(), &email(Patch::Value("ann@example.org".to_owned())), None).await.unwrap();
        let job = ended(&admin, admin.execute_user_import(import.id).await.unwrap()).await;
        assert_eq!((job.succeeded, job.failed), (0, 1));
        admin.update_user(holder.id(), &email(Patch::Null), None).await.unwrap();
        for outcome in [(1, 0, 0), (0, 1, 0)] {
            let again = ended(&admin, admin.retry_job(job.id).await.unwrap()).await;
            assert_eq!((again.succeeded, again.skipped, again.failed), outcome);
        }
    }

    /// Whoever loses the right to import while the job runs changes nobody any more, whatever else they may do; the job ends.
    async fn right_lost_meanwhile(server: Server) {
        let admin = server.admin().await;
        let all = [Permission::UserRead, Permission::UserCreate, Permission::UserUpdate];
        let role = admin.create_role(&new_role("Importer", &all)).await.unwrap();
        let (helper, user) = server.signed_in(&admin, "helper", &[]).await;
        admin.create_role_grant(&custom(user.id(), role.id, None)).await.unwrap();
        let job = helper.execute_user_import(send(&helper, UPDATE, &people(2_000)).await.unwrap().id).await.unwrap();
        ended(&admin, job).await;
        let change = people(2_000).replace("Guest", "Visitor");
        let job = helper.execute_user_import(send(&helper, UPDATE, &change).await.unwrap().id).await.unwrap();
        let permissions = Some([Permission::UserRead, Permission::UserUpdate].into_iter().collect());
        admin.update_role(role.id, &UpdateRole { permissions, ..UpdateRole::default() }, None).await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!(job.succeeded + job.failed, 2_000);
        assert!(job.failed > 0, "{job:?}");
    }

    /// As many lines as a file may have are judged in one request, and paged through.
    async fn as_many_as_there_may_be(server: Server) {
        let admin = server.admin().await;
        let import = send(&admin, UPDATE, &people(10_000)).await.unwrap();
        assert_eq!(import.counts.create, 10_000);
        assert_eq!(lines(&admin, import.id, None).await.len(), 500);
    }
}
