//! Which way the crates may depend: docs/architecture.md, section 1.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::inputs::root;

/// Libraries with the only crates that may name them.
const OWNERS: [(&str, &[&str]); 8] = [
    ("sea-orm", &["quarterdeck-store", "quarterdeck-bench"]),
    ("sea-orm-migration", &["quarterdeck-migrations"]),
    ("actix-web", &["quarterdeck-api", "quarterdeck-server", "quarterdeck-bench"]),
    ("argon2", &["quarterdeck-adapters"]),
    ("jsonwebtoken", &["quarterdeck-adapters"]),
    ("quarterdeck-store", &["quarterdeck-app", "quarterdeck-server", "quarterdeck-bench", "quarterdeck-testkit"]),
    (
        "quarterdeck-app",
        &[
            "quarterdeck-api",
            "quarterdeck-adapters",
            "quarterdeck-worker",
            "quarterdeck-server",
            "quarterdeck-bench",
            "quarterdeck-testkit",
        ],
    ),
    ("leptos", &["quarterdeck-frontend"]),
];
/// Crates that must not know a runtime.
const PURE: [&str; 2] = ["quarterdeck-domain", "quarterdeck-client"];

/// Checks the direct dependencies of each crate of the workspace.
pub fn check() -> Result<()> {
    let output =
        Command::new("cargo").args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(root()).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("packages")?;
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let dependencies = package["dependencies"].as_array().context("dependencies")?;
        for dependency in dependencies.iter().filter(|dependency| dependency["kind"] != "dev") {
            let dependency = dependency["name"].as_str().unwrap_or_default();
            let owners = OWNERS.iter().find(|(library, _)| *library == dependency).map(|(_, owners)| *owners);
            let runtime = PURE.contains(&name) && ["tokio", "reqwest"].contains(&dependency);
            if owners.is_some_and(|owners| !owners.contains(&name)) || runtime {
                wrong.push(format!("{name} must not depend on {dependency}"));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("layers: {} crates depend the right way", packages.len());
    Ok(())
}
