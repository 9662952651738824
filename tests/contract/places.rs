//! An organization with one of everything, for whoever calls all operations.

use quarterdeck_domain::{
    Amount, DepartureId, GroupId, OrganizationId, Permission, ReservationId, RoleGrantId, RoleId, UserId,
    allocations::{CreateReservation, LimitKind},
    api_keys::CreateApiKey,
    departures::{DepartureFilter, ListDepartures, Offboarding},
    groups::{AddGroupMember, CreateGroup, Standing},
    organizations::{CreateOrganization, OrganizationKind},
    plans::{CreatePlan, PlanAction, Selection},
    provider_keys::CreateProviderKey,
    role_grants::{CreateRoleGrant, ScopeKind},
    roles::CreateRole,
    saved_views::{CreateSavedView, ViewTable},
    sessions::ListUserSessions,
    user_imports::UserImportOptions,
    users::{CreateServiceAccount, CreateUser},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user};

/// Ids of what there is.
#[derive(Debug, Clone)]
pub struct Place {
    pub organization: String,
    pub user: String,
    pub service_account: String,
    pub session: String,
    pub api_key: String,
    pub provider_key: String,
    pub group: String,
    pub reservation: String,
    pub plan: String,
    pub user_import: String,
    pub job: String,
    pub role: String,
    pub role_grant: String,
    pub saved_view: String,
    pub bin_item: String,
    pub departure: String,
}

/// The path of an operation, about what there is.
pub fn fill(path: &str, place: &Place) -> String {
    let id = if path.contains("/users/") {
        &place.user
    } else if path.contains("/service-accounts/") {
        &place.service_account
    } else if path.contains("/organizations/") {
        &place.organization
    } else if path.contains("/user-imports/") {
        &place.user_import
    } else if path.contains("/plans/") {
        &place.plan
    } else if path.contains("/api-keys/") {
        &place.api_key
    } else if path.contains("/provider-keys/") {
        &place.provider_key
    } else if path.contains("/groups/") {
        &place.group
    } else if path.contains("/reservations/") {
        &place.reservation
    } else if path.contains("/jobs/") {
        &place.job
    } else if path.contains("/roles/") {
        &place.role
    } else if path.contains("/role-grants/") {
        &place.role_grant
    } else if path.contains("/saved-views/") {
        &place.saved_view
    } else if path.contains("/bin/") {
        &place.bin_item
    } else if path.contains("/departures/") {
        &place.departure
    } else {
        &place.session
    };
    path.replace("{id}", id)
        .replace("{user_id}", &place.user)
        .replace("{key}", "platform.name")
        .replace("{version}", "1")
        .replace("{provider}", "google")
        .replace("{path}", "v1")
}

/// A key to make.
pub fn api_key(title: &str, scopes: &[Permission]) -> CreateApiKey {
    let scopes = scopes.iter().copied().collect();
    CreateApiKey { title: title.to_owned(), scopes, ..CreateApiKey::default() }
}

fn provider_key(name: &str) -> CreateProviderKey {
    let body = serde_json::json!({"provider": "anthropic", "name": format!("provider key of {name}"), "secret": "sk-of-the-matrix-01"});
    serde_json::from_value(body).unwrap()
}

/// A private view.
pub fn view(name: &str) -> CreateSavedView {
    CreateSavedView {
        table: ViewTable::OwnApiKeys,
        name: format!("view of {name}"),
        query: [("q".to_owned(), name.to_owned())].into(),
        columns: None,
        visibility: None,
        role: None,
        role_id: None,
        organization_id: None,
    }
}

/// Defines a role.
pub async fn custom_role(admin: &TestClient, name: &str, permissions: &[Permission]) -> RoleId {
    let permissions = permissions.iter().copied().collect();
    let body = CreateRole { name: name.to_owned(), permissions, ..CreateRole::default() };
    admin.create_role(&body).await.unwrap().id
}

/// Grants a role on an organization.
pub async fn grant(admin: &TestClient, user: UserId, role: RoleId, organization: OrganizationId) -> RoleGrantId {
    let body = CreateRoleGrant {
        user_id: Some(user),
        group_id: None,
        role: None,
        role_id: Some(role),
        scope: ScopeKind::Organization,
        organization_id: Some(organization),
        scope_group_id: None,
        expires_at: None,
        reason: String::new(),
    };
    admin.create_role_grant(&body).await.unwrap().id
}

