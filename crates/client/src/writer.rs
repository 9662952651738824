//! Writes values as JSON, without fractions: nothing that the API takes has one, and the tables to write them weigh ten
//! kilobytes in the console.

use std::io;

use serde::{Serialize, ser::Error as _};
use serde_json::{
    Error,
    ser::{Formatter, Serializer},
};

struct Whole;

impl Formatter for Whole {
    fn write_f32<W: io::Write + ?Sized>(&mut self, _: &mut W, _: f32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn write_f64<W: io::Write + ?Sized>(&mut self, _: &mut W, _: f64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Writes a value.
///
/// # Errors
/// When it is no JSON, or has a fraction.
pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, Whole))?;
    String::from_utf8(out).map_err(Error::custom)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_but_fractions() {
        let value = json!({"a": [1, -2, true, null, "ü\n"], "b": {}});
        assert_eq!(write(&value).unwrap(), value.to_string());
        assert!(write(&json!({"ratio": 0.5})).is_err());
    }
}
