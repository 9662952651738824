//! How soon what was taken away is gone on the other of two servers on one PostgreSQL database.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{
    report::Report,
    subject::{ADMIN, Data, Storage, Subject},
};

/// Times that each act is done; the 99th percentile is the third slowest.
const TIMES: usize = 200;
/// When a revocation counts as lost.
const LOST: Duration = Duration::from_secs(20);
/// What the user may read as an administrator, or by what was granted.
const USERS: &str = "/api/v1/users?limit=1";
const ME: &str = "/api/v1/me";

/// Two servers, and a user whose access comes and goes.
struct Stage {
    one: Subject,
    two: Subject,
    admin: String,
    user: String,
}

/// Each act is done on the one server and waited for on the other.
pub fn revocation(report: &mut Report) -> Result<()> {
    let Some(postgres) = Storage::all().into_iter().find(|storage| matches!(storage, Storage::Postgres(_))) else {
        bail!("the suite of revocations needs PostgreSQL");
    };
    let data = Data::load(&postgres, 1_000)?;
    let replica = data.replica()?;
    let (one, two) = (Subject::server(&data)?, Subject::server(&replica)?);
    let admin = one.token()?;
    let body = json!({"username": "measured", "display_name": "Measured", "password": ADMIN.1});
    let user = id(&one.send("POST", "/api/v1/users", Some(&admin), Some(&body))?)?;
    let stage = Stage { one, two, admin, user };
    let role = stage.act("POST", "/api/v1/roles", &json!({"name": "Measured", "permissions": ["user.read"]}))?;
    let role = id(&role)?;

    let mut measure = |name: &str, once: &dyn Fn(&Stage) -> Result<Duration>| -> Result<()> {
        let mut times = (0..TIMES).map(|_| once(&stage)).collect::<Result<Vec<_>>>()?;
        times.sort_unstable();
        let p99 = times.get(TIMES - TIMES / 100 - 1).context("a percentile")?;
        report.at_most(&format!("{name}, on the other server, p99"), p99.as_secs_f64() * 1e3, "ms", 1_000.0);
        Ok(())
    };
    measure("suspended user refused", &Stage::suspend)?;
    measure("stream of a suspended user ended", &Stage::suspend_in_a_stream)?;
    measure("demoted administrator refused", &Stage::demote)?;
    measure("revoked API key refused", &Stage::revoke_key)?;
    measure("revoked grant refused", &|stage: &Stage| stage.revoke_grant(&role))?;
    Ok(())
}

fn id(answer: &Value) -> Result<String> {
    answer["id"].as_str().map(str::to_owned).context("an id")
}

/// Time until `done`.
fn until(mut done: impl FnMut() -> Result<bool>) -> Result<Duration> {
    let began = Instant::now();
    while !done()? {
        ensure!(began.elapsed() < LOST, "it was not revoked within {LOST:?}");
    }
    Ok(began.elapsed())
}

impl Stage {
    /// A change by the administrator, on the first server.
    fn act(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.one.send(method, path, Some(&self.admin), Some(body))
    }

    fn change_user(&self, change: &Value) -> Result<()> {
        self.act("PATCH", &format!("/api/v1/users/{}", self.user), change).map(drop)
    }

    /// A token of the user, who is let in to `path` by it on the second server.
    fn signed_in(&self, path: &str) -> Result<String> {
        let token = self.two.token_of("measured")?;
        self.is_let_in(path, &token)?;
        Ok(token)
    }

    fn is_let_in(&self, path: &str, token: &str) -> Result<()> {
        until(|| Ok(self.two.lets_in(path, token))).map(drop)
    }

    /// Time until the second server refuses `token`.
    fn refused(&self, path: &str, token: &str) -> Result<Duration> {
        until(|| Ok(!self.two.lets_in(path, token)))
    }

    fn suspend(&self) -> Result<Duration> {
        let token = self.signed_in(ME)?;
        self.change_user(&json!({"status": "suspended", "status_reason": "measured"}))?;
        let taken = self.refused(ME, &token)?;
        self.change_user(&json!({"status": "active"}))?;
        Ok(taken)
    }

    fn suspend_in_a_stream(&self) -> Result<Duration> {
        let token = self.signed_in(ME)?;
        let mut stream = self.two.stream(&token)?;
        std::thread::sleep(Duration::from_millis(50));
        ensure!(stream.try_wait()?.is_none(), "the stream did not open");
        self.change_user(&json!({"status": "suspended", "status_reason": "measured"}))?;
        let taken = until(|| {
            std::thread::sleep(Duration::from_millis(1));
            Ok(stream.try_wait()?.is_some())
        });
        let _ = stream.kill();
        self.change_user(&json!({"status": "active"}))?;
        taken
    }

    fn demote(&self) -> Result<Duration> {
        self.change_user(&json!({"roles": ["admin"]}))?;
        let token = self.signed_in(USERS)?;
        self.change_user(&json!({"roles": ["user"]}))?;
        self.refused(USERS, &token)
    }

    fn revoke_key(&self) -> Result<Duration> {
        let key = self.act("POST", "/api/v1/api-keys", &json!({"title": "measured", "scopes": ["user.read"]}))?;
        let secret = key["secret"].as_str().context("the secret of a key")?;
        self.is_let_in(USERS, secret)?;
        let path = format!("/api/v1/api-keys/{}", id(&key["api_key"])?);
        self.one.send("DELETE", &path, Some(&self.admin), None)?;
        self.refused(USERS, secret)
    }

    fn revoke_grant(&self, role: &str) -> Result<Duration> {
        let body = json!({"user_id": self.user, "role_id": role, "scope": "platform"});
        let grant = id(&self.act("POST", "/api/v1/role-grants", &body)?)?;
        let token = self.signed_in(USERS)?;
        self.one.send("DELETE", &format!("/api/v1/role-grants/{grant}"), Some(&self.admin), None)?;
        self.refused(USERS, &token)
    }
}
