//! JSON of requests: read once, into a value, and refused with a pointer to the faulty member.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use crate::{
    codes::Syntax,
    problem::{Fault, Result},
    words,
};

/// Reads JSON, with no member twice (RFC 7493, section 2.3).
///
/// # Errors
/// 400 for what is no JSON; with a pointer to a member that is there more than once.
pub fn value(bytes: &[u8]) -> Result<Value> {
    let mut text = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize(&mut text) {
        Ok(Given(value)) => text.end().map(|()| value).map_err(|error| no_json(&error)),
        // What is wrong with it as JSON comes before what is there twice.
        Err(found) => match serde_json::from_slice(bytes) {
            Ok(given) => Err(told(&given, &found, Syntax::Body)),
            Err(error) => Err(no_json(&error)),
        },
    }
}

/// Reads a value as a `T`.
///
/// # Errors
/// 400 of that `syntax`, with a pointer to the faulty member.
pub fn typed<T: DeserializeOwned>(given: &Value, syntax: Syntax) -> Result<T> {
    serde_path_to_error::deserialize(given).map_err(|found| told(given, &found, syntax))
}

fn no_json(error: &serde_json::Error) -> Fault {
    Fault::syntax(Syntax::Json, format!("the body is no JSON: {error}"))
}

/// What serde found wrong with `given`.
fn told(given: &Value, found: &serde_path_to_error::Error<serde_json::Error>, syntax: Syntax) -> Fault {
    let message = found.inner().to_string();
    let (pointer, message) = words::of(given, &pointer(found.path()), without_position(&message));
    Fault::at(syntax, pointer, message)
}

/// JSON pointer (RFC 6901) of a path.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", words::escape(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// The message without `at line 1 column 2`, which says nothing to a form.
fn without_position(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message)
}

/// A value as it was given. Numbers whose fraction is zero are integers, which they are for JSON Schema (draft 2020-12,
/// validation, section 6.1.1) and not for serde.
struct Given(Value);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue).map(Self)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(whole(value).map_or_else(|| value.into(), Value::from))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Given(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            let Given(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

/// The integer that `number` is, if it is one that a double is exact about.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is within the range")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{
        impersonation::StartImpersonation,
        settings::UpdateSettings,
        users::{CreateUser, UpdateUser},
    };

    use super::*;

    fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
        typed(&value(body)?, Syntax::Body)
    }

    fn fault<T: DeserializeOwned>(body: &[u8]) -> (String, String) {
        let problem = read::<T>(body).err().unwrap().problem("/", "r1");
        let pointer = problem.errors.first().map(|error| error.pointer.clone()).unwrap_or_default();
        (problem.code, pointer)
    }

    #[test]
    fn faults_name_their_member() {
        let of = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
        let body = br#"{"username":"ada","display_name":"Ada","roles":["admin","king"]}"#;
        assert_eq!(fault::<CreateUser>(body), of("malformed-body", "/roles/1"));
        assert_eq!(
            fault::<CreateUser>(br#"{"username":"ada","display_name":"Ada","x":1}"#),
            of("malformed-body", "/x")
        );
        assert_eq!(fault::<UpdateUser>(br#"{"contact":{"phone":7}}"#), of("malformed-body", "/contact/phone"));
        assert_eq!(fault::<CreateUser>(b"{}"), of("malformed-body", "/username"));
        assert_eq!(fault::<CreateUser>(br#"{"username":"#), of("malformed-json", ""));
        assert_eq!(fault::<CreateUser>(b"{\"username\":\"\xff\"}"), of("malformed-json", ""));
        assert_eq!(fault::<CreateUser>(b""), of("malformed-json", ""));
    }

    #[test]
    fn a_whole_number_may_have_a_fraction_of_zero() {
        let read =
            |ttl: &str| read::<StartImpersonation>(format!(r#"{{"reason":"x","ttl_seconds":{ttl}}}"#).as_bytes());
        for whole in ["330", "330.0", "3.3e2"] {
            assert_eq!(read(whole).unwrap().ttl_seconds, 330, "{whole}");
        }
        for other in ["330.5", "1e300", "-330.0", "\"330\"", "9007199254740993.0"] {
            assert!(read(other).is_err(), "{other}");
        }
        // The fault that is told is the one that is left.
        let code = "malformed-body".to_owned();
        assert_eq!(fault::<StartImpersonation>(br#"{"ttl_seconds":330.0,"reason":7}"#), (code, "/reason".to_owned()));
    }

    #[test]
    fn no_member_is_there_twice() {
        let of = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
        let twice = br#"{"values":{"a":[{"b":1,"b":2}]}}"#;
        assert_eq!(fault::<UpdateSettings>(twice), of("malformed-body", "/values/a/0/b"));
        assert_eq!(fault::<UpdateSettings>(br#"{"values":{},"values":{}}"#), of("malformed-body", "/values"));
        assert_eq!(fault::<UpdateSettings>(br#"{"values":{},"values":{}"#), of("malformed-json", ""));
        assert_eq!(fault::<UpdateSettings>(br#"{"values":{}} {}"#), of("malformed-json", ""));
    }
}
