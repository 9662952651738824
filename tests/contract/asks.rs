//! Every way to ask an operation about things by their ids, and what of an answer can be compared.

use std::collections::BTreeMap;

use quarterdeck_testkit::TestClient;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    operations::{Operation, sent},
    places::Place,
};

/// A part of the names of what is looked for.
pub const SEARCH: &str = "zzforei";

/// Ids by what they are of, as schemas and members of bodies and queries name it.
pub type Ids = BTreeMap<&'static str, String>;

/// What there is at `place`, and an event of it.
pub fn ids(place: &Place, event: &str) -> Ids {
    let job = place.job.as_str();
    [
        ("ApiKeyId", place.api_key.as_str()),
        ("BinItemId", &place.bin_item),
        ("DepartureId", &place.departure),
        ("EventId", event),
        ("GroupId", &place.group),
        ("JobId", job),
        ("OrganizationId", &place.organization),
        ("PlanId", &place.plan),
        ("ProviderKeyId", &place.provider_key),
        ("ReservationId", &place.reservation),
        ("RoleGrantId", &place.role_grant),
        ("RoleId", &place.role),
        ("SavedViewId", &place.saved_view),
        ("SessionId", &place.session),
        ("UserId", &place.user),
        ("UserImportId", &place.user_import),
    ]
    .map(|(name, id)| (name, id.to_owned()))
    .into()
}

/// What nothing goes by.
pub fn nowhere() -> Ids {
    let place = |number: u128| Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + number).to_string();
    let names = ["ApiKeyId", "EventId", "GroupId", "JobId", "OrganizationId", "PlanId", "ReservationId", "RoleGrantId"];
    let names = names.into_iter().chain([
        "BinItemId",
        "DepartureId",
        "ProviderKeyId",
        "RoleId",
        "SavedViewId",
        "SessionId",
        "UserId",
        "UserImportId",
    ]);
    names.zip(1_u128..).map(|(name, number)| (name, place(number))).collect()
}

/// The kind of id that a member or parameter of this name has.
fn kind_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "organization_id" | "move_to" => "OrganizationId",
        "user_id" | "actor_id" | "impersonator_id" | "subject" | "by" | "target_id" | "ids" | "hand_over_to" => {
            "UserId"
        }
        "role_id" => "RoleId",
        "group_id" | "group_ids" | "scope_group_id" => "GroupId",
        "session_id" => "SessionId",
        "api_key_id" => "ApiKeyId",
        "plan_id" => "PlanId",
        "reservation_id" => "ReservationId",
        _ => return None,
    })
}

/// A request about something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub what: String,
    method: String,
    pub path: String,
    accept: &'static str,
    body: Option<(String, String)>,
}

impl Ask {
    /// All that is sent.
    pub fn sent(&self) -> String {
        format!("{} {}", self.path, self.body.as_ref().map_or("", |(_, body)| body)).to_lowercase()
    }

    /// What came: status, headers and body in one text.
    pub async fn answer(&self, client: &TestClient) -> String {
        let mut request = client.transport().raw(&self.method, &self.path).header("accept", self.accept);
        if let Some((media_type, body)) = &self.body {
            request = request.header("content-type", media_type).body(body.clone());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        assert!(status < 500, "{}: {status}", self.what);
        let mut headers: Vec<String> = answer
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        // Their order says nothing, and differs.
        headers.sort_unstable();
        let body = answer.bytes().await.unwrap();
        format!("{status}\n{}\n\n{}", headers.join("\n"), String::from_utf8_lossy(&body))
    }
}

/// `body` with each id replaced by one of `ids`.
fn renamed(body: &Value, name: &str, ids: &Ids) -> Value {
    match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), renamed(value, name, ids)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, name, ids)).collect::<Vec<_>>().into(),
        Value::String(_) => kind_of(name).map_or_else(|| body.clone(), |kind| json!(ids[kind])),
        other => other.clone(),
    }
}

/// The operation about `ids`; things within a thing of `outer`.
fn path(operation: &Operation, outer: &Ids, inner: &Ids) -> String {
    let parameters = operation.content["parameters"].as_array().into_iter().flatten();
    let of_path = parameters.filter(|parameter| parameter["in"] == "path");
    of_path.enumerate().fold(operation.path.clone(), |path, (place, parameter)| {
        let name = parameter["name"].as_str().unwrap();
        let schema = parameter["schema"]["$ref"].as_str().unwrap_or_default();
        let ids = if place == 0 { outer } else { inner };
        let value = match schema.rsplit('/').next().and_then(|kind| ids.get(kind)) {
            Some(id) => id.as_str(),
            None if name == "key" => "platform.name",
            None => "1",
        };
        path.replace(&format!("{{{name}}}"), value)
    })
}

