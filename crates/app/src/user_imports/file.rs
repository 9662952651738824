//! Reading a file of users: its encoding, its header, and the cells of each line.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use quarterdeck_domain::{
    Error, FieldError, Result,
    text::LINE_MAX,
    user_imports::{ImportColumn, MAX_LINES},
};

/// Characters of a username that is no username which the report shows.
const SHOWN: usize = 64;

/// The cells of a line that say something.
pub(super) type Cells = BTreeMap<ImportColumn, String>;

/// A line of a file.
#[derive(Debug)]
pub(super) struct Line {
    /// Its number; the header is line 1.
    pub number: u64,
    /// What stands under `username`, as far as a report shows it.
    pub username: String,
    /// Its cells, or what is wrong with its form.
    pub cells: Result<Cells, FieldError>,
}

/// Reads a file.
///
/// # Errors
/// `Invalid` when it is not in UTF-8, has no such header, or has too many lines.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Line>> {
    let text = decoded(bytes)?;
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let mut records = reader.into_records();
    let unreadable = |error: csv::Error| Error::field("", "format", format!("the file is no CSV: {error}"));
    let header = records.next().transpose().map_err(unreadable)?;
    let columns = columns(&header.unwrap_or_default())?;
    let mut lines = Vec::new();
    let mut numbers = Numbers { text, at: 0, number: 1 };
    for record in records {
        let record = record.map_err(unreadable)?;
        // Spreadsheets leave rows of empty cells at the end.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() == MAX_LINES {
            return Err(Error::field("", "too-many", format!("the file has more than {MAX_LINES} lines; split it")));
        }
        lines.push(line(numbers.of(&record), &columns, &record));
    }
    if lines.is_empty() {
        return Err(Error::field("", "required", "the file has no line below its header"));
    }
    Ok(lines)
}

/// The text of a file in UTF-8, without a byte order mark.
fn decoded(bytes: &[u8]) -> Result<&str> {
    let refused = |message: String| Error::field("", "encoding", message);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // UTF-16 and UTF-32 have zeros in every name that a header may have.
    if bytes.contains(&0) || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(refused(
            "the file is not in UTF-8, perhaps in UTF-16; save it as \u{201c}CSV UTF-8\u{201d}".to_owned(),
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        refused(format!("the file is not in UTF-8, as line {line} shows; save it as \u{201c}CSV UTF-8\u{201d}"))
    })
}

/// What separates the cells: spreadsheets of many countries write semicolons.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' }
}

fn columns(header: &StringRecord) -> Result<Vec<ImportColumn>> {
    let mut columns = Vec::new();
    let mut faults = Vec::new();
    for name in header.iter().map(|name| name.trim().to_ascii_lowercase()) {
        // So many are enough to see that it is another file.
        if faults.len() > ImportColumn::ALL.len() {
            break;
        }
        let pointer = || format!("/{}", shown(&name).replace('~', "~0").replace('/', "~1"));
        match name.parse::<ImportColumn>() {
            Ok(column) if columns.contains(&column) => {
                faults.push(FieldError::new(pointer(), "duplicate", "this column is there more than once"));
            }
            Ok(column) => columns.push(column),
            Err(_) => faults.push(FieldError::new(
                pointer(),
                "unknown",
                format!("there is no such column; known are {}", known()),
            )),
        }
    }
    if !columns.contains(&ImportColumn::Username) {
        faults.push(FieldError::new("/username", "required", "this column is missing in the first line"));
    }
    if faults.is_empty() { Ok(columns) } else { Err(Error::Invalid(faults)) }
}

fn known() -> String {
    ImportColumn::ALL.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
}

fn line(number: u64, columns: &[ImportColumn], record: &StringRecord) -> Line {
    let username = columns.iter().position(|column| *column == ImportColumn::Username);
    Line {
        number,
        username: username.and_then(|place| record.get(place)).map(|name| shown(name.trim())).unwrap_or_default(),
        cells: cells(columns, record),
    }
}

fn cells(columns: &[ImportColumn], record: &StringRecord) -> Result<Cells, FieldError> {
    if record.len() != columns.len() {
        let message = format!("has {} cells where the header has {}", record.len(), columns.len());
        return Err(FieldError::new("", "ragged", message));
    }
    let mut cells = Cells::new();
    for (column, cell) in columns.iter().zip(record).map(|(column, cell)| (*column, cell.trim())) {
        if cell.chars().nth(LINE_MAX).is_some() {
            let message = format!("must have at most {LINE_MAX} characters");
            return Err(FieldError::new(format!("/{column}"), "too-long", message));
        }
        if !cell.is_empty() {
            cells.insert(column, cell.to_owned());
        }
    }
    Ok(cells)
}

