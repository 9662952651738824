//! The way to model services (S4-KEY-01, S4-KEY-05): which key a request goes out with, and that both ways are streams.

use std::time::Duration;

use quarterdeck_domain::{
    OrganizationId, Permission, Problem,
    model_services::{KeySource, KeyStanding, ModelProvider, ModelServiceState},
    provider_keys::{CreateProviderKey, KeyOwner, ProviderKey, UpdateProviderKey},
    settings::UpdateSetting,
    users::CreateUser,
};
use quarterdeck_testkit::{Backend, Options, PASSWORD, Server, TestClient, new_user, on_both};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    api_keys::{key, made, set},
    model_peer::Peer,
    organizations::with_admin,
};

/// A key to be stored, of one's own.
pub fn provider_key(secret: &str) -> CreateProviderKey {
    CreateProviderKey {
        provider: ModelProvider::OpenAi,
        name: "research".to_owned(),
        secret: secret.to_owned(),
        owner: None,
        user_id: None,
        organization_id: None,
    }
}

/// The same of the platform.
pub fn of_system(secret: &str) -> CreateProviderKey {
    CreateProviderKey { owner: Some(KeyOwner::System), ..provider_key(secret) }
}

/// The same of an organization.
pub fn of_organization(secret: &str, id: OrganizationId) -> CreateProviderKey {
    CreateProviderKey { owner: Some(KeyOwner::Organization), organization_id: Some(id), ..provider_key(secret) }
}

/// Has requests to OpenAI go to a peer of the test.
async fn with_peer(admin: &TestClient) -> Peer {
    let peer = Peer::start().await;
    set(admin, "model_services.enabled", json!(true)).await;
    set(admin, "model_services.allow_local", json!(true)).await;
    set(admin, "model_services.openai_url", json!(peer.url)).await;
    peer
}

fn get(client: &TestClient, path: &str) -> reqwest::RequestBuilder {
    client.transport().raw("GET", &format!("/api/v1/model-services/openai/{path}"))
}

fn post(client: &TestClient, path: &str) -> reqwest::RequestBuilder {
    client.transport().raw("POST", &format!("/api/v1/model-services/openai/{path}"))
}

/// Whose key a request goes out with, as the platform tells it, and the key that the service sees.
async fn used(client: &TestClient, peer: &Peer) -> (KeySource, String) {
    let told = client.get_model_service(ModelProvider::OpenAi).await.unwrap();
    assert_eq!(told.state, ModelServiceState::Ready);
    let answer = get(client, "v1/models").send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    let source = answer.headers()["x-model-key"].to_str().unwrap().to_owned();
    assert_eq!(told.used.map(KeySource::name), Some(source.as_str()));
    (told.used.unwrap(), peer.last().header("authorization").unwrap().to_owned())
}

async fn standings(client: &TestClient) -> Vec<KeyStanding> {
    let service = client.get_model_service(ModelProvider::OpenAi).await.unwrap();
    service.candidates.iter().map(|candidate| candidate.standing).collect()
}

async fn switch(client: &TestClient, key: &ProviderKey, is_active: bool) {
    let body = UpdateProviderKey { is_active: Some(is_active), ..UpdateProviderKey::default() };
    client.update_provider_key(key.id, &body, None).await.unwrap();
}

