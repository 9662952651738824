//! Amounts of an allocation: exact decimals of four places, counted in whole ten-thousandths.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Parts of one unit.
const SCALE: i64 = 10_000;
/// Digits behind the point.
const PLACES: usize = 4;
/// Digits before the point.
const DIGITS: usize = 12;

/// An exact amount from -999999999999.9999 to 999999999999.9999; a string on the wire, for a number would be rounded by
/// many who read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

/// A text that is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a decimal number of at most 12 digits, and 4 behind the point")]
pub struct InvalidAmount;

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest.
    pub const MAX: Self = Self(1_000_000_000_000 * SCALE - 1);

    /// So many ten-thousandths, as they are stored.
    #[must_use]
    pub const fn from_parts(parts: i64) -> Self {
        Self(parts)
    }

    /// Ten-thousandths.
    #[must_use]
    pub const fn parts(self) -> i64 {
        self.0
    }

    /// The sum; nothing when it is out of range.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let sum = self.0.checked_add(other.0)?;
        (sum.unsigned_abs() <= Self::MAX.0.unsigned_abs()).then_some(Self(sum))
    }

    /// The difference; nothing when it is out of range.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    /// The same with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// How many hundredths of `whole` it is, rounded down; nothing when `whole` is not positive.
    #[must_use]
    pub fn percent_of(self, whole: Self) -> Option<Self> {
        let percent = (i128::from(self.0) * i128::from(100 * SCALE)).checked_div(i128::from(whole.0))?;
        let percent = i64::try_from(percent).unwrap_or(i64::MAX).min(Self::MAX.0);
        whole.is_positive().then_some(Self(percent))
    }
}

impl From<u32> for Amount {
    fn from(units: u32) -> Self {
        Self(i64::from(units) * SCALE)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let parts = self.0.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        write!(f, "{sign}{}", parts / scale)?;
        match parts % scale {
            0 => Ok(()),
            fraction => write!(f, ".{}", format!("{fraction:0PLACES$}").trim_end_matches('0')),
        }
    }
}

impl FromStr for Amount {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (units, fraction) = text.split_once('.').map_or((text, None), |(units, rest)| (units, Some(rest)));
        let is_number = |digits: &str, most: usize| {
            (1..=most).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
        };
        if !is_number(units, DIGITS) || !fraction.is_none_or(|fraction| is_number(fraction, PLACES)) {
            return Err(InvalidAmount);
        }
        let digits = format!("{units}{:0<PLACES$}", fraction.unwrap_or_default());
        let parts: i64 = digits.parse().map_err(|_| InvalidAmount)?;
        Ok(Self(if is_negative { -parts } else { parts }))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
    };

    impl PartialSchema for super::Amount {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("An exact decimal number"))
                .pattern(Some(r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"))
                .examples(["1250.5"])
                .into()
        }
    }

    impl ToSchema for super::Amount {}
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts() {
        for (text, parts, written) in [
            ("0", 0, "0"),
            ("-0", 0, "0"),
            ("1250.50", 12_505_000, "1250.5"),
            ("0.0001", 1, "0.0001"),
            ("-3.07", -30_700, "-3.07"),
            ("999999999999.9999", Amount::MAX.0, "999999999999.9999"),
        ] {
            let amount: Amount = text.parse().unwrap();
            assert_eq!((amount.parts(), amount.to_string().as_str()), (parts, written), "{text}");
        }
        for wrong in ["", "-", ".", "1.", ".5", "1e3", "+1", "1,5", "0.00001", "1000000000000", "--1", "٣", " 1", "NaN"]
        {
            assert_eq!(wrong.parse::<Amount>(), Err(InvalidAmount), "{wrong}");
        }
    }

    #[test]
    fn ranges_and_shares() {
        assert_eq!(Amount::MAX.plus(Amount(1)), None);
        assert_eq!(Amount::MAX.negated().minus(Amount(1)), None);
        assert_eq!(Amount(1).percent_of(Amount::ZERO), None);
        assert_eq!(
            Amount::from(1).percent_of(Amount::from(3)).map(|share| share.to_string()).as_deref(),
            Some("33.3333")
        );
        assert_eq!(Amount::MAX.percent_of(Amount(1)), Some(Amount::MAX));
    }

    proptest! {
        #[test]
        fn an_amount_survives_its_text(parts in -Amount::MAX.0..=Amount::MAX.0) {
            prop_assert_eq!(Amount(parts).to_string().parse(), Ok(Amount(parts)));
        }
    }
}
