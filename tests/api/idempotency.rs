//! `Idempotency-Key`: a request that is sent twice is carried out once.

use futures::future::join_all;
use quarterdeck_domain::{
    Role,
    roles::Roles,
    users::{ListUsers, UpdateUser},
};
use quarterdeck_testkit::{Server, on_both};
use serde_json::{Value, json};

on_both! {
    /// The second answer is the first; another body is refused; without a key nothing is remembered.
    async fn replay(server: Server) {
        let admin = server.admin().await;
        let post = |key: &str, name: &str| {
            let request = admin.transport().raw("POST", "/api/v1/users").header("idempotency-key", key);
            let body = json!({"username": name, "display_name": "Ada"});
            async move { request.json(&body).send().await.unwrap() }
        };
        let first = post("one", "ada").await;
        assert_eq!(first.status(), 201);
        let location = first.headers()["location"].clone();
        let first: Value = first.json().await.unwrap();
        let second = post("one", "ada").await;
        assert_eq!((second.status().as_u16(), &second.headers()["location"]), (201, &location));
        assert_eq!(second.json::<Value>().await.unwrap(), first);
        let other = post("one", "bob").await;
        assert_eq!(other.status(), 422);
        assert_eq!(other.json::<Value>().await.unwrap()["code"], "idempotency-mismatch");
        assert_eq!(post("two", "ada").await.status(), 409);
        assert_eq!(admin.list_users(&ListUsers::default()).await.unwrap().total, 2);
    }

    /// Who lost the rights since does not get the answer again.
    async fn demoted(server: Server) {
        let admin = server.admin().await;
        let (second, user) = server.signed_in(&admin, "second", &[Role::Admin]).await;
        let bob = server.user(&admin, "bob", &[]).await;
        let path = format!("/api/v1/users/{}/password-reset-link", bob.id());
        let post = || second.transport().raw("POST", &path).header("idempotency-key", "k").send();
        let first = post().await.unwrap().text().await.unwrap();
        assert!(first.contains("#token=") && post().await.unwrap().text().await.unwrap() == first);
        let demote = UpdateUser { roles: Some(Roles::NONE.with(Role::User)), ..UpdateUser::default() };
        admin.update_user(user.id(), &demote, None).await.unwrap();
        let replayed = post().await.unwrap();
        assert_eq!(replayed.status(), 409);
        assert_eq!(replayed.json::<Value>().await.unwrap()["code"], "idempotency-answer-lost");
    }

    /// Sent many times at once: one is carried out, the others get its answer or are asked to wait.
    async fn at_once(server: Server) {
        let admin = server.admin().await;
        let statuses = join_all((0..8).map(|_| {
            let request = admin.transport().raw("POST", "/api/v1/users").header("idempotency-key", "k");
            async move { request.json(&json!({"username": "ada", "display_name": "Ada"})).send().await.unwrap().status().as_u16() }
        })).await;
        assert!(statuses.contains(&201) && statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
        assert_eq!(admin.list_users(&ListUsers::default()).await.unwrap().total, 2);
    }
}
