//! The program `quarterdeck`: reads the configuration, puts the server together, and does what an operator does by hand.
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

use crate::{cli::Cli, failure::Failure};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            speech::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    let cli = Cli::parse();
    let Some(command) = cli.command else {
        return commands::help();
    };
    commands::run(command, &cli.common)
}
