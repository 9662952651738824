//! What serde says of a wrong body, in the words of JSON: who calls the API knows strings and objects, not structs.

use serde_json::Value;

/// A fault as serde tells it.
#[derive(Debug, PartialEq, Eq)]
enum Fault<'a> {
    Missing(&'a str),
    Twice(&'a str),
    Unknown { name: &'a str, known: Vec<&'a str> },
    Choice { given: &'a str, choices: Vec<&'a str> },
    Type { given: &'a str, expected: &'a str },
    Other(&'a str),
}

/// Where in `body` the fault lies that serde found at `pointer`, and what is wrong there.
pub fn of(body: &Value, pointer: &str, message: &str) -> (String, String) {
    let fault = Fault::read(message);
    let member = fault.member().map(|name| format!("/{}", escape(name))).unwrap_or_default();
    let base = pointer.strip_suffix(&member).unwrap_or(pointer);
    let place = body.pointer(base).and_then(|value| only(value, &|value| fault.fits(value)));
    match place {
        Some(place) => (format!("{base}{place}{member}"), fault.words()),
        // An object with a `kind` is read at one go, and serde does not say which of its members is wrong.
        None => (base.to_owned(), format!("has a member that {}", fault.words())),
    }
}

/// A token of a JSON pointer (RFC 6901, section 3).
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl<'a> Fault<'a> {
    fn read(message: &'a str) -> Self {
        let name = |kind: &str| {
            let rest = message.strip_prefix(kind)?.strip_prefix('`')?;
            Some(rest.split_once("`, ").map_or(rest.trim_end_matches('`'), |(name, _)| name))
        };
        let (given, expected) = message.rsplit_once(", expected ").unwrap_or((message, ""));
        let choices = || expected.split('`').skip(1).step_by(2).collect();
        let of_type = || given.strip_prefix("invalid type: ").or_else(|| given.strip_prefix("invalid value: "));
        if let Some(name) = name("missing field ") {
            Self::Missing(name)
        } else if let Some(name) = name("duplicate field ") {
            Self::Twice(name)
        } else if let Some(name) = name("unknown field ") {
            Self::Unknown { name, known: choices() }
        } else if let Some(given) = name("unknown variant ") {
            Self::Choice { given, choices: choices() }
        } else if let Some(given) = of_type() {
            Self::Type { given, expected }
        } else if given.starts_with("invalid length ") {
            Self::Type { given: "sequence", expected: "a map" }
        } else if message.starts_with("UUID parsing failed") {
            Self::Other("must be a UUID")
        } else {
            Self::Other(message)
        }
    }

    /// The member that is missing or that should not be there.
    const fn member(&self) -> Option<&'a str> {
        match self {
            Self::Missing(name) | Self::Twice(name) | Self::Unknown { name, .. } => Some(name),
            Self::Choice { .. } | Self::Type { .. } | Self::Other(_) => None,
        }
    }

    /// Whether it can be the fault of `value`.
    fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Missing(_) | Self::Twice(_) => value.is_object(),
            Self::Unknown { name, .. } => value.get(name).is_some(),
            Self::Choice { given, .. } => value.as_str() == Some(given),
            Self::Type { given, .. } => match value {
                Value::Null => matches!(*given, "null" | "unit value"),
                Value::Bool(value) => *given == format!("boolean `{value}`"),
                Value::Number(number) if number.is_f64() => given.starts_with("floating point"),
                Value::Number(number) => *given == format!("integer `{number}`"),
                Value::String(text) => *given == format!("string {text:?}"),
                Value::Array(_) => *given == "sequence",
                Value::Object(_) => *given == "map",
            },
            Self::Other(_) => value.is_string(),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Missing(_) => "is missing".to_owned(),
            Self::Twice(_) => "is there more than once".to_owned(),
            Self::Unknown { known, .. } if known.is_empty() => "is unknown; no members are".to_owned(),
            Self::Unknown { known, .. } => format!("is unknown; known are {}", known.join(", ")),
            Self::Choice { choices, .. } => format!("must be one of {}", choices.join(", ")),
            Self::Type { given, expected } => match (type_of(expected), given_type(given)) {
                (wanted, "a number") if wanted.contains("number") => format!("must be {wanted}"),
                (wanted, given) if wanted == given => format!("must be another {}", given.trim_start_matches("a ")),
                (wanted, given) => format!("must be {wanted}, not {given}"),
            },
            Self::Other(message) => (*message).to_owned(),
        }
    }
}

/// What serde expects, by the name that its visitor gives it.
fn type_of(expected: &str) -> &'static str {
    match expected {
        "a boolean" => "true or false",
        "f32" | "f64" => "a number",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number from 0 on",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "a sequence" | "an array" => "a list",
        "a map" => "an object",
        _ if expected.starts_with("struct ") || expected.contains("tagged enum") => "an object",
        _ => "a string",
    }
}

