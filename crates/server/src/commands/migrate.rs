//! The tables of the database.

use std::process::ExitCode;

use quarterdeck_domain::text::counted;

use crate::{cli::Migrate, config::Config, database, failure::Failure, lock::FolderLock, speech};

const UNPROVEN: &str = "the audit log has events, and these migrations hold what they are proven by; put a backup back, \
    or take all migrations back, which empties the database";

/// Does what `step` says.
pub async fn run(step: Migrate, config: Config) -> Result<ExitCode, Failure> {
    let database = database::open(&config, Vec::new()).await?;
    match step {
        Migrate::Up => match database::migrate(&database).await? {
            0 => speech::say("All migrations had run"),
            count => speech::say(format_args!("Ran {}", counted(count as u64, "migration"))),
        },
        Migrate::Down { steps, yes } => {
            let _lock = FolderLock::take_alone(&config.data_dir)?;
            let way = database.way_back(steps).await?;
            if way.leaves_unproven {
                return Err(Failure::new(UNPROVEN));
            }
            if way.names.is_empty() {
                speech::say("No migration has run");
                return Ok(ExitCode::SUCCESS);
            }
            speech::say("Taken back, with their tables and all rows in them:");
            for name in &way.names {
                speech::say(format_args!("  {name}"));
            }
            if !yes {
                return Err(Failure::new("nothing was done; make a copy of the database, then say --yes"));
            }
            database.migrate_down(steps).await?;
            speech::say(format_args!("Took {} back", counted(way.names.len() as u64, "migration")));
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