/// Counts the lines of a text up to its records. Lines end as they do for spreadsheets: with LF, CR LF, or CR alone.
struct Numbers<'a> {
    text: &'a str,
    at: usize,
    number: u64,
}

impl Numbers<'_> {
    /// The line on which a record begins, behind those before: its position stands before the empty lines that were passed over.
    fn of(&mut self, record: &StringRecord) -> u64 {
        let bytes = self.text.as_bytes();
        let position = record.position().and_then(|position| usize::try_from(position.byte()).ok());
        let stands = position.unwrap_or(self.at).clamp(self.at, bytes.len());
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let passed = bytes.get(stands..).unwrap_or_default().iter().take_while(|byte| is_end(byte)).count();
        let begin = stands + passed;
        let ends = (self.at..begin).filter(|at| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        self.number += ends.count() as u64;
        self.at = begin;
        self.number
    }
}

/// The beginning of a text, without what cannot be seen.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line numbers, usernames and faults of a file; or the pointers and codes of its own faults.
    fn told(bytes: &[u8]) -> Vec<String> {
        match read(bytes) {
            Ok(lines) => lines
                .iter()
                .map(|line| match &line.cells {
                    Ok(cells) => format!("{} {} {}", line.number, line.username, cells.len()),
                    Err(fault) => format!("{} {} {}{}", line.number, line.username, fault.code, fault.pointer),
                })
                .collect(),
            Err(Error::Invalid(faults)) => {
                faults.iter().map(|fault| format!("{}{}", fault.code, fault.pointer)).collect()
            }
            Err(other) => vec![other.to_string()],
        }
    }

    #[test]
    fn lines_and_cells() {
        let text = "\u{feff}Username; EMAIL ;display_name\r\nada;a@x.org;\"Byron; Ada\"\r\n\r\n;;\r\nbob;;\" Bob\nthe builder \"\r\ncy;;Cy\r\n";
        assert_eq!(told(text.as_bytes()), ["2 ada 3", "5 bob 2", "7 cy 2"]);
        assert_eq!(told(b"username,email\nada\nbob,b@x.org,1\n"), ["2 ada ragged", "3 bob ragged"]);
        assert_eq!(told(b"username\rada\r\rbob\rcy"), ["2 ada 1", "4 bob 1", "5 cy 1"]);
        assert_eq!(told(format!("username,email\nada,{}\n", "x".repeat(1 << 20)).as_bytes()), ["2 ada too-long/email"]);
        assert_eq!(told(b"username\n\"never closed,\nbob\n"), ["2 never closed,bob 1"]);
    }

    #[test]
    fn encodings() {
        let text = "username,display_name\nada,Ad\u{e9}\n";
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let marked = [b"\xff\xfe".to_vec(), wide(u16::to_le_bytes)].concat();
        for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes), marked, latin, b"username\na\0da\n".to_vec()] {
            assert_eq!(told(&bytes), ["encoding"]);
        }
        assert_eq!(told(text.as_bytes()), ["2 ada 2"]);
    }

    #[test]
    fn headers() {
        assert_eq!(told(b""), ["required/username"]);
        assert_eq!(told(b"username\n"), ["required"]);
        assert_eq!(told(b"email\na@x.org\n"), ["required/username"]);
        assert_eq!(told(b"username,email,Email\nada,,\n"), ["duplicate/email"]);
        assert_eq!(told(b"username,password,is/admin\nada,x,1\n"), ["unknown/password", "unknown/is~1admin"]);
        let hostile = format!("username,{}\nada\n", "x".repeat(1 << 20));
        assert_eq!(told(hostile.as_bytes()), [format!("unknown/{}", "x".repeat(SHOWN))]);
        for name in ["shoe,", "email,"] {
            assert!(told(format!("{}\n", name.repeat(10_000)).as_bytes()).len() < 20);
        }
    }

    #[test]
    fn too_many_lines() {
        let lines = |count: usize| format!("username\n{}", "ada\n".repeat(count));
        assert_eq!(told(lines(MAX_LINES).as_bytes()).len(), MAX_LINES);
        assert_eq!(told(lines(MAX_LINES + 1).as_bytes()), ["too-many"]);
    }
}
