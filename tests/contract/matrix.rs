//! Every operation, called by everybody: nobody is let in whom the policy does not let in.
//!
//! The result is kept as readable text in `matrix.txt`; `UPDATE_MATRIX=1` writes it anew.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use quarterdeck_domain::{
    Actor, OrganizationId, Permission, Role, SessionId, UserId,
    impersonation::StartImpersonation,
    plans::{CreatePlan, PlanAction, Selection},
    policy::{self, ActorKind, Authentication},
    users::CreateUser,
};
use quarterdeck_testkit::{Backend, PASSWORD, Server, TestClient, new_user};

use crate::{
    operations::{Operation, document, operations, sent},
    places::{Place, api_key, custom_role, fill, grant, place},
};

/// The permission that each secured operation needs. An operation that is not listed fails the test.
fn permission(id: &str) -> Option<Permission> {
    use Permission as P;
    Some(match id {
        "get_overview" => P::OverviewRead,
        "list_users" | "get_user" => P::UserRead,
        "create_user" => P::UserCreate,
        "update_user" => P::UserUpdate,
        "delete_user" => P::UserDelete,
        "set_user_password" | "create_password_reset_link" => P::UserSetPassword,
        "start_impersonation" | "end_impersonation" => P::UserImpersonate,
        "list_user_sessions" | "list_sessions" | "get_session" => P::SessionRead,
        "revoke_user_sessions" | "revoke_session" | "revoke_sessions" => P::SessionRevoke,
        "list_organizations" | "get_organization" | "get_organization_avatar" => P::OrganizationRead,
        "create_organization" => P::OrganizationCreate,
        "update_organization" | "set_organization_avatar" | "delete_organization_avatar" => P::OrganizationUpdate,
        "delete_organization" => P::OrganizationDelete,
        "list_audit_events" | "get_audit_event" => P::AuditRead,
        "list_settings" | "get_setting" | "get_setting_history" => P::SettingRead,
        "update_settings" | "update_setting" | "reset_setting" | "restore_setting" => P::SettingUpdate,
        // Of the own things; plans ask for the permission of their act.
        "get_me" | "list_own_audit_events" | "list_own_sessions" | "stream_events" => P::ProfileRead,
        "list_saved_views" | "get_saved_view" => P::ProfileRead,
        "create_saved_view" | "update_saved_view" | "delete_saved_view" => P::ProfileUpdate,
        "update_me" | "revoke_own_session" | "revoke_other_own_sessions" => P::ProfileUpdate,
        "step_up" | "change_own_password" => P::ProfileSetPassword,
        "list_api_keys" | "get_api_key" => P::ApiKeyRead,
        "create_service_account" | "create_service_account_key" => P::ServiceAccountManage,
        "list_credentials" => P::CredentialRead,
        "create_api_key" | "update_api_key" | "rotate_api_key" => P::ApiKeyWrite,
        "revoke_api_key" => P::ApiKeyRevoke,
        "explain_access" => P::AccessExplain,
        "list_permissions" | "list_roles" | "get_role" | "list_role_grants" | "get_role_grant" => P::RoleRead,
        "create_role" | "update_role" | "delete_role" => P::RoleWrite,
        "create_role_grant" | "revoke_role_grant" | "set_group_roles" => P::RoleGrant,
        "list_provider_keys" | "get_provider_key" => P::ProviderKeyRead,
        "create_provider_key" | "update_provider_key" | "delete_provider_key" => P::ProviderKeyWrite,
        "list_model_services" | "get_model_service" | "read_from_model_service" => P::ModelServiceUse,
        "send_to_model_service" | "delete_from_model_service" => P::ModelServiceUse,
        "list_groups" | "get_group" | "list_user_groups" => P::GroupRead,
        "create_group" => P::GroupCreate,
        "update_group" | "update_group_member" | "remove_user_from_groups" => P::GroupUpdate,
        "delete_group" => P::GroupDelete,
        "list_group_members" | "get_group_member" => P::GroupReadMembers,
        "add_group_member" | "remove_group_member" => P::GroupManageMembers,
        "get_allocation" | "list_allocation_entries" | "list_reservations" | "get_reservation" => P::AllocationRead,
        "update_allocation" | "grant_allocation" => P::AllocationManage,
        "create_reservation" | "settle_reservation" | "release_reservation" => P::AllocationReserve,
        "list_jobs" | "get_job" | "list_job_rows" => P::JobRead,
        "cancel_job" | "retry_job" => P::JobControl,
        "create_user_import" | "get_user_import" | "list_user_import_lines" | "execute_user_import" => P::UserCreate,
        "list_bin_items" | "get_bin_item" | "list_departures" | "get_departure" => P::BinRead,
        "restore_bin_item" => P::BinRestore,
        "export_user" | "get_departure_export" => P::UserExport,
        "create_plan" | "get_plan" | "execute_plan" => P::UserDelete,
        _ => return None,
    })
}

