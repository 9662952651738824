use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

fn document() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

/// The committed copy is the document; `UPDATE=1` writes it.
#[test]
fn the_committed_copy_is_the_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, openapi_json()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), openapi_json(), "run UPDATE=1 cargo test -p quarterdeck-api");
}

/// S4-API-02: every operation says what a client needs.
#[test]
fn every_operation_is_described() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name}: id twice");
        assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{name}: tags");
        for key in ["summary", "description"] {
            assert!(operation[key].as_str().is_some_and(|text| !text.is_empty()), "{name}: {key}");
        }
        assert!(operation["security"].is_array(), "{name}: security");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let is_shared = response["$ref"].is_string();
            assert!(
                is_shared || response["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{name}: {status}"
            );
            let contents = response["content"].as_object().into_iter().flatten();
            for (_, media) in contents.filter(|(name, _)| examples::is_text(name)) {
                assert!(!media["example"].is_null(), "{name}: {status} has no example");
            }
        }
        let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
        for (_, media) in bodies.filter(|(name, _)| examples::is_text(name)) {
            // A file is text, all else JSON.
            let has_one = media["example"].is_object() || media["example"].is_string();
            assert!(has_one || media["examples"].is_object(), "{name}: body has no example");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}: {parameter}");
        }
    }
    assert!(ids.len() >= 45, "only {} operations", ids.len());
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// The examples of errors are what the server writes, with the members that their codes are about.
#[test]
fn errors_look_as_they_are_served() {
    let document = document();
    let example = |name: &str| {
        let component = &document["components"]["responses"][name];
        component["content"]["application/problem+json"]["example"].clone()
    };
    assert!(example("Invalid")["errors"][0]["pointer"].is_string());
    assert!(example("Stale")["current"].is_object() && example("Conflict")["current"]["added_count"] == 1);
    assert_eq!(example("Forbidden")["permission"], "user.update");
    assert_eq!(example("TooManyRequests")["retry_after_seconds"], 30);
    assert_eq!(example("Unauthenticated")["title"], "Unauthenticated");
    for shared in errors::ALL {
        assert_eq!(example(shared.name)["status"].to_string(), shared.status, "{}", shared.name);
    }
}

/// What clients read off the document: the order of lists, both media types of a change, each kind of plan.
#[test]
fn forms_are_told() {
    let document = document();
    let paths = &document["paths"];
    let of_users = paths["/api/v1/users"]["get"]["parameters"].as_array().unwrap();
    let sort = of_users.iter().find(|parameter| parameter["name"] == "sort").unwrap();
    assert_eq!(sort["schema"]["default"], "-created_at");
    let change = &paths["/api/v1/settings"]["patch"];
    assert!(change["responses"]["406"].is_null() && change["responses"]["200"]["content"]["text/csv"].is_null());
    for (name, operation) in operations(&document).iter().filter(|(name, _)| name.starts_with("patch ")) {
        let content = operation["requestBody"]["content"].as_object().unwrap();
        assert!(content.keys().eq(["application/json", "application/merge-patch+json"]), "{name}");
    }
    let plans = &paths["/api/v1/plans"]["post"]["requestBody"]["content"]["application/json"]["examples"];
    assert_eq!(plans.as_object().unwrap().len(), 17);
    assert_eq!(plans["revoke_sessions"]["value"]["action"]["kind"], "revoke_sessions");
    let execution = &paths["/api/v1/plans/{id}/execution"]["post"]["requestBody"];
    assert_eq!(execution["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/ExecutePlan");
    assert_ne!(execution["required"], true);
    assert_eq!(paths["/api/v1/plans"]["post"]["requestBody"]["required"], true);
    let of_event = &document["components"]["schemas"]["AuditEvent"]["properties"];
    assert_eq!(of_event["session_id"]["description"], "Session of the request.");
}

#[test]
fn the_head_names_license_and_version() {
    let info = &document()["info"];
    assert_eq!(info["license"]["identifier"], "Apache-2.0");
    assert_eq!(info["title"], "Quarterdeck");
    assert!(info.get("contact").is_none());
}
