//! Grants of roles: what they give, how far, until when, and what keeps them from being misused.

use std::time::{Duration, Instant};

use quarterdeck_domain::{
    GroupId, OrganizationId, Patch, Permission, Role, RoleId, Timestamp, UserId,
    access::{AccessChangeKind, AccessResource, AccessRule, ExplainAccess, Verdict},
    api_keys::{CreateApiKey, ListApiKeys},
    audit::{Action, AuditFilter, ListAuditEvents},
    organizations::ListOrganizations,
    role_grants::{CreateRoleGrant, ListRoleGrants, RevokeRoleGrant, RoleGrantFilter, RoleGrantState, ScopeKind},
    roles::{Power, Roles, UpdateRole},
    sessions::ListSessions,
    users::{CreateUser, ListUsers, SetPassword, UpdateUser, User},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};

use crate::{
    organizations::with_admin,
    roles::{new_role, shared},
};

const NOBODY: OrganizationId = OrganizationId(uuid::Uuid::from_u128(7));

fn to(user: UserId, organization: Option<OrganizationId>) -> CreateRoleGrant {
    CreateRoleGrant {
        user_id: Some(user),
        group_id: None,
        role: None,
        role_id: None,
        scope: ScopeKind::of(organization, None),
        organization_id: organization,
        scope_group_id: None,
        expires_at: None,
        reason: "cover".to_owned(),
    }
}

/// A grant of a custom role.
pub fn custom(user: UserId, role: RoleId, organization: Option<OrganizationId>) -> CreateRoleGrant {
    CreateRoleGrant { role_id: Some(role), ..to(user, organization) }
}

/// A grant of a built-in role.
pub fn built_in(user: UserId, role: Role, organization: Option<OrganizationId>) -> CreateRoleGrant {
    CreateRoleGrant { role: Some(role), ..to(user, organization) }
}

/// The same to whoever is in a group.
pub fn to_group(group: GroupId, body: CreateRoleGrant) -> CreateRoleGrant {
    CreateRoleGrant { user_id: None, group_id: Some(group), ..body }
}

fn new_password() -> SetPassword {
    let password = "another lantern 9".to_owned();
    SetPassword { password, must_change: false, revoke_sessions: true, revoke_api_keys: None }
}

/// An end so many seconds behind `server_now`.
pub fn end(server_now: Timestamp, seconds: i64) -> Option<Timestamp> {
    Some(server_now.plus_seconds(seconds))
}

/// Somebody of an organization, signed in.
pub async fn member(server: &Server, admin: &TestClient, name: &str, home: OrganizationId) -> (TestClient, User) {
    let user = admin.create_user(&CreateUser { organization_id: Some(home), ..new_user(name, &[]) }).await.unwrap();
    (server.sign_in(name, PASSWORD).await.unwrap().0, user)
}

async fn usernames(client: &TestClient) -> Vec<String> {
    let mut names: Vec<String> =
        client.list_users(&ListUsers::default()).await.unwrap().items.into_iter().map(|user| user.username).collect();
    names.sort();
    names
}

fn code<T: std::fmt::Debug>(result: Result<T, quarterdeck_client::ClientError>) -> String {
    result.unwrap_err().code().to_owned()
}

