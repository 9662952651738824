//! Users who are put into a group by a plan (S1-GRP-06, issue 3 item 10).

use futures::future::join_all;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    GroupId, OrganizationId, Patch, Permission, Role, UserId,
    acts::Act,
    audit::{Action, AuditFilter, ListAuditEvents},
    groups::{AddGroupMember, ListGroupMembers, Standing},
    jobs::{JobRowFilter, JobState, ListJobRows, RowOutcome},
    plans::{CountKind, CreatePlan, ExcludedRows, Exclusion, Plan, PlanAction, PlanDifference, Selection},
    roles::Roles,
    users::{CreateUser, UpdateUser, UserFilter},
};
use quarterdeck_testkit::{Server, TestClient, new_user, on_both};

use crate::{
    api_keys::{key, made},
    groups::{named, new_group},
    jobs::ended,
    organizations::with_admin,
    role_grants::member,
};

/// A plan that puts users into a group.
fn joining(selection: Selection, group_id: GroupId, standing: Standing) -> CreatePlan {
    CreatePlan { action: PlanAction::AddToGroup { selection, group_id, standing } }
}

fn everybody() -> Selection {
    Selection::matching(UserFilter::default())
}

async fn group(client: &TestClient, name: &str, organization: Option<OrganizationId>) -> GroupId {
    client.create_group(&new_group(name, organization)).await.unwrap().id
}

async fn person(admin: &TestClient, name: &str, organization_id: Option<OrganizationId>) -> UserId {
    let body = CreateUser { organization_id, password: None, ..new_user(name, &[]) };
    admin.create_user(&body).await.unwrap().id()
}

/// Users, and memberships that are new.
fn counts(plan: &Plan) -> [u64; 2] {
    [CountKind::User, CountKind::Membership]
        .map(|kind| plan.counts.iter().find(|count| count.kind == kind).unwrap().count)
}

/// Why rows are left out, and their names.
fn left_out(plan: &Plan) -> Vec<(Exclusion, String)> {
    let names = |rows: &ExcludedRows| {
        let mut names: Vec<&str> = rows.sample.iter().map(|row| row.label.as_str()).collect();
        names.sort_unstable();
        names.join(" ")
    };
    plan.excluded.iter().map(|rows| (rows.reason, names(rows))).collect()
}

/// The permission that is missing.
fn missing<T: std::fmt::Debug>(refused: Result<T, ClientError>) -> Option<Permission> {
    refused.unwrap_err().problem()?.permission.as_ref()?.parse().ok()
}

/// Who is in the group, by name.
async fn members(client: &TestClient, id: GroupId) -> Vec<(String, Standing)> {
    let page = client.list_group_members(id, &ListGroupMembers::default()).await.unwrap();
    assert_eq!(client.get_group(id).await.unwrap().member_count, page.total);
    page.items.into_iter().map(|member| (member.username, member.standing)).collect()
}

/// Events of `action` since the plan was made.
async fn events(admin: &TestClient, action: Action, plan: &Plan) -> u64 {
    let filter = AuditFilter { action: Some(action), after: Some(plan.created_at), ..AuditFilter::default() };
    admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().total
}

fn roles(roles: &[Role]) -> UpdateUser {
    let roles = roles.iter().fold(Roles::NONE, |all, role| all.with(*role));
    UpdateUser { roles: Some(roles), ..UpdateUser::default() }
}

