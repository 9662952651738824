//! What follows from the form of an operation: errors, headers, media types.

use actix_web::http::Method;
use serde_json::{Map, Value, json};

use super::errors;
use crate::{accept::Format, body, idempotency, limits::Class};

/// Schemas whose answers carry an `ETag`.
const TAGGED: [&str; 21] = [
    "ApiKey",
    "ProviderKey",
    "User",
    "Me",
    "Organization",
    "CustomRole",
    "RoleGrant",
    "SavedView",
    "Group",
    "GroupMember",
    "AllocationReport",
    "Reservation",
    "Setting",
    "Session",
    "Plan",
    "UserImport",
    "Job",
    "Meta",
    "AuditEvent",
    "BinItem",
    "Departure",
];

/// Operations that need a session: no key carries their permission.
const FOR_PEOPLE: [&str; 15] = [
    "start_impersonation",
    "end_impersonation",
    "step_up",
    "change_own_password",
    "create_api_key",
    "update_api_key",
    "rotate_api_key",
    "create_provider_key",
    "update_provider_key",
    "delete_provider_key",
    "create_role",
    "update_role",
    "delete_role",
    "create_role_grant",
    "revoke_role_grant",
];

/// Completes all operations.
pub fn complete(document: &mut Value) {
    document["components"]["responses"] = errors::components();
    document["components"]["headers"] = headers();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else { continue };
        for (method, operation) in item {
            complete_operation(path, method, operation);
        }
    }
}

fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "Id of the request, as in the log and in audit events: the client's own if it sent one",
            "schema": { "type": "string" }, "example": "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e",
        },
        "ETag": {
            "description": "Version of the resource, where it can be changed, and a digest of this answer. Any change of the answer moves it, that of a figure too; `If-Match` compares the version alone",
            "schema": { "type": "string" }, "example": "\"3-9f86d081884c7d65\"",
        },
        "Location": {
            "description": "Path of the resource",
            "schema": { "type": "string", "format": "uri-reference" },
            "example": "/api/v1/users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e",
        },
        "Disposition": {
            "description": "Name for the file of an export",
            "schema": { "type": "string" }, "example": "attachment; filename=\"users.csv\"",
        },
        "RateLimitPolicy": {
            "description": "The limits that the request counts for: `q` requests in `w` seconds, or `q` at once",
            "schema": { "type": "string" }, "example": "\"write\";q=300000;w=60",
        },
        "RateLimit": {
            "description": "What is left of them: `r` requests; in `t` seconds all are there again, or one after a refusal",
            "schema": { "type": "string" }, "example": "\"write\";r=299999;t=1",
        },
        "Replayed": {
            "description": "`true` when the request was carried out before and this is its answer again",
            "schema": { "type": "string" }, "example": "true",
        },
    })
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let takes_key = method == "post" && idempotency::takes_key(path);
    if takes_key {
        push_parameter(operation, idempotency_key());
    }
    if method == "patch"
        && let Some(content) = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut)
        && let Some(change) = content.get(body::MERGE_PATCH).cloned()
    {
        content.insert(body::JSON.to_owned(), change);
    }
    // The generator writes an empty requirement where none is meant.
    if operation["security"] == json!([{}]) {
        operation["security"] = json!([]);
    }
    let form = Form::of(path, method, operation, takes_key);
    if form.is_signed_in && !FOR_PEOPLE.iter().any(|id| operation["operationId"] == *id) {
        operation["security"] = json!([{ "session": [] }, { "api_key": [] }]);
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut() {
        if status.starts_with('2') {
            complete_success(status, response, form.is_list, takes_key);
        }
    }
    if method == "get" && responses.values().any(|response| !response["headers"]["ETag"].is_null()) {
        responses.insert("304".to_owned(), not_modified());
    }
    for name in form.errors() {
        let Some(shared) = errors::ALL.iter().find(|shared| shared.name == name) else { continue };
        responses.entry(shared.status).or_insert_with(|| errors::reference(shared));
    }
}

