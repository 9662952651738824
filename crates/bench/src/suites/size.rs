//! Binary, console, start, memory, bulk load.

use std::time::Duration;

use anyhow::Result;

use super::USERS;
use crate::{
    report::Report,
    subject::{Data, Subject, binary},
};

fn megabytes(path: &std::path::Path) -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a size for people")]
    let bytes = std::fs::metadata(path)?.len() as f64;
    Ok(bytes / 1e6)
}

/// What a first visit loads of the console, in kB: all but the pages that are loaded when they are opened.
fn console() -> Result<f64> {
    let mut sum = 0.0;
    for entry in std::fs::read_dir("frontend/dist")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_loaded = name.starts_with("console-") || !name.ends_with(".wasm.br");
        if is_loaded && name.ends_with(".br") {
            sum += megabytes(&path)? * 1_000.0;
        }
    }
    Ok(sum)
}

/// Binary, console, start, idle memory.
pub fn size(report: &mut Report) -> Result<()> {
    report.at_most("binary", megabytes(&binary())?, "MB", 40.0);
    report.at_most("console by brotli, a first visit", console()?, "kB", 500.0);
    let data = Data::sqlite(USERS)?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = USERS as f64 / data.loaded.as_secs_f64();
    report.at_least("bulk load of 100,000 users", rate, "/s", 5_000.0);
    let server = Subject::server(&data)?;
    report.at_most("start to first answer", server.start.as_secs_f64() * 1_000.0, "ms", 100.0);
    std::thread::sleep(Duration::from_secs(3));
    report.at_most("idle memory with 100,000 users", server.memory_mb()?, "MB", 40.0);
    Ok(())
}