async fn code(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.status, status);
    (status, problem.code)
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// The key of the person goes before that of the organization, that before that of the platform, that before the
/// environment; what is switched off is passed over, and what is deleted is gone. The page tells the same.
#[tokio::test]
async fn order() {
    let env = vec![("OPENAI_API_KEY".to_owned(), "sk-of-environment-0001".to_owned())];
    let server = Server::start_with(Backend::Sqlite, Options { env, ..Options::default() }).await;
    let admin = server.admin().await;
    let peer = with_peer(&admin).await;
    let (one, one_admin) = with_admin(&server, &admin, "one").await;
    admin.create_user(&CreateUser { organization_id: Some(one), ..new_user("ann", &[]) }).await.unwrap();
    let ann = server.sign_in("ann", PASSWORD).await.unwrap().0;
    use KeyStanding::{Absent, Inactive, Outranked, Used};

    let environment = (KeySource::Environment, "Bearer sk-of-environment-0001".to_owned());
    assert_eq!(used(&ann, &peer).await, environment);
    assert_eq!(standings(&ann).await, [Absent, Absent, Absent, Used]);
    let system = admin.create_provider_key(&of_system("sk-of-system-0000001")).await.unwrap();
    assert_eq!(used(&ann, &peer).await, (KeySource::System, "Bearer sk-of-system-0000001".to_owned()));
    let organization = one_admin.create_provider_key(&of_organization("sk-of-organization-01", one)).await.unwrap();
    assert_eq!(used(&ann, &peer).await, (KeySource::Organization, "Bearer sk-of-organization-01".to_owned()));
    let own = ann.create_provider_key(&provider_key("sk-of-ann-0000000001")).await.unwrap();
    assert_eq!(used(&ann, &peer).await, (KeySource::User, "Bearer sk-of-ann-0000000001".to_owned()));
    assert_eq!(standings(&ann).await, [Used, Outranked, Outranked, Outranked]);

    // Who is somewhere else, or nowhere, has nothing of it.
    let bob = server.signed_in(&admin, "bob", &[]).await.0;
    assert_eq!(used(&bob, &peer).await, (KeySource::System, "Bearer sk-of-system-0000001".to_owned()));
    assert_eq!(standings(&bob).await, [Absent, Absent, Used, Outranked]);
    // Of keys that they may not see, people learn that there are some and no more.
    let hints = |service: quarterdeck_domain::model_services::ModelService| -> Vec<Option<String>> {
        service.candidates.into_iter().map(|candidate| candidate.hint).collect()
    };
    let seen = hints(ann.get_model_service(ModelProvider::OpenAi).await.unwrap());
    assert_eq!(seen, [Some("…0001".to_owned()), None, None, None]);
    let seen = hints(admin.get_model_service(ModelProvider::OpenAi).await.unwrap());
    assert_eq!(seen, [None, None, Some("…0001".to_owned()), Some("…0001".to_owned())]);

    switch(&ann, &own, false).await;
    assert_eq!(used(&ann, &peer).await.0, KeySource::Organization);
    assert_eq!(standings(&ann).await, [Inactive, Used, Outranked, Outranked]);
    switch(&one_admin, &organization, false).await;
    assert_eq!(used(&ann, &peer).await.0, KeySource::System);
    admin.delete_provider_key(system.id).await.unwrap();
    assert_eq!(used(&ann, &peer).await, environment);
    switch(&ann, &own, true).await;
    assert_eq!(used(&ann, &peer).await.0, KeySource::User);
    let anthropic = ann.get_model_service(ModelProvider::Anthropic).await.unwrap();
    assert_eq!((anthropic.state, anthropic.used), (ModelServiceState::NoKey, None));
}

