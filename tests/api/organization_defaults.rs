//! What new users of an organization begin with (S1-EXT-10).

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    OrganizationId, Patch, Role,
    audit::{Action, AuditFilter, ListAuditEvents},
    organizations::{Organization, UpdateOrganization, UpdateUserDefaults, UserDefaults},
    roles::Roles,
    users::{CreateUser, UpdateUser},
};
use quarterdeck_testkit::{Server, TestClient, new_user, on_both};
use serde_json::json;

use crate::organizations::with_admin;

async fn set(
    client: &TestClient,
    id: OrganizationId,
    defaults: UpdateUserDefaults,
) -> Result<Organization, ClientError> {
    let update = UpdateOrganization { user_defaults: Some(defaults), ..UpdateOrganization::default() };
    client.update_organization(id, &update, None).await
}

fn value(text: &str) -> Patch<String> {
    Patch::Value(text.to_owned())
}

on_both! {
    /// They hold where whoever creates a user says nothing, and only there.
    async fn where_nothing_is_said(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "one").await;
        let defaults = UpdateUserDefaults {
            language: value("de"),
            time_zone: value("Europe/Berlin"),
            country: value("DE"),
            roles: Some(Roles::NONE.with(Role::Trainer)),
            must_change_password: Some(true),
        };
        let changed = set(&admin, id, defaults).await.unwrap();
        assert_eq!(changed.user_defaults.language.as_deref(), Some("de"));
        for client in [&admin, &owner] {
            let name = format!("silent{}", client.get_me().await.unwrap().user.summary.username.len());
            let body = CreateUser { organization_id: Some(id), ..new_user(&name, &[]) };
            let user = client.create_user(&body).await.unwrap();
            let place = (user.language.as_deref(), user.time_zone.as_deref(), user.country.as_deref());
            assert_eq!(place, (Some("de"), Some("Europe/Berlin"), Some("DE")));
            assert_eq!((user.summary.roles, user.must_change_password), (Roles::NONE.with(Role::Trainer), true));
        }
        let said = CreateUser {
            organization_id: Some(id),
            language: Some("fr".to_owned()),
            time_zone: Some("UTC".to_owned()),
            country: Some("FR".to_owned()),
            must_change_password: Some(false),
            ..new_user("outspoken", &[Role::User])
        };
        let user = admin.create_user(&said).await.unwrap();
        let place = (user.language.as_deref(), user.time_zone.as_deref(), user.country.as_deref());
        assert_eq!(place, (Some("fr"), Some("UTC"), Some("FR")));
        assert_eq!((user.summary.roles, user.must_change_password), (Roles::NONE.with(Role::User), false));
        // Of nobody else: of no organization, or moved in later.
        let stray = admin.create_user(&new_user("stray", &[])).await.unwrap();
        let enter = UpdateUser { organization_id: Patch::Value(id), ..UpdateUser::default() };
        let stray = admin.update_user(stray.id(), &enter, None).await.unwrap();
        assert_eq!((stray.language, stray.must_change_password), (None, false));
    }

    /// A change touches the members that it names, is told before and after, and `null` empties.
    async fn changing(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "one").await;
        set(&owner, id, UpdateUserDefaults { language: value("de"), country: value("DE"), ..UpdateUserDefaults::default() }).await.unwrap();
        let changed = set(&owner, id, UpdateUserDefaults { language: Patch::Null, ..UpdateUserDefaults::default() }).await.unwrap();
        let expected = UserDefaults { country: Some("DE".to_owned()), ..UserDefaults::default() };
        assert_eq!(changed.user_defaults, expected);
        let path = format!("/api/v1/organizations/{id}");
        let emptied = owner.transport().raw("PATCH", &path).json(&json!({ "user_defaults": null })).send().await.unwrap();
        assert_eq!(emptied.status(), 200);
        assert_eq!(owner.get_organization(id).await.unwrap().user_defaults, UserDefaults::default());
        let filter = AuditFilter { action: Some(Action::OrganizationUpdated), ..AuditFilter::default() };
        let told = owner.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
        let change = &told.items[0].changes[0];
        assert_eq!((change.field.as_str(), &change.before["country"], &change.after["country"]), ("user_defaults", &json!("DE"), &json!(null)));
    }

    /// No default gives power over others, and only who may give roles says which new users begin with.
    async fn roles(server: Server) {
        let admin = server.admin().await;
        let (id, owner) = with_admin(&server, &admin, "one").await;
        let roles = |role| UpdateUserDefaults { roles: Some(Roles::NONE.with(role)), ..UpdateUserDefaults::default() };
        for role in [Role::Admin, Role::OrganizationAdmin, Role::Developer, Role::Advocate, Role::BillingAdmin] {
            let refused = set(&admin, id, roles(role)).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().errors[0].pointer, "/user_defaults/roles", "{role}");
        }
        assert_eq!(set(&owner, id, roles(Role::Trainer)).await.unwrap_err().code(), "forbidden");
        set(&admin, id, roles(Role::Trainer)).await.unwrap();
        // What is so already asks for nothing.
        set(&owner, id, UpdateUserDefaults { language: value("de"), ..roles(Role::Trainer) }).await.unwrap();
    }

    /// Places and languages are those that exist, in defaults and in new users alike.
    async fn faults(server: Server) {
        let admin = server.admin().await;
        let (id, _) = with_admin(&server, &admin, "one").await;
        let wrong = UpdateUserDefaults {
            language: value("?"),
            time_zone: value("Mars/Olympus"),
            country: value("ZZ"),
            ..UpdateUserDefaults::default()
        };
        let refused = set(&admin, id, wrong).await.unwrap_err();
        let pointers: Vec<_> = refused.problem().unwrap().errors.iter().map(|fault| fault.pointer.clone()).collect();
        assert_eq!(pointers, ["/user_defaults/language", "/user_defaults/time_zone", "/user_defaults/country"]);
        let wrong = CreateUser {
            language: Some("?".to_owned()),
            time_zone: Some("Mars/Olympus".to_owned()),
            country: Some("ZZ".to_owned()),
            ..new_user("lost", &[])
        };
        let refused = admin.create_user(&wrong).await.unwrap_err();
        let pointers: Vec<_> = refused.problem().unwrap().errors.iter().map(|fault| fault.pointer.clone()).collect();
        assert_eq!(pointers, ["/language", "/time_zone", "/country"]);
    }
}
