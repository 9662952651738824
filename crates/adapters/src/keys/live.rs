//! The keys of a running server: read at the start, and again when their files change.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use quarterdeck_app::ports::Keyring;
use quarterdeck_domain::{Error, Result};

use super::{KeyError, KeyFile, KeyRing};
use crate::{replaceable::Replaceable, sealing::KeyRingSealer, tokens::KeyRingSigner};

/// Where the keys of one kind come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The configuration; they stay as they are.
    Configured(KeyRing),
    /// A file, which is made at the first start.
    File(KeyFile),
}

impl KeySource {
    fn load(&self) -> Result<KeyRing, KeyError> {
        match self {
            Self::Configured(ring) => Ok(ring.clone()),
            Self::File(file) => file.load_or_create(),
        }
    }

    /// Whether the keys are there already.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self {
            Self::Configured(_) => true,
            Self::File(file) => file.path().exists(),
        }
    }

    /// Which writing of the file is there, if any.
    fn writing(&self) -> Option<Writing> {
        match self {
            Self::Configured(_) => None,
            Self::File(file) => {
                fs::metadata(file.path()).and_then(|file| Ok(Writing { at: file.modified()?, inode: file.ino() })).ok()
            }
        }
    }
}

/// Tells one writing of a file from another: a rotation puts a new file in the place of the former, perhaps within the
/// same tick of the file system's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Writing {
    at: SystemTime,
    inode: u64,
}

/// A source with the writing that was read last, and the id of the key in use.
struct Watched {
    source: KeySource,
    read: Option<Writing>,
    newest: String,
}

impl Watched {
    fn load(source: KeySource) -> Result<(Self, KeyRing), KeyError> {
        let before = source.writing();
        let ring = source.load()?;
        Ok((Self { read: before.or_else(|| source.writing()), newest: ring.newest().id(), source }, ring))
    }

    /// The ring, if its file was written since it was read. A file that is gone changes nothing, and one without the key in
    /// use is refused: a rotation keeps it.
    fn changed(&mut self) -> Result<Option<KeyRing>, KeyError> {
        // Taken before the file is read: what is written in between is read the next time.
        let writing = self.source.writing();
        if writing.is_none() || writing == self.read {
            return Ok(None);
        }
        let ring = self.source.load()?;
        if let KeySource::File(file) = &self.source
            && !ring.iter().any(|key| key.id() == self.newest)
        {
            return Err(KeyError::Foreign { path: file.path().to_owned() });
        }
        self.newest = ring.newest().id();
        self.read = writing;
        Ok(Some(ring))
    }
}

/// The keys of a running server.
pub struct LiveKeys {
    signing: Mutex<Watched>,
    sealing: Mutex<Watched>,
    /// Signs with them.
    pub signer: Replaceable<KeyRingSigner>,
    /// Seals with them.
    pub sealer: Replaceable<KeyRingSealer>,
    cursor_keys: Vec<Vec<u8>>,
}

impl LiveKeys {
    /// Reads the keys, and makes files that are not there.
    ///
    /// # Errors
    /// When a file cannot be read or made, others may read it, or it is damaged.
    pub fn load(signing: KeySource, sealing: KeySource) -> Result<Self, KeyError> {
        let (signing, signing_ring) = Watched::load(signing)?;
        let (sealing, sealing_ring) = Watched::load(sealing)?;
        Ok(Self {
            signing: Mutex::new(signing),
            sealing: Mutex::new(sealing),
            signer: Replaceable::new(KeyRingSigner::new(&signing_ring)),
            sealer: Replaceable::new(KeyRingSealer::new(&sealing_ring)),
            cursor_keys: signing_ring.cursor_keys(),
        })
    }

    /// Keys that sign cursors at the start, for the store.
    #[must_use]
    pub fn cursor_keys(&self) -> Vec<Vec<u8>> {
        self.cursor_keys.clone()
    }
}

impl Keyring for LiveKeys {
    fn refresh(&self) -> Result<Option<Vec<Vec<u8>>>> {
        let changed = |watched: &Mutex<Watched>| {
            watched.lock().unwrap_or_else(PoisonError::into_inner).changed().map_err(Error::internal)
        };
        if let Some(ring) = changed(&self.sealing)? {
            self.sealer.replace(KeyRingSealer::new(&ring));
            tracing::info!(key.id = ring.newest().id(), "the sealing keys changed");
        }
        let Some(ring) = changed(&self.signing)? else { return Ok(None) };
        self.signer.replace(KeyRingSigner::new(&ring));
        tracing::info!(key.id = ring.newest().id(), "the signing keys changed");
        Ok(Some(ring.cursor_keys()))
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_app::ports::{Sealer as _, Signer as _};

    use super::*;

    #[test]
    fn a_rotated_file_is_taken_and_what_was_made_before_still_holds() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| KeyFile::new(folder.path().join(name));
        let source = |name: &str| KeySource::File(file(name));
        let keys = LiveKeys::load(source("signing.key"), source("sealing.key")).unwrap();
        assert_eq!(keys.refresh().unwrap(), None);
        let (tag, sealed) = (keys.signer.tag("test", b"data"), keys.sealer.seal("test", b"plain"));
        for name in ["signing.key", "sealing.key"] {
            file(name).rotation().unwrap().finish().unwrap();
        }
        assert_eq!(keys.refresh().unwrap().unwrap().len(), 2);
        assert_eq!(keys.refresh().unwrap(), None);
        assert_ne!(keys.signer.tag("test", b"data"), tag);
        assert!(keys.signer.verify_tag("test", b"data", &tag));
        assert_eq!(keys.sealer.open("test", &sealed).unwrap(), b"plain");
        assert_ne!(keys.sealer.seal("test", b"plain").split('.').nth(1), sealed.split('.').nth(1));
    }

    #[test]
    fn keys_of_another_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (folder.path().join("signing.key"), folder.path().join("other.key"));
        let sealing = KeySource::Configured(KeyRing::generate());
        let keys = LiveKeys::load(KeySource::File(KeyFile::new(own.clone())), sealing).unwrap();
        let tag = keys.signer.tag("test", b"data");
        KeyFile::new(other.clone()).load_or_create().unwrap();
        fs::rename(other, own).unwrap();
        assert!(keys.refresh().is_err() && keys.refresh().is_err());
        assert_eq!(keys.signer.tag("test", b"data"), tag);
    }

    #[test]
    fn a_file_that_is_damaged_or_gone_leaves_the_keys_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("signing.key"));
        let sealing = KeySource::Configured(KeyRing::generate());
        let keys = LiveKeys::load(KeySource::File(file.clone()), sealing).unwrap();
        let tag = keys.signer.tag("test", b"data");
        fs::write(file.path(), "half a k").unwrap();
        assert!(keys.refresh().is_err() && keys.refresh().is_err());
        assert_eq!(keys.signer.tag("test", b"data"), tag);
        fs::remove_file(file.path()).unwrap();
        assert_eq!(keys.refresh().unwrap(), None);
    }
}