on_both! {
    /// Path, query, body and the headers that services know go out; credentials, cookies and what proxies say of people do
    /// not, nor do those of an answer come in that could speak to browsers.
    async fn what_goes_through(server: Server) {
        let admin = server.admin().await;
        let peer = with_peer(&admin).await;
        admin.create_provider_key(&of_system("sk-of-system-0000001")).await.unwrap();
        let token = admin.transport().token().unwrap();
        let request = post(&admin, "v1/chat/completions?beta=true&a=%20b")
            .header("content-type", "application/json").header("openai-project", "p1").header("idempotency-key", "once")
            .header("cookie", "a=b").header("x-forwarded-user", "ada").header("x-api-key", "mine").header("te", "trailers")
            .header("proxy-authorization", "Basic eA==").header("if-match", "\"7\"")
            .body(r#"{"model":"any"}"#);
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "application/json"));
        assert_eq!(answer.json::<Value>().await.unwrap(), json!({"bytes": 15}));
        let seen = peer.last();
        assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/v1/chat/completions?beta=true&a=%20b"));
        let names: Vec<&str> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["accept", "authorization", "content-length", "content-type", "host", "idempotency-key", "openai-project"]);
        assert_eq!(seen.header("host"), peer.url.strip_prefix("http://"));
        assert!(!format!("{seen:?}").contains(&token));

        let answer = get(&admin, "v1/cookies").send().await.unwrap();
        for name in ["set-cookie", "location", "access-control-allow-origin", "x-hop"] {
            assert!(!answer.headers().contains_key(name), "{name}");
        }
        assert_eq!((answer.headers()["x-ratelimit-remaining"].to_str().unwrap(), answer.headers()["cache-control"].to_str().unwrap()), ("7", "no-store"));
        assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        assert_eq!(answer.text().await.unwrap(), "ok");
        // The service's own error is the client's to read.
        let answer = post(&admin, "v1/fail").body("{}").send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (500, r#"{"error":"overloaded"}"#));
        let delete = admin.transport().raw("DELETE", "/api/v1/model-services/openai/v1/files/a%2Fb").send().await.unwrap();
        assert_eq!((delete.status().as_u16(), peer.last().method.as_str(), peer.last().target.as_str()), (200, "DELETE", "/v1/files/a%2Fb"));
        let put = admin.transport().raw("PUT", "/api/v1/model-services/openai/v1/files/a").send().await.unwrap();
        assert_eq!((put.headers()["allow"].to_str().unwrap(), put.status().as_u16()), ("GET, HEAD, POST, DELETE, OPTIONS", 405));
    }

    /// An event is there before the next one is sent; when the client goes, so does the connection to the service.
    async fn streams(server: Server) {
        let admin = server.admin().await;
        let peer = with_peer(&admin).await;
        let stored = admin.create_provider_key(&of_system("sk-of-system-0000001")).await.unwrap();
        let mut answer = post(&admin, "v1/stream").json(&json!({"stream": true})).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        for at in 1..=3 {
            peer.events.add_permits(1);
            let event = answer.chunk().await.unwrap().unwrap();
            assert_eq!(String::from_utf8(event.to_vec()).unwrap(), format!("data: {at}\n\n"));
        }
        drop(answer);
        peer.until("the stream of a client that went", |seen| seen.is_over).await;

        // Before its answer began, too.
        let waiting = post(&admin, "v1/silent").json(&json!({})).timeout(Duration::from_millis(300)).send().await;
        assert!(waiting.unwrap_err().is_timeout());
        peer.until("the request of a client that went", |seen| seen.target == "/v1/silent" && seen.is_over).await;

        // What went through is noted when it is over, and written before a stop at the latest.
        let mut server = server;
        server.terminate();
        server.restart().await;
        let shown = server.admin().await.get_provider_key(stored.id).await.unwrap();
        assert_eq!((shown.use_count, shown.sent_bytes, shown.version), (2, 17, 1));
        assert!(shown.received_bytes == 27 && shown.last_used_at.is_some(), "{shown:?}");
    }

    /// A body goes out while it comes in, and is held to its limit; so are requests at once.
    async fn uploads(server: Server) {
        let admin = server.admin().await;
        let peer = with_peer(&admin).await;
        admin.create_provider_key(&of_system("sk-of-system-0000001")).await.unwrap();
        let mut tcp = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).await.unwrap();
        let token = admin.transport().token().unwrap();
        let head = |length: u64| {
            format!("POST /api/v1/model-services/openai/v1/files HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n")
        };
        tcp.write_all(head(3_000_000).as_bytes()).await.unwrap();
        tcp.write_all(&[b'x'; 1_000_000]).await.unwrap();
        peer.until("the first part of a body", |seen| seen.body > 900_000).await;
        tcp.write_all(&vec![b'x'; 2_000_000]).await.unwrap();
        let mut answer = [0; 9_000];
        let read = tcp.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 200 "));
        peer.until("the whole body", |seen| seen.body == 3_000_000).await;

        let mut tcp = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).await.unwrap();
        tcp.write_all(head(33 * 1024 * 1024).as_bytes()).await.unwrap();
        let read = tcp.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 413 "));
        assert_eq!(peer.all().len(), 1, "nothing of it went out");

        set(&admin, "limits.model_requests_at_once", json!(1)).await;
        let first = get(&admin, "v1/stream").send().await.unwrap();
        assert_eq!(code(get(&admin, "v1/models").send().await.unwrap()).await, is(429, "rate-limited"));
        drop(first);
        peer.until("the end of the first", |seen| seen.is_over).await;
        let mut again = get(&admin, "v1/models").send().await.unwrap();
        while again.status() == 429 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            again = get(&admin, "v1/models").send().await.unwrap();
        }
        assert_eq!(again.status(), 200);
    }

    /// Whatever the service does, the client gets an answer that says what happened; no redirect is followed.
    async fn faults(server: Server) {
        let admin = server.admin().await;
        assert_eq!(code(get(&admin, "v1/models").send().await.unwrap()).await, is(409, "model-service-off"));
        let peer = with_peer(&admin).await;
        assert_eq!(code(get(&admin, "v1/models").send().await.unwrap()).await, is(409, "no-provider-key"));
        admin.create_provider_key(&of_system("sk-of-system-0000001")).await.unwrap();
        set(&admin, "model_services.silence_seconds", json!(1)).await;
        for (path, status, wanted) in [
            ("v1/silent", 504, "model-service-silent"),
            ("v1/dead", 502, "model-service-broken"),
            ("v1/nonsense", 502, "model-service-broken"),
            ("v1/elsewhere", 502, "model-service-redirect"),
            ("v1/huge", 502, "model-service-too-large"),
        ] {
            let answer = post(&admin, path).json(&json!({})).send().await.unwrap();
            assert_eq!(code(answer).await, is(status, wanted), "{path}");
        }
        assert!(peer.all().iter().all(|seen| seen.target != "/v1/echo"), "the redirect was followed");
        // An answer that has begun is cut, never ended as if it were whole.
        for path in ["v1/cut", "v1/stream"] {
            let answer = get(&admin, path).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            assert!(answer.bytes().await.is_err(), "{path}");
        }
        for path in ["v1/..%2fadmin", "v1/a%00b", "v1/a%zz"] {
            assert_eq!(get(&admin, path).send().await.unwrap().status(), 400, "{path}");
        }
        assert_eq!(get(&admin, "").send().await.unwrap().status(), 404);
        assert_eq!(admin.transport().raw("GET", "/api/v1/model-services/acme/v1").send().await.unwrap().status(), 404);

        let closed = {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            format!("http://{}", listener.local_addr().unwrap())
        };
        for (url, wanted) in [
            (closed.as_str(), "model-service-unreachable"),
            ("https://169.254.169.254", "model-service-address"),
            ("https://[fe80::1]/v1", "model-service-address"),
        ] {
            set(&admin, "model_services.openai_url", json!(url)).await;
            assert_eq!(code(get(&admin, "v1/models").send().await.unwrap()).await, is(502, wanted), "{url}");
        }
        let in_the_clear = UpdateSetting { value: json!("http://10.0.0.1"), reason: String::new() };
        let refused = admin.update_setting("model_services.openai_url", &in_the_clear, None).await.unwrap_err();
        assert_eq!(refused.code(), "invalid");
        set(&admin, "model_services.openai_url", json!(peer.url)).await;
        set(&admin, "model_services.allow_local", json!(false)).await;
        assert_eq!(code(get(&admin, "v1/models").send().await.unwrap()).await, is(502, "model-service-address"));
        set(&admin, "model_services.openai_url", json!("")).await;
        assert_eq!(code(get(&admin, "v1/models").send().await.unwrap()).await, is(409, "model-service-off"));
    }

    /// An API key needs the scope; a stream ends when its key does.
    async fn scripts(server: Server) {
        let admin = server.admin().await;
        let peer = with_peer(&admin).await;
        admin.create_provider_key(&of_system("sk-of-system-0000001")).await.unwrap();
        let (bob, _) = server.signed_in(&admin, "bob", &[]).await;
        let (blind, _) = made(&server, &bob, &key("blind", &[Permission::ProfileRead])).await;
        assert_eq!(code(get(&blind, "v1/models").send().await.unwrap()).await, is(403, "forbidden"));
        assert_eq!(code(get(&server.anonymous(), "v1/models").send().await.unwrap()).await.0, 401);
        let (script, stored) = made(&server, &bob, &key("models", &[Permission::ModelServiceUse])).await;
        let mut answer = get(&script, "v1/stream").send().await.unwrap();
        peer.events.add_permits(1);
        assert!(answer.chunk().await.unwrap().is_some());
        bob.revoke_api_key(stored.api_key.id).await.unwrap();
        // Looked at once a second, when something comes.
        let is_over = |seen: &crate::model_peer::Seen| {
            peer.events.add_permits(1);
            seen.is_over
        };
        peer.until("the stream of a revoked key", is_over).await;
        assert_eq!(code(get(&script, "v1/models").send().await.unwrap()).await.0, 401);
    }
}
