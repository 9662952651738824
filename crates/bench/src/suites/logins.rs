//! Sign-ins, and what others notice of a flood of them.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{ids, load};
use crate::{
    load::{paced, read},
    report::Report,
    subject::{ADMIN, Data, Subject},
};

/// Sign-ins against what the hash allows, and what others notice of them.
pub fn logins(report: &mut Report) -> Result<()> {
    // Before the server is there: what it has not done when the load ends would share the core.
    let hashes = hashes_per_second()?;
    let data = Data::sqlite(10_000)?;
    let server = Subject::server(&data)?;
    let token = server.token()?;
    let login = format!(
        "wrk.method = \"POST\"\nwrk.path = \"/api/v1/auth/login\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n\
         wrk.body = '{{\"login\":\"{}\",\"password\":\"{}\",\"client\":\"cli\"}}'",
        ADMIN.0, ADMIN.1
    );
    let base = server.base.clone();
    let users = ids(&server, &token, "")?;
    let reader = read(&users.iter().map(|id| format!("/api/v1/users/{id}")).collect::<Vec<_>>(), Some(&token));
    let reader = paced(&reader);
    let quiet = load(&base, &reader, 2, 4)?;
    let alone = load(&base, &login, 8, 6)?;
    let during = std::thread::scope(|scope| {
        let flood = scope.spawn(|| load(&base, &login, 256, 10));
        std::thread::sleep(Duration::from_secs(2));
        let reads = load(&base, &reader, 2, 4);
        flood.join().map_err(|_| anyhow::anyhow!("the flood failed"))??;
        reads
    })?;
    report.at_least("sign-ins", alone.per_second, "/s", 0.9 * hashes);
    report.within("GET of one user during 256 sign-ins, p95", during.p95_ms, quiet.p95_ms, "ms", 2.0);
    report.at_most("highest memory during 256 sign-ins", server.peak_memory_mb()?, "MB", 150.0);
    Ok(())
}

/// What one core can hash with the server's parameters.
fn hashes_per_second() -> Result<f64> {
    let output =
        std::process::Command::new("taskset").args(["-c", "0"]).arg(std::env::current_exe()?).arg("hashes").output()?;
    let text = String::from_utf8(output.stdout)?;
    text.trim().parse().with_context(|| format!("hashes: {text}"))
}
