//! Examples: put together from those of the members, so that each validates against its schema.

use serde_json::{Map, Value, json};

use crate::{accept::Format, user_exports};

/// Deepest nesting that is followed; schemas that contain themselves end there.
const DEPTH: usize = 12;

/// Gives every media type of every operation an example.
pub fn complete(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        if let Some(content) = operation.pointer_mut("/requestBody/content") {
            add(&schemas, content);
            add_kinds(&schemas, content);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten();
        for content in responses.filter_map(|(_, response)| response.get_mut("content")) {
            add(&schemas, content);
        }
    }
}

/// Whether it can have an example: an image or an archive has none in text.
pub fn is_text(media_type: &str) -> bool {
    !media_type.starts_with("image/") && media_type != user_exports::MEDIA_TYPE
}

fn add(schemas: &Value, content: &mut Value) {
    let Some(content) = content.as_object_mut() else { return };
    let row = content.get("application/json").map(|json| example(schemas, &json["schema"], DEPTH)["items"][0].clone());
    for (media_type, media) in content {
        if media.get("example").is_none() && is_text(media_type) {
            media["example"] = match (media_type.as_str(), &row) {
                ("text/event-stream", _) => stream(schemas),
                (csv, Some(row)) if csv == Format::Csv.media_type() => columns(row),
                (lines, Some(row)) if lines == Format::JsonLines.media_type() => Value::String(format!("{row}\n")),
                _ => example(schemas, &media["schema"], DEPTH),
            };
        }
    }
}

/// A body whose one member is of several kinds has an example of each.
fn add_kinds(schemas: &Value, content: &mut Value) {
    for media in content.as_object_mut().into_iter().flat_map(Map::values_mut) {
        let Some((member, kinds)) = kinds(schemas, &media["schema"]) else { continue };
        let named = kinds.iter().filter_map(|kind| {
            let name = kind["properties"]["kind"]["enum"][0].as_str()?;
            let value = json!({ &member: example(schemas, kind, DEPTH) });
            Some((name.to_owned(), json!({ "summary": kind["description"], "value": value })))
        });
        media["examples"] = Value::Object(named.collect());
        media.as_object_mut().map(|media| media.remove("example"));
    }
}

fn kinds<'a>(schemas: &'a Value, schema: &'a Value) -> Option<(String, &'a Vec<Value>)> {
    let properties = resolve(schemas, schema)["properties"].as_object()?;
    let (member, of_kinds) = properties.iter().next().filter(|_| properties.len() == 1)?;
    let kinds = resolve(schemas, of_kinds)["oneOf"].as_array()?;
    kinds.iter().all(|kind| kind["properties"]["kind"].is_object()).then(|| (member.clone(), kinds))
}

fn resolve<'a>(schemas: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/components/schemas/"));
    name.map_or(schema, |name| &schemas[name])
}

fn stream(schemas: &Value) -> Value {
    let change = example(schemas, &json!({ "$ref": "#/components/schemas/LiveChange" }), DEPTH);
    Value::String(format!("id: 1042\nevent: change\ndata: {change}\n\n"))
}

/// A head of some columns, as an idea of what comes.
fn columns(row: &Value) -> Value {
    let plain = |(key, value): (&String, &Value)| match value {
        Value::String(text) => Some((key.clone(), text.clone())),
        Value::Number(number) => Some((key.clone(), number.to_string())),
        _ => None,
    };
    let cells: Vec<(String, String)> = row.as_object().into_iter().flatten().filter_map(plain).collect();
    let line = |cells: Vec<&str>| cells.join(",");
    let (head, body) = (cells.iter().map(|(key, _)| key.as_str()), cells.iter().map(|(_, value)| value.as_str()));
    Value::String(format!("{}\r\n{}\r\n", line(head.collect()), line(body.collect())))
}

/// An example of `schema`.
pub fn example(schemas: &Value, schema: &Value, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    if let Some(given) = schema.get("example").or_else(|| schema.get("examples")?.get(0)) {
        return given.clone();
    }
    if schema["$ref"].is_string() {
        return example(schemas, resolve(schemas, schema), depth - 1);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| example(schemas, part, depth - 1));
        let members = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(members.chain(members_of(schemas, schema, depth)).collect());
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(choice) =
            schema[key].as_array().and_then(|choices| choices.iter().find(|choice| choice["type"] != "null"))
        {
            return example(schemas, choice, depth - 1);
        }
    }
    let of_values = schema["enum"].get(0).or_else(|| schema.get("const")).or_else(|| schema.get("default"));
    of_values.cloned().unwrap_or_else(|| of_type(schemas, schema, depth))
}

fn of_type(schemas: &Value, schema: &Value, depth: usize) -> Value {
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") => Value::Object(members_of(schemas, schema, depth).collect()),
        Some("array") => json!([example(schemas, &schema["items"], depth - 1)]),
        Some("boolean") => json!(false),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        Some("string") => match schema["format"].as_str() {
            Some("uuid") => json!("0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e"),
            Some("date-time") => json!("2026-01-31T09:30:00.123456Z"),
            _ => json!("text"),
        },
        _ => Value::Null,
    }
}

fn members_of(schemas: &Value, schema: &Value, depth: usize) -> impl Iterator<Item = (String, Value)> {
    let members = schema["properties"].as_object().into_iter().flatten();
    members.map(|(name, member)| (name.clone(), example(schemas, member, depth - 1))).collect::<Vec<_>>().into_iter()
}