/// The queries that name something of `ids`, one at a time.
fn queries(operation: &Operation, ids: &Ids) -> Vec<String> {
    let parameters = operation.content["parameters"].as_array().into_iter().flatten();
    let names = parameters.filter(|parameter| parameter["in"] == "query").filter_map(|one| one["name"].as_str());
    let mut queries = Vec::new();
    for name in names {
        match (name, kind_of(name)) {
            ("resource", _) => {
                for (kind, id) in
                    [("user", "UserId"), ("organization", "OrganizationId"), ("group", "GroupId"), ("job", "JobId")]
                {
                    queries.push(format!("permission=user.read&subject={}&resource={kind}:{}", ids["own"], ids[id]));
                }
            }
            ("subject", _) => queries.push(format!("permission=user.read&subject={}", ids["UserId"])),
            ("on_existing", _) => queries.extend(["update", "skip"].map(|value| format!("on_existing={value}"))),
            ("q", _) => queries.extend([
                format!("q={}", ids["search"]),
                format!("q={}", ids["OrganizationId"]),
                format!("q={}", ids["UserId"]),
            ]),
            (name, Some(kind)) => queries.push(format!("{name}={}", ids[kind])),
            _ => {}
        }
    }
    queries
}

/// Every way to ask an operation about something of `ids`, alone or within something of `own`.
pub fn asks(operation: &Operation, own: &Ids, ids: &Ids) -> Vec<Ask> {
    let method = operation.method.to_uppercase();
    let mut paths = vec![path(operation, ids, ids)];
    if operation.path.matches('{').count() > 1 {
        paths.push(path(operation, own, ids));
    }
    let is_list = operation.id.starts_with("list_");
    if is_list && operation.path.contains('{') {
        paths.push(path(operation, own, ids));
    }
    let plain = paths.clone();
    paths.extend(
        plain.iter().flat_map(|path| queries(operation, ids).into_iter().map(move |query| format!("{path}?{query}"))),
    );
    let examples = operation.content.pointer("/requestBody/content").and_then(Value::as_object);
    let mut bodies = Vec::new();
    for (media_type, content) in examples.into_iter().flatten() {
        let several = content["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
        for example in content.get("example").into_iter().chain(several) {
            bodies.push(Some((media_type.clone(), sent(&renamed(example, "", ids)))));
        }
    }
    if operation.id == "add_group_member" {
        bodies.push(Some(("application/json".to_owned(), json!({ "username": ids["username"] }).to_string())));
        paths.push(path(operation, own, ids));
    }
    if operation.id == "create_role_grant" {
        let grant = json!({
            "group_id": ids["GroupId"], "role": "advocate", "scope": "organization", "organization_id": ids["OrganizationId"],
        });
        bodies.push(Some(("application/json".to_owned(), grant.to_string())));
        let on_group = json!({
            "user_id": ids["UserId"], "role": "group_manager", "scope": "group", "scope_group_id": ids["GroupId"],
        });
        bodies.push(Some(("application/json".to_owned(), on_group.to_string())));
    }
    if operation.id == "create_user_import" {
        let file = format!("username,organization\n{},{}\n", ids["username"], ids["organization"]);
        bodies.push(Some(("text/csv".to_owned(), file)));
    }
    if operation.id == "revoke_sessions" {
        // The example would end the session of who asks.
        let named = [("organization", "organization_id", "OrganizationId"), ("user", "user_id", "UserId")];
        let named = named.map(|(scope, member, kind)| json!({ "scope": scope, member: ids[kind] }).to_string());
        bodies = named.map(|body| Some(("application/json".to_owned(), body))).into();
    }
    if bodies.is_empty() {
        bodies.push(None);
    }
    let mut asks = Vec::new();
    for path in &paths {
        for body in &bodies {
            let accepts: &[&str] = if is_list { &["application/json", "text/csv"] } else { &["*/*"] };
            asks.extend(accepts.iter().map(|accept| Ask {
                what: format!("{} {method} {path} {body:?}", operation.id),
                method: method.clone(),
                path: path.clone(),
                accept,
                body: body.clone(),
            }));
        }
    }
    asks
}

/// An answer without what differs each time: ids, digests, times, and the counts of a client's requests.
pub fn shape(answer: &str) -> String {
    let kept: Vec<&str> = answer
        .lines()
        .filter(|line| {
            !["date:", "connection:", "ratelimit", "etag:", "content-length:", "x-request-id:", "location:"]
                .iter()
                .any(|name| line.starts_with(name))
        })
        .collect();
    let mut shape = String::new();
    let mut word = String::new();
    for c in kept.join("\n").chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || "-_.:".contains(c) {
            word.push(c);
            continue;
        }
        shape.push_str(shape_of(&word));
        shape.push(c);
        word.clear();
    }
    shape
}

fn shape_of(word: &str) -> &str {
    let is_digest = matches!(word.len(), 16 | 32 | 64) && word.chars().all(|c| c.is_ascii_hexdigit());
    let is_time = word.len() >= 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T';
    let id = word.rsplit(':').next().unwrap_or_default();
    if is_digest || is_time || Uuid::try_parse(id).is_ok() || word.starts_with(SEARCH) { "~" } else { word }
}
