//! Reads exports of users, as somebody would who was given one.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

/// An export whose manifest fits its files.
pub struct OpenedExport {
    /// What `manifest.json` says.
    pub manifest: Value,
    files: BTreeMap<String, String>,
}

impl OpenedExport {
    /// Opens it and compares each file with the manifest: its rows, its length, its SHA-256. No other file is there.
    #[must_use]
    pub fn open(archive: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            assert!(files.insert(name, text).is_none(), "a file is there twice");
        }
        let manifest: Value = serde_json::from_str(&files.remove("manifest.json").unwrap()).unwrap();
        let listed = manifest["files"].as_array().unwrap();
        assert!(
            listed.iter().map(|file| file["name"].as_str().unwrap().to_owned()).all(|name| files.contains_key(&name))
        );
        assert_eq!(listed.len(), files.len());
        for file in listed {
            let text = &files[file["name"].as_str().unwrap()];
            let facts = [
                Value::from(text.lines().count()),
                Value::from(text.len()),
                Value::from(hex::encode(Sha256::digest(text))),
            ];
            assert_eq!([&file["rows"], &file["bytes"], &file["sha256"]], facts.each_ref(), "{}", file["name"]);
            assert!(text.is_empty() || text.ends_with('\n'));
        }
        Self { manifest, files }
    }

    /// The rows of a file, which are all of this form.
    #[must_use]
    pub fn rows<T: DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        self.files[&format!("{kind}.jsonl")].lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Rows of all files.
    #[must_use]
    pub fn row_count(&self) -> u64 {
        self.files.values().map(|text| text.lines().count() as u64).sum()
    }

    /// All that it says.
    #[must_use]
    pub fn text(&self) -> String {
        let files: String = self.files.values().map(String::as_str).collect();
        format!("{}\n{files}", self.manifest)
    }
}
