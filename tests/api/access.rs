//! Roles (S3-PRV-01..06, S4-ACC-03, S1-UED-08): what each may call, and why. The whole matrix is in the contract suite.

use std::collections::BTreeSet;

use quarterdeck_domain::{
    Permission, Problem, Role,
    access::{AccessChangeKind, AccessExplanation, AccessResource, AccessRule, ExplainAccess, Verdict},
    api_keys::CreateApiKey,
    organizations::ListOrganizations,
    sessions::ListSessions,
    users::{CreateUser, ListUsers, UpdateUser, UserStatus},
};
use quarterdeck_testkit::{Server, new_user, on_both};
use serde_json::json;
use uuid::Uuid;

use crate::organizations::with_admin;

on_both! {
    /// Only administrators reach the administration; advocates may see users; the refusal names the permission.
    async fn roles(server: Server) {
        let admin = server.admin().await;
        let (advocate, _) = server.signed_in(&admin, "advocate", &[Role::Advocate]).await;
        advocate.list_users(&ListUsers::default()).await.unwrap();
        assert_eq!(advocate.list_sessions(&ListSessions::default()).await.unwrap_err().code(), "forbidden");
        for (name, role) in [("developer", Role::Developer), ("trainer", Role::Trainer), ("plain", Role::User)] {
            let (client, _) = server.signed_in(&admin, name, &[role]).await;
            let refused = client.list_users(&ListUsers::default()).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().permission.as_deref(), Some("user.read"), "{name}");
            assert_eq!(client.list_organizations(&ListOrganizations::default()).await.unwrap_err().code(), "forbidden");
            assert!(!client.get_me().await.unwrap().may(Permission::SettingRead));
        }
        let me = admin.get_me().await.unwrap();
        assert!(Permission::ALL.iter().all(|permission| me.may(*permission)));
    }
}

on_both! {
    /// What an explanation says is what becomes of the real call, for every subject, permission and thing (explain = enforce).
    async fn explained(server: Server) {
        let admin = server.admin().await;
        let (one, one_admin) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let mut users = Vec::new();
        for (name, role, organization) in [("ann", Role::User, one), ("dev", Role::Developer, one), ("bob", Role::User, two)] {
            let body = CreateUser { organization_id: Some(organization), ..new_user(name, &[role]) };
            users.push(admin.create_user(&body).await.unwrap().id());
        }
        let mut subjects = vec![Uuid::from(admin.get_me().await.unwrap().user.id()), one_admin.get_me().await.unwrap().user.id().into()];
        let mut clients = vec![admin.clone(), one_admin.clone()];
        for (name, role) in [("advocate", Role::Advocate), ("trainer", Role::Trainer)] {
            let (client, user) = server.signed_in(&admin, name, &[role]).await;
            clients.push(client);
            subjects.push(user.id().into());
        }
        for (owner, scopes) in [(&admin, [Permission::UserRead, Permission::SettingRead]), (&one_admin, [Permission::UserRead, Permission::UserSetPassword])] {
            let body = CreateApiKey { title: "explained".to_owned(), scopes: scopes.into_iter().collect(), ..CreateApiKey::default() };
            let key = owner.create_api_key(&body).await.unwrap();
            let client = server.anonymous();
            client.transport().set_token(Some(key.secret));
            clients.push(client);
            subjects.push(key.api_key.id.into());
        }
        let mut seen = BTreeSet::new();
        for (client, subject) in clients.iter().zip(subjects) {
            let mut calls = vec![(Permission::SettingRead, Some(AccessResource::Platform), "GET", "/api/v1/settings".to_owned())];
            calls.push((Permission::AuditRead, None, "GET", "/api/v1/audit-events".to_owned()));
            for organization in [one, two] {
                let of = Some(AccessResource::Organization(organization));
                calls.push((Permission::OrganizationRead, of, "GET", format!("/api/v1/organizations/{organization}")));
                calls.push((Permission::OrganizationUpdate, of, "PATCH", format!("/api/v1/organizations/{organization}")));
            }
            for user in &users {
                let of = Some(AccessResource::User(*user));
                calls.push((Permission::UserRead, of, "GET", format!("/api/v1/users/{user}")));
                calls.push((Permission::SessionRead, of, "GET", format!("/api/v1/users/{user}/sessions")));
                calls.push((Permission::UserSetPassword, of, "PUT", format!("/api/v1/users/{user}/password")));
            }
            for (permission, resource, method, path) in calls {
                let request = client.transport().raw(method, &path);
                let request = match method {
                    "GET" => request,
                    "PUT" => request.json(&json!({ "password": "short" })),
                    _ => request.json(&json!({})),
                };
                let answer = request.send().await.unwrap();
                let verdict = match answer.status().as_u16() {
                    200 | 422 => Verdict::Allowed,
                    403 => Verdict::Forbidden,
                    404 => Verdict::Hidden,
                    status => panic!("{method} {path}: {status}"),
                };
                let explained = admin.explain_access(&ExplainAccess { subject, permission, resource }).await.unwrap();
                assert_eq!(explained.verdict, verdict, "{} {permission} {path}: {explained:?}", explained.subject_name);
                seen.insert((verdict, explained.decided_by));
                if verdict == Verdict::Forbidden {
                    let problem: Problem = answer.json().await.unwrap();
                    let link = problem.explanation.unwrap_or_default();
                    assert!(link.contains(&format!("permission={permission}")) || explained.api_key_id.is_some(), "{link}");
                }
            }
        }
        assert!(seen.len() >= 6, "{seen:?}");
    }

    /// Whoever is refused can follow the link and read why; nobody asks for others whom they may not administer.
    async fn explanations_for_whom(server: Server) {
        let admin = server.admin().await;
        let (_, one_admin) = with_admin(&server, &admin, "one").await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let refused = bob.transport().raw("GET", "/api/v1/settings").send().await.unwrap();
        let link = refused.json::<Problem>().await.unwrap().explanation.unwrap();
        let explained: AccessExplanation = bob.transport().raw("GET", &link).send().await.unwrap().json().await.unwrap();
        assert_eq!((explained.verdict, explained.decided_by), (Verdict::Forbidden, AccessRule::Role));
        assert_eq!(explained.change.map(|change| (change.kind, change.role)), Some((AccessChangeKind::GiveRole, Some(Role::Admin))));
        let of = |subject: Uuid, resource| ExplainAccess { subject, permission: Permission::UserRead, resource };
        let root = admin.get_me().await.unwrap().user.id();
        let hidden = bob.explain_access(&of(root.into(), None)).await.unwrap_err();
        let nobody = bob.explain_access(&of(Uuid::from_u128(7), None)).await.unwrap_err();
        assert_eq!(hidden.to_string(), nobody.to_string());
        assert_eq!(one_admin.explain_access(&of(user.id().into(), None)).await.unwrap_err().code(), "not-found");
        assert_eq!(bob.explain_access(&of(user.id().into(), Some(AccessResource::User(root)))).await.unwrap_err().code(), "not-found");
        let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
        admin.update_user(user.id(), &suspend, None).await.unwrap();
        let explained = admin.explain_access(&of(user.id().into(), None)).await.unwrap();
        assert_eq!((explained.verdict, explained.decided_by), (Verdict::SignedOut, AccessRule::Status));
        for wrong in ["subject=x&permission=user.read", "permission=user.read", "subject=0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e&permission=user.fly", "subject=0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e&permission=user.read&resource=group:1"] {
            assert_eq!(admin.transport().raw("GET", &format!("/api/v1/access/explanations?{wrong}")).send().await.unwrap().status(), 400, "{wrong}");
        }
    }
}
