//! Corrections of schemas where the generator says less, or more, than serde does.

use serde_json::{Map, Value, json};

/// Corrects all schemas.
pub fn complete(document: &mut Value) {
    without_null_defaults(document);
    event_stream(document);
    optional_bodies(document);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    if let Some(selection) = schemas.get_mut("Selection") {
        // Either ids or a filter.
        (selection["minProperties"], selection["maxProperties"]) = (json!(1), json!(1));
        selection["example"] = json!({ "ids": selection["properties"]["ids"]["example"] });
    }
    for (name, schema) in schemas.iter_mut() {
        if let Some(item) = name.strip_prefix("Page_") {
            schema["properties"]["items"]["items"] = json!({ "$ref": format!("#/components/schemas/{item}") });
        }
        close_variants(schema);
        describe_nullable(schema);
        if name != "Problem" {
            require_nullable(schema);
        }
    }
}

/// Absent members are absent, not `null`: serde's `default` is taken for `null` by the generator.
fn without_null_defaults(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.get("default").is_some_and(Value::is_null) {
                map.remove("default");
            }
            map.values_mut().for_each(without_null_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null_defaults),
        _ => {}
    }
}

/// The variants of a tagged enumeration refuse unknown members.
fn close_variants(schema: &mut Value) {
    for variant in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        if variant["properties"]["kind"]["enum"].is_array() {
            variant["additionalProperties"] = Value::Bool(false);
        }
    }
}

/// Answers have every member: one without value is `null`. Bodies, which refuse unknown members, may leave it out.
fn require_nullable(schema: &mut Value) {
    if schema["additionalProperties"] == Value::Bool(false) {
        return;
    }
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        require_nullable(part);
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    let required: Vec<Value> = required(properties, &schema["required"]);
    schema["required"] = Value::Array(required);
}

fn required(properties: &Map<String, Value>, given: &Value) -> Vec<Value> {
    let given = given.as_array().map_or(&[][..], Vec::as_slice);
    let is_required = |name: &str, property: &Value| given.iter().any(|given| given == name) || is_nullable(property);
    properties.iter().filter(|(name, property)| is_required(name, property)).map(|(name, _)| json!(name)).collect()
}

/// A member that may be `null` says itself what it is, not only the one of its two forms that has a value.
fn describe_nullable(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        describe_nullable(part);
    }
    for member in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        let of_value = member.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
        let taken: Vec<Value> = of_value.filter_map(|choice| choice.as_object_mut()?.remove("description")).collect();
        if let Some(description) = taken.into_iter().next() {
            member["description"] = description;
        }
    }
}

fn is_nullable(property: &Value) -> bool {
    let has_null = |kinds: &Value| kinds.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
    let choices = property["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
    has_null(&property["type"]) || choices.iter().any(|choice| choice["type"] == "null")
}

/// A body that may be left out is not `null`.
fn optional_bodies(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    for body in operations.filter_map(|operation| operation.get_mut("requestBody")) {
        let media = body.get_mut("content").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
        for schema in media.filter_map(|media| media.get_mut("schema")) {
            let choices = schema["oneOf"].as_array().filter(|choices| choices.iter().any(|one| one["type"] == "null"));
            let given = choices.and_then(|choices| choices.iter().find(|one| one["$ref"].is_string())).cloned();
            if let Some(given) = given {
                *schema = given;
            }
        }
    }
}

/// The stream is text; each event has a `LiveChange` as its data.
fn event_stream(document: &mut Value) {
    let content = document.pointer_mut("/paths/~1api~1v1~1events/get/responses/200/content/text~1event-stream");
    if let Some(content) = content {
        *content = json!({
            "schema": { "type": "string", "description": "Server-sent events; the data of each is a `LiveChange`" },
        });
    }
}
