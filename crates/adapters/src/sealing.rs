//! Sealing: XChaCha20-Poly1305 with a random nonce.
//!
//! Sealed text: `v1.<key id>.<nonce and ciphertext in base64url>`. The purpose is authenticated with it, so that a value
//! sealed for one place cannot be moved to another.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use quarterdeck_app::ports::Sealer;
use quarterdeck_domain::{Error, Result};

use crate::{keys::KeyRing, random};

const VERSION: &str = "v1";
const NONCE_BYTES: usize = 24;

/// Seals with the newest key of a ring and opens with any.
pub struct KeyRingSealer {
    keys: Vec<(String, XChaCha20Poly1305)>,
}

impl KeyRingSealer {
    /// A sealer with the keys of `ring`.
    #[must_use]
    pub fn new(ring: &KeyRing) -> Self {
        let cipher = |secret: &[u8; 32]| XChaCha20Poly1305::new(secret.into());
        Self { keys: ring.iter().map(|key| (key.id(), cipher(&key.derive("quarterdeck sealing")))).collect() }
    }

    fn open_text(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, &'static str> {
        let mut parts = sealed.split('.');
        let (Some(VERSION), Some(id), Some(body), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("it is not in the form of sealed text");
        };
        let (_, cipher) = self.keys.iter().find(|(known, _)| known == id).ok_or("its key is not in the ring")?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| "it is not in the form of sealed text")?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE_BYTES).ok_or("it is cut short")?;
        let payload = Payload { msg: ciphertext, aad: &associated(purpose) };
        cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| "it was changed, or sealed for another purpose")
    }
}

fn associated(purpose: &str) -> Vec<u8> {
    format!("quarterdeck {VERSION} {purpose}").into_bytes()
}

impl Sealer for KeyRingSealer {
    fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        let Some((id, cipher)) = self.keys.first() else { return String::new() };
        let nonce: [u8; NONCE_BYTES] = random::bytes();
        let payload = Payload { msg: plain, aad: &associated(purpose) };
        // The cipher refuses only what is longer than 256 GiB; an empty body never opens again.
        let ciphertext = cipher.encrypt(XNonce::from_slice(&nonce), payload).unwrap_or_default();
        let body = [nonce.as_slice(), &ciphertext].concat();
        format!("{VERSION}.{id}.{}", URL_SAFE_NO_PAD.encode(body))
    }

    fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>> {
        self.open_text(purpose, sealed)
            .map_err(|problem| Error::internal(format!("a sealed value ({purpose}) cannot be opened: {problem}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_again(plain: Vec<u8>, purpose in "[a-z]{1,12}") {
            let sealer = KeyRingSealer::new(&KeyRing::generate());
            prop_assert_eq!(sealer.open(&purpose, &sealer.seal(&purpose, &plain)).unwrap(), plain);
        }

        #[test]
        fn a_changed_character_is_noticed(plain: Vec<u8>, at: prop::sample::Index, with in "[A-Za-z0-9_.-]") {
            let sealer = KeyRingSealer::new(&KeyRing::generate());
            let mut sealed = sealer.seal("setting", &plain);
            let at = at.index(sealed.len());
            prop_assume!(sealed.get(at..=at) != Some(with.as_str()));
            sealed.replace_range(at..=at, &with);
            prop_assert!(sealer.open("setting", &sealed).is_err());
        }
    }

    #[test]
    fn another_purpose_or_another_ring_opens_nothing() {
        let sealer = KeyRingSealer::new(&KeyRing::generate());
        let sealed = sealer.seal("setting", b"mail password");
        assert!(sealer.open("webhook", &sealed).is_err());
        assert!(KeyRingSealer::new(&KeyRing::generate()).open("setting", &sealed).is_err());
        assert!(sealer.open("setting", "").is_err());
    }

    #[test]
    fn rotation_keeps_old_values_readable_and_seals_with_the_new_key() {
        let ring = KeyRing::generate();
        let sealed = KeyRingSealer::new(&ring).seal("setting", b"mail password");
        let rotated = ring.rotated();
        let sealer = KeyRingSealer::new(&rotated);
        assert_eq!(sealer.open("setting", &sealed).unwrap(), b"mail password");
        let fresh = sealer.seal("setting", b"mail password");
        assert!(fresh.starts_with(&format!("v1.{}.", rotated.newest().id())));
        assert!(KeyRingSealer::new(&ring).open("setting", &fresh).is_err(), "the old ring lacks the new key");
    }

    #[test]
    fn the_same_value_never_seals_to_the_same_text() {
        let sealer = KeyRingSealer::new(&KeyRing::generate());
        assert_ne!(sealer.seal("setting", b"x"), sealer.seal("setting", b"x"));
    }

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1: the cipher that the library gives is the one of the standard.
    #[test]
    fn the_cipher_is_that_of_the_standard() {
        let key: [u8; 32] = std::array::from_fn(|index| 0x80 + u8::try_from(index).unwrap());
        let nonce: [u8; 24] = std::array::from_fn(|index| 0x40 + u8::try_from(index).unwrap());
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let cipher = XChaCha20Poly1305::new(&key.into());
        let sealed = cipher.encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &aad }).unwrap();
        assert_eq!(sealed[..8], [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b]);
        let tag = [0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49];
        assert_eq!(sealed[plain.len()..], tag);
    }
}
