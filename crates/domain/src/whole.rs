//! Whole numbers by key, as JSON Schema has them: `7.0` is one as well as `7`.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

/// A whole number.
struct Whole(u32);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u32(WholeVisitor)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("u32")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Whole, E> {
        u32::try_from(value).map(Whole).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Whole, E> {
        // Without a fraction it is written as an integer is.
        format!("{value}").parse().map(Whole).map_err(|_| E::invalid_type(Unexpected::Float(value), &self))
    }
}

/// Reads an object of whole numbers; for `#[serde(deserialize_with)]`.
///
/// # Errors
/// Those of the deserializer, for what is none.
pub fn by_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    let numbers = BTreeMap::<String, Whole>::deserialize(deserializer)?;
    Ok(numbers.into_iter().map(|(key, whole)| (key, whole.0)).collect())
}

#[cfg(test)]
mod tests {
    fn read(number: &str) -> Result<u32, String> {
        let document = format!("{{\"a\":{number}}}");
        let numbers = super::by_key(&mut serde_json::Deserializer::from_str(&document));
        numbers.map(|numbers| numbers["a"]).map_err(|error| error.to_string())
    }

    #[test]
    fn with_and_without_a_fraction() {
        for (number, value) in
            [("7", 7), ("7.0", 7), ("7e0", 7), ("0", 0), ("4294967295", u32::MAX), ("4294967295.0", u32::MAX)]
        {
            assert_eq!(read(number), Ok(value), "{number}");
        }
        for number in ["7.5", "-1", "-1.0", "4294967296", "4294967296.0", "1e300", "\"7\"", "null", "[7]"] {
            assert!(read(number).unwrap_err().contains("expected u32"), "{number}");
        }
    }
}
