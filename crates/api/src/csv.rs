//! Rows of CSV (RFC 4180), safe against formula injection in spreadsheets.

use quarterdeck_domain::{Error, Result, Timestamp};
use serde::Serialize;

/// Something that is a row of an export.
pub trait Row: Serialize {
    /// Names of the columns.
    const COLUMNS: &'static [&'static str];

    /// Values of the columns, in their order.
    fn cells(&self) -> Vec<String>;
}

/// A value that may be absent, as a cell.
pub fn optional<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// A time that may be absent, as a cell.
#[must_use]
pub fn time(value: Option<Timestamp>) -> String {
    optional(value.as_ref())
}

/// The rows as CSV, with the names of the columns before them if `with_head`.
///
/// # Errors
/// `Internal` when the writer fails.
pub fn write<T: Row>(rows: &[T], with_head: bool) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if with_head {
        writer.write_record(T::COLUMNS).map_err(Error::internal)?;
    }
    for row in rows {
        writer.write_record(row.cells().into_iter().map(safe)).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.into_error()))
}

/// The cell, with a `'` before it when a spreadsheet would take it for a formula.
fn safe(cell: String) -> String {
    // Spreadsheets pass over space, and some read full-width signs as the plain ones.
    let signs = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let is_formula =
        !is_number(&cell) && (cell.trim_start().starts_with(signs) || cell.starts_with(['\t', '\r', '\n']));
    if is_formula { format!("'{cell}") } else { cell }
}

/// Whether the cell is a decimal number and nothing else: a spreadsheet reads it as that number, and sums of a ledger need its
/// sign.
fn is_number(cell: &str) -> bool {
    let number = cell.strip_prefix('-').unwrap_or(cell);
    let (units, fraction) = number.split_once('.').unwrap_or((number, "0"));
    [units, fraction].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Pair(&'static str, &'static str);

    impl Row for Pair {
        const COLUMNS: &'static [&'static str] = &["name", "note"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.to_owned(), self.1.to_owned()]
        }
    }

    #[test]
    fn formulas_are_defused_and_quotes_are_doubled() {
        let rows = [
            Pair("=cmd|' /C calc'!A0", "a,b"),
            Pair("+1", "say \"hi\""),
            Pair("-1+1", "@x"),
            Pair("\tx", "two\nlines"),
        ];
        let text = String::from_utf8(write(&rows, true).unwrap()).unwrap();
        assert_eq!(
            text,
            "name,note\r\n'=cmd|' /C calc'!A0,\"a,b\"\r\n'+1,\"say \"\"hi\"\"\"\r\n'-1+1,'@x\r\n'\tx,\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn disguised_formulas_are_defused() {
        for cell in [
            "-",
            "--1",
            "-1-1",
            "-.5",
            "-1.",
            "-1e9",
            "-1.5.2",
            "-٣",
            " -1",
            " =1+1",
            "\u{a0}@x",
            "\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            "\u{ff20}x",
        ] {
            assert_eq!(safe(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["a=b", " a", "", "x@y.org", "-1", "-12.0001", "7"] {
            assert_eq!(safe(cell.to_owned()), cell);
        }
    }

    #[test]
    fn the_head_stands_once() {
        assert_eq!(write(&[Pair("a", "b")], false).unwrap(), b"a,b\r\n");
        assert_eq!(write::<Pair>(&[], true).unwrap(), b"name,note\r\n");
    }
}
