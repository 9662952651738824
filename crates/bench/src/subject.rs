//! Processes under measurement: the server and the baseline, each on the first core.

use std::{
    fmt,
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Username of the administrator, and the password of everybody.
pub const ADMIN: (&str, &str) = ("root", "brass lantern 9 hull");

/// A process on the first core; it ends with the value.
pub struct Subject {
    child: Child,
    /// Address, without a slash at its end.
    pub base: String,
    /// Time from the start to the first answer.
    pub start: Duration,
}

impl Drop for Subject {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The optimised binary.
pub fn binary() -> PathBuf {
    PathBuf::from("target/release/quarterdeck")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn start(command: &Path, args: &[String], port: u16, probe: &str) -> Result<Subject> {
    let began = Instant::now();
    let child = Command::new("taskset")
        .args(["-c", "0"])
        .arg(command)
        .args(args)
        .env("QUARTERDECK_LOG", "warn")
        // So that a load can come from many places.
        .env("QUARTERDECK_TRUSTED_PROXIES", "127.0.0.1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut subject = Subject { child, base: format!("http://127.0.0.1:{port}"), start: Duration::ZERO };
    while began.elapsed() < Duration::from_secs(30) {
        if http("GET", &format!("{}{probe}", subject.base), None, None).is_ok() {
            subject.start = began.elapsed();
            return Ok(subject);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    bail!("{} did not answer", command.display())
}

impl Subject {
    /// The server on `data`.
    pub fn server(data: &Data) -> Result<Self> {
        let port = free_port()?;
        let mut args = vec!["serve".to_owned(), "--listen".to_owned(), format!("127.0.0.1:{port}")];
        args.extend(data.options());
        start(&binary(), &args, port, "/healthz")
    }

    /// The baseline on the SQLite file of `data`.
    pub fn baseline(data: &Data) -> Result<Self> {
        let port = free_port()?;
        let file = data.file().display().to_string();
        let args = ["baseline".to_owned(), file, format!("127.0.0.1:{port}")];
        start(&std::env::current_exe()?, &args, port, "/users")
    }

    /// Resident memory in MB.
    pub fn memory_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS")).context("VmRSS")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).context("VmRSS")?.parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Highest resident memory so far, in MB.
    pub fn peak_memory_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM")).context("VmHWM")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).context("VmHWM")?.parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// The secret of an API key that reads users.
    pub fn api_key(&self, token: &str) -> Result<String> {
        let body = json!({"title": "bench", "scopes": ["user.read"]});
        let answer = http("POST", &format!("{}/api/v1/api-keys", self.base), Some(token), Some(&body))?;
        answer["secret"].as_str().map(str::to_owned).context("the secret of a key")
    }

    /// An access token of the administrator.
    pub fn token(&self) -> Result<String> {
        self.token_of(ADMIN.0)
    }

    /// An access token of the user `login`.
    pub fn token_of(&self, login: &str) -> Result<String> {
        let body = json!({"login": login, "password": ADMIN.1, "client": "cli"});
        let answer = http("POST", &format!("{}/api/v1/auth/login", self.base), None, Some(&body))?;
        Ok(answer["access_token"].as_str().context("access_token")?.to_owned())
    }

    /// A JSON answer.
    pub fn get(&self, path: &str, token: &str) -> Result<Value> {
        http("GET", &format!("{}{path}", self.base), Some(token), None)
    }

    /// A request that changes something, and the JSON answer.
    pub fn send(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Result<Value> {
        http(method, &format!("{}{path}", self.base), token, body)
    }

    /// Whether a read succeeds.
    pub fn lets_in(&self, path: &str, token: &str) -> bool {
        self.get(path, token).is_ok()
    }

    /// An open stream of events; the process ends with the stream.
    pub fn stream(&self, token: &str) -> Result<Child> {
        let (url, header) = (format!("{}/api/v1/events", self.base), format!("Authorization: Bearer {token}"));
        Ok(Command::new("curl").args(["-sfN", &url, "-H", &header]).stdout(Stdio::null()).spawn()?)
    }
}

/// Sends a file of users by curl.
pub fn send_file(server: &Subject, token: &str, file: &Path) -> Result<Value> {
    let (url, header) = (format!("{}/api/v1/user-imports", server.base), format!("Authorization: Bearer {token}"));
    let data = format!("@{}", file.display());
    let sent = Command::new("curl")
        .args(["-sf", &url, "-H", &header, "-H", "Content-Type: text/csv", "--data-binary", &data])
        .output()?;
    ensure!(sent.status.success(), "POST {url} failed");
    Ok(serde_json::from_slice(&sent.stdout)?)
}

/// One request by curl: the benchmark needs no HTTP library of its own.
fn http(method: &str, url: &str, token: Option<&str>, body: Option<&Value>) -> Result<Value> {
    let mut command = Command::new("curl");
    command.args(["-sf", "-X", method, url]);
    if let Some(token) = token {
        command.args(["-H", &format!("Authorization: Bearer {token}")]);
    }
    if let Some(body) = body {
        command.args(["-H", "Content-Type: application/json", "-d", &body.to_string()]);
    }
    let output = command.output()?;
    if !output.status.success() {
        bail!("{method} {url} failed");
    }
    Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
}

/// Where the data of a subject lie.
#[derive(Debug, Clone)]
pub enum Storage {
    /// A file in the data folder.
    Sqlite,
    /// A database of the server at this address.
    Postgres(String),
}

impl Storage {
    /// Those at hand: PostgreSQL when `QUARTERDECK_TEST_POSTGRES_URL` names a server.
    pub fn all() -> Vec<Self> {
        let postgres = std::env::var("QUARTERDECK_TEST_POSTGRES_URL").ok().map(Self::Postgres);
        [Some(Self::Sqlite), postgres].into_iter().flatten().collect()
    }

    /// Address of a new database, where one is needed.
    fn create(&self) -> Result<Option<String>> {
        let Self::Postgres(server) = self else { return Ok(None) };
        let (base, _) = server.rsplit_once('/').context("an address with a database")?;
        let name = format!("bench_{}", std::process::id() + u32::from(free_port()?));
        let status = Command::new("psql").args(["-q", server, "-c", &format!("CREATE DATABASE {name}")]).status()?;
        ensure!(status.success(), "psql could not create {name}");
        Ok(Some(format!("{base}/{name}")))
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        })
    }
}

/// Data with one administrator and a number of users.
pub struct Data {
    dir: TempDir,
    url: Option<String>,
    /// How long the users took to load.
    pub loaded: Duration,
}

impl Data {
    /// `users` users in the data folder's own SQLite file.
    pub fn sqlite(users: u64) -> Result<Self> {
        Self::load(&Storage::Sqlite, users)
    }

    /// `users` users in a new database.
    pub fn load(storage: &Storage, users: u64) -> Result<Self> {
        let mut data = Self { dir: TempDir::new()?, url: storage.create()?, loaded: Duration::ZERO };
        data.run(&["admin", "create", "--username", ADMIN.0, "--password-stdin"])?;
        let began = Instant::now();
        data.run(&["demo", "--users", &users.to_string(), "--password-stdin"])?;
        data.loaded = began.elapsed();
        Ok(data)
    }

    /// The same data for another server on the same database: its own folder, with the same keys.
    pub fn replica(&self) -> Result<Self> {
        ensure!(self.url.is_some(), "one server alone may open a SQLite file");
        let dir = TempDir::new()?;
        let keys = Command::new("cp").arg("-r").arg(self.dir.path().join("keys")).arg(dir.path()).status()?;
        ensure!(keys.success(), "the keys could not be copied");
        Ok(Self { dir, url: self.url.clone(), loaded: Duration::ZERO })
    }

    /// The SQLite file.
    pub fn file(&self) -> PathBuf {
        self.dir.path().join("quarterdeck.db")
    }

    /// Runs a command of the binary that reads the one password of these data.
    fn run(&self, args: &[&str]) -> Result<()> {
        let mut child = self.command(args).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        child.stdin.take().context("stdin")?.write_all(ADMIN.1.as_bytes())?;
        ensure!(child.wait()?.success(), "{} failed", args.join(" "));
        Ok(())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).args(self.options());
        command
    }

    /// Options of the binary that name these data.
    fn options(&self) -> Vec<String> {
        let url = self.url.iter().flat_map(|url| ["--database-url".to_owned(), url.clone()]);
        ["--data-dir".to_owned(), self.dir.path().display().to_string()].into_iter().chain(url).collect()
    }
}
