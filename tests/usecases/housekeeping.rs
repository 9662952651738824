//! What is over is removed, and nothing before.

use quarterdeck_app::{
    RequestInfo, Visitor, auth, housekeeping, idempotency,
    plans::create_plan,
    user_imports::create_user_import,
    users::{create_password_reset_link, create_user, update_user},
};
use quarterdeck_domain::{
    auth::Login,
    plans::{CreatePlan, PlanAction, Selection},
    sessions::ClientKind,
    user_imports::UserImportOptions,
    users::UpdateUser,
};
use quarterdeck_testkit::{PASSWORD, Platform, new_user, usecase_on_both};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

usecase_on_both! {
    /// Delays and imports go after an hour; sessions, links and idempotency keys after a day; plans after a week; names after 90 days.
    async fn each_in_its_time(platform: Platform) {
        let app = &platform.app;
        let admin = platform.admin().await;
        let bob = create_user(&admin, &new_user("bob", &[])).await.unwrap();
        let visitor = Visitor { app: app.clone(), request: RequestInfo { address: "192.0.2.1".to_owned(), ..RequestInfo::default() } };
        let login = |password: &str| Login { login: "bob".to_owned(), password: password.to_owned(), remember_me: false, client: ClientKind::Cli };
        auth::login(&visitor, &login(PASSWORD)).await.unwrap();
        auth::login(&visitor, &login("wrong wrong")).await.unwrap_err();
        create_password_reset_link(&admin, bob.id()).await.unwrap();
        idempotency::begin(app, &admin.actor, "/api/v1/users", "key", ("", b"{}")).await.unwrap();
        let action = PlanAction::DeleteUsers { selection: Selection::ids([bob.id()]) };
        create_plan(&admin, &CreatePlan { action }).await.unwrap();
        create_user_import(&admin, &UserImportOptions::default(), b"username\nann\n".to_vec()).await.unwrap();
        let rename = UpdateUser { username: Some("robert".to_owned()), ..UpdateUser::default() };
        update_user(&admin, bob.id(), &rename, None).await.unwrap();
        let mut passed = 0;
        // By pair, by address and the import; session, link and key; plan, kept a week beyond its ten minutes; name and
        // the pair that signed in.
        for (at, removed) in [(HOUR, 3), (DAY, 3), (7 * DAY + 600, 1), (90 * DAY, 2)] {
            platform.clock.advance(at - passed - 1);
            assert_eq!(housekeeping::sweep(app).await.unwrap(), 0, "before {at}");
            platform.clock.advance(2);
            assert_eq!(housekeeping::sweep(app).await.unwrap(), removed, "after {at}");
            passed = at + 1;
        }
    }
}
