//! What an operator does by hand.

mod admin;
mod audit;
mod demo;
mod doctor;
mod keys;
mod lost_keys;
mod migrate;

use std::{future::Future, process::ExitCode, sync::Arc};

use clap::CommandFactory as _;
use quarterdeck_api::ConsoleFiles;
use quarterdeck_app::{App, Ctx};

use crate::{
    cli::{Admin, Cli, Command, CommonFlags, Keys, Migrate, ServeFlags},
    config::{Config, shown},
    database::Place,
    failure::Failure,
    lock::FolderLock,
    logging, platform, serve, speech,
};

/// Who acts in the audit log when an operator does.
const ACTOR: &str = "command line";

/// Prints the help of the program.
///
/// # Errors
/// When the standard output is closed.
pub fn help() -> Result<ExitCode, Failure> {
    let printed = Cli::command().print_help();
    printed.map(|()| ExitCode::SUCCESS).map_err(|error| Failure::new(format!("the help cannot be printed: {error}")))
}

/// Does what `command` says; a server answers with this console.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: Command, common: &CommonFlags, console: ConsoleFiles) -> Result<ExitCode, Failure> {
    let with = |serve: &ServeFlags| Config::load(common, serve);
    match command {
        Command::Serve(flags) => serve::run(with(&flags)?, console),
        Command::Openapi => {
            speech::say(quarterdeck_api::openapi_json().trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor(flags) => match &flags.probe {
            Some(url) => doctor::probe(url),
            None => wait(doctor::run(with(&flags.serve)?)),
        },
        Command::Keys(Keys::Generate) => Ok(keys::generate()),
        Command::Keys(Keys::Rotate { ring }) => {
            let config = there(with(&ServeFlags::default())?, common)?;
            let files = keys::files(ring, &config)?;
            with_app(config, |ctx| keys::rotate(files, ctx))
        }
        Command::Keys(Keys::Replace { yes }) => {
            wait(lost_keys::replace(there(with(&ServeFlags::default())?, common)?, yes))
        }
        Command::Migrate(step @ Migrate::Up) => wait(migrate::run(step, quiet(with(&ServeFlags::default())?, common)?)),
        Command::Migrate(step) => wait(migrate::run(step, there(with(&ServeFlags::default())?, common)?)),
        Command::Demo(set) => with_app(quiet(with(&ServeFlags::default())?, common)?, |ctx| demo::run(set, ctx)),
        Command::Audit(act) => with_app(there(with(&ServeFlags::default())?, common)?, |ctx| audit::run(act, ctx)),
        Command::Admin(act @ Admin::Create { .. }) => {
            with_app(quiet(with(&ServeFlags::default())?, common)?, |ctx| admin::run(act, ctx))
        }
        Command::Admin(act) => {
            let serve = ServeFlags { base_url: act.base_url().map(str::to_owned), ..ServeFlags::default() };
            with_app(there(with(&serve)?, common)?, |ctx| admin::run(act, ctx))
        }
    }
}

/// Logs only what the operator has to know, unless a flag asks for more.
fn quiet(config: Config, common: &CommonFlags) -> Result<Config, Failure> {
    logging::start_for_command(&config, common.log.is_some())?;
    Ok(config)
}

/// The same for a command that has nothing to do where there is no database: the folder may be mistyped.
fn there(config: Config, common: &CommonFlags) -> Result<Config, Failure> {
    let Some(path) = Place::of(&config)?.missing_file() else { return quiet(config, common) };
    let flag = if config.database_url.is_some() { "--database-url" } else { "--data-dir" };
    Err(Failure::new(format!("there is no database {}; is {flag} right?", shown(&path))))
}

/// Runs a command to its end.
fn wait<C: Future<Output = Result<ExitCode, Failure>>>(command: C) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(format!("no thread can be started: {error}")))?.block_on(command)
}

/// Runs a command that acts as the platform itself. It may run beside a server: both use the same database.
fn with_app<C, F>(mut config: Config, command: C) -> Result<ExitCode, Failure>
where
    C: FnOnce(Ctx) -> F,
    F: Future<Output = Result<ExitCode, Failure>>,
{
    // Links lead to the server beside which the command runs.
    config.listen = FolderLock::address(&config.data_dir).unwrap_or(config.listen);
    wait(async move {
        let app = platform::open(&config).await?;
        let outcome = command(Ctx::system(&app, ACTOR)).await;
        close(app).await;
        outcome
    })
}

async fn close(app: Arc<App>) {
    if let Err(error) = app.db.clone().close().await {
        speech::remark(format_args!("the database could not be closed: {}", Failure::from(error)));
    }
}