/// Operations on what belongs to the caller alone: calling them for real would end the caller's own session.
const OWN: [&str; 23] = [
    "step_up",
    "list_groups",
    "explain_access",
    "list_api_keys",
    "create_api_key",
    "list_provider_keys",
    "create_provider_key",
    "list_model_services",
    "get_model_service",
    "read_from_model_service",
    "send_to_model_service",
    "delete_from_model_service",
    "stream_events",
    "change_own_password",
    "revoke_own_session",
    "revoke_other_own_sessions",
    "update_me",
    "list_jobs",
    "list_saved_views",
    "create_saved_view",
    "get_me",
    "list_own_audit_events",
    "list_own_sessions",
];

async fn call(client: &TestClient, operation: &Operation, place: &Place) -> u16 {
    let mut path = fill(&operation.path, place);
    let parameters = operation.content["parameters"].as_array().into_iter().flatten();
    if parameters.into_iter().any(|parameter| parameter["name"] == "plan_id") {
        path = format!("{path}?plan_id={}", place.plan);
    }
    let mut request = client.transport().raw(&operation.method.to_uppercase(), &path);
    if operation.id == "create_plan" {
        let body = CreatePlan {
            action: PlanAction::DeleteUsers { selection: Selection::ids([place.user.parse::<UserId>().unwrap()]) },
        };
        request = request.json(&body);
    } else if let Some((media_type, example)) = operation.body() {
        request = request.header("content-type", media_type).body(sent(&example));
    }
    request.send().await.unwrap().status().as_u16()
}

/// A key of `owner`, with what it may do as the decision function sees it.
async fn key_of(server: &Server, owner: &TestClient, title: &str, scopes: &[Permission]) -> (TestClient, Actor) {
    let made = owner.create_api_key(&api_key(title, scopes)).await.unwrap();
    let client = server.anonymous();
    client.transport().set_token(Some(made.secret));
    let key = made.api_key;
    let kind = ActorKind::ApiKey { id: key.id, user_id: key.user_id, scopes: key.scopes };
    (client, Actor { kind, ..owner.get_me().await.unwrap().actor() })
}

