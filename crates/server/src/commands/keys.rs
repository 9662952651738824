//! Keys that sign tokens and seal secrets.

use std::process::ExitCode;

use quarterdeck_adapters::{Key, KeyFile};
use quarterdeck_app::{Ctx, keys};

use crate::{cli::Ring, config::Config, failure::Failure, speech};

/// Prints a new key.
pub fn generate() -> ExitCode {
    speech::say(Key::generate().text().as_str());
    ExitCode::SUCCESS
}

/// The files of `ring`, by name.
///
/// # Errors
/// When the configuration gives the keys, so that there is no file.
pub fn files(ring: Ring, config: &Config) -> Result<Vec<(&'static str, KeyFile)>, Failure> {
    let mut files = Vec::new();
    for (name, left_out, configured, path) in [
        ("signing", Ring::Sealing, config.signing_keys.is_some(), config.signing_file()),
        ("sealing", Ring::Signing, config.sealing_keys.is_some(), config.sealing_file()),
    ] {
        if ring == left_out {
            continue;
        }
        if configured {
            let variable = format!("QUARTERDECK_{}_KEYS", name.to_uppercase());
            return Err(Failure::new(format!(
                "the {name} keys are given by {variable}, not by a file; put a new one in front of them there: quarterdeck keys generate"
            )));
        }
        files.push((name, KeyFile::new(path)));
    }
    Ok(files)
}

/// Puts a new key in front of each. It is noted before it counts: no change without its audit event.
pub async fn rotate(files: Vec<(&'static str, KeyFile)>, ctx: Ctx) -> Result<ExitCode, Failure> {
    for (name, file) in files {
        let rotation = file.rotation()?;
        keys::note_rotation(&ctx, name, rotation.former(), &rotation.ring.newest().id()).await?;
        let ring = rotation.finish()?;
        speech::say(format_args!(
            "{name}: the new key is {}; {} former ones are kept in {}",
            ring.newest().id(),
            ring.iter().count() - 1,
            file.path().display()
        ));
    }
    speech::say(
        "A running server takes them within seconds. Copy the files to the other replicas, and to your backups.",
    );
    Ok(ExitCode::SUCCESS)
}
