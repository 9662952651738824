//! Sign-ins, and what others notice of a flood of them.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{ids, in_turn, load, of_users};
use crate::{
    load::{Load, paced, read},
    report::Report,
    subject::{ADMIN, Data, Subject},
};

/// Time after a load in which the server puts its events into the chain and its file in order.
const SETTLED: Duration = Duration::from_secs(1);

/// Sign-ins against what the hash allows, and what others notice of them.
pub fn logins(report: &mut Report) -> Result<()> {
    let data = Data::sqlite(10_000)?;
    let server = Subject::server(&data)?;
    let token = server.token()?;
    let login = login(&of_users(&server, &token, "username", "&status=active")?);
    let base = server.base.clone();
    let users = ids(&server, &token)?;
    let reader = read(&users.iter().map(|id| format!("/api/v1/users/{id}")).collect::<Vec<_>>(), Some(&token));
    let reader = paced(&reader);
    let quiet = load(&base, &reader, 2, 4)?;
    let [hashes, alone] = in_turn([&hashes_per_second, &|| load(&base, &login, 8, 3)])?;
    let during = std::thread::scope(|scope| {
        let flood = scope.spawn(|| load(&base, &login, 256, 10));
        std::thread::sleep(Duration::from_secs(2));
        let reads = load(&base, &reader, 2, 4);
        flood.join().map_err(|_| anyhow::anyhow!("the flood failed"))??;
        reads
    })?;
    report.at_least("sign-ins", alone, "/s", 0.9 * hashes);
    report.within("GET of one user during 256 sign-ins, p95", during.p95_ms, quiet.p95_ms, "ms", 2.0);
    report.at_most("highest memory during 256 sign-ins", server.peak_memory_mb()?, "MB", 150.0);
    Ok(())
}

/// A script by which `users` sign in, one after the other.
fn login(users: &[String]) -> String {
    let users = users.iter().map(|user| format!("{user:?}")).collect::<Vec<_>>().join(",");
    format!(
        r#"wrk.headers["Content-Type"] = "application/json"
local users = {{{users}}}
local index = 0
request = function()
  index = index % #users + 1
  local body = string.format('{{"login":"%s","password":"{}","client":"cli"}}', users[index])
  return wrk.format("POST", "/api/v1/auth/login", nil, body)
end"#,
        ADMIN.1
    )
}

/// What one core can hash with the server's parameters, once the server has done what it had left.
fn hashes_per_second() -> Result<Load> {
    std::thread::sleep(SETTLED);
    let output =
        std::process::Command::new("taskset").args(["-c", "0"]).arg(std::env::current_exe()?).arg("hashes").output()?;
    let text = String::from_utf8(output.stdout)?;
    let per_second = text.trim().parse().with_context(|| format!("hashes: {text}"))?;
    Ok(Load { per_second, ..Load::default() })
}
