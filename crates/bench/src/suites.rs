//! What is measured.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::{
    load::{Load, Target, paced, read, run},
    report::Report,
    subject::{ADMIN, Subject, binary, data},
};

const USERS: u64 = 100_000;

fn load(base: &str, script: &str, connections: u32, seconds: u32) -> Result<Load> {
    run(&Target { base, script, connections, seconds })
}

fn megabytes(path: &std::path::Path) -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a size for people")]
    let bytes = std::fs::metadata(path)?.len() as f64;
    Ok(bytes / 1e6)
}

/// Binary, console, start, idle memory.
pub fn size(report: &mut Report) -> Result<()> {
    report.at_most("binary", megabytes(&binary())?, "MB", 40.0);
    let mut console = 0.0;
    for entry in std::fs::read_dir("frontend/dist")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "br") {
            console += megabytes(&path)? * 1_000.0;
        }
    }
    report.at_most("console by brotli", console, "kB", 500.0);
    let (dir, loaded) = data(USERS)?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = USERS as f64 / loaded.as_secs_f64();
    report.at_least("bulk load of 100,000 users", rate, "/s", 5_000.0);
    let server = Subject::server(dir.path())?;
    report.at_most("start to first answer", server.start.as_secs_f64() * 1_000.0, "ms", 100.0);
    std::thread::sleep(Duration::from_secs(3));
    report.at_most("idle memory with 100,000 users", server.memory_mb()?, "MB", 40.0);
    Ok(())
}

fn ids(server: &Subject, token: &str, query: &str) -> Result<Vec<String>> {
    let page = server.get(&format!("/api/v1/users?limit=500{query}"), token)?;
    let items = page["items"].as_array().context("items")?;
    Ok(items.iter().filter_map(|user| user["id"].as_str().map(str::to_owned)).collect())
}

/// One user, lists by sort and filter, a late page, search.
pub fn reads(report: &mut Report) -> Result<()> {
    let (dir, _) = data(USERS)?;
    let server = Subject::server(dir.path())?;
    let token = server.token()?;
    let users = ids(&server, &token, "")?;
    let organizations = server.get("/api/v1/organizations?limit=10", &token)?;
    let organization = organizations["items"][0]["id"].as_str().context("organization")?.to_owned();

    let paths = |prefix: &str| users.iter().map(|id| format!("{prefix}/{id}")).collect::<Vec<_>>();
    let ours = load(&server.base, &read(&paths("/api/v1/users"), Some(&token)), 16, 8)?;
    let mut lists = Vec::new();
    for query in [
        "sort=-created_at",
        "sort=username",
        "sort=-display_name",
        "sort=email",
        "sort=-last_login_at",
        "status=suspended&sort=username",
        "status=active&sort=-last_login_at",
        "role=trainer",
        "role=admin&sort=display_name",
    ] {
        lists.push((
            query.to_owned(),
            load(&server.base, &read(&[format!("/api/v1/users?{query}")], Some(&token)), 16, 4)?,
        ));
    }
    let query = format!("organization_id={organization}&sort=display_name");
    lists.push((
        "organization, by display name".to_owned(),
        load(&server.base, &read(&[format!("/api/v1/users?{query}")], Some(&token)), 16, 4)?,
    ));
    let late = late_page(&server, &token, 1_000)?;
    let late = load(&server.base, &read(&[late], Some(&token)), 16, 4)?;
    let terms = ["lovel", "an-k", "ivan", "@exam", "rossi", "mar", "zoe", "x.y", "garcia", "smith"];
    let searches: Vec<String> = terms.iter().map(|term| format!("/api/v1/users?q={term}")).collect();
    let searched = load(&server.base, &read(&searches, Some(&token)), 16, 6)?;
    let memory = server.memory_mb()?;
    drop(server);

    let baseline = Subject::baseline(dir.path())?;
    let one = load(&baseline.base, &read(&paths("/users"), None), 16, 8)?;
    let list = load(&baseline.base, &read(&["/users".to_owned()], None), 16, 4)?;
    let found = load(&baseline.base, &read(&terms.map(|term| format!("/search/{term}")), None), 16, 6)?;

    report.ratio("GET of one user", ours.per_second, one.per_second, "/s", 0.70);
    for (query, list_load) in &lists {
        report.ratio(&format!("list: {query}"), list_load.per_second, list.per_second, "/s", 0.40);
        report.at_most(&format!("list: {query}, p99"), list_load.p99_ms, "ms", 15.0);
    }
    report.within(
        "list: page 1,000 against page 1, time",
        1.0 / late.per_second,
        1.0 / lists[0].1.per_second,
        "s",
        1.2,
    );
    report.ratio("search by part of name or address", searched.per_second, found.per_second, "/s", 0.50);
    report.at_most("memory after these loads", memory, "MB", 90.0);
    Ok(())
}

