//! First-run set-up (contradiction 31).

use std::time::Duration;

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

/// The token of the link that the server printed last. It answers while it finds the words.
async fn last_token(server: &Server) -> String {
    loop {
        if let Some((token, _)) = server.log().rsplit_once("/setup#token=").and_then(|(_, rest)| rest.split_once('\n'))
        {
            return token.to_owned();
        }
        tokio::task::yield_now().await;
    }
}

/// The link that the server prints makes the first administrator, once.
#[tokio::test]
async fn one_time_link() {
    let server = Server::start_with(Backend::Sqlite, Options { empty: true, ..Options::default() }).await;
    let visitor = server.anonymous();
    assert!(visitor.get_setup().await.unwrap().needed);
    assert_eq!(visitor.complete_setup(&body("qds_wrong")).await.unwrap_err().code(), "one-time-token-invalid");
    let token = last_token(&server).await;
    let mut weak = body(&token);
    weak.administrator.password = "short".to_owned();
    let fault = visitor.complete_setup(&weak).await.unwrap_err();
    assert_eq!(fault.problem().unwrap().errors[0].pointer, "/administrator/password");
    let mut unseen = body(&token);
    unseen.organization.display_name = "\u{200b}".to_owned();
    unseen.administrator.display_name = "\u{202e}ada".to_owned();
    let fault = visitor.complete_setup(&unseen).await.unwrap_err();
    let pointers: Vec<_> = fault.problem().unwrap().errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/organization/display_name", "/administrator/display_name"]);
    let user = visitor.complete_setup(&body(&token)).await.unwrap();
    assert!(user.is_active_admin());
    assert_eq!(visitor.complete_setup(&body(&token)).await.unwrap_err().code(), "setup-done");
    assert!(!visitor.get_setup().await.unwrap().needed);
    let (ada, _) = server.sign_in("ada", PASSWORD).await.unwrap();
    assert_eq!(ada.get_me().await.unwrap().user.summary.organization_name.as_deref(), Some("Analytical"));
}

/// The link works for seven days; a restart prints a new one.
#[tokio::test]
async fn expiry() {
    const DAY: u64 = 86_400;
    let mut server = Server::start_with(Backend::Sqlite, Options { empty: true, ..Options::default() }).await;
    let mut weak = body(&last_token(&server).await);
    weak.administrator.password = "short".to_owned();
    server.advance(Duration::from_secs(7 * DAY - 60));
    assert_eq!(server.anonymous().complete_setup(&weak).await.unwrap_err().code(), "invalid");
    server.advance(Duration::from_secs(61));
    assert_eq!(server.anonymous().complete_setup(&weak).await.unwrap_err().code(), "one-time-token-invalid");
    server.terminate();
    server.restart().await;
    while last_token(&server).await == weak.token {
        tokio::task::yield_now().await;
    }
    server.anonymous().complete_setup(&body(&last_token(&server).await)).await.unwrap();
}
