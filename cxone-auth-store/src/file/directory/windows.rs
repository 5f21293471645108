//! The directory by its path. A user's folders are private by inheritance. A lock is a file that is
//! open and that nobody else can open.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{Occupant, has_magic};
use crate::file::problem::Problem;

/// The path of a directory that exists.
pub(super) struct Handle(PathBuf);

/// A lock that is held. The system releases it when the file is closed.
pub(in crate::file) struct Lock {
    _file: File,
}

/// What the system says of a file that somebody has open and does not share.
const ERROR_SHARING_VIOLATION: i32 = 32;

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if !path.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self(path.to_owned()))
    }

    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "as it is on Unix"
    )]
    pub(super) fn fault(&self) -> io::Result<Option<Problem>> {
        Ok(None)
    }

    pub(super) fn occupant(&self, name: &str) -> io::Result<Occupant> {
        let path = self.0.join(name);
        match path.symlink_metadata() {
            Ok(metadata) if !metadata.is_file() => {
                return Ok(Occupant::Stranger(Problem::NotAFile));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupant::Nothing),
            Err(error) => return Err(error),
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupant::Nothing),
            Err(error) => return Err(error),
        };
        Ok(if has_magic(&file)? {
            Occupant::Ours(file)
        } else {
            Occupant::Stranger(Problem::NotOurs)
        })
    }

    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).open(self.0.join(name))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Returns what stands in the place of a lock and is no file of ours.
    pub(super) fn stranger_at_lock(&self, name: &str) -> io::Result<Option<Problem>> {
        match self.occupant(name) {
            Ok(Occupant::Stranger(problem)) => Ok(Some(problem)),
            Ok(Occupant::Nothing | Occupant::Ours(_)) => Ok(None),
            Err(error) if is_of_another(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn try_lock(&self, name: &str) -> io::Result<Option<Lock>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        match options.share_mode(0).open(self.0.join(name)) {
            Ok(file) => Ok(Some(Lock { _file: file })),
            Err(error) if is_of_another(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Others may ask this at the same time: they share the file.
    pub(super) fn is_locked(&self, name: &str) -> io::Result<bool> {
        match File::open(self.0.join(name)) {
            Ok(_) => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) if is_of_another(&error) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

fn is_of_another(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ERROR_SHARING_VIOLATION)
}

pub(super) fn make(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// The folders of another user cannot be written.
pub(super) fn stranger_above(_: &Path) -> Option<Problem> {
    None
}

#[expect(clippy::unnecessary_wraps, reason = "as it is on Unix")]
pub(super) fn file_fault(_: &File) -> io::Result<Option<Problem>> {
    Ok(None)
}
