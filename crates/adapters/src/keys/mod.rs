//! Key rings: the newest key signs and seals, the former ones still verify and open.

mod file;
mod live;

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use file::{KeyError, KeyFile, Rotation};
pub use live::{KeySource, LiveKeys};

use crate::random;

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of a key's id before they are written in hexadecimal.
const ID_BYTES: usize = 4;

/// A key of 256 random bits. It is never used itself: each purpose has its own key, derived from it.
#[derive(Clone)]
pub struct Key {
    secret: Zeroizing<[u8; KEY_BYTES]>,
}

impl Key {
    /// A new random key.
    #[must_use]
    pub fn generate() -> Self {
        Self { secret: Zeroizing::new(random::bytes()) }
    }

    /// Reads the text of a key: 32 bytes in base64url, with or without padding.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()?);
        let mut secret = Zeroizing::new([0; KEY_BYTES]);
        if bytes.len() != KEY_BYTES {
            return None;
        }
        secret.copy_from_slice(&bytes);
        Some(Self { secret })
    }

    /// The key as text.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.secret))
    }

    /// A key for one purpose: HKDF-Expand (RFC 5869) of 32 bytes.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        expand(&*self.secret, purpose.as_bytes())
    }

    /// Name of the key for tokens and logs; tells nothing of the key.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(&self.derive("quarterdeck key id")[..ID_BYTES])
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

/// The first block of HKDF-Expand (RFC 5869, section 2.3), which is all that 32 bytes need.
fn expand(key: &[u8], info: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut mac = keyed(key);
    mac.update(info);
    mac.update(&[1]);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// HMAC-SHA-256 with `key`, which may have any length.
pub fn keyed(key: &[u8]) -> Hmac<Sha256> {
    // HMAC hashes keys that are longer than its block, so that no length is an error.
    Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| Hmac::<Sha256>::new(&[0; 64].into()))
}

/// Keys of one kind, the newest first. It never is empty.
#[derive(Debug, Clone)]
pub struct KeyRing {
    newest: Key,
    former: Vec<Key>,
}

impl KeyRing {
    /// A ring with one new key.
    #[must_use]
    pub fn generate() -> Self {
        Self { newest: Key::generate(), former: Vec::new() }
    }

    /// Reads keys separated by commas or line breaks, the newest first. Empty lines and lines that begin with `#` are
    /// passed over.
    ///
    /// # Errors
    /// The number of the entry that is no key, from 1; 0 when there is none at all.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let entries = lines.flat_map(|line| line.split(',')).map(str::trim).filter(|entry| !entry.is_empty());
        let keys = entries.enumerate().map(|(index, entry)| Key::parse(entry).ok_or(index + 1));
        let mut keys = keys.collect::<Result<Vec<_>, _>>()?.into_iter();
        keys.next().map(|newest| Self { newest, former: keys.collect() }).ok_or(0)
    }

    /// The ring as the text of a file.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(64 * (self.former.len() + 4)));
        text.push_str("# Keys of Quarterdeck, the newest first. Keep this file secret, and in your backups.\n");
        for key in self.iter() {
            text.push_str(&key.text());
            text.push('\n');
        }
        text
    }

    /// The ring with a new key in front.
    #[must_use]
    pub fn rotated(&self) -> Self {
        Self { newest: Key::generate(), former: self.iter().cloned().collect() }
    }

    /// The key that signs and seals.
    #[must_use]
    pub const fn newest(&self) -> &Key {
        &self.newest
    }

    /// Keys that sign cursors, the newest first.
    #[must_use]
    pub fn cursor_keys(&self) -> Vec<Vec<u8>> {
        self.iter().map(|key| key.derive("quarterdeck cursor").to_vec()).collect()
    }

    /// All keys, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.newest).chain(&self.former)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(digits: &str) -> Vec<u8> {
        hex::decode(digits).unwrap()
    }

    /// RFC 5869, appendix A.1 to A.3: the first 32 bytes of each output.
    #[test]
    fn derivation_is_that_of_the_rfc() {
        let known = [
            (
                "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
                "f0f1f2f3f4f5f6f7f8f9",
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
            ),
            (
                "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
                "",
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
            ),
        ];
        for (key, info, output) in known {
            assert_eq!(expand(&bytes(key), &bytes(info)).to_vec(), bytes(output));
        }
    }

    #[test]
    fn purposes_and_keys_never_agree() {
        let (one, other) = (Key::generate(), Key::generate());
        assert_ne!(one.derive("a"), one.derive("b"));
        assert_ne!(one.derive("a"), other.derive("a"));
        assert_ne!(one.id(), other.id());
    }

    #[test]
    fn a_ring_survives_its_text() {
        let ring = KeyRing::generate().rotated().rotated();
        let again = KeyRing::parse(&ring.text()).unwrap();
        assert_eq!(again.text(), ring.text());
        assert_eq!(again.iter().count(), 3);
        let listed: Vec<_> = ring.iter().map(|key| key.text().to_string()).collect();
        assert_eq!(KeyRing::parse(&listed.join(", ")).unwrap().text(), ring.text());
    }

    #[test]
    fn rotation_keeps_the_former_keys() {
        let ring = KeyRing::generate();
        let rotated = ring.rotated();
        assert_ne!(rotated.newest().id(), ring.newest().id());
        assert!(rotated.iter().any(|key| key.id() == ring.newest().id()));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let good = Key::generate().text().to_string();
        assert_eq!(KeyRing::parse("").unwrap_err(), 0);
        assert_eq!(KeyRing::parse("# only a remark\n").unwrap_err(), 0);
        assert_eq!(KeyRing::parse(&format!("{good},short")).unwrap_err(), 2);
        assert_eq!(KeyRing::parse(&good[..42]).unwrap_err(), 1);
        assert!(KeyRing::parse(&format!("{good}=")).is_ok(), "padding is fine");
    }

    #[test]
    fn a_key_never_shows_itself() {
        let ring = KeyRing::generate();
        let shown = format!("{ring:?}");
        assert!(!shown.contains(ring.newest().text().as_str()), "{shown}");
    }
}
