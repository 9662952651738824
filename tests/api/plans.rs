//! Plans (S4-DEL-01, S4-DEL-03, S4-DEL-04, S2-SES-01..03): exact counts, guards, differences.

use quarterdeck_domain::{
    Patch, Problem, Role, UserId,
    audit::{Action, AuditFilter, ListAuditEvents},
    organizations::{CreateOrganization, OrganizationKind},
    plans::{CreatePlan, Exclusion, Plan, PlanAction, Selection},
    roles::Roles,
    users::{ListUsers, UpdateUser, UserFilter, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, on_both};
use uuid::Uuid;

use crate::organizations::with_admin;

fn plan(action: PlanAction) -> CreatePlan {
    CreatePlan { action }
}

async fn events(admin: &TestClient, action: Action) -> u64 {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total
}

on_both! {
    /// Deletion shows what goes with the user, asks for the name, and does exactly that.
    async fn deletion(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[Role::Trainer, Role::User]).await;
        server.sign_in("bob", PASSWORD).await.unwrap();
        admin.create_password_reset_link(user.id()).await.unwrap();
        let made = admin.create_plan(&plan(PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) })).await.unwrap();
        let counts: Vec<(&str, u64)> = made.counts.iter().map(|count| (count.kind.name(), count.count)).collect();
        assert_eq!(counts, [("user", 1), ("session", 2), ("role", 2), ("reset_link", 1), ("api_key", 0), ("membership", 0)]);
        assert_eq!((made.confirmation.as_deref(), made.irreversible), (Some("bob"), true));
        admin.delete_user(user.id(), made.id).await.unwrap();
        assert_eq!(admin.get_user(user.id()).await.unwrap_err().code(), "not-found");
        assert_eq!(bob.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(admin.execute_plan(&made).await.unwrap_err().code(), "plan-executed");
        assert_eq!(events(&admin, Action::UserDeleted).await, 1);
    }

    /// A plan for one act is no plan for another, and nobody else can use it.
    async fn mismatch(server: Server) {
        let admin = server.admin().await;
        let (bob, carol) = (server.user(&admin, "bob", &[]).await, server.user(&admin, "carol", &[]).await);
        let made = admin.create_plan(&plan(PlanAction::DeleteUsers { selection: Selection::ids([bob.id()]) })).await.unwrap();
        assert_eq!(admin.delete_user(carol.id(), made.id).await.unwrap_err().code(), "plan-mismatch");
        let (other, _) = server.signed_in(&admin, "other", &[Role::Admin]).await;
        assert_eq!(other.execute_plan(&made).await.unwrap_err().code(), "not-found");
        assert_eq!(other.get_plan(made.id).await.unwrap_err().code(), "not-found");
    }

    /// A deletion that is meant for a former version is refused with the present one, whatever the plan says.
    async fn stale_deletions(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        let body = CreateOrganization { name: "crew".to_owned(), display_name: "Crew".to_owned(), kind: OrganizationKind::Company };
        let organization = admin.create_organization(&body).await.unwrap();
        let acts = [
            (format!("/users/{}", user.id()), PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) }),
            (format!("/organizations/{}", organization.id), PlanAction::delete_organization(organization.id)),
        ];
        for (path, action) in acts {
            let made = admin.create_plan(&plan(action)).await.unwrap();
            let delete = async |tag: &str| {
                let request = admin.transport().raw("DELETE", &format!("/api/v1{path}?plan_id={}", made.id));
                request.header("if-match", tag).send().await.unwrap()
            };
            let stale = delete("\"9\"").await;
            assert_eq!(stale.status(), 412, "{path}");
            assert_eq!(stale.json::<Problem>().await.unwrap().current.unwrap()["version"], 1);
            assert_eq!(delete("\"1\"").await.status(), 204, "{path}");
        }
    }

    /// When the set changed meanwhile, nothing is done and the difference is told.
    async fn difference(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob.one", &[]).await;
        server.user(&admin, "bob.two", &[]).await;
        let filter = UserFilter { q: Some("bob.".to_owned()), ..UserFilter::default() };
        let action = PlanAction::SetUserStatus { selection: Selection::matching(filter), status: UserStatus::Suspended, reason: "left".to_owned() };
        let made = admin.create_plan(&plan(action.clone())).await.unwrap();
        assert_eq!(made.row_count, 2);
        server.user(&admin, "bob.three", &[]).await;
        let refused = admin.execute_plan(&made).await.unwrap_err();
        assert_eq!(refused.code(), "plan-changed");
        let current = refused.problem().unwrap().current.clone().unwrap();
        assert_eq!((&current["added_count"], &current["removed_count"]), (&1.into(), &0.into()));
        assert_eq!(current["added"][0]["label"], "bob.three");
        assert_eq!(events(&admin, Action::UserSuspended).await, 0);
        let again = admin.create_plan(&plan(action)).await.unwrap();
        assert_eq!(admin.execute_plan(&again).await.unwrap().succeeded, 3);
    }

    /// What cannot be undone is done only as it was shown: with the same sessions, roles and members, not just the same
    /// rows.
    async fn irreversible_as_shown(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        let action = PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) };
        let made = admin.create_plan(&plan(action)).await.unwrap();
        let promote = UpdateUser { roles: Some(Roles::NONE.with(Role::Admin)), ..UpdateUser::default() };
        admin.update_user(user.id(), &promote, None).await.unwrap();
        server.sign_in("bob", PASSWORD).await.unwrap();
        let refused = admin.execute_plan(&made).await.unwrap_err();
        assert_eq!(refused.code(), "plan-changed");
        let current = refused.problem().unwrap().current.clone().unwrap();
        let session = serde_json::json!({"kind": "session", "planned": 0, "found": 1});
        let privileged = serde_json::json!({"kind": "privileged_account", "planned": 0, "found": 1});
        assert_eq!(current["counts"], serde_json::json!([privileged, session]));

        let organization = CreateOrganization { name: "crew".to_owned(), display_name: "Crew".to_owned(), kind: OrganizationKind::Company };
        let organization = admin.create_organization(&organization).await.unwrap();
        let move_to = |organization| UpdateUser { organization_id: Patch::from_option(organization), ..UpdateUser::default() };
        admin.update_user(user.id(), &move_to(Some(organization.id)), None).await.unwrap();
        let action = PlanAction::delete_organization(organization.id);
        let made = admin.create_plan(&plan(action)).await.unwrap();
        let other = server.user(&admin, "carol", &[]).await;
        admin.update_user(user.id(), &move_to(None), None).await.unwrap();
        admin.update_user(other.id(), &move_to(Some(organization.id)), None).await.unwrap();
        assert_eq!(admin.execute_plan(&made).await.unwrap_err().code(), "plan-changed", "another member, the same count");
    }

    /// Ten thousand ids are one plan; somebody who never executes keeps the newest fifty.
    async fn many(server: Server) {
        let admin = server.admin().await;
        let users = [server.user(&admin, "bob", &[]).await.id(), server.user(&admin, "carol", &[]).await.id()];
        let unknown = (0..9_998).map(|_| UserId(uuid::Uuid::new_v4()));
        let selection = Selection::ids(unknown.chain(users));
        let first = admin.create_plan(&plan(PlanAction::DeleteUsers { selection })).await.unwrap();
        assert_eq!(first.row_count, 2);
        for _ in 0..50 {
            admin.create_plan(&plan(PlanAction::DeleteUsers { selection: Selection::ids(users) })).await.unwrap();
        }
        assert_eq!(admin.get_plan(first.id).await.unwrap_err().code(), "not-found");
    }

    /// Ids of nobody are told, and those of people whom the actor may not see look the same.
    async fn ids_of_nobody(server: Server) {
        let admin = server.admin().await;
        let bob = server.user(&admin, "bob", &[]).await.id();
        let nobody = UserId(Uuid::nil());
        let action = PlanAction::SetUserStatus { selection: Selection::ids([bob, nobody]), status: UserStatus::Suspended, reason: String::new() };
        let told = |plan: Plan| (plan.row_count, plan.excluded.into_iter().map(|rows| (rows.reason, rows.count)).collect::<Vec<_>>());
        assert_eq!(told(admin.create_plan(&plan(action.clone())).await.unwrap()), (1, vec![(Exclusion::NotFound, 1)]));
        let (_, owner) = with_admin(&server, &admin, "engines").await;
        assert_eq!(told(owner.create_plan(&plan(action)).await.unwrap()), (0, vec![(Exclusion::NotFound, 2)]));
    }

    /// Taking people out of their organization has to be said.
    async fn moving_needs_a_destination(server: Server) {
        let admin = server.admin().await;
        let bob = server.user(&admin, "bob", &[]).await.id();
        let body = serde_json::json!({"action": {"kind": "move_users", "selection": {"ids": [bob]}}});
        let answer = admin.transport().raw("POST", "/api/v1/plans").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 400);
    }

    /// The own account is left out and said so.
    async fn own_account_is_left_out(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "bob", &[]).await;
        let made = admin.create_plan(&plan(PlanAction::DeleteUsers { selection: Selection::matching(UserFilter::default()) })).await.unwrap();
        assert_eq!(made.row_count, 1);
        assert_eq!((made.excluded[0].reason, made.excluded[0].count), (Exclusion::OwnAccount, 1));
        admin.execute_plan(&made).await.unwrap();
        assert_eq!(admin.list_users(&ListUsers::default()).await.unwrap().total, 1);
    }
}