/// Every secured operation by everybody who lacks the right: 401, 403 or 404, never a success, never another error that
/// would hide a missing check.
#[tokio::test]
async fn nobody_gets_in() {
    let server = Server::start(Backend::Sqlite).await;
    let admin = server.admin().await;
    let (own, other) = (place(&server, &admin, "own").await, place(&server, &admin, "other").await);
    let operations = operations(&document(&server).await);
    let mut clients: Vec<(&str, TestClient, Option<Actor>)> = vec![("anonymous", server.anonymous(), None)];
    // In the end the administrator of the organization.
    let mut manager = admin.get_me().await.unwrap().user.id();
    for (name, role) in [
        ("user", Role::User),
        ("trainer", Role::Trainer),
        ("developer", Role::Developer),
        ("advocate", Role::Advocate),
        ("billing_admin", Role::BillingAdmin),
        ("organization_admin", Role::OrganizationAdmin),
    ] {
        let body = CreateUser {
            organization_id: Some(own.organization.parse().unwrap()),
            ..new_user(&format!("the.{name}"), &[role])
        };
        let id = admin.create_user(&body).await.unwrap().id();
        let client = server.sign_in(&body.username, PASSWORD).await.unwrap().0;
        let actor = Actor {
            kind: ActorKind::User { id, session_id: SessionId(uuid::Uuid::nil()) },
            label: body.username.clone(),
            roles: body.roles,
            grants: Arc::default(),
            organization_id: body.organization_id,
            authentication: Authentication::Recent,
            impersonator: None,
        };
        clients.push((name, client, Some(actor)));
        manager = id;
    }
    let home: OrganizationId = own.organization.parse().unwrap();
    let body = CreateUser { organization_id: Some(home), ..new_user("the.helper", &[]) };
    let helper = admin.create_user(&body).await.unwrap().id();
    let carried = [Permission::UserRead, Permission::UserSuspend, Permission::SessionRead, Permission::UserMove];
    let role = custom_role(&admin, "Help desk", &carried).await;
    grant(&admin, helper, role, home).await;
    let client = server.sign_in(&body.username, PASSWORD).await.unwrap().0;
    let actor = client.get_me().await.unwrap().actor();
    clients.push(("custom role", client, Some(actor)));
    for (name, may_write) in [("impersonator to see", false), ("impersonator with write", true)] {
        let deputy = server.signed_in(&admin, &format!("deputy.{may_write}"), &[Role::Admin]).await.0;
        let body = StartImpersonation { reason: "the matrix".to_owned(), may_write, ttl_seconds: 3_600 };
        let started = deputy.start_impersonation(manager, &body).await.unwrap();
        let client = server.anonymous();
        client.transport().set_token(Some(started.tokens.access_token));
        let actor = client.get_me().await.unwrap().actor();
        clients.push((name, client, Some(actor)));
    }
    let for_keys: Vec<Permission> = Permission::ALL.iter().copied().filter(|one| one.is_for_keys()).collect();
    for (name, scopes) in [("key of all scopes", for_keys.as_slice()), ("key of one scope", &[Permission::ProfileRead])]
    {
        let (client, actor) = key_of(&server, &admin, name, scopes).await;
        clients.push((name, client, Some(actor)));
    }
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| operation.is_secured()) {
        let needed = permission(&operation.id).unwrap_or_else(|| panic!("{} has no row in this test", operation.id));
        for (name, client, actor) in &clients {
            for (where_to, place) in [("own", &own), ("other", &other)] {
                let reach = actor.as_ref().and_then(|actor| policy::visibility(actor, needed));
                let is_own = OWN.contains(&operation.id.as_str());
                let may = match reach {
                    None => false,
                    Some(policy::Visibility::All) => true,
                    Some(policy::Visibility::Part { organizations, .. }) if organizations.is_empty() => is_own,
                    Some(policy::Visibility::Part { .. }) => where_to == "own" || !operation.path.contains('{'),
                };
                // What is allowed is proven by the behaviour tests; calling it here would destroy the ground.
                let cell = if may {
                    "allowed".to_owned()
                } else {
                    let status = call(client, operation, place).await;
                    assert!([401, 403, 404].contains(&status), "{} by {name} on {where_to}: {status}", operation.id);
                    assert_eq!(status == 401, actor.is_none(), "{} by {name}: {status}", operation.id);
                    status.to_string()
                };
                rows.entry(operation.id.clone()).or_default().push(cell);
            }
        }
    }
    compare(&rows, &clients.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
}

/// The same operations with everything wrong that can be: who may not call them learns that first.
#[tokio::test]
async fn refusals_come_first() {
    let server = Server::start(Backend::Sqlite).await;
    let admin = server.admin().await;
    let place = place(&server, &admin, "own").await;
    let (nobody, (user, _)) = (server.anonymous(), server.signed_in(&admin, "plain", &[Role::User]).await);
    let operations = operations(&document(&server).await);
    for operation in operations.iter().filter(|operation| operation.is_secured()) {
        assert_eq!(call_wrongly(&nobody, operation).await, 401, "{}", operation.id);
        // Whether they may, depends on the thing or on the act in the body.
        let depends = OWN.contains(&operation.id.as_str()) || operation.id == "create_plan";
        if !depends && call(&user, operation, &place).await == 403 {
            assert_eq!(call_wrongly(&user, operation).await, 403, "{}", operation.id);
        }
    }
}

async fn call_wrongly(client: &TestClient, operation: &Operation) -> u16 {
    let path = operation
        .path
        .replace("{id}", "no-id")
        .replace("{user_id}", "no-id")
        .replace("{key}", "no.key")
        .replace("{version}", "no");
    let request = client.transport().raw(&operation.method.to_uppercase(), &format!("{path}?no=%"));
    let request = request.header("if-match", "no").header("accept", "image/png").header("content-type", "text/plain");
    request.body("{").send().await.unwrap().status().as_u16()
}

fn compare(rows: &BTreeMap<String, Vec<String>>, names: &[&str]) {
    let mut text = format!("{:<28}", "operation");
    for name in names {
        write!(text, "{:<26}{:<26}", format!("{name}/own"), format!("{name}/other")).unwrap();
    }
    for (operation, cells) in rows {
        write!(text, "\n{operation:<28}").unwrap();
        for cell in cells {
            write!(text, "{cell:<26}").unwrap();
        }
    }
    let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/contract/matrix.txt");
    if std::env::var("UPDATE_MATRIX").is_ok() {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, text, "the matrix changed; look at the difference and run with UPDATE_MATRIX=1");
}
