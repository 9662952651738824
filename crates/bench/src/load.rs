//! Load by `wrk`, on the second core.

use std::{
    fs,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

/// What a run of the load tool measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct Load {
    /// Answers a second.
    pub per_second: f64,
    /// 95th percentile of the latency, in milliseconds.
    pub p95_ms: f64,
    /// 99th percentile of the latency, in milliseconds.
    pub p99_ms: f64,
    /// Answers that were no success.
    pub errors: u64,
}

/// What is sent.
pub struct Target<'a> {
    /// Address of the server.
    pub base: &'a str,
    /// Lua function body that gives the next request; `paths` is at hand.
    pub script: &'a str,
    /// Connections kept open.
    pub connections: u32,
    /// Seconds of the run.
    pub seconds: u32,
}

const DONE: &str = r#"
done = function(summary, latency, requests)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format("RESULT %f %f %f %d\n", summary.requests * 1000000 / summary.duration,
    latency:percentile(95) / 1000, latency:percentile(99) / 1000, errors))
end
"#;

/// Runs the load and waits for its end.
pub fn run(target: &Target<'_>) -> Result<Load> {
    let script = tempfile::NamedTempFile::new()?;
    fs::write(script.path(), format!("{}\n{DONE}", target.script))?;
    let output = Command::new("taskset")
        .args([
            "-c",
            "1",
            "wrk",
            "-t1",
            &format!("-c{}", target.connections),
            &format!("-d{}s", target.seconds),
            "--timeout",
            "20s",
            "-s",
        ])
        .arg(script.path())
        .arg(target.base)
        .stderr(Stdio::inherit())
        .output()
        .context("wrk: install the package wrk")?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT ")).with_context(|| text.clone())?;
    let numbers: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    ensure!(numbers.len() == 4, "{text}");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let errors = numbers[3] as u64;
    Ok(Load { per_second: numbers[0], p95_ms: numbers[1], p99_ms: numbers[2], errors })
}

/// The same with a pause of some milliseconds before each request: a client that is no flood itself.
pub fn paced(script: &str) -> String {
    format!("{script}\ndelay = function() return 4 end")
}

/// A script that reads `paths` in turn.
pub fn read(paths: &[String], token: Option<&str>) -> String {
    let list = paths.iter().map(|path| format!("{path:?}")).collect::<Vec<_>>().join(",");
    let header = token.map(|token| format!("wrk.headers[\"Authorization\"] = \"Bearer {token}\"")).unwrap_or_default();
    format!(
        "{header}\nlocal paths = {{{list}}}\nlocal index = 0\nrequest = function()\n  index = index % #paths + 1\n  return wrk.format(\"GET\", paths[index])\nend"
    )
}
