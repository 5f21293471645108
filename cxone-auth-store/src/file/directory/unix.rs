//! The directory by its descriptor, with the owners, modes and locks of Unix.

use std::fs::{DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

use rustix::fs::{
    AtFlags, FlockOperation, Mode, OFlags, flock, fstat, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use super::{Attempt, Occupant, Opened};
use crate::file::key_file;
use crate::file::problem::Problem;

/// An open directory.
pub(super) struct Handle(File);

/// A lock that is held.
pub(in crate::file) struct Lock(File);

impl Drop for Lock {
    /// Closing is not enough: a child that another thread starts at this moment has a copy of the
    /// descriptor until it runs its program.
    fn drop(&mut self) {
        let _ = flock(&self.0, FlockOperation::Unlock);
    }
}

const OTHERS: u32 = 0o077;
const OWN_FILE: Mode = Mode::from_raw_mode(0o600);

/// A link is not followed, and a pipe is not waited for.
const PLAIN: OFlags = OFlags::NOFOLLOW
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Self(File::from(file)))
    }

    /// Returns why others may have changed the directory, if they may.
    pub(super) fn fault(&self) -> io::Result<Option<Problem>> {
        let metadata = self.0.metadata()?;
        let mode = mode(&metadata);
        if let Some(problem) = owner_fault(&metadata) {
            return Ok(Some(problem));
        }
        Ok(match mode & OTHERS {
            0 => None,
            _ if self.holds_keys() => Some(Problem::WideDirectory(mode)),
            _ => Some(Problem::WideStranger(mode)),
        })
    }

    /// Reports whether the directory has held a store. Others may have put the file there, so this
    /// decides no more than what the user is told.
    fn holds_keys(&self) -> bool {
        matches!(self.occupant(key_file::NAME), Ok(Occupant::Ours(_)))
    }

    pub(super) fn occupant(&self, name: &str) -> io::Result<Occupant> {
        let file = match openat(&self.0, name, PLAIN, Mode::empty()) {
            Ok(descriptor) => File::from(descriptor),
            Err(Errno::NOENT) => return Ok(Occupant::Nothing),
            // What opening a link says when links are not followed (FreeBSD has a word of its own),
            // and what opening a socket says.
            Err(Errno::LOOP | Errno::MLINK | Errno::NXIO) => {
                return Ok(Occupant::Stranger(Problem::NotAFile));
            }
            Err(error) => return Err(error.into()),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(Occupant::Stranger(Problem::NotAFile));
        }
        if let Some(problem) = owner_fault(&metadata) {
            return Ok(Occupant::Stranger(problem));
        }
        Ok(match Opened::ours(file, metadata)? {
            Some(opened) => Occupant::Ours(opened),
            None => Occupant::Stranger(Problem::NotOurs),
        })
    }

    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | PLAIN;
        Ok(File::from(openat(&self.0, name, flags, OWN_FILE)?))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(renameat(&self.0, from, &self.0, to)?)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    pub(super) fn try_lock(&self, name: &str) -> io::Result<Attempt> {
        if let Occupant::Stranger(problem) = self.occupant(name)? {
            return Ok(Attempt::Stranger(problem));
        }
        let flags = OFlags::CREATE | OFlags::RDWR | PLAIN;
        let file = File::from(openat(&self.0, name, flags, OWN_FILE)?);
        if !lock(&file, FlockOperation::NonBlockingLockExclusive)? {
            return Ok(Attempt::HeldByAnother);
        }
        // It may have been removed between the two calls. Then the locked file is one that nobody
        // else can find.
        let held = fstat(&file)?;
        let is_there = match statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(named) => (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino),
            Err(Errno::NOENT) => false,
            Err(error) => return Err(error.into()),
        };
        Ok(if is_there {
            Attempt::Done(Lock(file))
        } else {
            Attempt::HeldByAnother
        })
    }

    /// Others may ask this at the same time: they share a lock for a moment.
    pub(super) fn is_locked(&self, name: &str) -> io::Result<bool> {
        let file = match openat(&self.0, name, OFlags::RDWR | PLAIN, Mode::empty()) {
            Ok(descriptor) => File::from(descriptor),
            Err(Errno::NOENT) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let shared = Lock(file);
        Ok(!lock(&shared.0, FlockOperation::NonBlockingLockShared)?)
    }
}

fn lock(file: &File, operation: FlockOperation) -> io::Result<bool> {
    match flock(file, operation) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Returns the owner of a directory above, if this process may write there only because it is
/// root's: a `sudo` that keeps HOME is not to leave root's files in the home of its user, whatever
/// somebody has made or linked in it. For every other user, the system itself decides where they may
/// write.
pub(super) fn stranger_above(path: &Path) -> Option<Problem> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let above = path.ancestors().skip(1);
    let mut owners = above.flat_map(Path::metadata).map(|above| above.uid());
    owners.find(|owner| *owner != 0).map(Problem::InAnotherHome)
}

/// Returns why others may have changed the file, if they may.
pub(super) fn file_fault(metadata: &Metadata) -> Option<Problem> {
    let mode = mode(metadata);
    (mode & OTHERS != 0).then_some(Problem::WideFile(mode))
}

fn mode(metadata: &Metadata) -> u32 {
    metadata.mode() & 0o7777
}

fn owner_fault(metadata: &Metadata) -> Option<Problem> {
    let is_of_another_user = metadata.uid() != rustix::process::geteuid().as_raw();
    is_of_another_user.then(|| Problem::OfAnotherUser(metadata.uid()))
}
