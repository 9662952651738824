//! The archive of an export: a ZIP of files with JSON lines, and a manifest that tells what is in them.

use std::io::{Cursor, Write as _};

use quarterdeck_domain::{Error, Result, Timestamp, UserId};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// Most rows of one file; what is older is left out.
pub const MAX_ROWS: u64 = 20_000;

/// What the archive is of.
const FORMAT: &str = "quarterdeck.user-export";
/// Raised when a reader of the former version would misread it.
const VERSION: u32 = 1;

/// A file of JSON lines: each row on a line of its own.
pub struct JsonLines {
    /// What it is called in the archive.
    pub name: &'static str,
    bytes: Vec<u8>,
    /// How many rows it has.
    pub rows: u64,
    /// Whether rows were left out, because there were too many.
    pub is_cut: bool,
}

impl JsonLines {
    /// An empty file.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, bytes: Vec::new(), rows: 0, is_cut: false }
    }

    /// Adds a row, unless the file is full.
    ///
    /// # Errors
    /// `Internal` when it cannot be written as JSON.
    pub fn push(&mut self, row: &impl Serialize) -> Result<()> {
        if self.rows == MAX_ROWS {
            self.is_cut = true;
            return Ok(());
        }
        serde_json::to_writer(&mut self.bytes, row).map_err(Error::internal)?;
        self.bytes.push(b'\n');
        self.rows += 1;
        Ok(())
    }

    fn listed(&self) -> ListedFile {
        ListedFile { name: self.name, rows: self.rows, bytes: self.bytes.len(), sha256: digest(&self.bytes) }
    }
}

/// Somebody whom the manifest names.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// Id; none for the platform itself.
    pub id: Option<UserId>,
    /// Username; of a key with its title.
    pub username: String,
}

/// A file as the manifest lists it.
#[derive(Serialize)]
struct ListedFile {
    name: &'static str,
    rows: u64,
    bytes: usize,
    sha256: String,
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    version: u32,
    exported_at: Timestamp,
    user: &'a Named,
    exported_by: &'a Named,
    files: Vec<ListedFile>,
    notes: &'a [String],
}

/// What the archive is made of.
pub struct Package {
    /// When it is made.
    pub exported_at: Timestamp,
    /// Of whom.
    pub user: Named,
    /// By whom.
    pub exported_by: Named,
    /// What it does not have, in words.
    pub notes: Vec<String>,
    /// The files, in their order.
    pub files: Vec<JsonLines>,
}

impl Package {
    /// Packs it. This takes its time.
    ///
    /// # Errors
    /// `Internal` when the archive cannot be written.
    pub fn zip(&self) -> Result<Vec<u8>> {
        let manifest = Manifest {
            format: FORMAT,
            version: VERSION,
            exported_at: self.exported_at,
            user: &self.user,
            exported_by: &self.exported_by,
            files: self.files.iter().map(JsonLines::listed).collect(),
            notes: &self.notes,
        };
        let manifest = serde_json::to_vec_pretty(&manifest).map_err(Error::internal)?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(time_of(self.exported_at));
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let files = self.files.iter().map(|file| (file.name, &file.bytes));
        for (name, bytes) in [("manifest.json", &manifest)].into_iter().chain(files) {
            archive.start_file(name, options).map_err(Error::internal)?;
            archive.write_all(bytes).map_err(Error::internal)?;
        }
        archive.finish().map(Cursor::into_inner).map_err(Error::internal)
    }
}

/// SHA-256 of `bytes`, in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The time as a ZIP has it: in pairs of seconds, without a zone.
fn time_of(at: Timestamp) -> DateTime {
    let at = at.date_time();
    let year = u16::try_from(at.year()).unwrap_or_default();
    DateTime::from_date_and_time(year, at.month().into(), at.day(), at.hour(), at.minute(), at.second())
        .unwrap_or_default()
}
