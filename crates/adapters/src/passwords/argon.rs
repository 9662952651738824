//! Argon2id with memory that is used again.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use quarterdeck_app::ports::Verification;
use quarterdeck_domain::{Error, Result};

use super::PasswordCost;
use crate::random;

const SALT_BYTES: usize = 16;
const OUTPUT_BYTES: usize = 32;
/// Most memory that a stored hash may ask for, in KiB: more would be somebody's attack or mistake.
const MAX_MEMORY_KIB: u32 = 256 * 1_024;
/// Room that is reserved at least, in blocks of 1 KiB. Beyond 32 MiB the C library always maps memory of its own for
/// it, and so gives it back to the system when it is freed; what is not touched costs nothing.
const RESERVED_BLOCKS: usize = 40 * 1_024;

/// Hashes and verifies on one thread.
pub struct Hashing {
    params: Params,
    memory: Vec<Block>,
}

impl Clone for Hashing {
    fn clone(&self) -> Self {
        Self { params: self.params.clone(), memory: Vec::new() }
    }
}

impl Hashing {
    /// Hashes with `cost`.
    pub fn new(cost: PasswordCost) -> Result<Self, argon2::Error> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(OUTPUT_BYTES))?;
        Ok(Self { params, memory: Vec::new() })
    }

    /// Hashes a new password into a PHC string.
    pub fn hash(&mut self, password: &[u8]) -> Result<String> {
        let salt = Salt::new(&random::bytes::<SALT_BYTES>()).map_err(Error::internal)?;
        let params = self.params.clone();
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(Error::internal)?,
            salt: Some(salt),
            hash: Some(self.compute(password, &salt, &params, Algorithm::Argon2id, Version::V0x13)?),
        };
        Ok(hash.to_string())
    }

    /// Compares a password with a PHC string; without one, with nothing at the same cost.
    pub fn verify(&mut self, password: &[u8], hash: Option<&str>) -> Result<Verification> {
        let params = self.params.clone();
        let Some(text) = hash else {
            let salt = Salt::new(&[0; SALT_BYTES]).map_err(Error::internal)?;
            self.compute(password, &salt, &params, Algorithm::Argon2id, Version::V0x13)?;
            return Ok(Verification { matches: false, outdated: false });
        };
        let stored = PasswordHash::new(text).map_err(Error::internal)?;
        let (Some(salt), Some(output)) = (stored.salt, stored.hash) else {
            return Err(Error::internal("a stored password hash lacks its salt or its output"));
        };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(Error::internal)?;
        let version = stored.version.map_or(Ok(Version::V0x10), Version::try_from).map_err(Error::internal)?;
        let stored = Params::try_from(&stored).map_err(Error::internal)?;
        if stored.m_cost() > MAX_MEMORY_KIB {
            return Err(Error::internal("a stored password hash asks for too much memory"));
        }
        // `Output` compares in constant time.
        let matches = self.compute(password, &salt, &stored, algorithm, version)? == output;
        let current = algorithm == Algorithm::Argon2id && version == Version::V0x13;
        let outdated = !current
            || stored.m_cost() < params.m_cost()
            || stored.t_cost() < params.t_cost()
            || stored.p_cost() < params.p_cost()
            || output.len() < OUTPUT_BYTES;
        Ok(Verification { matches, outdated })
    }

    /// Gives the memory back to the system.
    pub fn give_memory_back(&mut self) {
        self.memory = Vec::new();
    }

    fn compute(
        &mut self,
        password: &[u8],
        salt: &Salt,
        params: &Params,
        algorithm: Algorithm,
        version: Version,
    ) -> Result<Output> {
        let blocks = params.block_count();
        if self.memory.len() < blocks {
            self.memory = Vec::with_capacity(blocks.max(RESERVED_BLOCKS));
            self.memory.resize(blocks, Block::new());
        }
        let argon = Argon2::new(algorithm, version, params.clone());
        let mut output = [0; Output::MAX_LENGTH];
        let length = params.output_len().unwrap_or(OUTPUT_BYTES);
        let output = output.get_mut(..length).ok_or_else(|| Error::internal("a password hash is too long"))?;
        argon.hash_password_into_with_memory(password, salt, output, &mut self.memory).map_err(Error::internal)?;
        Output::new(output).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashing(memory_kib: u32, passes: u32) -> Hashing {
        Hashing::new(PasswordCost { memory_kib, passes, lanes: 1 }).unwrap()
    }

    /// Made by the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 24`
    /// (test vector of its repository).
    #[test]
    fn hashes_of_the_reference_implementation_verify() {
        let known = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let mut hashing = hashing(256, 2);
        assert_eq!(hashing.verify(b"password", Some(known)).unwrap(), Verification { matches: true, outdated: false });
        assert!(!hashing.verify(b"Password", Some(known)).unwrap().matches);
    }

    #[test]
    fn the_standard_cost_stands_in_the_hash() {
        let hash = Hashing::new(PasswordCost::STANDARD).unwrap().hash(b"brass lantern 9").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, Hashing::new(PasswordCost::STANDARD).unwrap().hash(b"brass lantern 9").unwrap());
    }

    #[test]
    fn weaker_hashes_are_outdated_and_still_verify() {
        let mut now = hashing(64, 2);
        for (memory, passes, outdated) in [(32, 2, true), (64, 1, true), (64, 2, false), (128, 3, false)] {
            let hash = hashing(memory, passes).hash(b"brass lantern 9").unwrap();
            let verified = now.verify(b"brass lantern 9", Some(&hash)).unwrap();
            assert_eq!(verified, Verification { matches: true, outdated }, "m={memory} t={passes}");
        }
        let other = "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA";
        assert_eq!(now.verify(b"password", Some(other)).unwrap(), Verification { matches: true, outdated: true });
    }

    #[test]
    fn damaged_hashes_are_faults_not_matches() {
        let mut hashing = hashing(64, 1);
        let greedy = "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        for damaged in
            ["", "plain text", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ", "$2b$10$abcdefghijklmnopqrstuv", greedy]
        {
            assert!(hashing.verify(b"password", Some(damaged)).is_err(), "{damaged}");
        }
    }

    #[test]
    fn memory_is_used_again_and_given_back() {
        let mut hashing = hashing(64, 1);
        hashing.hash(b"one").unwrap();
        let place = hashing.memory.as_ptr();
        hashing.hash(b"two").unwrap();
        assert_eq!((hashing.memory.as_ptr(), hashing.memory.len()), (place, 64));
        hashing.give_memory_back();
        assert_eq!(hashing.memory.capacity(), 0);
        let hash = hashing.hash(b"three").unwrap();
        assert!(hashing.verify(b"three", Some(&hash)).unwrap().matches);
    }
}
