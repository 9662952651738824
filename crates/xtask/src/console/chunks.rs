//! Cuts the console at the pages that are loaded when they are first opened. `frontend/src/lazy.rs` marks them.

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow};

/// The module that loads chunks. It and the glue import each other.
pub const LOADER: &str = "chunks.js";

/// Cuts `wasm` into a main module, whose path is returned, and chunks in `dist` with their loader.
pub fn cut(wasm: &Path, dist: &Path, glue: &str) -> Result<PathBuf> {
    let whole = fs::read(wasm)?;
    let main = wasm.with_extension("main.wasm");
    let (link_name, main_module) = (format!("./{LOADER}"), format!("./{glue}"));
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = dist;
    options.main_out_path = &main;
    options.link_name = &link_name;
    options.main_module = &main_module;
    let cut = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:?}"))?;
    for chunk in &cut.split_modules {
        fs::write(chunk, without_custom_sections(&fs::read(chunk)?).context("a chunk is no wasm module")?)?;
    }
    Ok(main)
}

/// Names of functions and what the tools note down make up a third of a chunk.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 8;
    const CUSTOM: u8 = 0;
    let mut kept = module.get(..HEADER)?.to_vec();
    let mut at = HEADER;
    while at < module.len() {
        let section = section(module, at)?;
        if module.get(at) != Some(&CUSTOM) {
            kept.extend_from_slice(module.get(section.clone())?);
        }
        at = section.end;
    }
    Some(kept)
}

/// Where the section that begins at `at` lies: its kind, its length (LEB128), its content.
fn section(module: &[u8], at: usize) -> Option<Range<usize>> {
    let mut length = 0_usize;
    for (index, byte) in module.get(at + 1..)?.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some(at..at + 2 + index + length);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_custom_sections_are_dropped() {
        let header = b"\0asm\x01\0\0\0";
        let long = [&[10, 0x80, 0x01][..], &[7; 128]].concat();
        let module = [&header[..], &[1, 2, 5, 5], &[0, 3, 1, b'x', 9], &long].concat();
        assert_eq!(without_custom_sections(&module), Some([&header[..], &[1, 2, 5, 5], &long].concat()));
        assert_eq!(without_custom_sections(&module[..module.len() - 1]), None);
        assert_eq!(without_custom_sections(b"\0asm"), None);
    }
}
