//! A reset link works for the account that it was made for, as it was then (S0-USR-05).

use quarterdeck_domain::{
    Patch, Role,
    auth::{ResetPassword, ResetToken},
    me::ChangePassword,
    plans::{CreatePlan, PlanAction, RoleChange, Selection},
    roles::Roles,
    users::{CreateUser, SetPassword, UpdateUser, User, UserStatus},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, new_user, on_both};

use crate::organizations::with_admin;

const OTHER: &str = "copper kettle four";

/// The token of a new link for `user`.
pub async fn link(maker: &TestClient, user: &User) -> String {
    let link = maker.create_password_reset_link(user.id()).await.unwrap();
    link.url.split_once("#token=").unwrap().1.to_owned()
}

/// Asserts that nothing can be done with `token` any more.
pub async fn assert_dead(server: &Server, token: String, after: &str) {
    let visitor = server.anonymous();
    let inspected = visitor.inspect_password_reset(&ResetToken { token: token.clone() }).await.unwrap_err();
    let reset = ResetPassword { token, password: "another lantern 5".to_owned() };
    let used = visitor.reset_password(&reset).await.unwrap_err();
    assert_eq!((inspected.code(), used.code()), ("one-time-token-invalid", "one-time-token-invalid"), "{after}");
}

on_both! {
    /// Another password, by whomever, ends the links.
    async fn new_password(server: Server) {
        let admin = server.admin().await;
        let (bob, user) = server.signed_in(&admin, "bob", &[]).await;
        let token = link(&admin, &user).await;
        let change = ChangePassword { current_password: PASSWORD.to_owned(), new_password: OTHER.to_owned(), keep_other_sessions: false };
        bob.change_own_password(&change).await.unwrap();
        assert_dead(&server, token, "the own change").await;
        let token = link(&admin, &user).await;
        let set = SetPassword { password: PASSWORD.to_owned(), must_change: false, revoke_sessions: false, revoke_api_keys: None };
        admin.set_user_password(user.id(), &set).await.unwrap();
        assert_dead(&server, token, "an administrator's change").await;
        server.sign_in("bob", PASSWORD).await.unwrap();
    }

    /// A link that an organization's administrator made is no way into what the account becomes later.
    async fn another_account(server: Server) {
        let admin = server.admin().await;
        let (one, maker) = with_admin(&server, &admin, "one").await;
        let (two, _) = with_admin(&server, &admin, "two").await;
        let changes = [
            UpdateUser { roles: Some(Roles::NONE.with(Role::Admin)), ..UpdateUser::default() },
            UpdateUser { organization_id: Patch::Value(two), ..UpdateUser::default() },
            UpdateUser { email: Patch::Value("new@example.org".to_owned()), ..UpdateUser::default() },
            UpdateUser { status: Some(UserStatus::Suspended), ..UpdateUser::default() },
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let user = maker.create_user(&new_user(&format!("user{index}"), &[])).await.unwrap();
            let token = link(&maker, &user).await;
            let harmless = UpdateUser { display_name: Some("Renamed".to_owned()), ..UpdateUser::default() };
            admin.update_user(user.id(), &harmless, None).await.unwrap();
            server.anonymous().inspect_password_reset(&ResetToken { token: token.clone() }).await.unwrap();
            admin.update_user(user.id(), &change, None).await.unwrap();
            assert_dead(&server, token, &format!("{change:?}")).await;
        }
        let body = CreateUser { organization_id: Some(one), ..new_user("bulk", &[]) };
        let user = admin.create_user(&body).await.unwrap();
        let selection = Selection::ids([user.id()]);
        let token = link(&maker, &user).await;
        let action = PlanAction::ChangeUserRole { selection, role: Role::Developer, change: RoleChange::Add };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        admin.execute_plan(&plan).await.unwrap();
        assert_dead(&server, token, "a bulk change of roles").await;
    }

    /// Members of a deleted organization are no longer reached by links of its administrators.
    async fn deleted_organization(server: Server) {
        let admin = server.admin().await;
        let (id, maker) = with_admin(&server, &admin, "engines").await;
        let user = maker.create_user(&new_user("bob", &[])).await.unwrap();
        let token = link(&maker, &user).await;
        let plan = admin.create_plan(&CreatePlan { action: PlanAction::delete_organization(id) }).await.unwrap();
        admin.delete_organization(id, plan.id).await.unwrap();
        assert_dead(&server, token, "the organization's deletion").await;
    }
}
