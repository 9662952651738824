//! The operations of the document.

use serde_json::Value;

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `get`, `post`…
    pub method: String,
    /// Path with its parameters in braces.
    pub path: String,
    /// Stable name.
    pub id: String,
    /// The whole description.
    pub content: Value,
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The document as the server serves it.
pub async fn document(server: &quarterdeck_testkit::Server) -> Value {
    server.anonymous().transport().raw("GET", "/api/openapi.json").send().await.unwrap().json().await.unwrap()
}

/// All operations, in the order of the document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            if let Some(content) = item.get(method) {
                operations.push(Operation {
                    method: method.to_owned(),
                    path: path.clone(),
                    id: content["operationId"].as_str().unwrap_or_default().to_owned(),
                    content: content.clone(),
                });
            }
        }
    }
    operations
}

/// An example as it is sent: a file is no JSON.
pub fn sent(example: &Value) -> String {
    example.as_str().map_or_else(|| example.to_string(), str::to_owned)
}

impl Operation {
    /// Whether it asks for a signed-in caller.
    pub fn is_secured(&self) -> bool {
        self.content.get("security").is_some_and(|security| {
            security.as_array().is_some_and(|list| !list.is_empty() && !list.contains(&serde_json::json!({})))
        })
    }

    /// Media type and example of the body, if it takes one.
    pub fn body(&self) -> Option<(String, Value)> {
        let content = self.content.pointer("/requestBody/content")?.as_object()?;
        let (media_type, description) = content.iter().next()?;
        let example = description
            .get("example")
            .or_else(|| description.pointer("/examples")?.as_object()?.values().next()?.get("value"));
        Some((media_type.clone(), example.cloned().unwrap_or_else(|| serde_json::json!({}))))
    }
}
