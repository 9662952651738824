//! The checks.

use std::{fs, net::TcpListener, path::Path};

use quarterdeck_adapters::{KeyError, KeyFile, KeyRing, LiveKeys, SystemClock};
use quarterdeck_app::{
    keys::{self, Belonging},
    ports::Clock as _,
};
use quarterdeck_domain::{Actor, Permission, Resource, Timestamp, audit::ListAuditEvents, policy, text::counted};
use quarterdeck_store::Database;

use crate::{
    config::{Config, Secret, shown},
    database::{self, Place},
    failure::Failure,
    lock::{FolderLock, Holder},
    platform,
};

/// Free bytes below which the disk asks for attention.
const DISK_WARN: u64 = 1 << 30;
/// Free bytes below which the disk counts as full.
const DISK_FAIL: u64 = 64 << 20;
/// Longest time that the clock may be behind the last audit event, in seconds.
const CLOCK_BEHIND: i64 = 5;
/// When this was written; a clock before it is wrong.
const BUILT: &str = "2026-11-01T00:00:00Z";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Pass,
    Warn,
    Fail,
}

/// What a check found, and what to do about it.
#[derive(Debug)]
pub struct Check {
    pub name: &'static str,
    pub outcome: Outcome,
    pub detail: String,
    pub advice: Option<String>,
}

impl Check {
    fn pass(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Pass, detail: detail.into(), advice: None }
    }

    fn warn(name: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Warn, detail: detail.into(), advice: Some(advice.into()) }
    }

    fn fail(name: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Fail, detail: detail.into(), advice: Some(advice.into()) }
    }
}

/// All checks. They change nothing: what is not there yet is not made.
pub async fn all(config: &Config) -> Vec<Check> {
    let mut checks = vec![configuration(config), folder(&config.data_dir)];
    checks.push(keys("signing keys", config.signing_keys.as_ref(), &config.signing_file()));
    checks.push(keys("sealing keys", config.sealing_keys.as_ref(), &config.sealing_file()));
    checks.push(disk(&config.data_dir));
    let mut last_event = None;
    match open(config).await {
        Ok(database) => {
            checks.extend(tables(&database).await);
            checks.extend(proofs(config, &database).await);
            last_event = newest_event(&database).await;
            checks.extend(administrators(&database).await);
            let _ = database.close().await;
        }
        Err(check) => checks.push(check),
    }
    checks.push(clock(SystemClock.now(), last_event));
    checks.push(address(config));
    checks
}

