//! `make dev`: builds console and server again when a source changes, and runs the server.

use std::{
    process::{Child, Command},
    thread::sleep,
    time::Duration,
};

use anyhow::Result;

use crate::{
    console::{self, INPUTS, Profile},
    inputs::{hash, root},
};

const SERVER: [&str; 3] = ["crates", "migrations", "Cargo.lock"];

/// Watches the sources until it is interrupted.
pub fn run() -> Result<()> {
    let (mut console_hash, mut server_hash) = (String::new(), String::new());
    let mut server: Option<Child> = None;
    loop {
        let now = hash(&INPUTS)?;
        if now != console_hash {
            console_hash = now;
            if let Err(error) = console::build(Profile::Dev) {
                println!("console: {error}");
            }
        }
        let now = hash(&SERVER)?;
        if now != server_hash {
            server_hash = now;
            server = restart(server)?;
        }
        sleep(Duration::from_millis(500));
    }
}

fn restart(server: Option<Child>) -> Result<Option<Child>> {
    if !Command::new("cargo").args(["build", "-p", "quarterdeck"]).current_dir(root()).status()?.success() {
        return Ok(server);
    }
    if let Some(mut former) = server {
        former.kill()?;
        former.wait()?;
    }
    // A debug build reads the console from its folder at each request.
    Ok(Some(Command::new(root().join("target/debug/quarterdeck")).arg("serve").current_dir(root()).spawn()?))
}
