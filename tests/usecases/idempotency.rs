//! `Idempotency-Key` when a process dies between the claim and the answer.

use quarterdeck_app::{
    Ctx, RequestInfo,
    idempotency::{Begin, Claim, begin, finish},
    users::create_user,
};
use quarterdeck_domain::{Actor, users::CreateUser};
use quarterdeck_testkit::{Platform, new_user, usecase_on_both};

/// How the request fares that `body` and the key belong to: `fresh`, `replay`, or the code of the refusal.
async fn fare(platform: &Platform, body: &[u8]) -> (String, Option<Claim>) {
    match begin(&platform.app, &Actor::system("test"), "/api/v1/users", "key", ("", body)).await {
        Ok(Begin::Fresh(claim)) => ("fresh".to_owned(), Some(claim)),
        Ok(Begin::Replay(_)) => ("replay".to_owned(), None),
        Err(error) => (error.code().to_owned(), None),
    }
}

async fn apply(admin: &Ctx, claim: &Claim, username: &str) {
    let request = RequestInfo { idempotency: Some(claim.clone()), ..RequestInfo::default() };
    let body = CreateUser { password: None, ..new_user(username, &[]) };
    create_user(&Ctx { request, ..admin.clone() }, &body).await.unwrap();
}

usecase_on_both! {
    /// A claim whose process died before its commit is taken over after a minute.
    async fn died_before_the_commit(platform: Platform) {
        assert_eq!(fare(&platform, b"{}").await.0, "fresh");
        platform.clock.advance(59);
        assert_eq!(fare(&platform, b"{}").await.0, "idempotency-in-flight");
        platform.clock.advance(2);
        assert_eq!(fare(&platform, b"{}").await.0, "fresh");
        assert_eq!(fare(&platform, b"{}").await.0, "idempotency-in-flight");
    }

    /// One that died after it is never carried out again: the client is told that the answer is lost.
    async fn died_after_the_commit(platform: Platform) {
        let admin = platform.admin().await;
        let claim = fare(&platform, b"{}").await.1.unwrap();
        apply(&admin, &claim, "ada").await;
        assert_eq!(fare(&platform, b"{}").await.0, "idempotency-in-flight");
        platform.clock.advance(61);
        assert_eq!(fare(&platform, b"{}").await.0, "idempotency-answer-lost");
        assert_eq!(fare(&platform, b"[]").await.0, "idempotency-mismatch");
        platform.clock.advance(24 * 3_600);
        assert_eq!(fare(&platform, b"[]").await.0, "fresh");
    }

    /// The kept answer is given again, whoever has the database cannot read it.
    async fn answered(platform: Platform) {
        let admin = platform.admin().await;
        let claim = fare(&platform, b"{}").await.1.unwrap();
        apply(&admin, &claim, "ada").await;
        finish(&platform.app, &claim, 201, &[], b"a secret").await.unwrap();
        let kept = platform.app.db.idempotency().find(&claim.key).await.unwrap().unwrap().response.unwrap();
        assert!(!kept.contains("secret"), "{kept}");
        assert_eq!(fare(&platform, b"{}").await.0, "replay");
    }
}
