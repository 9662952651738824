//! Compression of large answers.

use std::{
    io::{Read as _, Result, Write as _},
    mem,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

/// Bytes from which compression is worth its time.
pub const WORTH_BYTES: usize = 1_024;

/// `bytes` in gzip (RFC 1952), quickly rather than tightly.
///
/// # Errors
/// None in practice: memory is written to.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// What `bytes`, in gzip, are without it.
///
/// # Errors
/// They are no gzip.
pub fn gunzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(bytes.len() * 4);
    GzDecoder::new(bytes).read_to_end(&mut plain)?;
    Ok(plain)
}

/// A stream in gzip, piece by piece: what went in can be read from what has come out.
pub struct Gzip(GzEncoder<Vec<u8>>);

impl Default for Gzip {
    fn default() -> Self {
        Self(GzEncoder::new(Vec::new(), Compression::fast()))
    }
}

impl Gzip {
    /// The next piece.
    ///
    /// # Errors
    /// None in practice: memory is written to.
    pub fn piece(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
        self.0.write_all(bytes)?;
        self.0.flush()?;
        Ok(mem::take(self.0.get_mut()))
    }

    /// What ends the stream.
    ///
    /// # Errors
    /// None in practice: memory is written to.
    pub fn end(self) -> Result<Vec<u8>> {
        self.0.finish()
    }
}
