//! Keys that sign tokens and seal secrets.

use std::process::ExitCode;

use quarterdeck_adapters::{Key, KeyFile};

use crate::{
    cli::{Keys, Ring},
    config::Config,
    failure::Failure,
    speech,
};

/// Does what `act` says.
pub fn run(act: &Keys, config: &Config) -> Result<ExitCode, Failure> {
    match act {
        Keys::Generate => speech::say(Key::generate().text().as_str()),
        Keys::Rotate { ring } => {
            if *ring != Ring::Sealing {
                rotate("signing", config.signing_keys.is_some(), &KeyFile::new(config.signing_file()))?;
            }
            if *ring != Ring::Signing {
                rotate("sealing", config.sealing_keys.is_some(), &KeyFile::new(config.sealing_file()))?;
            }
            speech::say("Running servers take the new keys at their next start. Copy the files to your backups.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn rotate(name: &str, configured: bool, file: &KeyFile) -> Result<(), Failure> {
    if configured {
        let variable = format!("QUARTERDECK_{}_KEYS", name.to_uppercase());
        return Err(Failure::new(format!(
            "the {name} keys are given by {variable}, not by a file; put a new one in front of them there: quarterdeck keys generate"
        )));
    }
    let ring = file.rotate()?;
    let former = ring.iter().count() - 1;
    speech::say(format_args!(
        "{name}: the new key is {}; {former} former ones are kept in {}",
        ring.newest().id(),
        file.path().display()
    ));
    Ok(())
}
