//! The real side of the ports: the system's clock and randomness, argon2id, signed tokens, sealed secrets, key files,
//! requests to services outside.
//!
//! Nothing here knows a use-case or the database. Tests replace these by a clock that they move and by random numbers
//! that they seed; the server puts them together with [`ports`].

mod clock;
mod keys;
mod outgoing;
mod passwords;
mod random;
mod replaceable;
mod sealing;
mod tokens;

pub use clock::{SystemClock, clock};
pub use keys::{Key, KeyError, KeyFile, KeyRing, KeySource, LiveKeys, Rotation};
pub use outgoing::HttpOutgoing;
pub use passwords::{Argon2Hasher, PasswordCost};
pub use random::OsRandom;
pub use sealing::KeyRingSealer;
pub use tokens::KeyRingSigner;

use quarterdeck_app::ports::Ports;

/// The real ports with `keys`, for a server or a command.
///
/// # Errors
/// When no thread can be started.
pub fn ports(keys: LiveKeys, cost: PasswordCost) -> std::io::Result<Ports> {
    Ok(Ports {
        clock: clock(),
        random: Box::new(OsRandom::new()),
        hasher: Box::new(Argon2Hasher::start(cost)?),
        signer: Box::new(keys.signer.clone()),
        sealer: Box::new(keys.sealer.clone()),
        outgoing: Box::new(HttpOutgoing::new(&[])?),
        keyring: Box::new(keys),
    })
}