/// What serde was given, without the value: it may be a secret.
fn given_type(given: &str) -> &'static str {
    match given.split([' ', '`']).next().unwrap_or_default() {
        "integer" | "floating" => "a number",
        "boolean" if given.contains("true") => "true",
        "boolean" => "false",
        "string" | "character" => "a string",
        "sequence" => "a list",
        "map" => "an object",
        _ => "null",
    }
}

/// Pointer to `value` itself when it fits, or else to the only one below it that does.
fn only(value: &Value, fits: &dyn Fn(&Value) -> bool) -> Option<String> {
    if fits(value) {
        return Some(String::new());
    }
    let mut found = Vec::new();
    collect(value, "", fits, &mut found);
    found.pop().filter(|_| found.is_empty())
}

fn collect(value: &Value, at: &str, fits: &dyn Fn(&Value) -> bool, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (escape(key), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let at = format!("{at}/{key}");
        if fits(child) {
            found.push(at.clone());
        }
        collect(child, &at, fits, found);
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{
        auth::Login,
        plans::CreatePlan,
        settings::UpdateSettings,
        users::{CreateUser, UpdateUser},
    };
    use serde::de::DeserializeOwned;

    use crate::{codes::Syntax, json};

    type Case = (fn(&str) -> String, &'static str, &'static str);

    /// Wrong bodies: what they are read as, where the fault lies, and what is said.
    #[test]
    fn faults_are_told_in_words_of_json() {
        let unknown_action = "must be one of delete_users, bin_users, offboard_users, purge_bin, delete_own_account, set_user_status, \
            change_user_role, move_users, revoke_user_sessions, revoke_sessions, delete_organization, add_to_group, remove_from_groups, \
            delete_group, delete_groups, bin_groups, set_allocations";
        let cases: [Case; 23] = [
            (told::<CreateUser>, "5", " must be an object, not a number"),
            (told::<CreateUser>, "null", " must be an object, not null"),
            (told::<CreateUser>, "[7]", "/0 must be a string, not a number"),
            (told::<CreateUser>, "{}", "/username is missing"),
            (told::<CreateUser>, r#"{"username":5}"#, "/username must be a string, not a number"),
            (told::<CreateUser>, r#"{"username":["a"]}"#, "/username must be a string, not a list"),
            (told::<CreateUser>, r#"{"username":"a","username":"b"}"#, "/username is there more than once"),
            (told::<CreateUser>, r#"{"roles":"admin"}"#, "/roles must be a list, not a string"),
            (told::<UpdateUser>, r#"{"roles":["admin",5]}"#, "/roles/1 must be a string, not a number"),
            (
                told::<UpdateUser>,
                r#"{"roles":["king, expected `x`"]}"#,
                "/roles/0 must be one of admin, organization_admin, developer, advocate, billing_admin, group_manager, trainer, user",
            ),
            (told::<UpdateUser>, r#"{"display_name":null}"#, "/display_name must be a string, not null"),
            (
                told::<UpdateUser>,
                r#"{"must_change_password":"yes"}"#,
                "/must_change_password must be true or false, not a string",
            ),
            (
                told::<UpdateUser>,
                r#"{"must_change_password":1.5}"#,
                "/must_change_password must be true or false, not a number",
            ),
            (told::<UpdateUser>, r#"{"contact":"none"}"#, "/contact must be an object, not a string"),
            (told::<UpdateUser>, r#"{"contact":{"phone":true}}"#, "/contact/phone must be a string, not true"),
            (
                told::<UpdateUser>,
                r#"{"contact":{"a/b":1}}"#,
                "/contact/a~1b is unknown; known are location, platform_url, phone",
            ),
            (told::<UpdateUser>, r#"{"status":5}"#, "/status must be a string, not a number"),
            (told::<UpdateUser>, r#"{"organization_id":"x"}"#, "/organization_id must be a UUID"),
            (told::<UpdateSettings>, r#"{"values":[]}"#, "/values must be an object, not a list"),
            (
                told::<Login>,
                r#"{"login":"a","password":{},"remember_me":false}"#,
                "/password must be a string, not an object",
            ),
            (told::<CreatePlan>, r#"{"action":{"kind":"drop"}}"#, unknown_action),
            (told::<CreatePlan>, r#"{"action":{"kind":"delete_users"}}"#, "/action/selection is missing"),
            (
                told::<CreatePlan>,
                r#"{"action":{"kind":"delete_users","selection":{"ids":5}}}"#,
                "/action/selection/ids must be a list, not a number",
            ),
        ];
        for (told, body, words) in cases {
            let said = told(body);
            assert!(said.ends_with(words), "{body}: {said}, not {words}");
        }
    }

    fn told<T: DeserializeOwned>(body: &str) -> String {
        let problem = json::value(body.as_bytes())
            .and_then(|given| json::typed::<T>(&given, Syntax::Body))
            .err()
            .unwrap()
            .problem("/", "r1");
        assert_eq!(problem.code, "malformed-body", "{body}");
        let fault = &problem.errors[0];
        format!("{} {}", fault.pointer, fault.message)
    }
}
