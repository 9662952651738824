//! The layers of the configuration, merged by figment.

use std::{
    collections::BTreeMap,
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format as _, Serialized, Toml},
    value::{Dict, Map, Value},
};
use serde::{Deserialize, Serialize};
use serde_json::Map as JsonMap;

use super::Secret;
use crate::{
    cli::{CommonFlags, LogFormat, ServeFlags},
    failure::Failure,
};

/// What all our variables begin with.
pub const PREFIX: &str = "QUARTERDECK_";
/// What the variables of settings begin with.
pub const SETTING_PREFIX: &str = "QUARTERDECK_SETTING_";
/// The variable that names the file.
const CONFIG: &str = "QUARTERDECK_CONFIG";
/// The file that is read when none is named.
const FILE: &str = "quarterdeck.toml";
/// Variables of ours that are no configuration of the server.
const OTHERS: [&str; 2] = ["QUARTERDECK_CONFIG", "QUARTERDECK_TEST_POSTGRES_URL"];
/// Moves the clock of a debug build; nothing in a release build reads it.
const TEST_CLOCK: &str = "QUARTERDECK_TEST_CLOCK";

/// Entries that can stand in the environment, and how they are written there.
const ENTRIES: [(&str, Kind); 13] = [
    ("listen", Kind::Text),
    ("data_dir", Kind::Text),
    ("database_url", Kind::Text),
    ("database_connections", Kind::Literal),
    ("base_url", Kind::Text),
    ("status_url", Kind::Text),
    ("log", Kind::Text),
    ("log_format", Kind::Text),
    ("trusted_proxies", Kind::List),
    ("behind_tls", Kind::Literal),
    ("workers", Kind::Literal),
    ("signing_keys", Kind::Text),
    ("sealing_keys", Kind::Text),
];

#[derive(Clone, Copy)]
enum Kind {
    /// As it stands.
    Text,
    /// A number, or yes or no.
    Literal,
    /// Separated by commas.
    List,
}

/// The entries as they stand in the layers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub database_url: Option<Secret>,
    pub database_connections: Option<u32>,
    pub base_url: Option<String>,
    pub status_url: Option<String>,
    pub log: String,
    pub log_format: LogFormat,
    pub trusted_proxies: Vec<String>,
    pub behind_tls: Option<bool>,
    pub workers: Option<usize>,
    pub signing_keys: Option<Secret>,
    pub sealing_keys: Option<Secret>,
    #[serde(default)]
    pub settings: JsonMap<String, serde_json::Value>,
}

#[derive(Serialize)]
struct Defaults {
    listen: &'static str,
    data_dir: &'static str,
    log: &'static str,
    log_format: LogFormat,
    trusted_proxies: [&'static str; 0],
}

const DEFAULTS: Defaults = Defaults {
    listen: "127.0.0.1:8080",
    data_dir: "./data",
    // What actix calls an error of a connection is a client that breaks the protocol: anybody could fill the log.
    log: "info,actix_server=warn,actix_http::h1::dispatcher=off,sea_orm_migration=warn,sqlx=warn",
    log_format: LogFormat::Text,
    trusted_proxies: [],
};

/// Our variables. One that is empty counts as not set: compose files pass such.
pub fn environment() -> BTreeMap<String, String> {
    let ours = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    ours.filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty()).collect()
}

/// The file that is read: the one that is named, or the usual one if it is there.
pub fn file(flag: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Option<PathBuf>, Failure> {
    let named = flag.map(Path::to_owned).or_else(|| environment.get(CONFIG).map(PathBuf::from));
    match named {
        Some(path) if path.is_file() => Ok(Some(path)),
        Some(path) => Err(Failure::new(format!("there is no configuration file {}", path.display()))),
        None => Ok(Some(PathBuf::from(FILE)).filter(|path| path.is_file())),
    }
}

/// Puts the layers over each other.
pub fn merge(
    common: &CommonFlags,
    serve: &ServeFlags,
    environment: &BTreeMap<String, String>,
    file: Option<&Path>,
) -> Result<Values, Failure> {
    let mut figment = Figment::from(Serialized::defaults(DEFAULTS));
    if let Some(file) = file {
        figment = figment.merge(Toml::file_exact(file));
    }
    for (entry, kind) in ENTRIES {
        let name = variable(entry);
        if let Some(text) = environment.get(&name) {
            figment = figment.merge(Variable { entry, value: read(text, kind), name });
        }
    }
    figment = figment.merge(Serialized::defaults(common)).merge(Serialized::defaults(serve));
    figment.extract().map_err(|errors| {
        let errors: Vec<_> = errors.into_iter().map(|error| error.to_string()).collect();
        Failure::new(format!("the configuration cannot be read: {}", errors.join("; ")))
    })
}

/// The variable of an entry.
pub fn variable(entry: &str) -> String {
    format!("{PREFIX}{}", entry.to_uppercase())
}

fn read(text: &str, kind: Kind) -> Value {
    match kind {
        Kind::Text => Value::from(text),
        Kind::Literal => {
            let number = text.parse::<u64>().map(Value::from);
            number.or_else(|_| text.parse::<bool>().map(Value::from)).unwrap_or_else(|_| Value::from(text))
        }
        Kind::List => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::from(parts.map(Value::from).collect::<Vec<_>>())
        }
    }
}

/// Variables that look like ours but are not; the operator may have mistyped one.
pub fn unknown(environment: &BTreeMap<String, String>) -> Vec<String> {
    let known = |name: &str| {
        ENTRIES.iter().any(|(entry, _)| variable(entry) == name)
            || OTHERS.contains(&name)
            || (cfg!(debug_assertions) && name == TEST_CLOCK)
            || name.starts_with(SETTING_PREFIX)
    };
    environment.keys().filter(|name| !known(name)).cloned().collect()
}

/// One variable of the environment as a layer, so that an error names it.
struct Variable {
    entry: &'static str,
    value: Value,
    name: String,
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("the environment variable {}", self.name))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let dict = Dict::from([(self.entry.to_owned(), self.value.clone())]);
        Ok(Map::from([(Profile::Default, dict)]))
    }
}
