//! One server for a data folder: an exclusive lock that ends with the process, however it ends.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    net::SocketAddr,
    path::Path,
    process,
};

use crate::{config::shown, failure::Failure};

/// File that is locked; it also holds the number of the process.
const FILE: &str = "quarterdeck.lock";

/// The lock; it is held as long as the value lives.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

/// Who has a folder.
#[derive(Debug, PartialEq, Eq)]
pub enum Holder {
    /// Nobody.
    Nobody,
    /// A server, with the number of its process if it is known.
    Server(Option<u32>),
}

impl FolderLock {
    /// Takes the folder, which is made if it is not there.
    ///
    /// # Errors
    /// When another server has it, or it cannot be made.
    pub fn take(folder: &Path) -> Result<Self, Failure> {
        make_private(folder)?;
        let mut file = open(folder)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let by = read_pid(&mut file).map_or_else(String::new, |pid| format!(" (process {pid})"));
                return Err(Failure::new(format!(
                    "another server{by} has the data folder {}; stop it, or give this one its own with --data-dir",
                    shown(folder)
                )));
            }
            Err(TryLockError::Error(error)) => {
                let words = format!("the data folder {} cannot be locked: {error}", shown(folder));
                return Err(Failure::new(words));
            }
        }
        // For people and for `doctor`; the lock itself does not need it.
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", process::id()));
        written
            .map_err(|error| Failure::new(format!("the data folder {} cannot be written: {error}", shown(folder))))?;
        Ok(Self { file })
    }

    /// Takes the folder for a command that must not run beside a server.
    ///
    /// # Errors
    /// When a server has it, or it cannot be made.
    pub fn take_alone(folder: &Path) -> Result<Self, Failure> {
        if let Holder::Server(pid) = Self::holder(folder) {
            let by = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
            return Err(Failure::new(format!("a server{by} is running; stop it first")));
        }
        Self::take(folder)
    }

    /// Writes down where the server listens, for links that are made beside it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn listens(&mut self, address: SocketAddr) -> io::Result<()> {
        writeln!(self.file, "{address}")
    }

    /// Where the server that has the folder listens, if there is one.
    pub fn address(folder: &Path) -> Option<SocketAddr> {
        let mut file = File::open(folder.join(FILE)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => read_line(&mut file, 1)?.parse().ok(),
            _ => None,
        }
    }

    /// Who has the folder now.
    pub fn holder(folder: &Path) -> Holder {
        let Ok(mut file) = File::open(folder.join(FILE)) else { return Holder::Nobody };
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Holder::Server(read_pid(&mut file)),
            _ => Holder::Nobody,
        }
    }
}

fn open(folder: &Path) -> Result<File, Failure> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(FILE));
    opened.map_err(|error| Failure::new(format!("the data folder {} cannot be written: {error}", shown(folder))))
}

fn read_pid(file: &mut File) -> Option<u32> {
    read_line(file, 0)?.parse().ok()
}

/// A line of the file: the number of the process, then the address.
fn read_line(file: &mut File, number: usize) -> Option<String> {
    let mut text = String::new();
    file.take(128).read_to_string(&mut text).ok()?;
    text.lines().nth(number).map(str::to_owned)
}

/// Makes the folder for its owner alone, if it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn make_private(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| Failure::new(format!("the data folder {} cannot be made: {error}", shown(folder))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_told_who_has_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/data");
        assert_eq!(FolderLock::holder(&data), Holder::Nobody);
        let mut lock = FolderLock::take(&data).unwrap();
        assert_eq!(FolderLock::address(&data), None);
        let address = "127.0.0.1:8081".parse().unwrap();
        lock.listens(address).unwrap();
        assert_eq!(FolderLock::address(&data), Some(address));
        assert_eq!(FolderLock::holder(&data), Holder::Server(Some(process::id())));
        let words = FolderLock::take(&data).unwrap_err().to_string();
        assert!(words.contains(&process::id().to_string()) && words.contains(&shown(&data)), "{words}");
        drop(lock);
        assert_eq!(FolderLock::address(&data), None);
        assert_eq!(FolderLock::holder(&data), Holder::Nobody);
        FolderLock::take(&data).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        FolderLock::take(&data).unwrap();
        assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_folder_that_is_a_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data");
        fs::write(&file, "").unwrap();
        assert!(FolderLock::take(&file).unwrap_err().to_string().contains(&shown(&file)));
    }
}
