//! Limits of requests: by address before anybody is known, by user after. They live in the process, whatever the database.

use std::time::Duration;

use quarterdeck_domain::{Problem, settings::UpdateSetting};
use quarterdeck_testkit::{Backend, Options, PASSWORD, Server, TestClient, new_user};
use reqwest::Response;
use serde_json::json;

/// A server that believes a proxy on this machine, so that a test can come from anywhere.
async fn server() -> Server {
    let env = vec![("QUARTERDECK_TRUSTED_PROXIES".to_owned(), "127.0.0.1".to_owned())];
    Server::start_with(Backend::Sqlite, Options { env, ..Options::default() }).await
}

async fn set(admin: &TestClient, key: &str, value: u32) {
    let body = UpdateSetting { value: value.into(), reason: String::new() };
    admin.update_setting(key, &body, None).await.unwrap();
}

async fn post_from(server: &Server, address: &str, path: &str) -> Response {
    let body = match path {
        "/api/v1/auth/refresh" => json!({"refresh_token": "qdr_AAAA"}),
        _ => json!({"login": "root", "password": PASSWORD, "client": "cli"}),
    };
    let request = server.anonymous().transport().raw("POST", path).header("x-forwarded-for", address).json(&body);
    request.send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Sign-ins are counted by address, told in headers, refused beyond the limit, and allowed again as time passes.
#[tokio::test]
async fn sign_ins() {
    let server = server().await;
    let admin = server.admin().await;
    set(&admin, "limits.sign_ins_per_minute", 3).await;
    let sign_in = async |address: &str| post_from(&server, address, "/api/v1/auth/login").await;
    for left in ["2", "1", "0"] {
        let answer = sign_in("192.0.2.1").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "ratelimit-policy"), "\"sign-in\";q=3;w=60");
        assert!(header(&answer, "ratelimit").starts_with(&format!("\"sign-in\";r={left};t=")));
    }
    let refused = sign_in("192.0.2.1").await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "ratelimit-policy"), "\"sign-in\";q=3;w=60");
    let wait: u64 = header(&refused, "retry-after").parse().unwrap();
    assert!((15..=20).contains(&wait), "{wait}");
    let problem: Problem = refused.json().await.unwrap();
    assert_eq!((problem.code.as_str(), problem.retry_after_seconds), ("rate-limited", u32::try_from(wait).ok()));
    // However the path is written.
    assert_eq!(post_from(&server, "192.0.2.1", "/api/v1/%61uth/login").await.status(), 429);
    // Another address, another class of route, and this machine itself are not concerned.
    assert_eq!(sign_in("192.0.2.2").await.status(), 200);
    assert_eq!(post_from(&server, "192.0.2.1", "/api/v1/auth/refresh").await.status(), 401);
    server.admin().await;
    server.advance(Duration::from_secs(wait));
    assert_eq!(sign_in("192.0.2.1").await.status(), 200);
    set(&admin, "limits.sign_ins_per_minute", 0).await;
    for _ in 0..5 {
        let answer = sign_in("192.0.2.1").await;
        assert_eq!((answer.status().as_u16(), header(&answer, "ratelimit")), (200, ""));
    }
}

/// Changes, reads and attempts at the own password are counted by user, wherever they come from.
#[tokio::test]
async fn requests_of_a_user() {
    let server = server().await;
    let admin = server.admin().await;
    let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
    let (carol, _) = server.signed_in(&admin, "carol", &[]).await;
    set(&admin, "limits.writes_per_minute", 2).await;
    set(&admin, "limits.reads_per_minute", 2).await;
    set(&admin, "limits.password_changes_per_minute", 2).await;
    let body = |path| match path {
        "/api/v1/me/password" => json!({"current_password": "wrong", "new_password": "another lantern 5"}),
        _ => json!({"first_name": "Robert"}),
    };
    for (method, path) in [("GET", "/api/v1/me"), ("PATCH", "/api/v1/me"), ("POST", "/api/v1/me/password")] {
        let statuses = async |client: &TestClient| {
            let mut statuses = Vec::new();
            for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
                let request = client.transport().raw(method, path).header("x-forwarded-for", address);
                statuses.push(request.json(&body(path)).send().await.unwrap().status() == 429);
            }
            statuses
        };
        assert_eq!(statuses(&bob).await, [false, false, true], "{method} {path}");
        assert_eq!(statuses(&carol).await, [false, false, true], "{method} {path}");
    }
}

/// Exports and streams are counted while they are open.
#[tokio::test]
async fn what_lasts() {
    let server = server().await;
    let admin = server.admin().await;
    for key in ["limits.streams_at_once", "limits.exports_at_once"] {
        set(&admin, key, 2).await;
    }
    let (other, _) = server.signed_in(&admin, "other", &[]).await;
    let stream = async |client: &TestClient| client.transport().raw("GET", "/api/v1/events").send().await.unwrap();
    let (first, second) = (stream(&admin).await, stream(&admin).await);
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 200));
    let refused = stream(&admin).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "ratelimit-policy"), "\"stream\";q=2;qu=\"concurrent-requests\"");
    assert_eq!(header(&refused, "retry-after"), "5");
    assert_eq!(stream(&other).await.status(), 200);
    drop(first);
    while stream(&admin).await.status() == 429 {
        tokio::task::yield_now().await;
    }
    // An export gives its place back when it has been read.
    for _ in 0..4 {
        let export = admin.transport().raw("GET", "/api/v1/users").header("accept", "text/csv").send().await.unwrap();
        assert_eq!(export.status(), 200);
        assert!(export.text().await.unwrap().contains("root"));
    }
}

/// By default, a script that reads and writes as fast as it can is not hindered.
#[tokio::test]
async fn defaults() {
    let server = server().await;
    let admin = server.admin().await;
    for index in 0..300 {
        let user = quarterdeck_domain::users::CreateUser { password: None, ..new_user(&format!("user{index}"), &[]) };
        let user = admin.create_user(&user).await.unwrap();
        admin.get_user(user.id()).await.unwrap();
    }
}

/// A proxy that nobody named is told of once: everybody behind it would share the limits of one address.
#[tokio::test]
async fn unnamed_proxies() {
    const TOLD: &str = "--trusted-proxy does not name this proxy";
    let mut server = Server::start(Backend::Sqlite).await;
    server.admin().await;
    for address in ["192.0.2.1", "192.0.2.2"] {
        assert_eq!(post_from(&server, address, "/api/v1/auth/refresh").await.status(), 401);
    }
    server.logged(TOLD).await;
    // The log is whole when the process has ended.
    server.terminate();
    assert_eq!(server.log().matches(TOLD).count(), 1);
}
