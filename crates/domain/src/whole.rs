//! Whole numbers as JSON Schema has them: `7.0` is one as well as `7`.

use std::{collections::BTreeMap, fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

use crate::Patch;

/// Numbers that are read so.
pub trait Number: FromStr + TryFrom<u64> + TryFrom<i64> {
    /// What serde calls them.
    const NAME: &'static str;
}

impl Number for u32 {
    const NAME: &'static str = "u32";
}

impl Number for i64 {
    const NAME: &'static str = "i64";
}

/// A whole number.
struct Whole<T>(T);

impl<'de, T: Number> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(WholeVisitor(PhantomData))
    }
}

struct WholeVisitor<T>(PhantomData<T>);

impl<T: Number> Visitor<'_> for WholeVisitor<T> {
    type Value = Whole<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Whole<T>, E> {
        T::try_from(value).map(Whole).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Whole<T>, E> {
        T::try_from(value).map(Whole).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Whole<T>, E> {
        // Without a fraction it is written as an integer is.
        format!("{value}").parse().map(Whole).map_err(|_| E::invalid_type(Unexpected::Float(value), &self))
    }
}

/// Reads a whole number; for `#[serde(deserialize_with)]`.
///
/// # Errors
/// Those of the deserializer, for what is none.
pub fn number<'de, D: Deserializer<'de>, T: Number>(deserializer: D) -> Result<T, D::Error> {
    Whole::deserialize(deserializer).map(|whole| whole.0)
}

/// Reads a whole number that may be absent but not `null`.
///
/// # Errors
/// As [`number`].
pub fn present<'de, D: Deserializer<'de>, T: Number>(deserializer: D) -> Result<Option<T>, D::Error> {
    number(deserializer).map(Some)
}

/// Reads a whole number of a merge patch.
///
/// # Errors
/// As [`number`].
pub fn patch<'de, D: Deserializer<'de>, T: Number>(deserializer: D) -> Result<Patch<T>, D::Error> {
    Option::<Whole<T>>::deserialize(deserializer).map(|whole| Patch::from_option(whole.map(|whole| whole.0)))
}

/// Reads an object of whole numbers; for `#[serde(deserialize_with)]`.
///
/// # Errors
/// Those of the deserializer, for what is none.
pub fn by_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    let numbers = BTreeMap::<String, Whole<u32>>::deserialize(deserializer)?;
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
