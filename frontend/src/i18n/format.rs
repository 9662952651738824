//! Numbers as the language writes them.

use std::cell::Cell;

use quarterdeck_domain::Amount;

thread_local! {
    /// What stands between groups of digits, and before a fraction.
    static SIGNS: Cell<(char, char)> = const { Cell::new((',', '.')) };
}

/// Writes numbers with these signs from now on.
pub fn set_signs(group: char, point: char) {
    SIGNS.set((group, point));
}

/// A whole number with separators: `2,014`.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(SIGNS.get().0);
        }
        out.push(digit);
    }
    out
}

/// An exact amount with separators: `1,250.5`.
#[must_use]
pub fn amount(value: Amount) -> String {
    let text = value.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (units, fraction) = text.split_once('.').map_or((text, None), |(units, rest)| (units, Some(rest)));
    let units = number(units.parse().unwrap_or_default());
    fraction.map_or_else(|| format!("{sign}{units}"), |rest| format!("{sign}{units}{}{rest}", SIGNS.get().1))
}

/// A size in bytes with a unit that keeps it short: `3.2 MB`.
#[must_use]
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut scaled = value;
    let mut rest = 0;
    let mut unit = 0;
    while scaled >= 1000 && unit < UNITS.len() - 1 {
        rest = scaled % 1000 / 100;
        scaled /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("B");
    if unit > 0 && scaled < 100 {
        format!("{scaled}{}{rest} {name}", SIGNS.get().1)
    } else {
        format!("{scaled} {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators() {
        assert_eq!([number(0), number(999), number(1_000), number(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn amounts_are_exact() {
        let written = |parts| amount(Amount::from_parts(parts));
        assert_eq!([written(12_505_000), written(-5_001), written(30_000)], ["1,250.5", "−0.5001", "3"]);
    }

    #[test]
    fn sizes() {
        assert_eq!([bytes(12), bytes(3_250), bytes(500_000_000)], ["12 B", "3.2 kB", "500 MB"]);
    }
}
