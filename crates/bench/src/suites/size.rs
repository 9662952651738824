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

/// Binary, console, start, idle memory.
pub fn size(report: &mut Report) -> Result<()> {
    report.at_most("binary", megabytes(&binary())?, "MB", 40.0);
    let mut console = 0.0;
    for entry in std::fs::read_dir("frontend/dist")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "br") {
            console += megabytes(&path)? * 1_000.0;
        }
    }
    report.at_most("console by brotli", console, "kB", 500.0);
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
