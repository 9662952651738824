//! What is sent wrongly: a problem document, never a hang or a panic.

use quarterdeck_domain::Problem;
use quarterdeck_testkit::{Backend, Server};

/// Each wrong request gets its status and a problem document with a code and the request's id.
#[tokio::test]
async fn problems() {
    let server = Server::start(Backend::Sqlite).await;
    let admin = server.admin().await;
    let http = admin.transport();
    let json = "application/json";
    let huge = format!(r#"{{"username":"{}"}}"#, "x".repeat(2 << 20));
    let deep = "[".repeat(100_000);
    let cases: Vec<(&str, &str, Option<&str>, Vec<u8>, u16)> = vec![
        ("GET", "/api/v1/nothing", None, vec![], 404),
        ("GET", "/api/nothing", None, vec![], 404),
        ("GET", "/healthz/", None, vec![], 404),
        ("GET", "/readyz/", None, vec![], 404),
        ("GET", "/metrics/", None, vec![], 404),
        ("PUT", "/api/v1/users", None, vec![], 405),
        ("POST", "/api/v1/users", Some(json), b"{".to_vec(), 400),
        (
            "POST",
            "/api/v1/users",
            Some(json),
            br#"{"username":"ada","display_name":"Ada","colour":"red"}"#.to_vec(),
            400,
        ),
        ("POST", "/api/v1/users", Some(json), br#"{"username":7,"display_name":"Ada"}"#.to_vec(), 400),
        ("POST", "/api/v1/users", Some(json), b"{\"username\":\"\xff\xfe\",\"display_name\":\"x\"}".to_vec(), 400),
        ("POST", "/api/v1/users", Some(json), b"".to_vec(), 400),
        ("POST", "/api/v1/users", Some(json), b"null".to_vec(), 400),
        ("POST", "/api/v1/users", Some("text/plain"), b"{}".to_vec(), 415),
        ("POST", "/api/v1/users", Some(json), huge.into_bytes(), 413),
        ("POST", "/api/v1/users", Some(json), deep.into_bytes(), 400),
        ("GET", "/api/v1/users/not-a-uuid", None, vec![], 400),
        ("GET", "/api/v1/users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e", None, vec![], 404),
    ];
    for (method, path, media_type, body, status) in cases {
        let mut request = http.raw(method, path);
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{method} {path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{method} {path}");
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let problem: Problem = answer.json().await.unwrap();
        assert_eq!((problem.status, problem.request_id), (status, id), "{method} {path}");
        assert!(!problem.code.is_empty());
    }
}

/// Nobody is let in without a token, or with one that is not ours.
#[tokio::test]
async fn tokens() {
    let server = Server::start(Backend::Sqlite).await;
    let admin = server.admin().await;
    let good = admin.transport().token().unwrap();
    let mut parts = good.split('.');
    let (head, claims) = (parts.next().unwrap(), parts.next().unwrap());
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    let cut = format!("{head}.{claims}.");
    for (header, code) in [
        (None, "unauthenticated"),
        (Some("Bearer".to_owned()), "unauthenticated"),
        (Some("Basic cm9vdDpyb290".to_owned()), "unauthenticated"),
        (Some("Bearer x".to_owned()), "token-invalid"),
        (Some(format!("Bearer {unsigned}")), "token-invalid"),
        (Some(format!("Bearer {cut}")), "token-invalid"),
    ] {
        let mut request = admin.transport().http.get(format!("{}/api/v1/me", server.base));
        if let Some(header) = &header {
            request = request.header("authorization", header);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 401, "{header:?}");
        assert!(answer.headers().contains_key("www-authenticate"));
        assert_eq!(answer.json::<Problem>().await.unwrap().code, code, "{header:?}");
    }
}

/// The console's page forbids what it does not need.
#[tokio::test]
async fn security_headers() {
    let server = Server::start(Backend::Sqlite).await;
    let http = server.anonymous();
    let page = http.transport().raw("GET", "/people/users").header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors 'none'")
            && !policy.contains("unsafe-inline")
            && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    assert_eq!((header("x-frame-options").as_str(), header("cache-control").contains("no-cache")), ("DENY", true));
    assert_eq!(
        (header("cross-origin-opener-policy").as_str(), header("x-content-type-options").as_str()),
        ("same-origin", "nosniff")
    );
    // No HSTS over plain HTTP, where it would be ignored or lock people out.
    assert!(!page.headers().contains_key("strict-transport-security"));
}
