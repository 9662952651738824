//! Reads values out of parsed JSON as the API writes it: objects by name, enums by their name.
//!
//! `serde_json` takes every struct from an array as well, which doubles what is compiled for each type. The console
//! weighs a tenth less without.

use std::fmt;

use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Value};

/// Reads a document.
///
/// # Errors
/// When it is no JSON, or not what is wanted.
pub fn read<T: DeserializeOwned>(document: &[u8]) -> Result<T, Error> {
    read_value(&serde_json::from_slice(document)?)
}

/// Reads a parsed value.
///
/// # Errors
/// When it is not what is wanted.
pub fn read_value<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    T::deserialize(Reader(value)).map_err(Error::custom)
}

/// It is not what is wanted. Without words: each type would bring its own.
#[derive(Debug)]
struct Fault;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is not what was asked for")
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A value that is read by reference.
#[derive(Debug, Clone, Copy)]
struct Reader<'a>(&'a Value);

impl<'a> Reader<'a> {
    #[inline(never)]
    fn text(self) -> Result<&'a str, Fault> {
        self.0.as_str().ok_or(Fault)
    }

    #[inline(never)]
    fn entries(self) -> Result<Entries<'a>, Fault> {
        let object = self.0.as_object().ok_or(Fault)?;
        Ok(Entries { rest: object.iter(), value: &Value::Null })
    }

    #[inline(never)]
    fn items(self) -> Result<Items<'a>, Fault> {
        Ok(Items(self.0.as_array().ok_or(Fault)?.iter()))
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(_) => self.deserialize_i64(visitor),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Some(value) = self.0.as_u64() {
            visitor.visit_u64(value)
        } else if let Some(value) = self.0.as_i64() {
            visitor.visit_i64(value)
        } else {
            visitor.visit_f64(self.0.as_f64().ok_or(Fault)?)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_bool(self.0.as_bool().ok_or(Fault)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self.entries()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _name: &str, _fields: &[&str], visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _name: &str, _variants: &[&str], visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.text()?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        self.0.next().map(|item| seed.deserialize(Reader(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'a> {
    rest: serde_json::map::Iter<'a>,
    value: &'a Value,
}

impl<'a> Entries<'a> {
    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let (key, value) = self.rest.next()?;
        self.value = value;
        Some(key)
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.next().map(|key| seed.deserialize(key.into_deserializer())).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(Reader(self.value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Name(String);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Plain {
        One,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
    enum Tagged {
        Move { to: Option<u64> },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        count: u32,
        below: i64,
        ratio: f64,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Whole {
        #[serde(flatten)]
        inner: Inner,
        name: Name,
        plain: Plain,
        tagged: Vec<Tagged>,
        absent: Option<bool>,
        pair: (u8, bool),
        map: BTreeMap<String, Plain>,
        any: Value,
    }

    fn whole() -> Value {
        json!({
            "count": 3, "below": -4, "ratio": 0.5, "name": "ada", "plain": "one", "pair": [1, true], "map": {"a": "one"},
            "tagged": [{"kind": "move", "to": 7}, {"kind": "move", "to": null}], "any": [1, -2, 1.5, {"b": null}], "further": {},
        })
    }

    #[test]
    fn reads_what_serde_json_reads() {
        assert_eq!(read_value::<Whole>(&whole()).unwrap(), serde_json::from_value(whole()).unwrap());
    }

    #[test]
    fn refuses_other_types() {
        for (field, wrong) in [
            ("count", json!("3")),
            ("count", json!(-1)),
            ("name", json!(1)),
            ("plain", json!("two")),
            ("tagged", json!({})),
            ("pair", json!([1])),
            ("map", json!([])),
            ("below", json!(null)),
        ] {
            let mut value = whole();
            value[field] = wrong;
            assert!(read_value::<Whole>(&value).is_err(), "{field}");
        }
        assert!(read_value::<Inner>(&json!([1, 2, 3.0])).is_err());
        assert!(read::<Inner>(b"{").is_err());
    }
}
