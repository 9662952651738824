//! The document itself: complete, and the same as the copy in the repository.

use std::collections::BTreeSet;

use quarterdeck_testkit::{Backend, Server};

use crate::operations::{document, operations};

/// Every operation has a name, one tag, words, and a description for each answer.
#[tokio::test]
async fn operations_are_described() {
    let server = Server::start(Backend::Sqlite).await;
    let document = document(&server).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let name = format!("{} {}", operation.method, operation.path);
        assert!(
            operation.id.contains('_') || ["login", "logout"].contains(&operation.id.as_str()),
            "{name}: {}",
            operation.id
        );
        assert!(ids.insert(operation.id.clone()), "{name}: {} twice", operation.id);
        assert_eq!(operation.content["tags"].as_array().map(Vec::len), Some(1), "{name}");
        for words in ["summary", "description"] {
            assert!(!operation.content[words].as_str().unwrap_or_default().is_empty(), "{name}: {words}");
        }
        let answers = operation.content["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{name}");
        for (status, answer) in answers {
            assert!(!answer["description"].as_str().unwrap_or_default().is_empty(), "{name}: {status}");
            if let Some(content) = answer.get("content").filter(|_| status.as_str() >= "400") {
                assert!(content.get("application/problem+json").is_some(), "{name}: {status}");
            }
        }
        if operation.is_secured() {
            assert!(answers.contains_key("401"), "{name}: 401");
        }
    }
    assert!(ids.len() >= 50, "{}", ids.len());
}

/// What the document shows as a plan can be planned, of each kind, as far as there is what it names.
#[tokio::test]
async fn examples_of_plans() {
    let server = Server::start(Backend::Sqlite).await;
    let admin = server.admin().await;
    let document = document(&server).await;
    let content = &document["paths"]["/api/v1/plans"]["post"]["requestBody"]["content"]["application/json"];
    for (kind, example) in content["examples"].as_object().unwrap() {
        let request = admin.transport().raw("POST", "/api/v1/plans").json(&example["value"]);
        let answer = request.send().await.unwrap();
        // They name a thing, or need a setting.
        let needs_more = ["delete_organization", "delete_group", "move_users", "add_to_group", "delete_own_account"];
        let fits = answer.status() == 201 || needs_more.contains(&kind.as_str()) && answer.status() != 400;
        assert!(fits, "{kind}: {}", answer.text().await.unwrap());
    }
}

/// Who has the document asks whether it is still the one, and gets it compressed or plain.
#[tokio::test]
async fn known_document() {
    let server = Server::start(Backend::Sqlite).await;
    let get = async |known: &str, coding: &str| {
        let request = server.anonymous().transport().raw("GET", "/api/openapi.json");
        let answer = request.header("if-none-match", known).header("accept-encoding", coding).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        (answer.status().as_u16(), header("etag").unwrap(), header("content-encoding"), header("cache-control"))
    };
    let (status, tag, coding, caching) = get("\"another\"", "identity").await;
    assert_eq!((status, coding, caching.as_deref()), (200, None, Some("no-cache")));
    assert_eq!(get("", "gzip").await, (200, tag.clone(), Some("gzip".to_owned()), caching.clone()));
    assert_eq!(get(&tag, "gzip").await, (304, tag, None, caching));
}

/// The copy that integrators read is the document that the server serves.
#[tokio::test]
async fn copy_is_current() {
    let server = Server::start(Backend::Sqlite).await;
    let served = document(&server).await;
    let copy = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json")).unwrap();
    let copy: serde_json::Value = serde_json::from_str(&copy).unwrap();
    assert!(served == copy, "run `make openapi`");
}
