//! The server under test as a process.

use std::{
    fs::File,
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use quarterdeck_client::Client;
use quarterdeck_domain::{
    Role,
    auth::{Login, Tokens},
    roles::Roles,
    sessions::ClientKind,
    users::{CreateUser, User},
};
use tempfile::TempDir;

use crate::{
    ADMIN, Http, PASSWORD, TestClient,
    database::{Backend, Prepared, prepare},
};

/// Names the file that moves the clock of a debug build.
const CLOCK: &str = "QUARTERDECK_TEST_CLOCK";

/// A running server; it ends with the value.
pub struct Server {
    process: Child,
    port: u16,
    backend: Backend,
    options: Options,
    /// Address, without a slash at its end.
    pub base: String,
    dir: TempDir,
    database: Prepared,
    clock: PathBuf,
    ahead: AtomicU64,
}

/// What a test wants of its server.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Further environment variables.
    pub env: Vec<(String, String)>,
    /// Whether to begin without an administrator.
    pub empty: bool,
}

/// The binary under test: beside the folder of the test's own binary.
pub fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("the path of this test");
    own.ancestors().nth(2).expect("target folder").join("quarterdeck")
}

/// Runs the binary to its end with `input`; what it printed.
pub fn run_with_input(args: &[String], env: &[(String, String)], input: &str) -> String {
    let mut child = Command::new(binary())
        .args(args)
        .envs(env.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary under test");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    /// Starts a server that has one administrator, [`ADMIN`].
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, Options::default()).await
    }

    /// Starts a server with `options`.
    pub async fn start_with(backend: Backend, mut options: Options) -> Self {
        let dir = TempDir::new().unwrap();
        let data = dir.path().join("data");
        let clock = dir.path().join("clock");
        options.env.push((CLOCK.to_owned(), clock.display().to_string()));
        let database = prepare(backend, &data);
        if options.empty {
            assert_eq!(backend, Backend::Sqlite, "an empty server is tested on SQLite");
            std::fs::remove_dir_all(&data).unwrap();
        }
        let port = free_port();
        let process = spawn(port, dir.path(), database.url.as_deref(), &options);
        let base = format!("http://127.0.0.1:{port}");
        let ahead = AtomicU64::new(0);
        let server = Self { process, port, backend, options, base, dir, database, clock, ahead };
        server.wait_until_ready().await;
        server
    }

    /// A second server on the same database, with its own data folder, the same keys and the same clock.
    pub async fn replica(&self) -> Self {
        assert_eq!(self.backend, Backend::Postgres, "only PostgreSQL serves several replicas");
        let dir = TempDir::new().unwrap();
        let data = dir.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        let status = Command::new("cp").args(["-a"]).arg(self.data_dir().join("keys")).arg(&data).status().unwrap();
        assert!(status.success());
        let port = free_port();
        let process = spawn(port, dir.path(), self.database.url.as_deref(), &self.options);
        let base = format!("http://127.0.0.1:{port}");
        let database = Prepared::shared(self.database.url.clone());
        let (backend, options, clock) = (self.backend, self.options.clone(), self.clock.clone());
        let ahead = AtomicU64::new(self.ahead.load(Ordering::Relaxed));
        let server = Self { process, port, backend, options, base, dir, database, clock, ahead };
        server.wait_until_ready().await;
        server
    }

    async fn wait_until_ready(&self) {
        let began = Instant::now();
        let http = reqwest::Client::new();
        while began.elapsed() < Duration::from_secs(30) {
            if http.get(format!("{}/readyz", self.base)).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the server did not get ready: {}", self.log());
    }

    /// What the server printed.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Waits until the server has printed `text`: it writes its log behind its answers.
    ///
    /// # Panics
    /// Panics if it does not within 10 seconds.
    pub async fn logged(&self, text: &str) {
        let began = Instant::now();
        while !self.log().contains(text) {
            assert!(began.elapsed() < Duration::from_secs(10), "no \u{201c}{text}\u{201d} in the log: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Folder of the server's data.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Moves the server's clock ahead by `by`, in whole seconds; it is seen at once.
    pub fn advance(&self, by: Duration) {
        let ahead = self.ahead.fetch_add(by.as_secs(), Ordering::Relaxed) + by.as_secs();
        // Replaced in one step: the server never reads half a number.
        let written = self.clock.with_extension("new");
        std::fs::write(&written, ahead.to_string()).unwrap();
        std::fs::rename(&written, &self.clock).unwrap();
    }

    /// Which database it runs on.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// Kills the process at once, as `kill -9` does.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks the process to stop and waits for its end; how long it took and whether it went well.
    pub fn terminate(&mut self) -> (Duration, bool) {
        let began = Instant::now();
        let status = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(status.success());
        let ended = self.process.wait().unwrap();
        (began.elapsed(), ended.success())
    }

    /// Starts the server again on the same data and port.
    pub async fn restart(&mut self) {
        self.process = spawn(self.port, self.dir.path(), self.database.url.as_deref(), &self.options);
        self.wait_until_ready().await;
    }

    /// Runs a command of the binary on the same data.
    pub fn command(&self, args: &[&str], input: &str) -> String {
        run_with_input(&self.with_place(args, &self.data_dir()), &self.options.env, input)
    }

    /// Runs a command that may fail on the same data; whether it went well, and all that it printed.
    pub fn try_command(&self, args: &[&str]) -> (bool, String) {
        self.try_command_in(&self.data_dir(), args)
    }

    /// The same with another data folder; the database is that of the server where it is PostgreSQL.
    pub fn try_command_in(&self, data_dir: &Path, args: &[&str]) -> (bool, String) {
        let (status, printed) = self.status_in(data_dir, args);
        (status == 0, printed)
    }

    /// Runs a command on the same data; its exit status, and all that it printed.
    pub fn status(&self, args: &[&str]) -> (i32, String) {
        self.status_in(&self.data_dir(), args)
    }

    fn status_in(&self, data_dir: &Path, args: &[&str]) -> (i32, String) {
        let mut command = Command::new(binary());
        command.args(self.with_place(args, data_dir)).envs(self.options.env.iter().cloned());
        let output = command.stdin(Stdio::null()).output().expect("the binary under test");
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code().expect("no signal"), String::from_utf8_lossy(&printed).into_owned())
    }

    /// Changes the database behind the back of the program, by statements that any SQL shell takes.
    pub fn sql(&self, statements: &str) {
        let output = match &self.database.url {
            Some(url) => Command::new("psql").args([url.as_str(), "-v", "ON_ERROR_STOP=1", "-qc", statements]).output(),
            None => {
                let file = self.data_dir().join("quarterdeck.db").display().to_string();
                let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
                Command::new("python3").args(["-c", script, &file, statements]).output()
            }
        };
        let output = output.expect("an SQL shell");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn with_place(&self, args: &[&str], data_dir: &Path) -> Vec<String> {
        let mut args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        args.extend(["--data-dir".to_owned(), data_dir.display().to_string()]);
        if let Some(url) = &self.database.url {
            args.extend(["--database-url".to_owned(), url.clone()]);
        }
        args
    }

    /// A client that is not signed in.
    #[must_use]
    pub fn anonymous(&self) -> TestClient {
        Client::new(Http::new(&self.base, None))
    }

    /// Signs in; the client and what the server answered.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
    ) -> Result<(TestClient, Tokens), quarterdeck_client::ClientError> {
        let client = self.anonymous();
        let login = Login {
            login: login.to_owned(),
            password: password.to_owned(),
            remember_me: false,
            client: ClientKind::Cli,
        };
        let tokens = client.login(&login).await?;
        client.transport().set_token(Some(tokens.access_token.clone()));
        Ok((client, tokens))
    }

    /// The administrator that every server begins with.
    pub async fn admin(&self) -> TestClient {
        self.sign_in(ADMIN, PASSWORD).await.expect("the administrator signs in").0
    }

    /// Creates a user with `roles` and the common password.
    pub async fn user(&self, admin: &TestClient, username: &str, roles: &[Role]) -> User {
        admin.create_user(&new_user(username, roles)).await.expect("a new user")
    }

    /// Creates a user and signs them in.
    pub async fn signed_in(&self, admin: &TestClient, username: &str, roles: &[Role]) -> (TestClient, User) {
        let user = self.user(admin, username, roles).await;
        (self.sign_in(username, PASSWORD).await.expect("the user signs in").0, user)
    }
}

/// A user with the common password.
#[must_use]
pub fn new_user(username: &str, roles: &[Role]) -> CreateUser {
    CreateUser {
        username: username.to_owned(),
        display_name: format!("{username} the tested"),
        password: Some(PASSWORD.to_owned()),
        roles: roles.iter().copied().collect::<Roles>(),
        ..CreateUser::default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            println!("--- log of the server ---\n{}", self.log());
        }
    }
}

fn spawn(port: u16, dir: &Path, database_url: Option<&str>, options: &Options) -> Child {
    let log = File::options().create(true).append(true).open(dir.join("log")).unwrap();
    let mut command = Command::new(binary());
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data-dir"]).arg(dir.join("data"));
    if let Some(url) = database_url {
        command.args(["--database-url", url]);
    }
    command.envs(options.env.iter().cloned()).stdin(Stdio::null());
    command.stdout(log.try_clone().unwrap()).stderr(log).spawn().expect("the binary under test")
}
