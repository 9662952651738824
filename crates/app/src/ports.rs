//! Effects that tests must be able to replace: time, randomness, hashing, signing, sealing, requests to others.

use std::{future::Future, pin::Pin};

use quarterdeck_domain::{Result, SessionId, Timestamp, UserId, error::Unauthenticated};
use uuid::Uuid;

use crate::outgoing::Outgoing;

/// A future in a box, for traits that are used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now, in UTC, truncated to microseconds.
    fn now(&self) -> Timestamp;
}

/// Unpredictable numbers.
pub trait Random: Send + Sync {
    /// Fills `bytes` from a cryptographic generator.
    fn fill(&self, bytes: &mut [u8]);

    /// A new UUIDv7 (RFC 9562, section 5.7) of the time `now`, greater than all made before it in this process.
    fn id(&self, now: Timestamp) -> Uuid;
}

/// Outcome of a comparison of a password with its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// Whether the password is right.
    pub matches: bool,
    /// Whether the hash was made with weaker parameters than those in force, so that it should be made again.
    pub outdated: bool,
}

/// Password hashing, off the async threads and bounded in number.
pub trait PasswordHasher: Send + Sync {
    /// Hashes `password` (argon2id) into a PHC string.
    fn hash<'a>(&'a self, password: String) -> BoxFuture<'a, Result<String>>;

    /// Compares `password` with `hash`. Without a hash it costs the same time and does not match.
    fn verify<'a>(&'a self, password: String, hash: Option<String>) -> BoxFuture<'a, Result<Verification>>;
}

/// What an access token says. Rights do not stand in it: they are read on each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whose token it is.
    pub user_id: UserId,
    /// Of which session.
    pub session_id: SessionId,
    /// Who acts there as the user, if it is somebody else.
    pub impersonator_id: Option<UserId>,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Signatures with keys that can be rotated: the newest signs, the former ones still verify.
pub trait Signer: Send + Sync {
    /// A JSON Web Token (RFC 7519) with `claims`.
    ///
    /// # Errors
    /// `Internal` when the library fails.
    fn sign_access(&self, claims: &AccessClaims) -> Result<String>;

    /// The claims of `token`, if its signature holds and it has not expired at `now`.
    ///
    /// # Errors
    /// Why the token is refused: invalid or expired.
    fn verify_access(&self, token: &str, now: Timestamp) -> Result<AccessClaims, Unauthenticated>;

    /// Keyed hash (HMAC-SHA-256) of `data` for one `purpose`; tags of different purposes never agree.
    fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32];

    /// Whether `tag` is the tag of `data` by any key of the ring, compared in constant time.
    fn verify_tag(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool;
}

/// Authenticated encryption of secrets that must be readable again, with a key ring that can be rotated.
pub trait Sealer: Send + Sync {
    /// Encrypts `plain` for one `purpose`; the result names the key and is text.
    fn seal(&self, purpose: &str, plain: &[u8]) -> String;

    /// Decrypts what was sealed for the same purpose by any key of the ring.
    ///
    /// # Errors
    /// `Internal` when it was changed, is for another purpose, or its key is gone.
    fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>>;
}

/// Keys that may change while the server runs; signer and sealer go by them.
pub trait Keyring: Send + Sync {
    /// Takes keys that changed. The keys that sign cursors, when they are others now.
    ///
    /// # Errors
    /// `Internal` when changed keys cannot be read; then the former ones stay in force.
    fn refresh(&self) -> Result<Option<Vec<Vec<u8>>>>;
}

/// The real or the replaced side of all effects.
pub struct Ports {
    /// Time.
    pub clock: Box<dyn Clock>,
    /// Randomness.
    pub random: Box<dyn Random>,
    /// Password hashing.
    pub hasher: Box<dyn PasswordHasher>,
    /// Signatures.
    pub signer: Box<dyn Signer>,
    /// Encryption.
    pub sealer: Box<dyn Sealer>,
    /// Requests to services outside.
    pub outgoing: Box<dyn Outgoing>,
    /// The keys of both.
    pub keyring: Box<dyn Keyring>,
}
