//! Tasks of the workspace that cargo alone does not do: `console` builds the console, `layers` checks which way the
//! crates depend, `watch` builds again when a source changes.
#![expect(clippy::print_stdout, reason = "a task tells what it does")]

mod console;
mod inputs;
mod layers;
mod watch;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["console"] => console::build(console::Profile::Release),
        ["console", "--dev"] => console::build(console::Profile::Dev),
        ["layers"] => layers::check(),
        ["watch"] => watch::run(),
        _ => bail!("usage: cargo xtask console [--dev] | layers | watch"),
    }
}
