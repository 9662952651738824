//! The tables of the database.

use std::process::ExitCode;

use crate::{
    cli::Migrate,
    config::Config,
    database,
    failure::Failure,
    lock::{FolderLock, Holder},
    speech,
};

/// Does what `step` says.
pub async fn run(step: Migrate, config: Config) -> Result<ExitCode, Failure> {
    let database = database::open(&config, Vec::new()).await?;
    match step {
        Migrate::Up => match database::migrate(&database).await? {
            0 => speech::say("All migrations had run"),
            count => speech::say(format_args!("Ran {count} migrations")),
        },
        Migrate::Down { steps } => {
            if let Holder::Server(pid) = FolderLock::holder(&config.data_dir) {
                let by = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
                return Err(Failure::new(format!("a server{by} is running; stop it first")));
            }
            database.migrate_down(steps).await?;
            speech::say(format_args!("Took {steps} migrations back"));
        }
        Migrate::Status => {
            for (name, done) in database.migration_status().await? {
                speech::say(format_args!("{}  {name}", if done { "done   " } else { "pending" }));
            }
        }
    }
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}
