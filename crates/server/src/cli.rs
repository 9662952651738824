//! The commands and their flags, with the help that teaches them.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use quarterdeck_app::audit::Head;
use serde::{Deserialize, Serialize};

/// Runs a people platform: users, organizations, sessions, with a console and a REST API.
#[derive(Debug, Parser)]
#[command(name = "quarterdeck", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Flags of all commands.
    #[command(flatten)]
    pub common: CommonFlags,
}

const EXAMPLES: &str = "\
Examples:
  quarterdeck serve                              SQLite in ./data, on http://127.0.0.1:8080
  quarterdeck serve --database-url postgres://quarterdeck@db/quarterdeck --listen 0.0.0.0:8080
  quarterdeck demo --users 2000                  a realistic data set to look at
  quarterdeck doctor                             what is wrong, and what to do about it

Configuration: flags win over environment variables (QUARTERDECK_LISTEN, QUARTERDECK_DATA_DIR, …), and
these win over the file quarterdeck.toml. `quarterdeck serve --help` lists them.";

const CONFIGURATION: &str = "\
Each flag is also an environment variable and an entry of the file:
  --listen            QUARTERDECK_LISTEN             listen = \"127.0.0.1:8080\"
  --data-dir          QUARTERDECK_DATA_DIR           data_dir = \"./data\"
  --database-url      QUARTERDECK_DATABASE_URL       database_url = \"postgres://…\"
  --base-url          QUARTERDECK_BASE_URL           base_url = \"https://people.example.org\"
  --status-url        QUARTERDECK_STATUS_URL         status_url = \"https://status.example.org\"
  --trusted-proxy     QUARTERDECK_TRUSTED_PROXIES    trusted_proxies = [\"10.0.0.0/8\"]
  --behind-tls        QUARTERDECK_BEHIND_TLS         behind_tls = true
  --workers           QUARTERDECK_WORKERS            workers = 2
  --log, --log-format QUARTERDECK_LOG, _LOG_FORMAT   log = \"info\", log_format = \"json\"
                      QUARTERDECK_DATABASE_CONNECTIONS   database_connections = 10
                      QUARTERDECK_SIGNING_KEYS, _SEALING_KEYS: keys of several replicas, newest first,
                      separated by commas; `quarterdeck keys generate` makes one
Settings of the platform can be fixed so that the console shows them but cannot change them:
                      QUARTERDECK_SETTING_PLATFORM_NAME  [settings] \"platform.name\" = \"People\"

Examples:
  quarterdeck serve --data-dir /var/lib/quarterdeck --listen 0.0.0.0:8080 --trusted-proxy 10.0.0.0/8
  QUARTERDECK_DATABASE_URL=postgres://… quarterdeck serve --log-format json";

/// Flags of all commands.
#[derive(Debug, Default, Args, Serialize)]
#[command(next_help_heading = "Configuration")]
pub struct CommonFlags {
    /// Configuration file [default: quarterdeck.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Folder of the database and the keys [default: ./data]
    #[arg(long, global = true, value_name = "FOLDER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// Database, sqlite://… or postgres://… [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// What is logged: a level, or module=level,… [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// How it is logged [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
}

/// How logs look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

/// Flags of the server.
#[derive(Debug, Default, Args, Serialize)]
pub struct ServeFlags {
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Address under which people reach the platform, for links [default: the address that it listens on]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Address of the page that tells whether the platform works, for the console's menu
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_url: Option<String>,
    /// Proxy whose X-Forwarded-For is believed, an address or a network; may be given several times
    #[arg(long = "trusted-proxy", value_name = "NETWORK")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<String>,
    /// People reach the server over TLS, by a proxy [default: whether the base URL begins with https]
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub behind_tls: bool,
    /// Threads that answer requests [default: as many as cores]
    #[arg(long, value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<usize>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server
    #[command(after_help = CONFIGURATION)]
    Serve(ServeFlags),
    /// Bring the database's tables up to date, or back
    #[command(
        subcommand,
        after_help = "`serve` runs what is missing by itself; this is for who wants to do it first, or to go back."
    )]
    Migrate(Migrate),
    /// Administrators: create one, help one who cannot sign in
    #[command(subcommand)]
    Admin(Admin),
    /// The audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Keys that sign tokens and seal secrets
    #[command(subcommand)]
    Keys(Keys),
    /// Print the OpenAPI document of the REST API
    #[command(after_help = "Example:\n  quarterdeck openapi > openapi.json")]
    Openapi,
    /// Load a realistic data set to look at and to measure with
    #[command(after_help = DEMO)]
    Demo(Demo),
    /// Look for what is wrong: database, migrations, keys, disk, clock, address
    #[command(after_help = DOCTOR)]
    Doctor(Doctor),
}

