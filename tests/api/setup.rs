//! First-run set-up (contradiction 31).

use quarterdeck_domain::{
    organizations::{CreateOrganization, OrganizationKind},
    setup::{SetUp, SetUpAdministrator},
};
use quarterdeck_testkit::{Backend, Options, PASSWORD, Server};

fn body(token: &str) -> SetUp {
    SetUp {
        token: token.to_owned(),
        organization: CreateOrganization {
            name: "analytical".to_owned(),
            display_name: "Analytical".to_owned(),
            kind: OrganizationKind::Company,
        },
        administrator: SetUpAdministrator {
            username: "ada".to_owned(),
            display_name: "Ada Byron".to_owned(),
            email: None,
            password: PASSWORD.to_owned(),
        },
    }
}

/// The link that the server prints makes the first administrator, once.
#[tokio::test]
async fn one_time_link() {
    let server = Server::start_with(Backend::Sqlite, Options { empty: true, ..Options::default() }).await;
    let visitor = server.anonymous();
    assert!(visitor.get_setup().await.unwrap().needed);
    assert_eq!(visitor.complete_setup(&body("qds_wrong")).await.unwrap_err().code(), "one-time-token-invalid");
    let log = server.log();
    let token = log.split_once("/setup#token=").expect("a set-up link").1;
    let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let mut weak = body(&token);
    weak.administrator.password = "short".to_owned();
    let fault = visitor.complete_setup(&weak).await.unwrap_err();
    assert_eq!(fault.problem().unwrap().errors[0].pointer, "/administrator/password");
    let user = visitor.complete_setup(&body(&token)).await.unwrap();
    assert!(user.is_active_admin());
    assert_eq!(visitor.complete_setup(&body(&token)).await.unwrap_err().code(), "setup-done");
    assert!(!visitor.get_setup().await.unwrap().needed);
    let (ada, _) = server.sign_in("ada", PASSWORD).await.unwrap();
    assert_eq!(ada.get_me().await.unwrap().user.summary.organization_name.as_deref(), Some("Analytical"));
}