on_both! {
    /// The numbers of the plan are what happens, with an event for each membership; who is in it as that or as more is left
    /// out, and a member who is to be a manager becomes one.
    async fn numbers(server: Server) {
        let admin = server.admin().await;
        let group = group(&admin, "engines", None).await;
        let mut ids = Vec::new();
        for name in ["ada", "bob", "carol", "dan"] {
            ids.push(person(&admin, name, None).await);
        }
        admin.add_group_member(group, &named("ada", Standing::Member)).await.unwrap();
        admin.add_group_member(group, &named("bob", Standing::Manager)).await.unwrap();
        let selection = || Selection::ids(ids.clone());
        let plan = admin.create_plan(&joining(selection(), group, Standing::Member)).await.unwrap();
        assert_eq!((plan.row_count, counts(&plan)), (2, [2, 2]));
        assert_eq!(left_out(&plan), [(Exclusion::NothingToDo, "ada bob".to_owned())]);
        assert_eq!((plan.irreversible, plan.confirmation.as_deref()), (false, None));
        let job = admin.execute_plan(&plan).await.unwrap();
        assert_eq!((job.act, job.succeeded, job.failed, job.skipped), (Act::AddToGroup, 2, 0, 0));
        assert_eq!(events(&admin, Action::UserAddedToGroup, &plan).await, 2);
        assert_eq!(events(&admin, Action::PlanExecuted, &plan).await, 1);
        assert_eq!(admin.execute_plan(&plan).await.unwrap_err().code(), "plan-executed");

        ids.push(person(&admin, "eve", None).await);
        let plan = admin.create_plan(&joining(Selection::ids(ids.clone()), group, Standing::Manager)).await.unwrap();
        assert_eq!((plan.row_count, counts(&plan)), (4, [4, 1]));
        assert_eq!(left_out(&plan), [(Exclusion::NothingToDo, "bob".to_owned())]);
        assert_eq!(admin.execute_plan(&plan).await.unwrap().succeeded, 4);
        assert_eq!(events(&admin, Action::UserAddedToGroup, &plan).await, 1);
        assert_eq!(events(&admin, Action::UserGroupChanged, &plan).await, 3);
        assert!(members(&admin, group).await.into_iter().all(|(_, standing)| standing == Standing::Manager));
        // Nobody is made less than they are.
        let plan = admin.create_plan(&joining(Selection::ids(ids), group, Standing::Member)).await.unwrap();
        assert_eq!((plan.row_count, counts(&plan)), (0, [0, 0]));
    }

    /// A group of an organization takes its people. Its administrator learns of no others, and of no other's group.
    async fn organizations(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let (two, other) = with_admin(&server, &admin, "two").await;
        let (ada, bob, eve) =
            (person(&admin, "ada", Some(one)).await, person(&admin, "bob", Some(two)).await, person(&admin, "eve", None).await);
        let (own, foreign) = (group(&owner, "own", None).await, group(&other, "foreign", None).await);
        let ids = || Selection::ids([ada, bob, eve]);

        let plan = admin.create_plan(&joining(ids(), own, Standing::Member)).await.unwrap();
        assert_eq!((plan.row_count, plan.sample[0].id), (1, ada.0));
        assert_eq!(left_out(&plan), [(Exclusion::CannotJoin, "bob eve".to_owned())]);

        let plan = owner.create_plan(&joining(ids(), own, Standing::Manager)).await.unwrap();
        let mut strangers = [bob.to_string(), eve.to_string()];
        strangers.sort_unstable();
        assert_eq!(left_out(&plan), [(Exclusion::NotFound, strangers.join(" "))]);
        owner.execute_plan(&plan).await.unwrap();
        assert_eq!(members(&owner, own).await, [("ada".to_owned(), Standing::Manager)]);
        let plan = owner.create_plan(&joining(everybody(), own, Standing::Member)).await.unwrap();
        assert_eq!((plan.row_count, left_out(&plan)), (1, vec![(Exclusion::NothingToDo, "ada".to_owned())]));

        // Another's group, one of the platform, and none at all look the same.
        let platform = group(&admin, "platform", None).await;
        for hidden in [foreign, platform, GroupId(uuid::Uuid::nil())] {
            let error = owner.create_plan(&joining(ids(), hidden, Standing::Member)).await.unwrap_err();
            let problem = error.problem().unwrap();
            assert_eq!((problem.status, problem.code.as_str(), problem.title.as_str()), (404, "not-found", "Not found"));
        }
        // Who only manages a group of the platform adds people of the own organization.
        admin.add_group_member(platform, &named("one.admin", Standing::Manager)).await.unwrap();
        let plan = owner.create_plan(&joining(ids(), platform, Standing::Member)).await.unwrap();
        assert_eq!((plan.row_count, counts(&plan)), (1, [1, 1]));
        assert_eq!(plan.excluded[0].reason, Exclusion::NotFound);
        let refused = owner.create_plan(&joining(ids(), platform, Standing::Manager)).await;
        assert_eq!(missing(refused), Some(Permission::GroupUpdate));
        assert_eq!(owner.execute_plan(&plan).await.unwrap().succeeded, 1);
    }

    /// Who manages a group without more rights sees no users, and so selects none; who sees all of them adds those that the
    /// group takes from them, and makes no managers.
    async fn managers(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let (own, platform) = (group(&owner, "own", None).await, group(&admin, "platform", None).await);
        let ada = person(&admin, "ada", Some(one)).await;
        let eve = person(&admin, "eve", None).await;
        let missing = async |client: &TestClient, group, standing| {
            missing(client.create_plan(&joining(Selection::ids([ada, eve]), group, standing)).await)
        };
        let (chief, _) = member(&server, &admin, "chief", one).await;
        admin.add_group_member(own, &named("chief", Standing::Manager)).await.unwrap();
        assert_eq!(missing(&chief, own, Standing::Member).await, Some(Permission::UserRead));

        let (guide, _) = server.signed_in(&admin, "guide", &[Role::Advocate]).await;
        admin.add_group_member(platform, &named("guide", Standing::Member)).await.unwrap();
        assert_eq!(missing(&guide, platform, Standing::Member).await, Some(Permission::GroupManageMembers));
        let promoted = joining(Selection::ids([guide.get_me().await.unwrap().user.id()]), platform, Standing::Manager);
        admin.execute_plan(&admin.create_plan(&promoted).await.unwrap()).await.unwrap();
        let plan = guide.create_plan(&joining(Selection::ids([ada, eve]), platform, Standing::Member)).await.unwrap();
        assert_eq!((plan.row_count, left_out(&plan)), (0, vec![(Exclusion::CannotJoin, "ada eve".to_owned())]));
        assert_eq!(missing(&guide, platform, Standing::Manager).await, Some(Permission::GroupUpdate));
        // Nobody manages a group of an organization whom it does not take.
        assert_eq!(missing(&guide, own, Standing::Member).await, Some(Permission::GroupManageMembers));
    }

    /// What changed meanwhile is found by the execution: who was moved, and that the group is gone.
    async fn meanwhile(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let own = group(&admin, "own", Some(one)).await;
        let (ada, bob) = (person(&admin, "ada", Some(one)).await, person(&admin, "bob", Some(one)).await);
        let body = joining(Selection::ids([ada, bob]), own, Standing::Member);
        let plan = admin.create_plan(&body).await.unwrap();
        let moved = UpdateUser { organization_id: Patch::Value(two), ..UpdateUser::default() };
        admin.update_user(bob, &moved, None).await.unwrap();
        let error = admin.execute_plan(&plan).await.unwrap_err();
        assert_eq!(error.code(), "plan-changed");
        let difference: PlanDifference = serde_json::from_value(error.problem().unwrap().current.clone().unwrap()).unwrap();
        assert_eq!((difference.removed_count, difference.removed[0].label.as_str()), (1, "bob"));
        assert_eq!(members(&admin, own).await, []);

        let plan = admin.create_plan(&body).await.unwrap();
        let deletion = admin.create_plan(&CreatePlan { action: PlanAction::DeleteGroup { group_id: own } }).await.unwrap();
        admin.execute_plan(&deletion).await.unwrap();
        let error = admin.execute_plan(&plan).await.unwrap_err();
        assert_eq!((error.code(), error.problem().unwrap().detail.as_str()), ("not-found", "No such group."));
        assert_eq!(events(&admin, Action::UserAddedToGroup, &plan).await, 0);
    }

    /// Who has lost the right meanwhile puts nobody into the group, and is told of the rows no more.
    async fn right_taken(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let own = group(&owner, "own", None).await;
        let plans = [person(&admin, "ada", Some(one)).await, person(&admin, "bob", Some(one)).await]
            .map(|id| joining(Selection::ids([id]), own, Standing::Member));
        let done = owner.execute_plan(&owner.create_plan(&plans[0]).await.unwrap()).await.unwrap();
        let plan = owner.create_plan(&plans[1]).await.unwrap();
        assert_eq!(owner.list_job_rows(done.id, &ListJobRows::default()).await.unwrap().total, 1);
        let me = owner.get_me().await.unwrap().user.id();
        admin.update_user(me, &roles(&[Role::User]), None).await.unwrap();
        for refused in [
            owner.execute_plan(&plan).await.map(drop),
            owner.get_plan(plan.id).await.map(drop),
            owner.list_job_rows(done.id, &ListJobRows::default()).await.map(drop),
        ] {
            assert_eq!(missing(refused), Some(Permission::UserRead));
        }
        assert_eq!(members(&admin, own).await, [("ada".to_owned(), Standing::Member)]);
    }

    /// More than 100 rows are a job, which outlives a sign-out.
    async fn as_a_job(server: Server) {
        server.command(&["demo", "--users", "150"], "");
        let admin = server.admin().await;
        let (second, user) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let group = group(&admin, "all", None).await;
        let plan = second.create_plan(&joining(everybody(), group, Standing::Member)).await.unwrap();
        assert!(plan.row_count > 150, "{}", plan.row_count);
        let job = second.execute_plan(&plan).await.unwrap();
        assert!(!job.state.is_final(), "{job:?}");
        let sign_out = CreatePlan { action: PlanAction::RevokeUserSessions { selection: Selection::ids([user.id()]) } };
        admin.execute_plan(&admin.create_plan(&sign_out).await.unwrap()).await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!((job.state, job.succeeded, job.failed, job.skipped), (JobState::Succeeded, plan.row_count, 0, 0));
        assert_eq!(admin.get_group(group).await.unwrap().member_count, plan.row_count);
        assert_eq!(events(&admin, Action::UserAddedToGroup, &plan).await, plan.row_count);
    }

    /// Rows behind a demotion fail and are tried again; what is tried twice is done once. Behind the end of the group they fail
    /// as well.
    async fn tried_again(server: Server) {
        server.command(&["demo", "--users", "1000"], "");
        let admin = server.admin().await;
        let (second, user) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let group = group(&admin, "all", None).await;
        let plan = second.create_plan(&joining(everybody(), group, Standing::Member)).await.unwrap();
        let job = second.execute_plan(&plan).await.unwrap();
        admin.update_user(user.id(), &roles(&[Role::User]), None).await.unwrap();
        let job = ended(&admin, job).await;
        assert_eq!(job.succeeded + job.failed, plan.row_count);
        assert!(job.failed > 0, "{job:?}");
        admin.update_user(user.id(), &roles(&[Role::Admin]), None).await.unwrap();
        for (succeeded, skipped) in [(job.failed, 0), (0, job.failed)] {
            let again = ended(&admin, second.retry_job(job.id).await.unwrap()).await;
            assert_eq!((again.succeeded, again.skipped, again.failed), (succeeded, skipped, 0));
        }
        assert_eq!(admin.get_group(group).await.unwrap().member_count, plan.row_count);
        assert_eq!(events(&admin, Action::UserAddedToGroup, &plan).await, plan.row_count);

        let plan = admin.create_plan(&joining(everybody(), group, Standing::Manager)).await.unwrap();
        let job = admin.execute_plan(&plan).await.unwrap();
        let deletion = admin.create_plan(&CreatePlan { action: PlanAction::DeleteGroup { group_id: group } }).await.unwrap();
        admin.execute_plan(&deletion).await.unwrap();
        let job = ended(&admin, job).await;
        assert!(job.failed > 0, "{job:?}");
        let filter = JobRowFilter { outcome: Some(RowOutcome::Failed) };
        let rows = admin.list_job_rows(job.id, &ListJobRows { filter, ..ListJobRows::default() }).await.unwrap();
        assert_eq!(rows.items[0].message.as_deref(), Some("no such group"));
    }

    /// A key does no more than its scopes say: it needs the right over members, and sees whom it selects.
    async fn keys(server: Server) {
        let admin = server.admin().await;
        let ada = person(&admin, "ada", None).await;
        let group = group(&admin, "engines", None).await;
        let managing = [Permission::GroupRead, Permission::GroupReadMembers, Permission::GroupManageMembers];
        let body = |standing| joining(Selection::ids([ada]), group, standing);
        for (title, scopes, standing, needed) in [
            ("blind", managing.to_vec(), Standing::Member, Permission::UserRead),
            ("reader", vec![Permission::UserRead, Permission::GroupRead], Standing::Member, Permission::GroupManageMembers),
            ("no more", [&managing[..], &[Permission::UserRead]].concat(), Standing::Manager, Permission::GroupUpdate),
        ] {
            let (script, _) = made(&server, &admin, &key(title, &scopes)).await;
            assert_eq!(missing(script.create_plan(&body(standing)).await), Some(needed), "{title}");
        }
        let scopes = [&managing[..], &[Permission::UserRead]].concat();
        let (script, _) = made(&server, &admin, &key("members", &scopes)).await;
        let plan = script.create_plan(&body(Standing::Member)).await.unwrap();
        assert_eq!(script.execute_plan(&plan).await.unwrap().succeeded, 1);
        assert_eq!(members(&admin, group).await, [("ada".to_owned(), Standing::Member)]);
    }

    /// A plan and single additions at once: nobody is told to come again, nobody is in it twice.
    async fn at_once(server: Server) {
        let admin = server.admin().await;
        let group = group(&admin, "engines", None).await;
        let mut ids = Vec::new();
        for index in 0..40 {
            ids.push(person(&admin, &format!("user{index:02}"), None).await);
        }
        let plan = admin.create_plan(&joining(Selection::ids(ids.iter().copied()), group, Standing::Member)).await.unwrap();
        let alone = |id: &UserId| AddGroupMember { user_id: Some(*id), username: None, standing: Standing::Member };
        let bodies: Vec<_> = ids.iter().rev().map(alone).collect();
        let singles = join_all(bodies.iter().map(|body| admin.add_group_member(group, body)));
        let (executed, singles) = tokio::join!(admin.execute_plan(&plan), singles);
        assert!(executed.err().is_none_or(|error| error.code() == "plan-changed"));
        let refused: Vec<_> = singles.into_iter().filter_map(Result::err).collect();
        assert!(refused.iter().all(|error| error.code() == "group-member-exists"), "{refused:?}");
        assert_eq!(members(&admin, group).await.len(), ids.len());
        assert_eq!(events(&admin, Action::UserAddedToGroup, &plan).await, ids.len() as u64);
    }
}