on_both! {
    /// A custom role reaches the organizations that it is granted on, in lists, counts and single things alike, and nothing
    /// of others; with the platform, everything (S3-PRV-08).
    async fn reach(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (three, _) = with_admin(&server, &admin, "three").await;
        let (_, hidden) = member(&server, &admin, "hidden", three).await;
        let (helper, user) = server.signed_in(&admin, "helper", &[]).await;
        let desk = admin.create_role(&new_role("Desk", &[Permission::UserRead, Permission::OrganizationRead, Permission::SessionRead, Permission::AuditRead])).await.unwrap();
        assert_eq!(code(helper.list_users(&ListUsers::default()).await), "forbidden");
        admin.create_role_grant(&custom(user.id(), desk.id, Some(one))).await.unwrap();
        assert_eq!(usernames(&helper).await, ["one.admin"]);
        let second = admin.create_role_grant(&custom(user.id(), desk.id, Some(two))).await.unwrap();
        assert_eq!(usernames(&helper).await, ["one.admin", "two.admin"]);
        let page = helper.list_users(&ListUsers::default()).await.unwrap();
        assert_eq!((page.total, page.total_is_exact), (2, true));
        assert_eq!(helper.list_organizations(&ListOrganizations::default()).await.unwrap().total, 2);
        let sessions = helper.list_sessions(&ListSessions::default()).await.unwrap();
        assert!(sessions.items.iter().all(|session| ["one.admin", "two.admin"].contains(&session.username.as_str())));
        let events = helper.list_audit_events(&ListAuditEvents::default()).await.unwrap().items;
        assert!(!events.is_empty() && events.iter().all(|event| [Some(one), Some(two)].contains(&event.organization_id)));
        assert_eq!(code(helper.get_user(hidden.id()).await), "not-found");
        assert_eq!(code(helper.get_organization(three).await), "not-found");
        // What is one's own stays beside what was granted.
        helper.create_api_key(&CreateApiKey { title: "own".to_owned(), scopes: [Permission::ProfileRead].into_iter().collect(), ..CreateApiKey::default() }).await.unwrap();
        let keys = admin.create_role(&new_role("Keys", &[Permission::ApiKeyRead])).await.unwrap();
        admin.create_role_grant(&custom(user.id(), keys.id, Some(one))).await.unwrap();
        assert_eq!(helper.list_api_keys(&ListApiKeys::default()).await.unwrap().total, 1);

        admin.revoke_role_grant(second.id, &RevokeRoleGrant::default()).await.unwrap();
        assert_eq!(usernames(&helper).await, ["one.admin"]);
        admin.create_role_grant(&custom(user.id(), desk.id, None)).await.unwrap();
        assert!(usernames(&helper).await.contains(&"hidden".to_owned()));
        let me = helper.get_me().await.unwrap();
        assert!(me.may(Permission::UserRead) && me.grants.len() == 3);
    }

    /// A grant tells who, what, where, why, by whom and until when; a second one of the same is refused; each act has its
    /// event.
    async fn told(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (_, user) = member(&server, &admin, "ann", one).await;
        let now = user.summary.created_at;
        let body = CreateRoleGrant { expires_at: end(now, 3_600), ..built_in(user.id(), Role::Advocate, Some(one)) };
        let granted = admin.create_role_grant(&body).await.unwrap();
        assert_eq!((granted.role, granted.role_name.as_str(), granted.scope), (Some(Role::Advocate), "advocate", ScopeKind::Organization));
        assert_eq!((granted.granted_by_name.as_str(), granted.reason.as_str(), granted.expires_at), ("root", "cover", body.expires_at));
        assert_eq!(admin.get_role_grant(granted.id).await.unwrap(), granted);
        assert_eq!(code(admin.create_role_grant(&body).await), "role-granted");
        let found = |filter| ListRoleGrants { filter, ..ListRoleGrants::default() };
        for (filter, total) in [
            (RoleGrantFilter { user_id: Some(user.id()), ..Default::default() }, 1),
            (RoleGrantFilter { role: Some(Role::Advocate), organization_id: Some(one), ..Default::default() }, 1),
            (RoleGrantFilter { role: Some(Role::Developer), ..Default::default() }, 0),
            (RoleGrantFilter { scope: Some(ScopeKind::Platform), ..Default::default() }, 0),
            (RoleGrantFilter { state: Some(RoleGrantState::Active), ..Default::default() }, 1),
            (RoleGrantFilter { state: Some(RoleGrantState::Expired), ..Default::default() }, 0),
        ] {
            assert_eq!(admin.list_role_grants(&found(filter.clone())).await.unwrap().total, total, "{filter:?}");
        }
        // The organization's administrator sees it, but not who of outside gave it.
        let seen = boss.get_role_grant(granted.id).await.unwrap();
        assert_eq!((seen.granted_by, seen.granted_by_name.as_str()), (None, "administrator"));
        let why = |reason: &str| RevokeRoleGrant { reason: reason.to_owned() };
        assert_eq!(code(admin.revoke_role_grant(granted.id, &why(&"x".repeat(501))).await), "invalid");
        admin.revoke_role_grant(granted.id, &why("back from holiday")).await.unwrap();
        let filter = AuditFilter { target_id: Some(user.id().to_string()), organization_id: Some(one), ..AuditFilter::default() };
        let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap().items;
        let actions: Vec<Action> = events.iter().map(|event| event.action).collect();
        assert!(actions.starts_with(&[Action::RoleRevoked, Action::RoleGranted]), "{actions:?}");
        assert_eq!([&*events[0].reason, &*events[1].reason], ["back from holiday", "cover"]);
        let change = events[1].changes.iter().find(|change| change.field == "role").unwrap();
        assert_eq!((change.before.as_str(), change.after.as_str()), (None, Some("advocate")));
    }

    /// Requests that say too little, too much, or what does not fit.
    async fn faults(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (_, user) = server.signed_in(&admin, "ann", &[]).await;
        let now = user.summary.created_at;
        let role = admin.create_role(&new_role("Desk", &[Permission::UserRead])).await.unwrap().id;
        for (body, pointer) in [
            (to(user.id(), None), "/role"),
            (CreateRoleGrant { role: Some(Role::Advocate), ..custom(user.id(), role, None) }, "/role"),
            (built_in(user.id(), Role::Admin, Some(one)), "/role"),
            (built_in(user.id(), Role::User, None), "/role"),
            (CreateRoleGrant { expires_at: end(now, 60), ..built_in(user.id(), Role::OrganizationAdmin, None) }, "/role"),
            // For good, it is one of the user's own roles.
            (built_in(user.id(), Role::Developer, None), "/role"),
            (CreateRoleGrant { scope: ScopeKind::Organization, ..custom(user.id(), role, None) }, "/organization_id"),
            (CreateRoleGrant { scope: ScopeKind::Platform, ..custom(user.id(), role, Some(one)) }, "/organization_id"),
            (CreateRoleGrant { expires_at: end(now, -60), ..custom(user.id(), role, None) }, "/expires_at"),
            (custom(user.id(), RoleId(uuid::Uuid::from_u128(7)), None), "/role_id"),
            (custom(user.id(), role, Some(NOBODY)), "/organization_id"),
        ] {
            let refused = admin.create_role_grant(&body).await.unwrap_err();
            assert_eq!(refused.problem().unwrap().errors[0].pointer, pointer, "{body:?}");
        }
        assert_eq!(code(admin.create_role_grant(&custom(UserId(uuid::Uuid::from_u128(7)), role, None)).await), "not-found");
    }

    /// An organization's administrator hands on what they hold, within their organization, and nothing else; refusals tell
    /// nothing of others.
    async fn delegation(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (helper, user) = member(&server, &admin, "ann", one).await;
        let (_, stranger) = member(&server, &admin, "bob", two).await;
        let desk = shared(&admin, "Desk", &[Permission::UserRead, Permission::UserSuspend]).await.id;
        let contact = shared(&admin, "Contact", &[Permission::UserRead, Permission::UserReadContact]).await.id;
        let secret = admin.create_role(&new_role("Secret", &[Permission::UserRead])).await.unwrap().id;
        let granted = boss.create_role_grant(&custom(user.id(), desk, Some(one))).await.unwrap();
        assert_eq!(usernames(&helper).await, ["ann", "one.admin"]);
        // More than they hold, a role that is not shown to them, another scope, another's member, themselves.
        let own = boss.get_me().await.unwrap().user.id();
        assert_eq!(code(boss.create_role_grant(&custom(user.id(), contact, Some(one))).await), "not-held");
        assert_eq!(code(boss.create_role_grant(&custom(user.id(), secret, Some(one))).await), "invalid");
        assert_eq!(code(boss.create_role_grant(&custom(user.id(), desk, None)).await), "forbidden");
        assert_eq!(code(boss.create_role_grant(&custom(own, desk, Some(one))).await), "own-account");
        let elsewhere = boss.create_role_grant(&custom(user.id(), desk, Some(two))).await.unwrap_err();
        let nowhere = boss.create_role_grant(&custom(user.id(), desk, Some(NOBODY))).await.unwrap_err();
        let others = boss.create_role_grant(&custom(stranger.id(), desk, Some(one))).await.unwrap_err();
        for refused in [&elsewhere, &nowhere, &others] {
            assert_eq!(refused.code(), "not-found");
        }
        assert_eq!(elsewhere.problem().unwrap().detail, nowhere.problem().unwrap().detail);
        // What the platform granted to their people beyond them, they neither see nor revoke.
        let beyond = admin.create_role_grant(&custom(user.id(), desk, Some(two))).await.unwrap();
        assert_eq!(code(boss.get_role_grant(beyond.id).await), "not-found");
        assert_eq!(code(boss.revoke_role_grant(beyond.id, &RevokeRoleGrant::default()).await), "not-found");
        assert_eq!(boss.list_role_grants(&ListRoleGrants::default()).await.unwrap().items.len(), 1);
        admin.revoke_role_grant(beyond.id, &RevokeRoleGrant::default()).await.unwrap();
        boss.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        assert_eq!(code(helper.list_users(&ListUsers::default()).await), "forbidden");
    }

    /// Who has power over others is not taken over by who has less: not by a password, not by suspending, alone or in bulk.
    async fn guards(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (helper, helping) = member(&server, &admin, "helper", one).await;
        let (_, ann) = member(&server, &admin, "ann", one).await;
        let desk = shared(&admin, "Desk", &[Permission::UserRead, Permission::UserSuspend, Permission::UserSetPassword, Permission::RoleRead, Permission::RoleGrant]).await.id;
        let held = boss.create_role_grant(&custom(helping.id(), desk, Some(one))).await.unwrap();
        let password = new_password();
        // The desk sets ann's password, not that of the organization's administrator.
        helper.set_user_password(ann.id(), &password).await.unwrap();
        let own = boss.get_me().await.unwrap().user.id();
        assert_eq!(code(helper.set_user_password(own, &password).await), "privileged-account");
        assert_eq!(code(helper.revoke_role_grant(held.id, &RevokeRoleGrant::default()).await), "privileged-account");
        // It makes nobody an administrator, and hands on what it holds itself.
        assert_eq!(code(helper.create_role_grant(&built_in(ann.id(), Role::OrganizationAdmin, Some(one))).await), "privileged-account");
        boss.set_user_password(helping.id(), &password).await.unwrap();
        // Once ann administers another organization as well, she is out of reach for the administrator of the first.
        admin.create_role_grant(&built_in(ann.id(), Role::OrganizationAdmin, Some(two))).await.unwrap();
        assert_eq!(admin.get_user(ann.id()).await.unwrap().granted_power, Power::Platform);
        assert_eq!(code(boss.set_user_password(ann.id(), &password).await), "privileged-account");
        let plan = crate::jobs::suspend_all(&boss, "ann").await;
        assert_eq!((plan.row_count, plan.excluded[0].count), (0, 1));
        let plan = crate::jobs::suspend_all(&admin, "ann").await;
        assert_eq!(plan.row_count, 1);
    }

    /// Who may give roles gives no administrator's, and who may move people moves them within reach (mass assignment by PATCH).
    async fn handing_on(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (mover, user) = member(&server, &admin, "mover", one).await;
        let (_, ann) = member(&server, &admin, "ann", one).await;
        let role = admin.create_role(&new_role("Mover", &[Permission::UserRead, Permission::UserMove, Permission::UserAssignRoles])).await.unwrap().id;
        admin.create_role_grant(&custom(user.id(), role, Some(one))).await.unwrap();
        let roles = |roles: &[Role]| UpdateUser { roles: Some(roles.iter().copied().collect()), ..UpdateUser::default() };
        for powerful in [Role::Admin, Role::Developer, Role::Advocate, Role::BillingAdmin, Role::OrganizationAdmin] {
            assert_eq!(code(mover.update_user(ann.id(), &roles(&[powerful]), None).await), "privileged-account", "{powerful}");
        }
        mover.update_user(ann.id(), &roles(&[Role::Trainer]), None).await.unwrap();
        assert_eq!(code(mover.update_user(user.id(), &roles(&[Role::Admin]), None).await), "privileged-account");
        for place in [Patch::Value(two), Patch::Value(NOBODY), Patch::Null] {
            let away = UpdateUser { organization_id: place, ..UpdateUser::default() };
            assert_eq!(code(mover.update_user(ann.id(), &away, None).await), "forbidden");
        }
        // Moving ends what was granted on the organization that is left.
        let desk = admin.create_role(&new_role("Desk", &[Permission::UserRead])).await.unwrap().id;
        admin.create_role_grant(&custom(ann.id(), desk, Some(one))).await.unwrap();
        let away = UpdateUser { organization_id: Patch::Value(two), ..UpdateUser::default() };
        admin.update_user(ann.id(), &away, None).await.unwrap();
        let of = RoleGrantFilter { user_id: Some(ann.id()), ..RoleGrantFilter::default() };
        assert_eq!(admin.list_role_grants(&ListRoleGrants { filter: of, ..Default::default() }).await.unwrap().total, 0);
    }

    /// Platform-wide grants of administrators are for administrators; an administrator for a while is one, and the last one
    /// for good stays.
    async fn administrators_for_a_while(server: Server) {
        let admin = server.admin().await;
        let (deputy, user) = server.signed_in(&admin, "deputy", &[]).await;
        let now = user.summary.created_at;
        let body = CreateRoleGrant { expires_at: end(now, 300), ..built_in(user.id(), Role::Admin, None) };
        let desk = admin.create_role(&new_role("Granters", &[Permission::UserRead, Permission::RoleRead, Permission::RoleGrant])).await.unwrap().id;
        let (granter, granting) = server.signed_in(&admin, "granter", &[]).await;
        admin.create_role_grant(&custom(granting.id(), desk, None)).await.unwrap();
        assert_eq!(code(granter.create_role_grant(&body).await), "privileged-account");
        admin.create_role_grant(&body).await.unwrap();
        deputy.create_role(&new_role("made by the deputy", &[])).await.unwrap();
        let root = admin.get_me().await.unwrap().user;
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        assert_eq!(code(deputy.update_user(root.id(), &demote, None).await), "last-administrator");
        server.advance(Duration::from_secs(400));
        let began = Instant::now();
        while deputy.list_users(&ListUsers::default()).await.is_ok() {
            assert!(began.elapsed() < Duration::from_secs(2), "the end does not bite");
        }
    }

    /// A key holds neither the definition of roles nor grants; its owner's grants reach as far as its scopes.
    async fn keys(server: Server) {
        let admin = server.admin().await;
        let (one, _) = with_admin(&server, &admin, "one").await;
        let (owner, user) = server.signed_in(&admin, "owner", &[]).await;
        let desk = admin.create_role(&new_role("Desk", &[Permission::UserRead, Permission::UserSuspend])).await.unwrap();
        let granted = admin.create_role_grant(&custom(user.id(), desk.id, Some(one))).await.unwrap();
        for scope in [Permission::RoleWrite, Permission::RoleGrant] {
            let body = CreateApiKey { title: "x".to_owned(), scopes: [scope, Permission::RoleRead].into_iter().collect(), ..CreateApiKey::default() };
            assert_eq!(code(admin.create_api_key(&body).await), "invalid", "{scope}");
        }
        let body = CreateApiKey { title: "reader".to_owned(), scopes: [Permission::UserRead].into_iter().collect(), ..CreateApiKey::default() };
        let key = server.anonymous();
        key.transport().set_token(Some(owner.create_api_key(&body).await.unwrap().secret));
        assert_eq!(usernames(&key).await, ["one.admin"]);
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        assert_eq!(code(key.list_users(&ListUsers::default()).await), "forbidden");
    }

    /// What a role carries changes for all who hold it at once, with their power; a role that is held is not deleted.
    async fn held_roles(server: Server) {
        let admin = server.admin().await;
        let (helper, user) = server.signed_in(&admin, "helper", &[]).await;
        let role = admin.create_role(&new_role("Label", &[])).await.unwrap();
        let granted = admin.create_role_grant(&custom(user.id(), role.id, None)).await.unwrap();
        assert_eq!(admin.get_user(user.id()).await.unwrap().granted_power, Power::None);
        let update = UpdateRole { permissions: Some([Permission::UserRead].into_iter().collect()), ..UpdateRole::default() };
        admin.update_role(role.id, &update, None).await.unwrap();
        helper.list_users(&ListUsers::default()).await.unwrap();
        assert_eq!(admin.get_user(user.id()).await.unwrap().granted_power, Power::Platform);
        assert_eq!(admin.get_role(role.id).await.unwrap().grant_count, 1);
        assert_eq!(code(admin.delete_role(role.id).await), "role-held");
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        admin.delete_role(role.id).await.unwrap();
    }

    /// An explanation names the grant that decided, and to whom it is none of their business, no more than that there is one.
    async fn explained(server: Server) {
        let admin = server.admin().await;
        let (one, boss) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let (_, user) = member(&server, &admin, "ann", one).await;
        let desk = admin.create_role(&new_role("Desk of Two", &[Permission::OrganizationRead])).await.unwrap().id;
        let granted = admin.create_role_grant(&custom(user.id(), desk, Some(two))).await.unwrap();
        let resource = Some(AccessResource::Organization(two));
        let asked = ExplainAccess { subject: user.id().into(), permission: Permission::OrganizationRead, resource };
        let told = admin.explain_access(&asked).await.unwrap();
        assert_eq!((told.verdict, told.decided_by), (Verdict::Allowed, AccessRule::RoleGrant));
        let change = told.change.unwrap();
        assert_eq!((change.kind, change.grant_id), (AccessChangeKind::RevokeGrant, Some(granted.id)));
        let step = told.steps.iter().find(|step| step.rule == AccessRule::RoleGrant).unwrap();
        assert!(step.detail.contains("Desk of Two") && step.detail.contains("The two"), "{step:?}");
        let hidden = boss.explain_access(&ExplainAccess { resource: None, ..asked }).await.unwrap();
        let text = serde_json::to_string(&hidden).unwrap();
        assert!(!text.contains("Two") && !text.contains("The two") && !text.contains(&granted.id.to_string()), "{text}");
        admin.revoke_role_grant(granted.id, &RevokeRoleGrant::default()).await.unwrap();
        assert_eq!(admin.explain_access(&asked).await.unwrap().verdict, Verdict::Hidden);
    }
}