const DEMO: &str = "\
The people have names from many languages, belong to organizations, have roles, sessions and a history.
None of them can sign in unless --password-stdin gives all of them one password; then demo.admin is an
administrator. A second load adds more people, with usernames of their own.

Examples:
  quarterdeck demo --users 2000
  printf '%s' 'brass lantern 9' | quarterdeck demo --users 100000 --password-stdin";

const DOCTOR: &str = "\
Each check says pass, warn or fail, and what to do. The exit status is 1 when one fails.

Examples:
  quarterdeck doctor
  quarterdeck doctor --probe http://127.0.0.1:8080     asks a running server whether it lives, for containers";

/// What to do with the tables.
#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Run all migrations that have not run
    #[command(after_help = "Example:\n  quarterdeck migrate up --database-url postgres://quarterdeck@db/quarterdeck")]
    Up,
    /// Take the last migration back, with the data that only it has
    #[command(
        after_help = "Stop all servers before, and make a copy of the database.\n\nExample:\n  quarterdeck migrate down --steps 1 --yes"
    )]
    Down {
        /// How many migrations
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        /// Do it; without this, only show what would be lost
        #[arg(long)]
        yes: bool,
    },
    /// List the migrations and whether they have run
    Status,
}

const PASSWORD: &str = "\
The password is read from the standard input, so that it stands neither in the list of processes nor in
the history of the shell. A line break at its end is not part of it.";

impl Admin {
    /// Where links lead, when the operator says so.
    pub fn base_url(&self) -> Option<&str> {
        match self {
            Self::ResetPassword { base_url, .. } => base_url.as_deref(),
            _ => None,
        }
    }
}

/// What to do for administrators.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Create an administrator who can sign in at once
    #[command(after_help = format!("{PASSWORD}\n\nExample:\n  printf '%s' 'brass lantern 9' | quarterdeck admin create --username ada --email ada@example.org --password-stdin"))]
    Create {
        /// Name to sign in with: 3 to 50 letters, digits, dots, dashes, underscores
        #[arg(long)]
        username: String,
        /// Full name [default: the username]
        #[arg(long)]
        display_name: Option<String>,
        /// E-mail address
        #[arg(long)]
        email: Option<String>,
        /// Read the password from the standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Give somebody a new password, or a link to choose one; all their sessions end with a new password
    #[command(after_help = format!("{PASSWORD}\n\nExamples:\n  quarterdeck admin reset-password --username ada --link\n  printf '%s' 'brass lantern 9' | quarterdeck admin reset-password --username ada --password-stdin"))]
    ResetPassword {
        /// Username or e-mail address
        #[arg(long)]
        username: String,
        /// Read the new password from the standard input
        #[arg(long, required_unless_present = "link", conflicts_with = "link")]
        password_stdin: bool,
        /// Print a link that works once, for 24 hours
        #[arg(long)]
        link: bool,
        /// Address under which people reach the platform, for the link [default: as the server has it]
        #[arg(long, value_name = "URL", requires = "link")]
        base_url: Option<String>,
    },
    /// Lift the delays that somebody has after failed sign-ins
    #[command(after_help = "Example:\n  quarterdeck admin unlock --username ada")]
    Unlock {
        /// Username or e-mail address
        #[arg(long)]
        username: String,
    },
    /// List the administrators
    List,
}

