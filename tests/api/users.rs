//! Users (S0-USR-01..05, S1-USR-01..04, S1-UED-01..16, S2-USR-01..04, S3-USL-01..07, S4-USR-01..05, S4-EDT-01..03).

use quarterdeck_domain::{
    OrganizationId, Patch, Permission, Role,
    audit::{Action, AuditFilter, ListAuditEvents},
    organizations::{CreateOrganization, OrganizationKind},
    roles::Roles,
    users::{Contact, CreateUser, SetPassword, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, new_user, on_both};

use crate::organizations::with_admin;

on_both! {
    /// A created user may sign in at once and has the default role (S4-USR-05, S3-PRV-06).
    async fn creating(server: Server) {
        let admin = server.admin().await;
        let user = admin.create_user(&new_user("ada", &[])).await.unwrap();
        assert_eq!(user.summary.roles, Roles::NONE.with(Role::User));
        assert_eq!((user.summary.version, user.has_password), (1, true));
        server.sign_in("ada", PASSWORD).await.unwrap();
        assert_eq!(admin.get_user(user.id()).await.unwrap().summary.active_sessions, 1);
        // No role at all is the role `user`, for a new account and for a changed one.
        let emptied = UpdateUser { roles: Some(Roles::NONE), ..UpdateUser::default() };
        let developer = admin.create_user(&new_user("dev", &[Role::Developer])).await.unwrap();
        assert_eq!(admin.update_user(developer.id(), &emptied, None).await.unwrap().summary.roles, user.summary.roles);
        // An account may be made before it is to be used (S1-UED-16, S3-USL-07).
        let names = ("Grace".to_owned(), "Hopper".to_owned());
        let body = CreateUser { first_name: names.0.clone(), last_name: names.1.clone(), status: UserStatus::Suspended, ..new_user("grace", &[]) };
        let later = admin.create_user(&body).await.unwrap();
        assert_eq!((later.summary.status, (later.first_name, later.last_name)), (UserStatus::Suspended, names));
        assert!(server.sign_in("grace", PASSWORD).await.is_err());
    }

    /// Taken names and addresses are refused in any case, with the field that is at fault (S4-USR-01, S4-USR-03, S4-TRB-01).
    async fn uniqueness(server: Server) {
        let admin = server.admin().await;
        let ada = CreateUser { email: Some("ada@example.org".to_owned()), ..new_user("ada", &[]) };
        admin.create_user(&ada).await.unwrap();
        let taken = admin.create_user(&new_user("ADA", &[])).await.unwrap_err();
        assert_eq!((taken.code(), taken.problem().unwrap().errors[0].pointer.as_str()), ("username-taken", "/username"));
        let bob = CreateUser { email: Some("Ada@Example.Org".to_owned()), ..new_user("bob", &[]) };
        let taken = admin.create_user(&bob).await.unwrap_err();
        assert_eq!((taken.code(), taken.problem().unwrap().errors[0].pointer.as_str()), ("email-taken", "/email"));
        // Users without an address do not collide.
        admin.create_user(&new_user("carol", &[])).await.unwrap();
        admin.create_user(&new_user("dave", &[])).await.unwrap();
    }

    /// All faults are told at once, each at its field (S4-USR-02, S4-USR-04).
    async fn faults(server: Server) {
        let admin = server.admin().await;
        let bad = CreateUser {
            username: "a!".to_owned(),
            display_name: "  ".to_owned(),
            email: Some("nowhere".to_owned()),
            password: Some(" short".to_owned()),
            ..CreateUser::default()
        };
        let error = admin.create_user(&bad).await.unwrap_err();
        let faults = &error.problem().unwrap().errors;
        let pairs: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect();
        for expected in [("/username", "too-short"), ("/display_name", "required"), ("/email", "format"), ("/password", "too-short"), ("/password", "surrounding-space")] {
            assert!(pairs.contains(&expected), "{expected:?} in {pairs:?}");
        }
    }

    /// Every field of the profile can be changed and emptied (S1-UED-02, S1-UED-15, S3-USL-02).
    async fn profile(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "ada", &[]).await;
        let update = UpdateUser {
            username: Some("ada.byron".to_owned()),
            display_name: Some("Ada Byron".to_owned()),
            email: Patch::Value("ada@example.org".to_owned()),
            first_name: Some("Ada".to_owned()),
            last_name: Some("Byron".to_owned()),
            organization_label: Some("Analytical".to_owned()),
            language: Patch::Value("en-GB".to_owned()),
            time_zone: Patch::Value("Europe/London".to_owned()),
            country: Patch::Value("GB".to_owned()),
            subdivisions: Some(vec![quarterdeck_domain::users::Subdivision("England".to_owned())]),
            contact: Some(Contact { location: "London".to_owned(), platform_url: "https://example.org".to_owned(), phone: String::new() }.into()),
            ..UpdateUser::default()
        };
        let changed = admin.update_user(user.id(), &update, Some(1)).await.unwrap();
        assert_eq!(changed, admin.get_user(user.id()).await.unwrap());
        assert_eq!(changed.summary.version, 2);
        assert_eq!(changed.contact.as_ref().unwrap().location, "London");
        let emptied = UpdateUser { email: Patch::Null, country: Patch::Null, ..UpdateUser::default() };
        let changed = admin.update_user(user.id(), &emptied, None).await.unwrap();
        assert_eq!((changed.summary.email, changed.country), (None, None));
        let (ada, _) = server.sign_in("ada.byron", PASSWORD).await.unwrap();
        assert_eq!(ada.get_me().await.unwrap().user.contact, None);
    }

    /// Contact info has permissions of its own (S1-UED-15): who lacks them neither sees it nor sets it, not even to what it
    /// is, and the refusal names what is missing.
    async fn contact_info(server: Server) {
        let admin = server.admin().await;
        let (one, owner) = with_admin(&server, &admin, "one").await;
        let (advocate, _) = server.signed_in(&admin, "advocate", &[Role::Advocate]).await;
        let body = CreateUser { organization_id: Some(one), ..new_user("ada", &[]) };
        let ada = admin.create_user(&body).await.unwrap().id();
        let contact = Contact { location: "London".to_owned(), ..Contact::default() };
        let update = UpdateUser { contact: Some(contact.clone().into()), ..UpdateUser::default() };
        assert_eq!(admin.update_user(ada, &update, None).await.unwrap().contact, Some(contact));
        for client in [&owner, &advocate] {
            assert_eq!(client.get_user(ada).await.unwrap().contact, None);
            let refused = client.update_user(ada, &update, None).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().permission.as_deref(), Some("user.update_contact"));
            let me = client.get_me().await.unwrap();
            assert!(!me.may(Permission::UserReadContact) && !me.may(Permission::UserUpdateContact));
        }
    }

    /// A change of a former version is refused with the present value.
    async fn stale(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "ada", &[]).await;
        let rename = |name: &str| UpdateUser { display_name: Some(name.to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename("One"), Some(1)).await.unwrap();
        let error = admin.update_user(user.id(), &rename("Two"), Some(1)).await.unwrap_err();
        assert_eq!(error.code(), "stale");
        assert_eq!(error.problem().unwrap().current.as_ref().unwrap()["display_name"], "One");
    }

    /// A tag moves with every figure, and a GET that knows it is not answered again; an edit is refused by the version alone.
    async fn conditional_requests(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "ada", &[]).await;
        let path = format!("/api/v1/users/{}", user.id());
        let get = async |known: &str| {
            let answer = admin.transport().raw("GET", &path).header("if-none-match", known).send().await.unwrap();
            let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
            (answer.status().as_u16(), tag, answer.text().await.unwrap())
        };
        let (status, first, _) = get("\"x\"").await;
        assert!(status == 200 && first.starts_with("\"1-"), "{first}");
        assert_eq!(get(&first).await, (304, first.clone(), String::new()));
        assert_eq!(get(&format!("\"x\", W/{first}")).await.0, 304);

        server.sign_in("ada", PASSWORD).await.unwrap();
        let (status, second, body) = get(&first).await;
        assert!(status == 200 && second != first && body.contains("\"active_sessions\":1"), "{second} {body}");
        let patch = async |tag: &str| {
            let request = admin.transport().raw("PATCH", &path).header("if-match", tag);
            request.json(&serde_json::json!({"first_name": tag})).send().await.unwrap().status().as_u16()
        };
        assert_eq!((patch(&first).await, patch(&second).await, patch("\"2\"").await), (200, 412, 200));
    }

    /// A former name stays reserved for others, and its owner may take it back (contradiction 9).
    async fn reserved_names(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "ada", &[]).await;
        let rename = |name: &str| UpdateUser { username: Some(name.to_owned()), ..UpdateUser::default() };
        admin.update_user(user.id(), &rename("countess"), None).await.unwrap();
        assert_eq!(admin.create_user(&new_user("Ada", &[])).await.unwrap_err().code(), "username-reserved");
        admin.update_user(user.id(), &rename("ada"), None).await.unwrap();
        server.sign_in("ada", PASSWORD).await.unwrap();
    }

    /// Nobody suspends, demotes or deletes the own account (S3-USL-03, S4-DEL-03).
    async fn own_account(server: Server) {
        let admin = server.admin().await;
        server.user(&admin, "second", &[Role::Admin]).await;
        let me = admin.get_me().await.unwrap().user.id();
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
        assert_eq!(admin.update_user(me, &suspend, None).await.unwrap_err().code(), "own-account");
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        assert_eq!(admin.update_user(me, &demote, None).await.unwrap_err().code(), "own-account");
    }

    /// A promotion works from the next request on, a demotion too, and the session stays (S0-USR-04, S4-EDT-02).
    async fn promotion(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        assert_eq!(bob.list_settings().await.unwrap_err().code(), "forbidden");
        let roles = |roles: Roles| UpdateUser { roles: Some(roles), ..UpdateUser::default() };
        admin.update_user(user.id(), &roles(Roles::NONE.with(Role::Admin)), None).await.unwrap();
        bob.list_settings().await.unwrap();
        admin.update_user(user.id(), &roles(Roles::NONE.with(Role::User)), None).await.unwrap();
        let refused = bob.list_settings().await.unwrap_err();
        assert_eq!(refused.problem().unwrap().permission.as_deref(), Some("setting.read"));
    }

    /// An administrator sets a password; sessions end unless asked otherwise (S1-UED-14, S4-EDT-03, contradiction 2).
    async fn passwords(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let set = |password: &str, revoke_sessions| SetPassword { password: password.to_owned(), must_change: false, revoke_sessions, revoke_api_keys: None };
        admin.set_user_password(user.id(), &set("copper kettle four", false)).await.unwrap();
        bob.get_me().await.unwrap();
        admin.set_user_password(user.id(), &set("another lantern 5", true)).await.unwrap();
        assert_eq!(bob.get_me().await.unwrap_err().code(), "session-ended");
        assert_eq!(server.sign_in("bob", PASSWORD).await.unwrap_err().code(), "wrong-credentials");
        server.sign_in("bob", "another lantern 5").await.unwrap();
        assert_eq!(admin.set_user_password(user.id(), &set("password1234", true)).await.unwrap_err().code(), "invalid");
    }

    /// A user without a password cannot sign in by any (S4-API-02).
    async fn without_password(server: Server) {
        let admin = server.admin().await;
        admin.create_user(&CreateUser { password: None, ..new_user("ghost", &[]) }).await.unwrap();
        for password in ["", "anything at all", PASSWORD] {
            assert_eq!(server.sign_in("ghost", password).await.unwrap_err().code(), "wrong-credentials");
        }
    }

    /// A user moves between organizations; the role of the former organization stays behind (S1-UED-07).
    async fn moving(server: Server) {
        let admin = server.admin().await;
        let create = |name: &str| CreateOrganization { name: name.to_owned(), display_name: name.to_owned(), kind: OrganizationKind::Company };
        let one = admin.create_organization(&create("one")).await.unwrap();
        let two = admin.create_organization(&create("two")).await.unwrap();
        let body = CreateUser { organization_id: Some(one.id), ..new_user("ada", &[Role::OrganizationAdmin]) };
        let user = admin.create_user(&body).await.unwrap();
        let update = UpdateUser { organization_id: Patch::Value(two.id), ..UpdateUser::default() };
        let moved = admin.update_user(user.id(), &update, None).await.unwrap();
        assert_eq!(moved.summary.organization_id, Some(two.id));
        assert_eq!(moved.summary.organization_name.as_deref(), Some("two"));
        assert!(!moved.summary.roles.contains(Role::OrganizationAdmin));
        let counts = |id| { let admin = admin.clone(); async move { admin.get_organization(id).await.unwrap().member_count } };
        assert_eq!((counts(one.id).await, counts(two.id).await), (0, 1));
        // Who sends the whole form again moves nobody, and takes no role.
        let roles = [Role::OrganizationAdmin].into_iter().collect();
        admin.update_user(user.id(), &UpdateUser { roles: Some(roles), ..UpdateUser::default() }, None).await.unwrap();
        let same = admin.update_user(user.id(), &update, None).await.unwrap();
        assert!(same.summary.roles.contains(Role::OrganizationAdmin));
        let nowhere = UpdateUser { organization_id: Patch::Null, ..UpdateUser::default() };
        let alone = admin.update_user(user.id(), &nowhere, None).await.unwrap();
        assert_eq!((alone.summary.organization_id, alone.summary.organization_name), (None, None));
        let within = async |organization: OrganizationId| {
            let filter = AuditFilter { organization_id: Some(organization), target_id: Some(user.id().to_string()), ..AuditFilter::default() };
            let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
            events.items.into_iter().map(|event| event.action).collect::<Vec<_>>()
        };
        // Each organization is told that a member came, and that one went.
        assert!(within(one.id).await.contains(&Action::UserLeft));
        assert_eq!(within(two.id).await.iter().filter(|action| **action == Action::UserMoved).count(), 2);
    }
}
