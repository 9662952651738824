//! Two requests at once (S3-USL-03, S4-DEL-03, contradiction 15).

use futures::future::join_all;
use quarterdeck_domain::{
    Patch, Permission, PermissionSet, Role,
    api_keys::{ApiKeyFilter, CreateApiKey, ListApiKeys},
    audit::{Action, AuditFilter, ListAuditEvents, Outcome},
    me::ChangePassword,
    plans::{CreatePlan, PlanAction},
    roles::Roles,
    users::{CreateUser, ListUsers, SetPassword, UpdateUser, UserFilter, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, new_user, on_both};

use crate::organizations::with_admin;

on_both! {
    /// Two administrators demote each other at once: one of them stays.
    async fn last_administrator(server: Server) {
        let root = server.admin().await;
        let root_id = root.get_me().await.unwrap().user.id();
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        let promote = UpdateUser { roles: Some(Roles::NONE.with(Role::Admin)), ..UpdateUser::default() };
        let (second, user) = server.signed_in(&root, "second", &[Role::Admin]).await;
        for _ in 0..8 {
            let (by_root, by_second) = futures::join!(root.update_user(user.id(), &demote, None), second.update_user(root_id, &demote, None));
            assert!(by_root.is_ok() != by_second.is_ok(), "{by_root:?} {by_second:?}");
            let filter = UserFilter { role: Some(Role::Admin), ..UserFilter::default() };
            let survivor = if by_root.is_ok() { &root } else { &second };
            let admins = survivor.list_users(&ListUsers { filter, ..ListUsers::default() }).await.unwrap();
            assert_eq!(admins.total, 1);
            let other = if by_root.is_ok() { user.id() } else { root_id };
            survivor.update_user(other, &promote, None).await.unwrap();
        }
    }

    /// Many creations of one username at once: one wins, the others are told.
    async fn usernames(server: Server) {
        let admin = server.admin().await;
        let results = join_all((0..12).map(|index| {
            let admin = admin.clone();
            async move {
                let name = if index % 2 == 0 { "Ada" } else { "ada" };
                let body = quarterdeck_domain::users::CreateUser { password: None, ..new_user(name, &[]) };
                admin.create_user(&body).await
            }
        })).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for error in results.into_iter().filter_map(Result::err) {
            assert_eq!(error.code(), "username-taken");
        }
    }

    /// A password that an administrator sets is not undone by a change that was under way.
    async fn passwords(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        let mut current = PASSWORD.to_owned();
        for round in 0..6 {
            let (bob, _) = server.sign_in("bob", &current).await.unwrap();
            let (theirs, ours) = (format!("copper kettle {round} theirs"), format!("another lantern {round} ours"));
            let change = ChangePassword { current_password: current, new_password: theirs, keep_other_sessions: true };
            let set = SetPassword { password: ours.clone(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
            let (_, set) = futures::join!(bob.change_own_password(&change), admin.set_user_password(user.id(), &set));
            set.unwrap();
            current = ours;
        }
        server.sign_in("bob", &current).await.unwrap();
    }

    /// A password that an administrator sets leaves no key behind, however many were being made meanwhile.
    async fn keys_of_an_ended_session(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let scopes = PermissionSet::NONE.with(Permission::ProfileRead);
        let bodies: Vec<_> = (0..24)
            .map(|number| CreateApiKey { title: format!("key {number}"), scopes, ..CreateApiKey::default() })
            .collect();
        let making = join_all(bodies.iter().map(|body| bob.create_api_key(body)));
        let set = SetPassword { password: "copper kettle four".to_owned(), must_change: false, revoke_sessions: true, revoke_api_keys: None };
        let (_, set) = futures::join!(making, admin.set_user_password(user.id(), &set));
        set.unwrap();
        let filter = ApiKeyFilter { user_id: Some(user.id()), ..ApiKeyFilter::default() };
        let left = admin.list_api_keys(&ListApiKeys { filter, ..ListApiKeys::default() }).await.unwrap();
        assert_eq!(left.total, 0, "{:?}", left.items);
    }

    /// Whoever was suspended changes nothing any more, even when the change was under way.
    async fn suspension(server: Server) {
        let admin = server.admin().await;
        for round in 0..6 {
            let (bob, user) = server.signed_in(&admin, &format!("bob{round}"), &[]).await;
            let change = ChangePassword {
                current_password: PASSWORD.to_owned(),
                new_password: "copper kettle four".to_owned(),
                keep_other_sessions: true,
            };
            let suspend = UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() };
            let (changed, suspended) = futures::join!(bob.change_own_password(&change), admin.update_user(user.id(), &suspend, None));
            suspended.unwrap();
            let filter = AuditFilter { target_id: Some(user.id().to_string()), outcome: Some(Outcome::Success), ..AuditFilter::default() };
            let events = admin.list_audit_events(&ListAuditEvents { filter, ..ListAuditEvents::default() }).await.unwrap();
            assert_eq!(events.items[0].action, Action::UserSuspended, "{changed:?}");
        }
    }

    /// Users are created and moved into an organization that is deleted meanwhile: done, or told why not.
    async fn deleted_organization(server: Server) {
        let admin = server.admin().await;
        for round in 0..4 {
            let (id, _) = with_admin(&server, &admin, &format!("org{round}")).await;
            let stray = server.user(&admin, &format!("stray{round}"), &[]).await;
            let plan = admin.create_plan(&CreatePlan { action: PlanAction::delete_organization(id) }).await.unwrap();
            let create = (0..8).map(|index| {
                let body = CreateUser { organization_id: Some(id), password: None, ..new_user(&format!("user{round}.{index}"), &[]) };
                let admin = admin.clone();
                async move { admin.create_user(&body).await.map(drop) }
            });
            let enter = UpdateUser { organization_id: Patch::Value(id), ..UpdateUser::default() };
            let moving = async { admin.update_user(stray.id(), &enter, None).await.map(drop) };
            let (created, moved, _) = futures::join!(join_all(create), moving, admin.delete_organization(id, plan.id));
            for error in created.into_iter().chain([moved]).filter_map(Result::err) {
                assert_eq!(error.problem().unwrap().errors[0].pointer, "/organization_id", "{error:?}");
            }
        }
    }

    /// Many writers at once: nobody is told that the database is busy, and every change is kept.
    async fn writers(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await.id();
        let results = join_all((0..64).map(|index| {
            let admin = admin.clone();
            async move {
                let update = UpdateUser { display_name: Some(format!("Bob {index}")), ..UpdateUser::default() };
                admin.update_user(user, &update, None).await
            }
        })).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(admin.get_user(user).await.unwrap().summary.version, 65);
    }
}
