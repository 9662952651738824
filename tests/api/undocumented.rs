//! What an operation does not take is refused: nobody shall believe that it was minded.

use quarterdeck_domain::{
    Problem,
    plans::{CreatePlan, PlanAction, PlanState, Selection},
    sessions::{ListSessions, ListUserSessions},
};
use quarterdeck_testkit::{PASSWORD, Server, TestClient, on_both};
use serde_json::{Value, json};

/// Code and pointer of the refusal of `method path`.
async fn refused(client: &TestClient, method: &str, path: &str, body: Option<Value>) -> (String, String) {
    let request = client.transport().raw(method, &format!("/api/v1{path}"));
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 400, "{method} {path}");
    let problem: Problem = answer.json().await.unwrap();
    (problem.code, problem.errors[0].pointer.clone())
}

fn at(code: &str, pointer: &str) -> (String, String) {
    (code.to_owned(), pointer.to_owned())
}

on_both! {
    /// No operation passes over a query parameter, least of all one that destroys.
    async fn parameters(server: Server) {
        let admin = server.admin().await;
        let (_, user) = server.signed_in(&admin, "bob", &[]).await;
        let id = user.id();
        for (method, path, parameter) in [
            ("DELETE", format!("/users/{id}/sessions?client=browser&dry_run=true"), "/client"),
            ("DELETE", "/me/sessions?dry_run=true".to_owned(), "/dry_run"),
            ("DELETE", "/settings/platform.name?why=x".to_owned(), "/why"),
            ("DELETE", format!("/users/{id}?plan=7"), "/plan"),
            ("POST", "/users?foo=1".to_owned(), "/foo"),
            ("GET", "/users?colour=red".to_owned(), "/colour"),
            ("GET", format!("/users/{id}?expand=roles"), "/expand"),
            ("GET", "/meta?x".to_owned(), "/x"),
            ("POST", "/auth/login?next=/users".to_owned(), "/next"),
        ] {
            assert_eq!(refused(&admin, method, &path, None).await, at("malformed-query", parameter), "{method} {path}");
        }
        assert_eq!(admin.list_user_sessions(id, &ListUserSessions::default()).await.unwrap().total, 1);
        assert_eq!(server.anonymous().transport().raw("GET", "/api/v1/users?colour=red").send().await.unwrap().status(), 401);
    }

    /// An operation without a body takes none, but for an empty object.
    async fn bodies(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        server.sign_in("bob", PASSWORD).await.unwrap();
        let link = format!("/users/{}/password-reset-link", user.id());
        let body = Some(json!({"dry_run": true}));
        assert_eq!(refused(&admin, "POST", &link, body.clone()).await, at("malformed-body", ""));
        let sessions = format!("/users/{}/sessions", user.id());
        assert_eq!(refused(&admin, "DELETE", &sessions, body).await, at("malformed-body", ""));
        assert_eq!(admin.list_user_sessions(user.id(), &ListUserSessions::default()).await.unwrap().total, 1);
        let keyed = admin.transport().raw("POST", &format!("/api/v1{link}")).header("idempotency-key", "k").body("[]");
        assert_eq!(keyed.send().await.unwrap().status(), 400);
        for body in ["", "{}", " { } "] {
            let request = admin.transport().raw("POST", &format!("/api/v1{link}")).body(body);
            assert_eq!(request.send().await.unwrap().status(), 200, "{body}");
        }
    }

    /// A plan is executed as it was shown, or not at all.
    async fn digests(server: Server) {
        let admin = server.admin().await;
        let user = server.user(&admin, "bob", &[]).await;
        let action = PlanAction::DeleteUsers { selection: Selection::ids([user.id()]) };
        let plan = admin.create_plan(&CreatePlan { action }).await.unwrap();
        let path = format!("/plans/{}/execution", plan.id);
        let body = json!({"digest": plan.digest, "dry_run": true});
        assert_eq!(refused(&admin, "POST", &path, Some(body)).await, at("malformed-body", "/dry_run"));
        let wrong = json!({"digest": "0000wrong"});
        let answer = admin.transport().raw("POST", &format!("/api/v1{path}")).json(&wrong).send().await.unwrap();
        assert_eq!(answer.status(), 409);
        assert_eq!(answer.json::<Problem>().await.unwrap().code, "plan-mismatch");
        assert_eq!(admin.get_plan(plan.id).await.unwrap().state, PlanState::Ready);
        assert_eq!(admin.execute_plan(&plan).await.unwrap().succeeded, 1);
    }

    /// A header that may be there once is not there twice, and a precondition is compared or refused.
    async fn headers(server: Server) {
        let admin = server.admin().await;
        let fault = async |request: reqwest::RequestBuilder| {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 400);
            answer.json::<Problem>().await.unwrap().errors[0].pointer.clone()
        };
        let patch = || admin.transport().raw("PATCH", "/api/v1/me").json(&json!({"first_name": "Ada"}));
        assert_eq!(fault(patch().header("if-match", "\"1\"").header("if-match", "\"9\"")).await, "/If-Match");
        let post = admin.transport().raw("POST", "/api/v1/plans").json(&json!({}));
        let post = post.header("idempotency-key", "a").header("idempotency-key", "b");
        assert_eq!(fault(post).await, "/Idempotency-Key");
        let session = admin.list_sessions(&ListSessions::default()).await.unwrap().items[0].id;
        let end = || admin.transport().raw("DELETE", &format!("/api/v1/sessions/{session}"));
        assert_eq!(fault(end().header("if-match", "\"1\"")).await, "/If-Match");
        assert_eq!(end().header("if-match", "*").send().await.unwrap().status(), 204);
    }

    /// Who forgets the media type of a body is told so.
    async fn media_types(server: Server) {
        let admin = server.admin().await;
        let answer = admin.transport().raw("POST", "/api/v1/plans").body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 415);
        assert!(answer.json::<Problem>().await.unwrap().detail.contains("Content-Type is missing"));
    }
}
