//! First-run set-up (contradiction 31).

use std::time::{Duration, Instant};

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

/// The token of the link that the server prints after the one of `former`: it answers while it finds the words.
async fn token_after(server: &Server, former: &str) -> String {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(10) {
        let log = server.log();
        if let Some((link, _)) = log.rsplit_once("/setup#token=").and_then(|(_, rest)| rest.split_once('\n'))
            && link.trim() != former
        {
            return link.trim().to_owned();
        }
        tokio::task::yield_now().await;
    }
    panic!("no set-up link: {}", server.log());
}

/// The link that the server prints makes the first administrator, once.
#[tokio::test]
async fn one_time_link() {
    let server = Server::start_with(Backend::Sqlite, Options { empty: true, ..Options::default() }).await;
    let visitor = server.anonymous();
    assert!(visitor.get_setup().await.unwrap().needed);
    assert_eq!(visitor.complete_setup(&body("qds_wrong")).await.unwrap_err().code(), "one-time-token-invalid");
    let token = token_after(&server, "").await;
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

/// The link works for seven days; a restart prints a new one.
#[tokio::test]
async fn expiry() {
    const DAY: u64 = 86_400;
    let mut server = Server::start_with(Backend::Sqlite, Options { empty: true, ..Options::default() }).await;
    let mut weak = body(&token_after(&server, "").await);
    weak.administrator.password = "short".to_owned();
    server.advance(Duration::from_secs(7 * DAY - 60));
    assert_eq!(server.anonymous().complete_setup(&weak).await.unwrap_err().code(), "invalid");
    server.advance(Duration::from_secs(61));
    assert_eq!(server.anonymous().complete_setup(&weak).await.unwrap_err().code(), "one-time-token-invalid");
    server.terminate();
    server.restart().await;
    let token = token_after(&server, &weak.token).await;
    server.anonymous().complete_setup(&body(&token)).await.unwrap();
}
