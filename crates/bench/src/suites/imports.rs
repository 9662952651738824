//! Users from a file: the dry run, and the job that does what it told.

use std::{
    fmt::Write as _,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    report::Report,
    subject::{Data, Storage, Subject, send_file},
};

/// Lines of the file: as many as there may be.
const LINES: u64 = 10_000;
/// Longest time of dry run and job together.
const SECONDS: f64 = 30.0;

/// 10,000 new people without passwords, on each database at hand.
pub fn imports(report: &mut Report) -> Result<()> {
    for storage in Storage::all() {
        let data = Data::load(&storage, LINES)?;
        let server = Subject::server(&data)?;
        let token = server.token()?;
        let folder = tempfile::TempDir::new()?;
        let file = folder.path().join("people.csv");
        let mut text = "username,display_name,email,language,country\n".to_owned();
        for line in 0..LINES {
            writeln!(text, "guest.{line},Guest {line},guest.{line}@example.org,en,GB")?;
        }
        std::fs::write(&file, text)?;
        let began = Instant::now();
        let import = send_file(&server, &token, &file)?;
        report.at_most(&format!("dry run of {LINES} lines, {storage}"), began.elapsed().as_secs_f64(), "s", SECONDS);
        let id = import["id"].as_str().context("an id")?;
        let mut job = server.send("POST", &format!("/api/v1/user-imports/{id}/execution"), Some(&token), None)?;
        while job["finished_at"].is_null() {
            sleep(Duration::from_millis(100));
            job = server.get(&format!("/api/v1/jobs/{}", job["id"].as_str().context("an id")?), &token)?;
        }
        ensure!(job["succeeded"] == LINES, "some lines failed: {job}");
        report.at_most(&format!("import of {LINES} lines, {storage}"), began.elapsed().as_secs_f64(), "s", SECONDS);
    }
    Ok(())
}
