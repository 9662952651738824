//! The program `quarterdeck`: the server with the console in it. All else is built without the console, at the same time as it.

use std::process::ExitCode;

use rust_embed::RustEmbed;

/// What `cargo xtask console` built.
#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
struct Console;

fn main() -> ExitCode {
    quarterdeck_server::main(Console::get)
}
