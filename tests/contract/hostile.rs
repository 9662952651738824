//! Every operation, with hostile values in every place: an answer that says what is wrong, never a fault of ours.

use quarterdeck_domain::Problem;
use quarterdeck_testkit::{Server, TestClient, on_both};
use serde_json::{Value, json};

use crate::operations::{Operation, document, operations};

/// What stands in the place of a member, as JSON. PostgreSQL keeps no NUL in a text, numbers end at some size, and a deep
/// value must not cost the stack.
fn hostile() -> Vec<String> {
    let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
    let long = format!("\"{}\"", "x".repeat(100_000));
    [
        r#""a\u0000b""#,
        r#""\u0000""#,
        r#""\ud800""#,
        r#""\u202e\ufeff""#,
        r#""'; DROP TABLE users; --""#,
        "null",
        "-1",
        "{}",
    ]
    .into_iter()
    .chain(["99999999999999999999999999", "1e400", "1.5", r#"{"a":{"b":"\u0000"}}"#])
    .map(str::to_owned)
    .chain([deep, long])
    .collect()
}

/// What only somebody who reads the code understands.
const INSIDE: [&str; 10] =
    ["struct", "enum", "variant", "usize", "u32", "u64", "i64", "sequence", "invalid type", ", expected "];

/// What stands in the place of a parameter, encoded.
const PARAMETERS: [&str; 9] =
    ["%00", "a%00b", "%ff%fe", "%", "%ED%A0%80", "-1", "1e400", "%27%3B%20DROP%20TABLE%20users", "%F0%9F%92%A9"];

/// The texts of `body` with one member replaced at a time.
fn bodies(body: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    pointers(body, "", &mut places);
    let mark = "\u{fffc}";
    let mut bodies = Vec::new();
    for place in places {
        let mut marked = body.clone();
        *marked.pointer_mut(&place).unwrap() = json!(mark);
        let text = marked.to_string();
        bodies.extend(hostile().iter().map(|value| text.replace(&format!("\"{mark}\""), value)));
    }
    bodies
}

fn pointers(value: &Value, at: &str, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.replace('/', "~1"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let place = format!("{at}/{key}");
        pointers(child, &place, places);
        places.push(place);
    }
}

async fn judge(request: reqwest::RequestBuilder, what: &str) {
    let answer = request.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let status = answer.status().as_u16();
    assert!(status < 500, "{what}: {status} {}", answer.text().await.unwrap());
    if status >= 400 {
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{what}");
        let problem: Problem = answer.json().await.unwrap();
        assert_eq!(problem.status, status, "{what}");
        let said = problem.errors.iter().map(|error| &error.message).chain([&problem.detail]);
        for words in said {
            assert!(!INSIDE.iter().any(|word| words.contains(word)), "{what}: {words}");
        }
    }
}

/// The example with every member that the schema knows.
fn complete(document: &Value, operation: &Operation, example: Value) -> Value {
    let content = operation.content.pointer("/requestBody/content").and_then(Value::as_object);
    let schema = content.and_then(|content| content.values().next()?.pointer("/schema/$ref")?.as_str());
    let schema = schema.and_then(|reference| document.pointer(reference.strip_prefix('#')?));
    let Some(members) = schema.and_then(|schema| schema.get("properties")?.as_object()) else { return example };
    let mut whole = example;
    for name in members.keys() {
        if whole.get(name).is_none() {
            whole[name] = Value::Null;
        }
    }
    whole
}

/// Sends `operation` with hostile bodies, parameters and headers.
async fn attack(client: &TestClient, document: &Value, operation: &Operation) {
    let id = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e";
    let plain = operation.path.replace("{id}", id).replace("{key}", "platform.name").replace("{version}", "1");
    let plain = plain.replace("{provider}", "openai").replace("{path}", "v1");
    let method = operation.method.to_uppercase();
    let send = |path: &str| client.transport().raw(&method, path);
    if let Some((media_type, example)) = operation.body() {
        let whole = complete(document, operation, example.clone());
        for body in bodies(&example).into_iter().chain(bodies(&whole)) {
            let request = send(&plain).header("content-type", &media_type).body(body.clone());
            let shown: String = body.chars().take(300).collect();
            judge(request, &format!("{} with {shown}", operation.id)).await;
        }
    }
    let parameters = operation.content["parameters"].as_array().cloned().unwrap_or_default();
    for parameter in &parameters {
        let name = parameter["name"].as_str().unwrap();
        for value in PARAMETERS {
            let what = format!("{} with {name}={value}", operation.id);
            let request = match parameter["in"].as_str().unwrap() {
                "path" => send(
                    &operation
                        .path
                        .replace(&format!("{{{name}}}"), value)
                        .replace("{version}", "1")
                        .replace("{key}", "platform.name"),
                ),
                "query" => send(&format!("{plain}?{name}={value}")),
                _ => send(&plain).header(name, reqwest::header::HeaderValue::from_bytes(b"\xff\xfe 1").unwrap()),
            };
            judge(request, &what).await;
        }
    }
}

on_both! {
    /// Hostile values are refused by a problem document on both databases.
    async fn values(server: Server) {
        let document = document(&server).await;
        let operations = operations(&document);
        for operation in operations.iter().filter(|operation| operation.id != "stream_events") {
            // Some of them end the caller's sessions.
            let client = server.admin().await;
            attack(&client, &document, operation).await;
            for _ in 0..2 {
                server.advance(std::time::Duration::from_secs(3_600));
            }
        }
    }
}
