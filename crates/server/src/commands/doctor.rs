//! Looking for what is wrong, before and while the server runs.

mod checks;
mod probe;

use std::process::ExitCode;

pub use probe::probe;

use self::checks::{Check, Outcome};
use crate::{config::Config, failure::Failure, speech};

/// Makes all checks and says what each found.
pub async fn run(config: Config) -> Result<ExitCode, Failure> {
    let checks = checks::all(&config).await;
    for Check { name, outcome, detail, advice } in &checks {
        let word = match outcome {
            Outcome::Pass => "pass",
            Outcome::Warn => "warn",
            Outcome::Fail => "FAIL",
        };
        speech::say(format_args!("{word}  {name:15} {detail}"));
        if let Some(advice) = advice {
            speech::say(format_args!("      {:15} → {advice}", ""));
        }
    }
    let failed = checks.iter().filter(|check| check.outcome == Outcome::Fail).count();
    let warned = checks.iter().filter(|check| check.outcome == Outcome::Warn).count();
    match (failed, warned) {
        (0, 0) => speech::say("All is well."),
        (failed, warned) => speech::say(format_args!("Failures: {failed}. Warnings: {warned}.")),
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
