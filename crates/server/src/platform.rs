//! Putting the application together from the configuration.

use std::sync::Arc;

use quarterdeck_adapters::{KeyError, KeyFile, KeyRing, KeySource, LiveKeys, PasswordCost, ports};
use quarterdeck_app::{App, AppConfig};

use crate::{
    config::{Config, Secret},
    database,
    failure::Failure,
    lock,
};

/// Seconds for which an access token holds.
const ACCESS_TOKEN_SECONDS: i64 = 600;

/// The keys: those of the configuration, or those of the data folder, made when they are not there.
///
/// # Errors
/// When a file cannot be read or made, others may read it, or it is damaged.
fn keys(config: &Config) -> Result<LiveKeys, KeyError> {
    let source = |configured: &Option<Secret>, name: &str, path| match configured {
        Some(keys) => KeyRing::configured(name, keys.reveal()).map(KeySource::Configured),
        None => Ok(KeySource::File(KeyFile::new(path))),
    };
    LiveKeys::load(
        source(&config.signing_keys, "QUARTERDECK_SIGNING_KEYS", config.signing_file())?,
        source(&config.sealing_keys, "QUARTERDECK_SEALING_KEYS", config.sealing_file())?,
    )
}

/// Opens the database, brings its tables up to date and puts the application together.
///
/// # Errors
/// When the keys, the database or the threads cannot be had.
pub async fn open(config: &Config) -> Result<Arc<App>, Failure> {
    lock::make_private(&config.data_dir)?;
    let keys = keys(config)?;
    let database = database::open(config, keys.cursor_keys()).await?;
    let migrated = database::migrate(&database).await?;
    if migrated > 0 {
        tracing::info!(migrated, "the database is up to date");
    }
    let ports = ports(keys, PasswordCost::STANDARD)
        .map_err(|error| Failure::new(format!("the threads for passwords cannot be started: {error}")))?;
    let app = AppConfig {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        build: build(),
        fallback_url: config.local_url(),
        access_token_seconds: ACCESS_TOKEN_SECONDS,
        fixed_settings: config.fixed_settings.clone(),
        data_dir: config.data_dir.clone(),
    };
    Ok(App::start(database, ports, app).await?)
}

/// Profile and, where the build was told, commit.
pub fn build() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    option_env!("QUARTERDECK_COMMIT").map_or_else(|| profile.to_owned(), |commit| format!("{profile} {commit}"))
}
