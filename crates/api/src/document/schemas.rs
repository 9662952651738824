//! Corrections of schemas where the generator says less than serde does.

use serde_json::Value;

/// Corrects all schemas.
pub fn complete(document: &mut Value) {
    event_stream(document);
}

/// The stream is text; each event has a `LiveChange` as its data.
fn event_stream(document: &mut Value) {
    let content = document
        .pointer_mut("/paths/~1api~1v1~1events/get/responses/200/content/text~1event-stream");
    if let Some(content) = content {
        *content = serde_json::json!({
            "schema": { "type": "string", "description": "Server-sent events; the data of each is a `LiveChange`" },
        });
    }
}
