//! What people read is what is there: one rule for names and messages, whatever way they come.

use std::collections::BTreeMap;

use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    me::UpdateMe,
    organizations::{CreateOrganization, OrganizationKind, UpdateOrganization},
    settings::{UpdateSetting, UpdateSettings},
    users::{CreateUser, UpdateUser},
};
use quarterdeck_testkit::{Server, new_user, on_both};

/// Zero width, direction of writing, controls, and letters without a shape.
const UNSEEN: [&str; 5] = ["\u{200b}\u{200b}", "\u{202e}nimda", "Ada\u{7}", "Ada\u{85}Byron", "\u{3164}"];

fn pointer<T: std::fmt::Debug>(outcome: Result<T, ClientError>) -> String {
    let refused = outcome.unwrap_err();
    let problem = refused.problem().unwrap();
    assert_eq!((problem.status, problem.errors[0].code.as_str()), (422, "format"));
    problem.errors[0].pointer.clone()
}

on_both! {
    /// Display names of people and organizations, platform name and banner must be seen as what they are (S1-UED-02,
    /// S1-PLT-02..04).
    async fn unseen_characters(server: Server) {
        let admin = server.admin().await;
        let bob = server.user(&admin, "bob", &[]).await.id();
        let organization = |name: &str| CreateOrganization { name: "deck".to_owned(), display_name: name.to_owned(), kind: OrganizationKind::Company };
        let deck = admin.create_organization(&organization("Deck")).await.unwrap().id;
        for text in UNSEEN {
            let name = || Some(text.to_owned());
            let user = CreateUser { display_name: text.to_owned(), ..new_user("eve", &[]) };
            assert_eq!(pointer(admin.create_user(&user).await), "/display_name");
            let update = UpdateUser { display_name: name(), ..UpdateUser::default() };
            assert_eq!(pointer(admin.update_user(bob, &update, None).await), "/display_name");
            let me = UpdateMe { display_name: name(), ..UpdateMe::default() };
            assert_eq!(pointer(admin.update_me(&me, None).await), "/display_name");
            let new = CreateOrganization { name: "other".to_owned(), ..organization(text) };
            assert_eq!(pointer(admin.create_organization(&new).await), "/display_name");
            let update = UpdateOrganization { display_name: name(), ..UpdateOrganization::default() };
            assert_eq!(pointer(admin.update_organization(deck, &update, None).await), "/display_name");
            for key in ["platform.name", "banner.message"] {
                let body = UpdateSetting { value: text.into(), reason: String::new() };
                assert_eq!(pointer(admin.update_setting(key, &body, None).await), "/value");
                let body = UpdateSettings { values: BTreeMap::from([(key.to_owned(), text.into())]), ..UpdateSettings::default() };
                assert_eq!(pointer(admin.update_settings(&body).await), format!("/values/{key}"));
            }
        }
        let persian = UpdateUser { display_name: Some("محمد\u{200c}رضا".to_owned()), ..UpdateUser::default() };
        admin.update_user(bob, &persian, None).await.unwrap();
    }
}
