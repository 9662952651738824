//! Deletion of an organization as a plan (S1-EXT-10): all that goes or moves, in exact numbers, by exact rows.

use std::collections::BTreeMap;

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Amount, OrganizationId, Patch, Permission, Role, UserId,
    allocations::{CreateReservation, LimitKind},
    api_keys::CreateApiKey,
    audit::{Action, AuditEvent, AuditFilter, ListAuditEvents},
    groups::{AddGroupMember, CreateGroup, Standing},
    jobs::{Job, JobState},
    organizations::UpdateOrganization,
    page::PageRequest,
    plans::{CreatePlan, MembersFate, Plan, PlanAction, PlanDifference},
    roles::Roles,
    users::{CreateUser, UpdateUser},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};

use crate::{jobs::ended, organizations::with_admin, role_grants::custom, roles::new_role};

async fn plan(
    admin: &TestClient,
    id: OrganizationId,
    members: MembersFate,
    move_to: Option<OrganizationId>,
) -> Result<Plan, ClientError> {
    let action = PlanAction::DeleteOrganization { organization_id: id, members, move_to };
    admin.create_plan(&CreatePlan { action }).await
}

fn counts(plan: &Plan) -> BTreeMap<&'static str, u64> {
    plan.counts.iter().map(|count| (count.kind.name(), count.count)).collect()
}

async fn events(admin: &TestClient, action: Action) -> Vec<AuditEvent> {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    let page = PageRequest { limit: Some(500), cursor: None };
    admin.list_audit_events(&ListAuditEvents { filter, page, ..ListAuditEvents::default() }).await.unwrap().items
}

fn member(name: &str, organization: OrganizationId) -> CreateUser {
    CreateUser { organization_id: Some(organization), ..new_user(name, &[]) }
}

/// An organization `name` with its administrator, and a member who is in its group, has a session, a key, a reset link and
/// a role on the organization; somebody of elsewhere has that role too, and the group has an allocation.
async fn furnished(server: &Server, admin: &TestClient, name: &str) -> (OrganizationId, UserId, UserId) {
    let (id, _) = with_admin(server, admin, name).await;
    let username = format!("{name}.member");
    let user = admin.create_user(&member(&username, id)).await.unwrap().id();
    let (signed_in, _) = server.sign_in(&username, PASSWORD).await.unwrap();
    let scopes = [Permission::ProfileRead].into_iter().collect();
    let key = CreateApiKey { title: "own".to_owned(), scopes, ..CreateApiKey::default() };
    signed_in.create_api_key(&key).await.unwrap();
    let group = CreateGroup {
        name: "engines".to_owned(),
        display_name: None,
        description: String::new(),
        organization_id: Some(id),
        limit: LimitKind::Soft,
    };
    let group = admin.create_group(&group).await.unwrap().id;
    let body = AddGroupMember { user_id: Some(user), username: None, standing: Standing::Member };
    admin.add_group_member(group, &body).await.unwrap();
    let body = CreateReservation { amount: Amount::from(1), ttl_seconds: 3_600, note: String::new() };
    admin.create_reservation(group, &body).await.unwrap();
    let role = admin.create_role(&new_role(&format!("desk of {name}"), &[Permission::UserRead])).await.unwrap().id;
    let outsider = server.user(admin, &format!("{name}.outsider"), &[]).await.id();
    for holder in [user, outsider] {
        admin.create_role_grant(&custom(holder, role, Some(id))).await.unwrap();
    }
    admin.create_password_reset_link(user).await.unwrap();
    (id, user, outsider)
}

/// The job that deletes the organization, once it has ended.
async fn execute(admin: &TestClient, plan: &Plan) -> Job {
    let job = admin.execute_plan(plan).await.unwrap();
    ended(admin, job).await
}