/// A group of `organization` with a member and a reservation.
async fn group_of(
    admin: &TestClient,
    name: &str,
    organization: OrganizationId,
    member: UserId,
) -> (GroupId, ReservationId) {
    let group = CreateGroup {
        name: name.to_owned(),
        display_name: None,
        description: String::new(),
        organization_id: Some(organization),
        limit: LimitKind::Soft,
    };
    let group = admin.create_group(&group).await.unwrap().id;
    let member = AddGroupMember { user_id: Some(member), username: None, standing: Standing::Member };
    admin.add_group_member(group, &member).await.unwrap();
    let body = CreateReservation { amount: Amount::from(1), ttl_seconds: 3_600, note: String::new() };
    (group, admin.create_reservation(group, &body).await.unwrap().id)
}

/// Makes an organization with one of everything, all of it named after it.
pub async fn place(server: &Server, admin: &TestClient, name: &str) -> Place {
    let body =
        CreateOrganization { name: name.to_owned(), display_name: name.to_owned(), kind: OrganizationKind::Company };
    let organization = admin.create_organization(&body).await.unwrap().id;
    let username = format!("{name}.member");
    let member = CreateUser { organization_id: Some(organization), ..new_user(&username, &[]) };
    let user = admin.create_user(&member).await.unwrap().id();
    let (signed_in, _) = server.sign_in(&username, PASSWORD).await.unwrap();
    let api_key = signed_in
        .create_api_key(&api_key(&format!("key of {name}"), &[Permission::ProfileRead]))
        .await
        .unwrap()
        .api_key
        .id;
    let provider_key = signed_in.create_provider_key(&provider_key(name)).await.unwrap().id;
    let session = admin.list_user_sessions(user, &ListUserSessions::default()).await.unwrap().items[0].id;
    let plan = admin
        .create_plan(&CreatePlan { action: PlanAction::DeleteUsers { selection: Selection::ids([user]) } })
        .await
        .unwrap();
    let file = format!("username,display_name,organization\n{name}.imported,{name},{name}\n").into_bytes();
    let user_import = admin.create_user_import(&UserImportOptions::default(), file).await.unwrap();
    assert_eq!(user_import.counts.create, 1);
    let account = CreateServiceAccount {
        username: format!("{name}.service"),
        display_name: name.to_owned(),
        organization_id: Some(organization),
        ..CreateServiceAccount::default()
    };
    let service_account = admin.create_service_account(&account).await.unwrap().id();
    let (group, reservation) = group_of(admin, &format!("{name}-engines"), organization, user).await;
    let nobody =
        PlanAction::RevokeUserSessions { selection: Selection::ids([admin.get_me().await.unwrap().user.id()]) };
    let done = admin.create_plan(&CreatePlan { action: nobody }).await.unwrap();
    let job = admin.execute_plan(&done).await.unwrap();
    let role = custom_role(admin, &format!("role of {name}"), &[Permission::UserRead]).await;
    let role_grant = grant(admin, user, role, organization).await;
    let saved_view = signed_in.create_saved_view(&view(name)).await.unwrap().id;
    let (bin_item, departure) = leavers(admin, name, organization).await;
    Place {
        organization: organization.to_string(),
        user: user.to_string(),
        service_account: service_account.to_string(),
        session: session.to_string(),
        api_key: api_key.to_string(),
        provider_key: provider_key.to_string(),
        group: group.to_string(),
        reservation: reservation.to_string(),
        plan: plan.id.to_string(),
        user_import: user_import.id.to_string(),
        job: job.id.to_string(),
        role: role.to_string(),
        role_grant: role_grant.to_string(),
        saved_view: saved_view.to_string(),
        bin_item: bin_item.to_string(),
        departure: departure.to_string(),
    }
}

/// Somebody in the bin, and the receipt of somebody who left.
async fn leavers(admin: &TestClient, name: &str, organization: OrganizationId) -> (UserId, DepartureId) {
    let user = async |suffix: &str| {
        let username = format!("{name}.{suffix}");
        let body = CreateUser { organization_id: Some(organization), password: None, ..new_user(&username, &[]) };
        admin.create_user(&body).await.unwrap().id()
    };
    let (binned, left) = (user("binned").await, user("left").await);
    let bin = PlanAction::BinUsers { selection: Selection::ids([binned]), keep_days: 30, reason: String::new() };
    let leave = PlanAction::OffboardUsers { selection: Selection::ids([left]), offboarding: Offboarding::default() };
    for action in [bin, leave] {
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        assert_eq!(admin.execute_plan(&plan).await.unwrap().succeeded, 1);
    }
    let filter = DepartureFilter { user_id: Some(left), ..DepartureFilter::default() };
    let departures = admin.list_departures(&ListDepartures { filter, ..ListDepartures::default() }).await.unwrap();
    (binned, departures.items[0].id)
}
