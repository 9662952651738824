//! Custom roles and the catalogue of permissions (S3-PRV-07..09).

use quarterdeck_domain::{
    Permission, PermissionSet, Role,
    audit::{Action, AuditFilter, ListAuditEvents},
    roles::{CreateRole, CustomRole, ListRoles, RoleFilter, UpdateRole},
};
use quarterdeck_testkit::{Server, TestClient, on_both};
use serde_json::json;

use crate::{organizations::with_admin, role_grants::custom};

/// What a role is made of.
pub fn new_role(name: &str, permissions: &[Permission]) -> CreateRole {
    CreateRole { name: name.to_owned(), permissions: permissions.iter().copied().collect(), ..CreateRole::default() }
}

/// A role that administrators of organizations see.
pub async fn shared(admin: &TestClient, name: &str, permissions: &[Permission]) -> CustomRole {
    admin.create_role(&CreateRole { is_shared: true, ..new_role(name, permissions) }).await.unwrap()
}

on_both! {
    /// A role is defined, found, changed and deleted, each with an event that tells before and after.
    async fn defining(server: Server) {
        let admin = server.admin().await;
        let made = admin.create_role(&new_role("Help desk", &[Permission::UserRead])).await.unwrap();
        assert_eq!((made.version, made.grant_count, made.is_shared), (1, 0, false));
        assert_eq!(admin.create_role(&new_role("HELP DESK", &[])).await.unwrap_err().code(), "role-name-taken");
        assert_eq!(admin.create_role(&new_role("admin", &[])).await.unwrap_err().code(), "invalid");
        assert_eq!(admin.create_role(&new_role(&"x".repeat(51), &[])).await.unwrap_err().code(), "invalid");
        admin.create_role(&new_role(&"é".repeat(50), &[])).await.unwrap();

        let more: PermissionSet = [Permission::UserRead, Permission::UserSuspend].into_iter().collect();
        let update = UpdateRole { permissions: Some(more), is_shared: Some(true), ..UpdateRole::default() };
        let changed = admin.update_role(made.id, &update, Some(1)).await.unwrap();
        assert_eq!((changed.version, changed.permissions, changed.is_shared), (2, more, true));
        assert_eq!(admin.update_role(made.id, &update, Some(1)).await.unwrap_err().code(), "stale");
        assert_eq!(admin.get_role(made.id).await.unwrap(), changed);

        let found = |filter| ListRoles { filter, ..ListRoles::default() };
        let by_name = found(RoleFilter { q: Some("desk".to_owned()), ..RoleFilter::default() });
        assert_eq!(admin.list_roles(&by_name).await.unwrap().items, std::slice::from_ref(&changed));
        let by_permission = |permission| found(RoleFilter { permission: Some(permission), ..RoleFilter::default() });
        assert_eq!(admin.list_roles(&by_permission(Permission::UserSuspend)).await.unwrap().total, 1);
        // No part of another name is found.
        assert_eq!(admin.list_roles(&by_permission(Permission::UserReadContact)).await.unwrap().total, 0);

        let copy = CreateRole { based_on: Some(Role::Advocate), ..new_role("Night shift", &[Permission::UserRead]) };
        let copy = admin.create_role(&copy).await.unwrap();
        assert_eq!(admin.get_role(copy.id).await.unwrap().based_on, Some(Role::Advocate));
        assert_eq!(changed.based_on, None);

        admin.delete_role(made.id).await.unwrap();
        assert_eq!(admin.get_role(made.id).await.unwrap_err().code(), "not-found");
        let filter = AuditFilter { target_id: Some(made.id.to_string()), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let actions: Vec<Action> = events.iter().rev().map(|event| event.action).collect();
        assert_eq!(actions, [Action::RoleCreated, Action::RoleUpdated, Action::RoleDeleted]);
        let change = events[1].changes.iter().find(|change| change.field == "permissions").unwrap();
        assert_eq!((&change.before, &change.after), (&json!(["user.read"]), &json!(["user.read", "user.suspend"])));
    }

    /// Only what administrators hold over others goes into a role, and what changes things needs what shows them.
    async fn contents(server: Server) {
        let admin = server.admin().await;
        for (permissions, code) in [
            (&[Permission::RoleRead, Permission::RoleWrite][..], "not-grantable"),
            (&[Permission::ApiKeyWrite], "not-grantable"),
            (&[Permission::ProfileSetPassword], "not-grantable"),
            (&[Permission::UserSuspend], "lacks-basis"),
        ] {
            let refused = admin.create_role(&new_role("some", permissions)).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().errors[0].code, code, "{permissions:?}");
        }
    }

    /// A role may be a mark without meaning, such as that of a customer, and be deleted; those that are built in may not
    /// (S3-PRV-07).
    async fn marks(server: Server) {
        let admin = server.admin().await;
        let (ann, user) = server.signed_in(&admin, "ann", &[]).await;
        let before = ann.get_me().await.unwrap().permissions;
        let customer = admin.create_role(&new_role("customer", &[])).await.unwrap();
        let held = admin.create_role_grant(&custom(user.id(), customer.id, None)).await.unwrap();
        assert_eq!(ann.get_me().await.unwrap().permissions, before);
        assert_eq!(admin.delete_role(customer.id).await.unwrap_err().code(), "role-held");
        admin.revoke_role_grant(held.id, &Default::default()).await.unwrap();
        admin.delete_role(customer.id).await.unwrap();
        for role in Role::ALL {
            let refused = admin.transport().raw("DELETE", &format!("/api/v1/roles/{role}")).send().await.unwrap();
            assert!(refused.status().is_client_error(), "{role}: {}", refused.status());
        }
    }

    /// Nobody but an administrator defines roles; administrators of organizations see those that are shared.
    async fn sharing(server: Server) {
        let admin = server.admin().await;
        let (_, boss) = with_admin(&server, &admin, "one").await;
        admin.create_role(&new_role("Secret of Globex", &[])).await.unwrap();
        let shown = shared(&admin, "Help desk", &[Permission::UserRead]).await;
        assert_eq!(boss.list_roles(&ListRoles::default()).await.unwrap().items, std::slice::from_ref(&shown));
        assert_eq!(boss.create_role(&new_role("own", &[])).await.unwrap_err().code(), "forbidden");
        assert_eq!(boss.update_role(shown.id, &UpdateRole::default(), None).await.unwrap_err().code(), "forbidden");
        assert_eq!(boss.delete_role(shown.id).await.unwrap_err().code(), "forbidden");
        let (plain, _) = server.signed_in(&admin, "plain", &[]).await;
        assert_eq!(plain.list_roles(&ListRoles::default()).await.unwrap_err().code(), "forbidden");
        assert_eq!(plain.list_permissions().await.unwrap_err().code(), "forbidden");
    }

    /// The catalogue names each permission once, with who has it; billing administrators read organizations (S1-UED-18).
    async fn catalogue(server: Server) {
        let admin = server.admin().await;
        let all = admin.list_permissions().await.unwrap().items;
        let names: Vec<Permission> = all.iter().map(|info| info.name).collect();
        assert_eq!(names, Permission::ALL);
        let of = |permission| all.iter().find(|info| info.name == permission).unwrap();
        let read = of(Permission::OrganizationRead);
        assert_eq!(read.platform_roles, [Role::Admin, Role::BillingAdmin]);
        assert_eq!(read.organization_roles, [Role::OrganizationAdmin]);
        assert_eq!((read.group.as_str(), read.description.as_str()), ("organization", "See organizations."));
        assert!(!of(Permission::RoleWrite).is_for_keys && !of(Permission::RoleWrite).is_grantable);
        let (billing, _) = server.signed_in(&admin, "money", &[Role::BillingAdmin]).await;
        billing.list_organizations(&Default::default()).await.unwrap();
        assert_eq!(billing.list_users(&Default::default()).await.unwrap_err().code(), "forbidden");
    }
}
