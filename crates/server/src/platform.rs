//! Putting the application together from the configuration.

use std::sync::Arc;

use quarterdeck_adapters::{KeyError, KeyFile, KeyRing, KeySource, LiveKeys, PasswordCost, ports};
use quarterdeck_app::{
    App, AppConfig,
    keys::{self, Belonging},
};
use quarterdeck_store::Database;

use crate::{
    config::{Config, Secret, shown},
    database::{self, Place},
    failure::Failure,
    lock,
};

/// Seconds for which an access token holds.
const ACCESS_TOKEN_SECONDS: i64 = 600;

/// Where the keys come from: the configuration, or else the data folder.
///
/// # Errors
/// When the configuration holds something else than keys.
pub fn key_sources(config: &Config) -> Result<[KeySource; 2], KeyError> {
    let source = |configured: &Option<Secret>, name: &str, path| match configured {
        Some(keys) => KeyRing::configured(name, keys.reveal()).map(KeySource::Configured),
        None => Ok(KeySource::File(KeyFile::new(path))),
    };
    Ok([
        source(&config.signing_keys, "QUARTERDECK_SIGNING_KEYS", config.signing_file())?,
        source(&config.sealing_keys, "QUARTERDECK_SEALING_KEYS", config.sealing_file())?,
    ])
}

/// The keys of the database, made when neither they nor anything in the database is there yet.
///
/// # Errors
/// When a file cannot be read or made, others may read it, it is damaged, or the database goes with other keys.
async fn keys(config: &Config, database: &Database) -> Result<LiveKeys, Failure> {
    let [signing, sealing] = key_sources(config)?;
    let are_there = signing.is_there() && sealing.is_there();
    if !are_there && !database.key_checks().is_unused().await? {
        return Err(Failure::new(foreign_keys(config, "are missing")));
    }
    let keys = LiveKeys::load(signing, sealing)?;
    database.replace_cursor_keys(keys.cursor_keys());
    match keys::bind(database, &keys.signer, &keys.sealer).await? {
        Belonging::Theirs | Belonging::Unused => Ok(keys),
        Belonging::Foreign => Err(Failure::new(foreign_keys(config, "are not the keys of this database"))),
        Belonging::Unproven => Err(Failure::new(UNPROVEN)),
    }
}

/// What is wrong with the keys, and what to do.
pub fn foreign_keys(config: &Config, problem: &str) -> String {
    let place = match (&config.signing_keys, &config.sealing_keys) {
        (Some(_), Some(_)) => "QUARTERDECK_SIGNING_KEYS and QUARTERDECK_SEALING_KEYS".to_owned(),
        _ => shown(&config.keys_dir()),
    };
    format!(
        "the keys in {place} {problem}: the database {} goes with those that it was first used with; copy the keys \
         from the first server, or from its backup, to this place. If they are lost for good: quarterdeck keys replace",
        Place::of(config).map(|place| place.shown()).unwrap_or_default()
    )
}

/// What to say of a database in use that no key is proven by.
pub const UNPROVEN: &str = "the database is in use, and what its keys are proven by is gone (or it was made by a \
    development version): its audit log cannot be trusted; put a backup of the database back";

/// Opens the database, brings its tables up to date and puts the application together.
///
/// # Errors
/// When the database, its keys or the threads cannot be had.
pub async fn open(config: &Config) -> Result<Arc<App>, Failure> {
    lock::make_private(&config.data_dir)?;
    // Which keys it goes with is asked before any are made.
    let database = database::open(config, Vec::new()).await?;
    // Whoever comes with other keys changes nothing, not even the tables; the first migrations have nothing to compare with.
    let compared = match database.key_checks().are_kept().await? {
        true => Some(keys(config, &database).await?),
        false => None,
    };
    let migrated = database::migrate(&database).await?;
    if migrated > 0 {
        tracing::info!(migrated, "the database is up to date");
    }
    let keys = match compared {
        Some(keys) => keys,
        None => keys(config, &database).await?,
    };
    start(config, database, keys).await
}

/// Puts the application together on a database that is up to date.
///
/// # Errors
/// When the database does not answer, or the threads cannot be had.
pub async fn start(config: &Config, database: Database, keys: LiveKeys) -> Result<Arc<App>, Failure> {
    let ports = ports(keys, PasswordCost::STANDARD)
        .map_err(|error| Failure::new(format!("the threads for passwords cannot be started: {error}")))?;
    let app = AppConfig {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        build: build(),
        fallback_url: config.local_url(),
        access_token_seconds: ACCESS_TOKEN_SECONDS,
        fixed_settings: config.fixed_settings.clone(),
        data_dir: config.data_dir.clone(),
        model_keys: config.model_keys.clone(),
    };
    Ok(App::start(database, ports, app).await?)
}

/// Profile and, where the build was told, commit.
pub fn build() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    option_env!("QUARTERDECK_COMMIT").map_or_else(|| profile.to_owned(), |commit| format!("{profile} {commit}"))
}