fn late_page(server: &Subject, token: &str, page: u32) -> Result<String> {
    let mut path = "/api/v1/users?sort=-created_at".to_owned();
    for _ in 1..page {
        let answer: Value = server.get(&path, token)?;
        path = format!("/api/v1/users?sort=-created_at&cursor={}", answer["next_cursor"].as_str().context("cursor")?);
    }
    Ok(path)
}

/// Changes of users by 16 writers, each on disk with its audit event.
pub fn writes(report: &mut Report) -> Result<()> {
    let (dir, _) = data(10_000)?;
    let server = Subject::server(dir.path())?;
    let token = server.token()?;
    let list =
        ids(&server, &token, "")?.iter().map(|id| format!("\"/api/v1/users/{id}\"")).collect::<Vec<_>>().join(",");
    let script = format!(
        "wrk.headers[\"Authorization\"] = \"Bearer {token}\"\nwrk.headers[\"Content-Type\"] = \"application/merge-patch+json\"\n\
         local paths = {{{list}}}\nlocal index = 0\nrequest = function()\n  index = index + 1\n  return wrk.format(\"PATCH\", paths[index % #paths + 1], nil, \
         '{{\"first_name\":\"n' .. index .. '\"}}')\nend"
    );
    let changes = load(&server.base, &script, 16, 10)?;
    report.at_least("PATCH of a user with its audit event, 16 writers", changes.per_second, "/s", 1_000.0);
    #[expect(clippy::cast_precision_loss, reason = "a count for people")]
    report.at_most("PATCH: answers that were no success", changes.errors as f64, "", 0.0);
    Ok(())
}

/// Sign-ins against what the hash allows, and what others notice of them.
pub fn logins(report: &mut Report) -> Result<()> {
    // Before the server is there: what it has not done when the load ends would share the core.
    let hashes = hashes_per_second()?;
    let (dir, _) = data(10_000)?;
    let server = Subject::server(dir.path())?;
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

/// The same reads with 1,000, 100,000 and 1,000,000 users.
pub fn scale(report: &mut Report) -> Result<()> {
    let mut smallest: Option<(f64, f64)> = None;
    for users in [1_000, 100_000, 1_000_000] {
        let (dir, _) = data(users)?;
        let server = Subject::server(dir.path())?;
        let token = server.token()?;
        let one: Vec<String> = ids(&server, &token, "")?.iter().map(|id| format!("/api/v1/users/{id}")).collect();
        let one = load(&server.base, &read(&one, Some(&token)), 16, 5)?.per_second;
        let list = load(
            &server.base,
            &read(&["/api/v1/users?status=active&sort=display_name".to_owned()], Some(&token)),
            16,
            5,
        )?
        .per_second;
        let (first_one, first_list) = *smallest.get_or_insert((one, list));
        report.ratio(&format!("{users} users: GET of one user"), one, first_one, "/s", 0.8);
        report.ratio(&format!("{users} users: list"), list, first_list, "/s", 0.8);
    }
    Ok(())
}
