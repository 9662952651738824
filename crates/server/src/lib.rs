//! The program without the console: reads the configuration, puts the server together, and does what an operator does by hand.
//!
//! What the platform does stands in the other crates; here stands what an operator sees of it.

mod cli;
mod commands;
mod config;
mod database;
mod failure;
mod lock;
mod logging;
mod platform;
mod serve;
mod speech;

use std::process::ExitCode;

use clap::Parser as _;
use quarterdeck_api::ConsoleFiles;

use crate::{cli::Cli, failure::Failure};

/// Does what the command line says, with the console that is given.
#[must_use]
pub fn main(console: ConsoleFiles) -> ExitCode {
    match run(console) {
        Ok(code) => code,
        Err(failure) => {
            speech::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run(console: ConsoleFiles) -> Result<ExitCode, Failure> {
    let cli = Cli::parse();
    let Some(command) = cli.command else {
        return commands::help();
    };
    commands::run(command, &cli.common, console)
}