on_both! {
    /// The members move to another organization and lose what they had by the one that is deleted; grants on it end with an
    /// event each, whoever held them.
    async fn moving_the_members(server: Server) {
        let admin = server.admin().await;
        let (id, user, outsider) = furnished(&server, &admin, "one").await;
        let (home, owner) = with_admin(&server, &admin, "two").await;
        let made = plan(&admin, id, MembersFate::Move, Some(home)).await.unwrap();
        let expected = [
            ("group", 1), ("ledger_entry", 1), ("member", 2), ("membership", 1), ("organization", 1), ("reservation", 1),
            ("reset_link", 1), ("role", 3),
        ];
        assert_eq!(counts(&made), expected.into_iter().collect());
        assert_eq!((made.row_count, made.confirmation.as_deref(), made.irreversible), (4, Some("one"), true));
        admin.delete_organization(id, made.id).await.unwrap();
        assert_eq!(admin.get_organization(id).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.get_organization(home).await.unwrap().member_count, 3);
        let moved = admin.get_user(user).await.unwrap().summary;
        assert_eq!((moved.organization_id, moved.active_sessions), (Some(home), 1));
        let revoked = events(&admin, Action::RoleRevoked).await;
        let mut holders: Vec<&str> = revoked.iter().map(|event| event.target.label.as_str()).collect();
        holders.sort_unstable();
        assert_eq!(holders, ["one.member", "one.outsider"]);
        let of_outsider = revoked.iter().find(|event| event.target.id == outsider.to_string()).unwrap();
        assert!(of_outsider.changes.iter().any(|change| change.field == "organization_id" && change.before == id.to_string()));
        assert_eq!(events(&admin, Action::UserMoved).await.len(), 2);
        assert_eq!(events(&admin, Action::GroupDeleted).await.len(), 1);
        assert_eq!(events(&admin, Action::OrganizationDeleted).await.len(), 1);
        // Where they came from is nobody's business there.
        let told = owner.list_audit_events(&ListAuditEvents::default()).await.unwrap();
        let told = serde_json::to_string(&told).unwrap();
        assert!(told.contains("user.moved") && !told.contains(&id.to_string()) && !told.contains("engines"), "{told}");
    }

    /// The members are deleted with it: their sessions, roles, keys and links are counted, and gone.
    async fn deleting_the_members(server: Server) {
        let admin = server.admin().await;
        let (id, user, _) = furnished(&server, &admin, "one").await;
        let made = plan(&admin, id, MembersFate::Delete, None).await.unwrap();
        let expected = [
            ("api_key", 1), ("group", 1), ("ledger_entry", 1), ("membership", 1), ("organization", 1), ("reservation", 1),
            ("reset_link", 1), ("role", 4), ("session", 2), ("user", 2),
        ];
        assert_eq!(counts(&made), expected.into_iter().collect());
        let job = execute(&admin, &made).await;
        assert_eq!((job.state, job.total, job.succeeded), (JobState::Succeeded, 4, 4));
        assert_eq!(admin.get_user(user).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.get_organization(id).await.unwrap_err().code(), "not-found");
        assert_eq!(events(&admin, Action::UserDeleted).await.len(), 2);
        assert_eq!(events(&admin, Action::RoleRevoked).await.len(), 1);
    }

    /// Whoever comes meanwhile is in the difference, and so is what they bring.
    async fn a_changed_set(server: Server) {
        let admin = server.admin().await;
        let (id, ..) = furnished(&server, &admin, "one").await;
        let made = plan(&admin, id, MembersFate::Delete, None).await.unwrap();
        let late = admin.create_user(&member("late", id)).await.unwrap();
        server.sign_in("late", PASSWORD).await.unwrap();
        let refused = admin.delete_organization(id, made.id).await.unwrap_err();
        assert_eq!(refused.code(), "plan-changed");
        let difference = refused.problem().unwrap().current.clone().unwrap();
        let difference: PlanDifference = serde_json::from_value(difference).unwrap();
        assert_eq!((difference.added_count, difference.added[0].id, difference.removed_count), (1, late.id().0, 0));
        let differing: Vec<_> = difference.counts.iter().map(|one| (one.kind.name(), one.planned, one.found)).collect();
        assert_eq!(differing, [("user", 2, 3), ("session", 2, 3), ("role", 4, 5)]);
        // What the plan says about the members is a part of it.
        let moving = plan(&admin, id, MembersFate::Move, None).await.unwrap();
        let deleting = plan(&admin, id, MembersFate::Delete, None).await.unwrap();
        assert_ne!(moving.digest, deleting.digest);
        let (other, _) = with_admin(&server, &admin, "two").await;
        assert_eq!(admin.delete_organization(other, moving.id).await.unwrap_err().code(), "plan-mismatch");
    }

    /// More than a hundred rows are a job, which the operation answers with.
    async fn many_members(server: Server) {
        let admin = server.admin().await;
        let (id, _) = with_admin(&server, &admin, "one").await;
        for index in 0..101 {
            let body = CreateUser { password: None, ..member(&format!("member{index}"), id) };
            admin.create_user(&body).await.unwrap();
        }
        let made = plan(&admin, id, MembersFate::Move, None).await.unwrap();
        assert_eq!(made.row_count, 103);
        let path = format!("/api/v1/organizations/{id}?plan_id={}", made.id);
        let answer = admin.transport().raw("DELETE", &path).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        assert!(answer.headers()["location"].to_str().unwrap().starts_with("/api/v1/jobs/"));
        let job: Job = answer.json().await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!((job.state, job.succeeded), (JobState::Succeeded, 103));
        assert_eq!(admin.get_organization(id).await.unwrap_err().code(), "not-found");
        assert_eq!(events(&admin, Action::UserMoved).await.len(), 102);
    }

    /// The own account and the last administrator are not deleted with an organization, nor is it then.
    async fn guards(server: Server) {
        let admin = server.admin().await;
        let (id, _) = with_admin(&server, &admin, "one").await;
        let root = admin.get_me().await.unwrap().user.id();
        let enter = UpdateUser { organization_id: Patch::Value(id), ..UpdateUser::default() };
        admin.update_user(root, &enter, None).await.unwrap();
        assert_eq!(plan(&admin, id, MembersFate::Delete, None).await.unwrap_err().code(), "own-account");
        let (second, other) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let made = plan(&second, id, MembersFate::Delete, None).await.unwrap();
        let privileged = counts(&made).get("privileged_account").copied();
        assert_eq!(privileged, Some(1));
        // Whoever is no administrator any more does not execute what they planned.
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        admin.update_user(other.id(), &demote, None).await.unwrap();
        assert_eq!(second.delete_organization(id, made.id).await.unwrap_err().code(), "not-found");
        assert_eq!(admin.get_organization(id).await.unwrap().member_count, 2);
        // Moving is no harm to the own account.
        let made = plan(&admin, id, MembersFate::Move, None).await.unwrap();
        admin.delete_organization(id, made.id).await.unwrap();
        assert_eq!(admin.get_me().await.unwrap().user.summary.organization_id, None);
    }

    /// It takes the right to do with each member what is planned, and a place that is one.
    async fn rights(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "one").await;
        let (other, _) = with_admin(&server, &admin, "two").await;
        assert_eq!(plan(&owner, id, MembersFate::Move, None).await.unwrap_err().code(), "forbidden");
        assert_eq!(plan(&owner, other, MembersFate::Move, None).await.unwrap_err().code(), "not-found");
        let (clerk, user) = server.signed_in(&admin, "clerk", &[]).await;
        let carried = [Permission::OrganizationRead, Permission::OrganizationDelete, Permission::UserRead, Permission::UserMove];
        let role = admin.create_role(&new_role("clerk", &carried)).await.unwrap().id;
        admin.create_role_grant(&custom(user.id(), role, None)).await.unwrap();
        assert_eq!(plan(&clerk, id, MembersFate::Delete, None).await.unwrap_err().code(), "forbidden");
        // Its administrator has power that the clerk has not.
        assert_eq!(plan(&clerk, id, MembersFate::Move, None).await.unwrap_err().code(), "privileged-account");
        for (members, move_to) in [(MembersFate::Move, Some(id)), (MembersFate::Delete, Some(other))] {
            let refused = plan(&admin, id, members, move_to).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().errors[0].pointer, "/move_to");
        }
        let nowhere = OrganizationId("0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e".parse().unwrap());
        assert_eq!(plan(&admin, id, MembersFate::Move, Some(nowhere)).await.unwrap_err().code(), "not-found");
    }

    /// A destination that is full by the time of the execution takes nobody, and everything stays.
    async fn a_full_destination(server: Server) {
        let admin = server.admin().await;
        let (id, _) = with_admin(&server, &admin, "one").await;
        let (home, _) = with_admin(&server, &admin, "two").await;
        let made = plan(&admin, id, MembersFate::Move, Some(home)).await.unwrap();
        let full = UpdateOrganization { seats: Some(1), ..UpdateOrganization::default() };
        admin.update_organization(home, &full, None).await.unwrap();
        assert_eq!(admin.delete_organization(id, made.id).await.unwrap_err().code(), "seats-taken");
        assert_eq!(admin.execute_plan(&made).await.unwrap_err().code(), "seats-taken");
        assert_eq!(admin.get_organization(id).await.unwrap().member_count, 1);
    }
}
