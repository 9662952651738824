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

/// A suite: what it measures goes into the report.
type Suite = fn(&mut Report) -> Result<()>;

/// All suites; those that run when none is named come first.
const SUITES: [(&str, Suite); 10] = [
    ("access", suites::access),
    ("size", suites::size),
    ("reads", suites::reads),
    ("lists", suites::lists),
    ("writes", suites::writes),
    ("logins", suites::logins),
    ("imports", suites::imports),
    ("memberships", suites::memberships),
    ("scale", suites::scale),
    ("revocation", suites::revocation),
];
const DEFAULT: usize = 6;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("hashes") => hashes::measure(),
        Some("baseline") => baseline::serve(&args[1], &args[2]),
        None => measure(&SUITES[..DEFAULT]),
        Some(name) => match SUITES.iter().find(|(suite, _)| *suite == name) {
            Some(suite) => measure(std::slice::from_ref(suite)),
            None => bail!("no suite {name}; there are {}", SUITES.map(|(suite, _)| suite).join(", ")),
        },
    }
}

fn measure(suites: &[(&str, Suite)]) -> Result<()> {
    let mut report = Report::default();
    for (_, suite) in suites {
        suite(&mut report)?;
    }
    report.print();
    report.save()
}
