//! The configuration: flags over environment variables over the file over defaults.

mod layers;
mod settings;

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
};

use quarterdeck_app::{FixedSetting, model_services::EnvironmentKeys};
use quarterdeck_domain::networks::Network;
use serde::Deserialize;

use crate::{
    cli::{CommonFlags, LogFormat, ServeFlags},
    failure::Failure,
};

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text, for whoever needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What the operator chose.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of the database and the keys.
    pub data_dir: PathBuf,
    /// Database, if it is not SQLite in the data folder.
    pub database_url: Option<Secret>,
    /// Connections for reading.
    pub database_connections: Option<u32>,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether people reach the server over TLS.
    pub behind_tls: bool,
    /// Threads that answer requests.
    pub workers: Option<usize>,
    /// Signing keys, when they do not stand in a file.
    pub signing_keys: Option<Secret>,
    /// Sealing keys, when they do not stand in a file.
    pub sealing_keys: Option<Secret>,
    /// Settings of the platform that are fixed.
    pub fixed_settings: BTreeMap<String, FixedSetting>,
    /// Keys of model services in the environment.
    pub model_keys: EnvironmentKeys,
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// Variables that look like ours but are not.
    pub unknown_variables: Vec<String>,
}

impl Config {
    /// Reads all layers.
    ///
    /// # Errors
    /// When a value is none, a file is missing that was asked for, or a setting is not valid.
    pub fn load(common: &CommonFlags, serve: &ServeFlags) -> Result<Self, Failure> {
        let model_keys = EnvironmentKeys::read(|name| std::env::var(name).ok());
        Ok(Self { model_keys, ..Self::from(common, serve, &layers::environment())? })
    }

    fn from(common: &CommonFlags, serve: &ServeFlags, environment: &BTreeMap<String, String>) -> Result<Self, Failure> {
        let file = layers::file(common.config.as_deref(), environment)?;
        let values = layers::merge(common, serve, environment, file.as_deref())?;
        let fixed_settings = settings::fixed(&values, serve, environment, file.as_deref())?;
        let base_url = fixed_settings.get(quarterdeck_domain::settings::BASE_URL);
        let over_tls = base_url.and_then(|fixed| fixed.value.as_str()).is_some_and(|url| url.starts_with("https:"));
        let network = |text: &String| {
            text.trim().parse().map_err(|error| Failure::new(format!("trusted proxy {text:?}: {error}")))
        };
        Ok(Self {
            listen: values.listen,
            data_dir: values.data_dir,
            database_url: values.database_url.filter(|url| !url.reveal().is_empty()),
            database_connections: values.database_connections,
            log: values.log,
            log_format: values.log_format,
            trusted_proxies: values.trusted_proxies.iter().map(network).collect::<Result<_, _>>()?,
            behind_tls: values.behind_tls.unwrap_or(over_tls),
            workers: values.workers.filter(|workers| *workers > 0),
            signing_keys: values.signing_keys,
            sealing_keys: values.sealing_keys,
            fixed_settings,
            model_keys: EnvironmentKeys::default(),
            unknown_variables: layers::unknown(environment),
            file,
        })
    }

    /// Folder of the key files.
    pub fn keys_dir(&self) -> PathBuf {
        self.data_dir.join("keys")
    }

    /// File of the signing keys.
    pub fn signing_file(&self) -> PathBuf {
        self.keys_dir().join("signing.key")
    }

    /// File of the sealing keys.
    pub fn sealing_file(&self) -> PathBuf {
        self.keys_dir().join("sealing.key")
    }

    /// Address of the server for links, when no base URL is set: one that a browser can open.
    pub fn local_url(&self) -> String {
        let ip = match self.listen.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(ip, self.listen.port()))
    }
}

/// A path as people read it: `./data` as it was given, absolute where that tells more.
pub fn shown(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

#[cfg(test)]
mod tests;
