//! Key rings in files: made at the first start, readable by their owner alone, replaced in one step.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::KeyRing;
use crate::random;

/// Why keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file or its folder cannot be read or written.
    #[error("the key file {} cannot be {act}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Read or written.
        act: &'static str,
        /// Why.
        source: io::Error,
    },
    /// Others may read the file.
    #[error("the key file {} may be read by others (mode {mode:04o}); run: chmod 600 '{}'", path.display(), path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file holds something else than keys.
    #[error("the key file {} is damaged: {problem}; restore it from a backup, without it nobody's tokens and sealed secrets can be read", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file was put in the place of another while a server ran, and lacks the key in use.
    #[error("the key file {} lacks the key in use: it is another's; the server goes on with its own, put them back", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// The configuration holds something else than keys.
    #[error("{name}: {problem}")]
    Configured {
        /// Name of the variable.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

impl KeyError {
    /// What is wrong with the entry `number`.
    pub(super) fn entry(number: usize) -> String {
        match number {
            0 => "holds no key".to_owned(),
            number => format!("key {number} is not 32 bytes in base64url"),
        }
    }
}

impl KeyRing {
    /// The ring of the configuration entry `name`: keys separated by commas, the newest first.
    ///
    /// # Errors
    /// `Configured` when an entry is no key.
    pub fn configured(name: &str, text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
            .map_err(|number| KeyError::Configured { name: name.to_owned(), problem: KeyError::entry(number) })
    }
}

/// A file with a key ring.
#[derive(Debug, Clone)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The file at `path`; it need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The ring in the file; a new one when there is no file yet.
    ///
    /// # Errors
    /// [`KeyError`] when the file cannot be read or made, is open to others, or is damaged.
    pub fn load_or_create(&self) -> Result<KeyRing, KeyError> {
        match self.load()? {
            Some(ring) => Ok(ring),
            None => self.create(&KeyRing::generate()),
        }
    }

    /// The ring in the file, if there is a file.
    ///
    /// # Errors
    /// [`KeyError`] when the file cannot be read, is open to others, or is damaged.
    pub fn load(&self) -> Result<Option<KeyRing>, KeyError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", error)),
        };
        let mode = mode(&file).map_err(|error| self.failed("read", error))?;
        if mode & 0o077 != 0 {
            return Err(KeyError::Open { path: self.path.clone(), mode });
        }
        let mut text = Zeroizing::new(String::new());
        io::Read::read_to_string(&mut file, &mut text).map_err(|error| self.failed("read", error))?;
        let damaged = |number| KeyError::Damaged { path: self.path.clone(), problem: KeyError::entry(number) };
        KeyRing::parse(&text).map(Some).map_err(damaged)
    }

    /// Prepares a ring with a new key in front; the former ones still verify and open.
    ///
    /// # Errors
    /// [`KeyError`] when the file cannot be read, or nothing can be written beside it.
    pub fn rotation(&self) -> Result<Rotation, KeyError> {
        let former = self.load_or_create()?;
        let ring = former.rotated();
        let written = self.write_beside(&ring).map_err(|error| self.failed("written", error))?;
        Ok(Rotation { file: self.clone(), former: former.newest().id(), ring, written })
    }

    /// Makes the file with `ring`. When another process was faster, its ring is the one that counts.
    fn create(&self, ring: &KeyRing) -> Result<KeyRing, KeyError> {
        let make = || -> io::Result<bool> {
            make_private_folder(self.folder())?;
            let written = self.write_beside(ring)?;
            // A link, unlike a rename, never replaces a file that another process has made meanwhile.
            let linked = fs::hard_link(&written, &self.path);
            let made = match linked {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
                // Not every file system has links.
                Err(_) => fs::rename(&written, &self.path).map(|()| true)?,
                Ok(()) => true,
            };
            match fs::remove_file(&written) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => self.sync_folder()?,
            }
            Ok(made)
        };
        match make() {
            Ok(true) => Ok(ring.clone()),
            Ok(false) => self.load()?.ok_or_else(|| self.failed("read", io::ErrorKind::NotFound.into())),
            Err(error) => Err(self.failed("written", error)),
        }
    }

    /// Writes `ring` into a new file in the same folder and waits until it is on disk.
    fn write_beside(&self, ring: &KeyRing) -> io::Result<PathBuf> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".new-{:08x}", u32::from_be_bytes(random::bytes())));
        let path = self.path.with_file_name(name);
        let mut file = private_file(&path)?;
        let written = file.write_all(ring.text().as_bytes()).and_then(|()| file.sync_all());
        if let Err(error) = written {
            // The disk is full, perhaps: leave no half a key behind.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        Ok(path)
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// Makes sure that the name of the file is on disk too.
    fn sync_folder(&self) -> io::Result<()> {
        if cfg!(unix) { File::open(self.folder())?.sync_all() } else { Ok(()) }
    }

    fn failed(&self, act: &'static str, source: io::Error) -> KeyError {
        KeyError::Io { path: self.path.clone(), act, source }
    }
}

/// A ring that is on disk beside the one in use. Dropped before its end, it changes nothing.
#[derive(Debug)]
pub struct Rotation {
    file: KeyFile,
    former: String,
    /// The ring with the new key.
    pub ring: KeyRing,
    written: PathBuf,
}

impl Rotation {
    /// Id of the key that was the newest so far.
    #[must_use]
    pub fn former(&self) -> &str {
        &self.former
    }

    /// Puts the ring in the place of the former one; running servers take it within seconds.
    ///
    /// # Errors
    /// [`KeyError`] when the file cannot be written.
    pub fn finish(self) -> Result<KeyRing, KeyError> {
        let put = || {
            fs::rename(&self.written, &self.file.path)?;
            self.file.sync_folder()
        };
        put().map_err(|error| self.file.failed("written", error))?;
        Ok(self.ring.clone())
    }
}

impl Drop for Rotation {
    fn drop(&mut self) {
        // It is not there any more when it was put in place.
        let _ = fs::remove_file(&self.written);
    }
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn make_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn mode(file: &File) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &File) -> io::Result<u32> {
    Ok(0o600)
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