fn not_modified() -> Value {
    json!({
        "description": "`If-None-Match` names the present `ETag`",
        "headers": {
            "X-Request-Id": { "$ref": "#/components/headers/RequestId" },
            "ETag": { "$ref": "#/components/headers/ETag" },
        },
    })
}

fn push_parameter(operation: &mut Value, parameter: Value) {
    match operation.get_mut("parameters").and_then(Value::as_array_mut) {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = Value::Array(vec![parameter]),
    }
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "A request with the same key and body is carried out once and answered the same for 24 hours",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" },
        "example": "3f1c2d9e-create-bob",
    })
}

/// What errors depend on.
struct Form {
    is_signed_in: bool,
    has_path: bool,
    has_query: bool,
    has_body: bool,
    has_if_match: bool,
    is_list: bool,
    takes_key: bool,
    is_limited: bool,
}

impl Form {
    fn of(path: &str, method: &str, operation: &Value, takes_key: bool) -> Self {
        let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let schema = &operation["responses"]["200"]["content"][body::JSON]["schema"]["$ref"];
        let schema = schema.as_str().unwrap_or_default();
        Self {
            is_signed_in: operation["security"]
                .as_array()
                .is_some_and(|all| !all.is_empty() && all.iter().all(|one| one.get("session").is_some())),
            has_path: path.contains('{'),
            has_query: parameters.iter().any(|parameter| parameter["in"] == "query"),
            has_body: operation.get("requestBody").is_some(),
            has_if_match: parameters.iter().any(|parameter| parameter["name"] == "If-Match"),
            is_list: method == "get" && schema.contains("/Page_"),
            takes_key,
            is_limited: Method::from_bytes(method.to_uppercase().as_bytes())
                .is_ok_and(|method| Class::of(&method, path).is_some()),
        }
    }

    fn errors(&self) -> impl Iterator<Item = &'static str> {
        let groups: [(bool, &[&str]); 9] = [
            (true, &["Malformed", "Internal", "Unavailable"]),
            (self.is_signed_in, &["Unauthenticated", "Forbidden"]),
            (self.has_path || (self.is_signed_in && self.has_body), &["NotFound"]),
            (self.has_query, &["Invalid"]),
            (self.has_body, &["Slow", "TooLarge", "MediaType", "Invalid"]),
            (self.has_if_match, &["Stale"]),
            (self.is_list, &["NotAcceptable"]),
            (self.is_limited, &["TooManyRequests"]),
            (self.takes_key, &["Conflict", "Invalid", "Slow", "TooLarge"]),
        ];
        let names: Vec<&'static str> =
            groups.iter().filter(|(applies, _)| *applies).flat_map(|(_, names)| *names).copied().collect();
        names.into_iter()
    }
}

fn complete_success(status: &str, response: &mut Value, is_list: bool, takes_key: bool) {
    let schema = response["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
    let is_tagged = TAGGED.iter().any(|name| schema.strip_prefix("#/components/schemas/") == Some(name));
    let has_location = matches!(status, "201" | "202");
    let shared = [
        ("X-Request-Id", "RequestId", true),
        ("ETag", "ETag", is_tagged),
        ("Location", "Location", has_location),
        ("Content-Disposition", "Disposition", is_list),
        ("Idempotent-Replayed", "Replayed", takes_key),
    ];
    if response.get("headers").is_none() {
        response["headers"] = Value::Object(Map::new());
    }
    for (name, component, _) in shared.iter().filter(|(.., applies)| *applies) {
        response["headers"][*name] = json!({ "$ref": format!("#/components/headers/{component}") });
    }
    if is_list {
        add_exports(response);
    }
}

/// Lists are answered as CSV and JSON lines as well.
fn add_exports(response: &mut Value) {
    let schema = |description: &str| json!({ "type": "string", "description": description });
    response["content"][Format::Csv.media_type()] =
        json!({ "schema": schema("All rows, with the names of the columns first (RFC 4180)") });
    response["content"][Format::JsonLines.media_type()] =
        json!({ "schema": schema("All rows, each as JSON on a line of its own") });
}