fn configuration(config: &Config) -> Check {
    let file = config.file.as_deref().map_or_else(|| "no file".to_owned(), shown);
    if !config.unknown_variables.is_empty() {
        let names = config.unknown_variables.join(", ");
        return Check::warn("configuration", format!("{names}: not read"), "look for a typing error, or unset it");
    }
    let secrets = config.signing_keys.is_some() || config.sealing_keys.is_some() || config.database_url.is_some();
    match config.file.as_deref().and_then(mode) {
        Some(mode) if mode & 0o044 != 0 && secrets => {
            let advice = format!("chmod 600 '{file}', if passwords or keys stand in it");
            Check::warn("configuration", format!("{file} may be read by others (mode {mode:04o})"), advice)
        }
        _ => {
            let fixed = counted(config.fixed_settings.len() as u64, "fixed setting");
            Check::pass("configuration", format!("{file}; {fixed}"))
        }
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

fn folder(path: &Path) -> Check {
    let name = "data folder";
    let place = shown(path);
    if !path.exists() {
        return Check::warn(name, format!("{place} is not there yet"), "`quarterdeck serve` makes it");
    }
    let trial = path.join(format!(".doctor-{}", std::process::id()));
    let written = fs::write(&trial, "").and_then(|()| fs::remove_file(&trial));
    if let Err(error) = written {
        let advice = "give the folder to the user that runs the server: chown -R USER FOLDER";
        return Check::fail(name, format!("{place} cannot be written: {error}"), advice);
    }
    match mode(path) {
        Some(mode) if mode & 0o007 != 0 => {
            let detail = format!("{place} may be read by everybody (mode {mode:04o})");
            Check::warn(name, detail, format!("chmod 700 '{place}'"))
        }
        _ => Check::pass(name, place),
    }
}

fn keys(name: &'static str, configured: Option<&Secret>, path: &Path) -> Check {
    if let Some(keys) = configured {
        return match KeyRing::configured(name, keys.reveal()) {
            Ok(ring) => Check::pass(name, format!("{} given by the configuration", ring.iter().count())),
            Err(error) => Check::fail(name, error.to_string(), "make one: quarterdeck keys generate"),
        };
    }
    match KeyFile::new(path).load() {
        Ok(Some(ring)) => Check::pass(name, format!("{} in {}, for its owner alone", ring.iter().count(), shown(path))),
        Ok(None) => Check::warn(name, "there are none yet", "`quarterdeck serve` makes them"),
        Err(error @ KeyError::Open { .. }) => {
            Check::fail(name, error.to_string(), format!("chmod 600 '{}'", path.display()))
        }
        Err(error) => {
            Check::fail(name, error.to_string(), "restore the file, or give it to the user that runs the server")
        }
    }
}

fn disk(path: &Path) -> Check {
    let there = path.ancestors().find(|part| part.exists()).unwrap_or(Path::new("."));
    let name = "free disk";
    match fs4::available_space(there) {
        Ok(free) if free < DISK_FAIL => Check::fail(name, format!("{} MiB", free >> 20), "make room now"),
        Ok(free) if free < DISK_WARN => Check::warn(name, format!("{} MiB", free >> 20), "make room"),
        Ok(free) => Check::pass(name, format!("{} GiB", free >> 30)),
        Err(error) => Check::warn(name, format!("cannot be read: {error}"), "look at it by hand: df -h"),
    }
}

/// Opens the database, unless it is a file that is not there.
async fn open(config: &Config) -> Result<Database, Check> {
    let name = "database";
    let fail = |failure: Failure, advice: &str| Check::fail(name, failure.to_string(), advice);
    let place = Place::of(config).map_err(|failure| fail(failure, "as postgres://user:password@host/name"))?;
    if let Some(path) = place.missing_file() {
        let detail = format!("{} is not there yet", shown(&path));
        return Err(Check::warn(name, detail, "`quarterdeck serve` makes it"));
    }
    // A page of a list needs a key for its cursor; nobody will see this one.
    let cursor_keys = vec![KeyRing::generate().newest().derive("doctor").to_vec()];
    let advice = "is the server up, the URL right, the password known? psql with the same URL tells more";
    database::open(config, cursor_keys).await.map_err(|failure| fail(failure, advice))
}

async fn tables(database: &Database) -> Vec<Check> {
    let answer = match database.ping().await {
        Ok(()) => Check::pass("database", format!("{} answers", database.name())),
        Err(error) => {
            let detail = Failure::from(error).to_string();
            return vec![Check::fail("database", detail, "look at the log of the database")];
        }
    };
    let migrations = match database.migration_status().await {
        Ok(all) => match all.iter().filter(|(_, done)| !done).count() {
            0 => Check::pass("migrations", "all have run"),
            pending => {
                let advice = "`quarterdeck serve` runs them, or: quarterdeck migrate up";
                Check::warn("migrations", format!("{} to run", counted(pending as u64, "migration")), advice)
            }
        },
        Err(error) => Check::fail("migrations", Failure::from(error).to_string(), "is this the right database?"),
    };
    vec![answer, migrations]
}

/// Whether the keys are those of the database, and whether they wrote the end of its audit chain.
async fn proofs(config: &Config, database: &Database) -> Vec<Check> {
    let name = "database keys";
    // Without its table there is nothing to compare with; what is wrong with the tables is told already.
    let Ok(is_unused) = database.key_checks().is_unused().await else { return Vec::new() };
    // Keys that cannot be read are told of already.
    let Ok([signing, sealing]) = platform::key_sources(config) else { return Vec::new() };
    let advice =
        "copy the keys from the first server, or from its backup; if they are lost for good: quarterdeck keys replace";
    if !(signing.is_there() && sealing.is_there()) {
        let missing = || Check::fail(name, platform::foreign_keys(config, "are missing"), advice);
        return if is_unused { Vec::new() } else { vec![missing()] };
    }
    let Ok(keys) = LiveKeys::load(signing, sealing) else { return Vec::new() };
    database.replace_cursor_keys(keys.cursor_keys());
    match keys::belonging(database, &keys.signer, &keys.sealer).await {
        Ok(Belonging::Theirs) => {
            vec![Check::pass(name, "the keys are those of the database"), chain(database).await]
        }
        Ok(Belonging::Unused) => vec![Check::pass(name, "the database is not in use yet")],
        Ok(Belonging::Foreign) => {
            let detail = platform::foreign_keys(config, "are not the keys of this database");
            vec![Check::fail(name, detail, advice)]
        }
        Ok(Belonging::Unproven) => vec![Check::fail(name, platform::UNPROVEN, "put a backup back")],
        Err(error) => vec![Check::fail(name, Failure::from(error).to_string(), "look at the log of the database")],
    }
}

async fn chain(database: &Database) -> Check {
    let name = "audit chain";
    // The table of sections comes with a migration, which may be missing.
    let closed = database.audit().closed_section().await.unwrap_or_default();
    match (database.audit().has_head().await, closed) {
        (Ok(false), _) => Check::fail(
            name,
            "its head is missing or was not written by these keys; no event is sealed",
            "quarterdeck audit verify; then put a backup back",
        ),
        (Ok(true), Some(closed)) => Check::warn(
            name,
            format!(
                "events up to {} are not verifiable: their section was closed at {}",
                closed.end.sequence, closed.closed_at
            ),
            "somebody has run `quarterdeck keys replace`; if nobody should have, put a backup and its keys back",
        ),
        (Ok(true), None) => Check::pass(name, "its head was written by these keys"),
        (Err(error), _) => Check::fail(name, Failure::from(error).to_string(), "look at the log of the database"),
    }
}

async fn administrators(database: &Database) -> Option<Check> {
    let name = "administrators";
    match database.users().count_active_admins().await.ok()? {
        0 => Some(Check::warn(
            name,
            "there is none",
            "open the link that the server prints, or: quarterdeck admin create --help",
        )),
        count => Some(Check::pass(name, format!("{count} may sign in"))),
    }
}

/// When the last audit event was written.
async fn newest_event(database: &Database) -> Option<Timestamp> {
    let grant = policy::allow(&Actor::system("doctor"), Permission::AuditRead, &Resource::List).ok()?;
    let mut newest = ListAuditEvents::default();
    newest.page.limit = Some(1);
    database.audit().list(&grant, &newest).await.ok()?.items.first().map(|event| event.at)
}

fn clock(now: Timestamp, last_event: Option<Timestamp>) -> Check {
    let (name, advice) = ("clock", "set it: timedatectl set-ntp true");
    let behind = last_event.map(|last| last.seconds_since(now)).filter(|seconds| *seconds > CLOCK_BEHIND);
    match (BUILT.parse::<Timestamp>(), behind) {
        (Ok(built), _) if now < built => Check::fail(name, format!("{now} is before this program was built"), advice),
        (_, Some(seconds)) => Check::fail(name, format!("{now} is {seconds} s before the last audit event"), advice),
        _ => Check::pass(name, now.to_string().chars().take(19).collect::<String>() + " UTC"),
    }
}

fn address(config: &Config) -> Check {
    let (name, address) = ("listen address", config.listen);
    let server = FolderLock::holder(&config.data_dir);
    match (TcpListener::bind(address), server) {
        (Ok(_), Holder::Nobody) => Check::pass(name, format!("{address} is free")),
        (Ok(_), Holder::Server(_)) => {
            Check::pass(name, format!("{address} is free; a server of this folder listens elsewhere"))
        }
        (Err(error), Holder::Server(Some(pid))) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Check::pass(name, format!("{address} is in use, a server of this folder runs (process {pid})"))
        }
        (Err(error), _) => Check::fail(
            name,
            format!("{address}: {error}"),
            "choose another with --listen, or see who has it: ss -ltnp",
        ),
    }
}

#[cfg(test)]
mod tests;
