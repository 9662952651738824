//! Organizations (S0-ORG-01) and the isolation of their administrators.

use std::collections::HashSet;

use quarterdeck_domain::{
    OrganizationId, Role,
    audit::{Action, AuditFilter, ListAuditEvents},
    jobs::ListJobRows,
    organizations::{CreateOrganization, ListOrganizations, OrganizationKind, UpdateOrganization},
    page::PageRequest,
    plans::{CreatePlan, PlanAction, Selection},
    roles::Roles,
    sessions::ListUserSessions,
    users::{CreateUser, ListUsers, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};

/// An organization with an administrator, who is signed in.
pub async fn with_admin(server: &Server, admin: &TestClient, name: &str) -> (OrganizationId, TestClient) {
    let body = CreateOrganization {
        name: name.to_owned(),
        display_name: format!("The {name}"),
        kind: OrganizationKind::Company,
    };
    let organization = admin.create_organization(&body).await.unwrap();
    let username = format!("{name}.admin");
    let user = CreateUser { organization_id: Some(organization.id), ..new_user(&username, &[Role::OrganizationAdmin]) };
    admin.create_user(&user).await.unwrap();
    (organization.id, server.sign_in(&username, PASSWORD).await.unwrap().0)
}

on_both! {
    /// The number of members moves the tag of an organization, though not its version.
    async fn tags_of_figures(server: Server) {
        let admin = server.admin().await;
        let (id, _) = with_admin(&server, &admin, "one").await;
        let get = async |known: &str| {
            let request = admin.transport().raw("GET", &format!("/api/v1/organizations/{id}"));
            let answer = request.header("if-none-match", known).send().await.unwrap();
            (answer.status().as_u16(), answer.headers()["etag"].to_str().unwrap().to_owned())
        };
        let (_, tag) = get("").await;
        assert_eq!(get(&tag).await, (304, tag.clone()));
        admin.create_user(&CreateUser { organization_id: Some(id), ..new_user("bob", &[]) }).await.unwrap();
        let (status, moved) = get(&tag).await;
        assert!(status == 200 && moved != tag && moved.starts_with("\"1-"), "{tag} {moved}");
    }

    /// Names are unique in any case, and changes are refused when stale.
    async fn changing(server: Server) {
        let admin = server.admin().await;
        let (id, _) = with_admin(&server, &admin, "engines").await;
        let body = CreateOrganization { name: "ENGINES".to_owned(), display_name: "x".to_owned(), kind: OrganizationKind::Other };
        assert_eq!(admin.create_organization(&body).await.unwrap_err().code(), "organization-name-taken");
        let update = UpdateOrganization { display_name: Some("Analytical Engines".to_owned()), ..UpdateOrganization::default() };
        let changed = admin.update_organization(id, &update, Some(1)).await.unwrap();
        assert_eq!((changed.version, changed.member_count), (2, 1));
        assert_eq!(admin.update_organization(id, &update, Some(1)).await.unwrap_err().code(), "stale");
        assert_eq!(admin.get_organization(id).await.unwrap(), changed);
    }

    /// Deletion is planned, and its members stay without an organization.
    async fn deleting(server: Server) {
        let admin = server.admin().await;
        let (id, member) = with_admin(&server, &admin, "engines").await;
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::delete_organization(id) }).await.unwrap();
        assert_eq!(plan.counts[1].count, 1);
        assert_eq!(plan.confirmation.as_deref(), Some("engines"));
        admin.delete_organization(id, plan.id).await.unwrap();
        assert_eq!(admin.get_organization(id).await.unwrap_err().code(), "not-found");
        let me = member.get_me().await.unwrap().user;
        assert_eq!(me.summary.organization_id, None);
        assert!(!me.summary.roles.contains(Role::OrganizationAdmin));
        assert_eq!(member.list_users(&ListUsers::default()).await.unwrap_err().code(), "forbidden");
    }

    /// Each released member has an audit event of their own, and the administrator's loss of the role has one too.
    async fn released_members(server: Server) {
        let admin = server.admin().await;
        let (id, _) = with_admin(&server, &admin, "engines").await;
        for index in 0..50 {
            let user = CreateUser { organization_id: Some(id), password: None, ..new_user(&format!("member{index}"), &[]) };
            admin.create_user(&user).await.unwrap();
        }
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::delete_organization(id) }).await.unwrap();
        admin.delete_organization(id, plan.id).await.unwrap();
        let events = async |action: Action| {
            let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
            let list = ListAuditEvents { filter, page: PageRequest { limit: Some(100), cursor: None }, ..ListAuditEvents::default() };
            admin.list_audit_events(&list).await.unwrap().items
        };
        let moved = events(Action::UserMoved).await;
        let labels: HashSet<&str> = moved.iter().map(|event| event.target.label.as_str()).collect();
        assert_eq!((moved.len() as u64, labels.len() as u64), (plan.counts[1].count, 51));
        assert!(moved.iter().all(|event| event.changes.len() == 1 && event.changes[0].field == "organization_id"));
        let demoted = events(Action::UserRolesChanged).await;
        assert_eq!((demoted.len(), demoted[0].target.label.as_str()), (1, "engines.admin"));
        assert_eq!(events(Action::OrganizationDeleted).await.len(), 1);
    }

    /// An organization's administrator learns by no name whether another organization or a former user has it.
    async fn names_of_others(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        with_admin(&server, &admin, "two").await;
        for name in ["two", "free"] {
            let rename = UpdateOrganization { name: Some(name.to_owned()), ..UpdateOrganization::default() };
            assert_eq!(owner.update_organization(one, &rename, None).await.unwrap_err().code(), "forbidden", "{name}");
        }
        let same = UpdateOrganization {
            name: Some("one".to_owned()),
            display_name: Some("First".to_owned()),
            ..UpdateOrganization::default()
        };
        assert_eq!(owner.update_organization(one, &same, None).await.unwrap().display_name, "First");
        let user = server.user(&admin, "former", &[]).await;
        let rename = UpdateUser { username: Some("latter".to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename, None).await.unwrap();
        assert_eq!(admin.create_user(&new_user("former", &[])).await.unwrap_err().code(), "username-reserved");
        assert_eq!(owner.create_user(&new_user("former", &[])).await.unwrap_err().code(), "username-taken");
    }

    /// Who is no administrator any more reads no names in the plans and jobs made before.
    async fn former_administrator(server: Server) {
        let admin = server.admin().await;
        let (_, owner) = with_admin(&server, &admin, "engines").await;
        let id = owner.get_me().await.unwrap().user.id();
        let member = owner.create_user(&new_user("bob", &[])).await.unwrap();
        let selection = Selection::ids([member.id()]);
        let action = PlanAction::SetUserStatus { selection, status: UserStatus::Suspended, reason: String::new() };
        let plan = owner.create_plan(&CreatePlan { action }).await.unwrap();
        let job = owner.execute_plan(&plan).await.unwrap();
        owner.get_plan(plan.id).await.unwrap();
        assert_eq!(owner.list_job_rows(job.id, &ListJobRows::default()).await.unwrap().total, 1);
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        admin.update_user(id, &demote, None).await.unwrap();
        assert_eq!(owner.get_plan(plan.id).await.unwrap_err().code(), "forbidden");
        assert_eq!(owner.list_job_rows(job.id, &ListJobRows::default()).await.unwrap_err().code(), "forbidden");
        assert_eq!(owner.get_job(job.id).await.unwrap().succeeded, 1);
    }

    /// An organization's administrator sees and changes the own people, and learns of nobody else.
    async fn isolation(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, two_admin) = with_admin(&server, &admin, "two").await;
        let theirs = two_admin.get_me().await.unwrap().user.id();
        let mine = one_admin.create_user(&new_user("mine", &[])).await.unwrap();
        assert_eq!(mine.summary.organization_id, Some(one));
        let users = one_admin.list_users(&ListUsers::default()).await.unwrap();
        assert_eq!((users.total, users.items.len()), (2, 2));
        assert_eq!(one_admin.list_organizations(&ListOrganizations::default()).await.unwrap().total, 1);
        assert_eq!(one_admin.get_user(theirs).await.unwrap_err().code(), "not-found");
        assert_eq!(one_admin.get_organization(two).await.unwrap_err().code(), "not-found");
        assert_eq!(one_admin.list_user_sessions(theirs, &ListUserSessions::default()).await.unwrap_err().code(), "not-found");
        let rename = UpdateUser { display_name: Some("x".to_owned()), ..UpdateUser::default() };
        assert_eq!(one_admin.update_user(theirs, &rename, None).await.unwrap_err().code(), "not-found");
        one_admin.update_user(mine.id(), &rename, None).await.unwrap();
        // No way to roles, other organizations or privileged accounts.
        let promote = UpdateUser { roles: Some([Role::Admin].into_iter().collect()), ..UpdateUser::default() };
        assert_eq!(one_admin.update_user(mine.id(), &promote, None).await.unwrap_err().code(), "forbidden");
        let promoted = CreateUser { roles: [Role::Admin].into_iter().collect(), ..new_user("boss", &[]) };
        assert_eq!(one_admin.create_user(&promoted).await.unwrap_err().code(), "forbidden");
        let elsewhere = CreateUser { organization_id: Some(two), ..new_user("spy", &[]) };
        assert_eq!(one_admin.create_user(&elsewhere).await.unwrap_err().code(), "forbidden");
        let body = CreateUser { organization_id: Some(one), ..new_user("dev", &[Role::Developer]) };
        let developer = admin.create_user(&body).await.unwrap();
        assert_eq!(one_admin.update_user(developer.id(), &rename, None).await.unwrap_err().code(), "privileged-account");
        assert_eq!(one_admin.create_password_reset_link(developer.id()).await.unwrap_err().code(), "privileged-account");
    }
}
