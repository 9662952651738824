//! Figures of a running server, as ratios against baselines that run in the same sitting.
//!
//! The server has one core, the load tool `wrk` the other. The baseline is a bare actix-web handler over sea-orm on a
//! copy of the same SQLite file, without authentication.
#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]

mod baseline;
mod hashes;
mod load;
mod report;
mod subject;
mod suites;

use anyhow::{Result, bail};

use crate::report::Report;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("hashes") => hashes::measure(),
        Some("baseline") => baseline::serve(&args[1], &args[2]),
        None => measure(&["size", "reads", "writes", "logins"]),
        Some("scale") => measure(&["scale"]),
        Some(suite) if ["size", "reads", "writes", "logins"].contains(&suite) => measure(&[suite]),
        Some(other) => bail!("unknown suite {other}: size, reads, writes, logins, scale"),
    }
}

fn measure(suites: &[&str]) -> Result<()> {
    let mut report = Report::default();
    for suite in suites {
        match *suite {
            "size" => suites::size(&mut report)?,
            "reads" => suites::reads(&mut report)?,
            "writes" => suites::writes(&mut report)?,
            "logins" => suites::logins(&mut report)?,
            _ => suites::scale(&mut report)?,
        }
    }
    report.print();
    report.save()
}
