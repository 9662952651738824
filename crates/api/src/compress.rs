//! Compression of large answers.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

/// Bytes from which compression is worth its time.
pub const WORTH_BYTES: usize = 1_024;

/// `bytes` in gzip (RFC 1952), quickly rather than tightly.
///
/// # Errors
/// None in practice: memory is written to.
pub fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}