const VERIFY: &str = "\
The exit status is
  0  when all events are as they were written
  1  when an event was changed, taken out or put in; the first such place is named
  3  when that holds from a number on only: the section before was closed when its keys were lost. Somebody has
     run `quarterdeck keys replace`. If you know of it, say so by --closed, and the status is 0

The head that it prints stands for all events up to it. Keep it elsewhere and give it to a later run: whoever
put back an older copy of the whole database is then found out too.

Examples:
  quarterdeck audit verify --data-dir /var/lib/quarterdeck
  quarterdeck audit verify --head 1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Walk the whole chain and check each hash
    #[command(after_help = VERIFY)]
    Verify {
        /// A head that an earlier run printed; the chain must have it
        #[arg(long, value_name = "NUMBER:HASH")]
        head: Option<Head>,
        /// The end of the closed section that you know of, as an earlier run printed it
        #[arg(long, value_name = "NUMBER:HASH")]
        closed: Option<Head>,
    },
}

const REPLACE: &str = "\
Look for a backup of the folder `keys` first: with it nothing is lost. Without it, sealed settings become
unset and all sessions end. The audit log stays, but nobody can verify what it was until then: it is closed,
and the chain goes on in a new section, whose first event says so.

Stop all servers before, and make a copy of the database. Then copy the new keys to the other replicas. Keys
that fit are not replaced, see `quarterdeck keys rotate`.

Examples:
  quarterdeck keys replace                     shows what would be lost
  quarterdeck keys replace --yes";

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Put a new key in front; the former ones still verify and open
    #[command(
        after_help = "A running server takes the new key within seconds, and the audit log tells of it. Copy the files to the other\nreplicas, and to your backups.\n\nExamples:\n  quarterdeck keys rotate\n  quarterdeck keys rotate --ring signing"
    )]
    Rotate {
        /// Which keys
        #[arg(long, default_value = "all")]
        ring: Ring,
    },
    /// Give lost keys up: the database goes on with those that are there, or with new ones
    #[command(after_help = REPLACE)]
    Replace {
        /// Do it; without this, only show what would be lost
        #[arg(long)]
        yes: bool,
    },
    /// Print a new key, for QUARTERDECK_SIGNING_KEYS and QUARTERDECK_SEALING_KEYS
    #[command(after_help = "Example:\n  export QUARTERDECK_SIGNING_KEYS=\"$(quarterdeck keys generate)\"")]
    Generate,
}

/// Which keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ring {
    /// Both.
    All,
    /// Those that sign tokens and cursors.
    Signing,
    /// Those that seal secrets.
    Sealing,
}

/// What to load.
#[derive(Debug, Args)]
pub struct Demo {
    /// How many users, at most 1,000,000
    #[arg(long, default_value_t = 2_000)]
    pub users: u64,
    /// How many organizations
    #[arg(long, default_value_t = 6)]
    pub organizations: u32,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Read a password for all of them from the standard input
    #[arg(long)]
    pub password_stdin: bool,
}

/// What to look at.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Ask a running server whether it lives, and nothing else
    #[arg(long, value_name = "URL")]
    pub probe: Option<String>,
    /// Flags of the server, whose address is looked at.
    #[command(flatten)]
    pub serve: ServeFlags,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_of_all_commands_may_stand_behind_them() {
        let cli = Cli::parse_from(["quarterdeck", "audit", "verify", "--data-dir", "/d", "--database-url", "sqlite:x"]);
        assert!(matches!(cli.command, Some(Command::Audit(Audit::Verify { head: None, closed: None }))));
        assert_eq!(cli.common.data_dir.as_deref(), Some(std::path::Path::new("/d")));
    }

    #[test]
    fn a_reset_is_by_password_or_by_link() {
        let parse = |flags: &[&str]| {
            Cli::try_parse_from(["quarterdeck", "admin", "reset-password", "--username", "ada"].iter().chain(flags))
        };
        assert!(parse(&["--link"]).is_ok() && parse(&["--password-stdin"]).is_ok());
        assert!(parse(&[]).is_err() && parse(&["--link", "--password-stdin"]).is_err());
    }
}
