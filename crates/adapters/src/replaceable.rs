//! A signer or sealer whose keys are replaced while it is in use.

use std::sync::{Arc, PoisonError, RwLock};

use quarterdeck_app::ports::{AccessClaims, Sealer, Signer};
use quarterdeck_domain::{Result, Timestamp, error::Unauthenticated};

/// A value that everybody who has a clone sees replaced.
pub struct Replaceable<T>(Arc<RwLock<Arc<T>>>);

impl<T> Clone for Replaceable<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Replaceable<T> {
    /// Begins with `value`.
    pub fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(value))))
    }

    /// Puts `value` in the place of the former one; who uses that now goes on with it.
    pub fn replace(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }

    fn current(&self) -> Arc<T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T: Signer> Signer for Replaceable<T> {
    fn sign_access(&self, claims: &AccessClaims) -> Result<String> {
        self.current().sign_access(claims)
    }

    fn verify_access(&self, token: &str, now: Timestamp) -> Result<AccessClaims, Unauthenticated> {
        self.current().verify_access(token, now)
    }

    fn tag(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.current().tag(purpose, data)
    }

    fn verify_tag(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool {
        self.current().verify_tag(purpose, data, tag)
    }
}

impl<T: Sealer> Sealer for Replaceable<T> {
    fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        self.current().seal(purpose, plain)
    }

    fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>> {
        self.current().open(purpose, sealed)
    }
}
