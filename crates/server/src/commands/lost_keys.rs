//! The way out for keys that are lost for good.

use std::process::ExitCode;

use quarterdeck_adapters::{KeyRing, KeySource, LiveKeys};
use quarterdeck_app::{
    Ctx, audit,
    keys::{self, Loss, LostRings},
};
use quarterdeck_domain::text::counted;

use super::{ACTOR, close};
use crate::{config::Config, database, failure::Failure, lock::FolderLock, platform, speech};

/// Shows what goes with the lost keys, and gives it up if the operator says so.
pub async fn replace(config: Config, yes: bool) -> Result<ExitCode, Failure> {
    let _lock = FolderLock::take_alone(&config.data_dir)?;
    let database = database::open(&config, Vec::new()).await?;
    if database.migration_status().await?.iter().any(|(_, done)| !done) {
        return Err(Failure::new("not all migrations have run; run them first: quarterdeck migrate up"));
    }
    if database.key_checks().is_unused().await? {
        return Err(Failure::new("the database is not in use yet; the first start makes its keys"));
    }
    let sources = platform::key_sources(&config)?;
    let [signing, sealing] = if yes { sources } else { sources.map(stand_in) };
    let keys = LiveKeys::load(signing, sealing)?;
    database.replace_cursor_keys(keys.cursor_keys());
    let lost = match keys::lost_rings(&database, &keys.signer, &keys.sealer).await? {
        None => return Err(Failure::new(platform::UNPROVEN)),
        Some(LostRings { signing: false, sealing: false }) => {
            return Err(Failure::new(
                "the keys are those of the database, nothing is lost; for a new key in front of them: quarterdeck keys rotate",
            ));
        }
        Some(lost) => lost,
    };
    let app = platform::start(&config, database, keys).await?;
    let ctx = Ctx::system(&app, ACTOR);
    let outcome = if yes { give_up(&ctx, lost).await } else { show(&ctx, lost).await };
    close(app).await;
    outcome
}

/// Keys that nobody keeps in the place of missing ones: what is only shown makes no file.
fn stand_in(source: KeySource) -> KeySource {
    if source.is_there() { source } else { KeySource::Configured(KeyRing::generate()) }
}

async fn show(ctx: &Ctx, lost: LostRings) -> Result<ExitCode, Failure> {
    speech::say("Lost without a backup of the keys:");
    tell(&keys::loss(ctx, lost).await?);
    Err(Failure::new("nothing was done; look for a backup of the keys, make a copy of the database, then say --yes"))
}

async fn give_up(ctx: &Ctx, lost: LostRings) -> Result<ExitCode, Failure> {
    let loss = keys::replace_lost(ctx, lost).await?;
    while audit::seal_pending(&ctx.app).await? > 0 {}
    speech::say("The database goes with these keys now. Given up:");
    tell(&loss);
    speech::say("Copy the keys to the other replicas, and to your backups.");
    Ok(ExitCode::SUCCESS)
}

fn tell(loss: &Loss) {
    if let Some(end) = &loss.unverifiable {
        speech::say(format_args!(
            "  the proof of all events up to number {} (their section ends with {end})",
            end.sequence
        ));
        speech::say(format_args!("  {}", counted(loss.sessions, "session")));
    }
    let count = counted(loss.settings.len() as u64, "sealed setting");
    speech::say(format_args!(
        "  {count}{}{}",
        if loss.settings.is_empty() { "" } else { ": " },
        loss.settings.join(", ")
    ));
}
