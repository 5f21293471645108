//! The directory on disk, and what is done in it.
//!
//! Every operation is relative to the directory's descriptor, whose owner and mode were checked.
//! Nobody can exchange the directory in between. A symbolic link instead of the directory is not
//! followed. A file that the program did not write is neither replaced nor removed: see
//! `directory/occupant.rs`.

mod occupant;

use std::ffi::OsString;
use std::fs::{DirBuilder, File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, FlockOperation, Mode, OFlags, flock, fstat, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;
use zeroize::Zeroizing;

use self::occupant::{MAGIC, Occupant};
use super::problem::{CacheProblem, Problem};

/// A directory that only the user can access.
pub(super) struct Directory {
    path: PathBuf,
    file: File,
}

/// A lock that is held. The system releases it when the descriptor is closed.
pub(crate) struct Lock {
    _file: File,
}

const OTHERS: u32 = 0o077;
const OWN_FILE: Mode = Mode::from_raw_mode(0o600);

/// A link is not followed, and a pipe is not waited for.
const PLAIN: OFlags = OFlags::NOFOLLOW
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

impl Directory {
    /// Opens the directory. Creates it for this user only if there is none.
    pub(super) fn create(path: &Path) -> Result<Self, CacheProblem> {
        let path = &without_end(path);
        check_link(path)?;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| failed(path, "make the directory", error))?;
        let opened = open(path).map_err(|error| failed(path, "open the directory", error))?;
        Self::of(path, opened)
    }

    /// Opens the directory if there is one.
    pub(super) fn find(path: &Path) -> Result<Option<Self>, CacheProblem> {
        let path = &without_end(path);
        check_link(path)?;
        match open(path) {
            Ok(opened) => Self::of(path, opened).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(path, "open the directory", error)),
        }
    }

    fn of(path: &Path, (file, metadata): (File, Metadata)) -> Result<Self, CacheProblem> {
        let path = path.to_owned();
        match fault(&metadata) {
            Some(problem) => Err(CacheProblem::new(path, problem)),
            None => Ok(Self { path, file }),
        }
    }

    /// Returns the problem of the file with this name.
    pub(super) fn problem(&self, name: &str, problem: Problem) -> CacheProblem {
        CacheProblem::new(self.path.join(name), problem)
    }

    fn failed(
        &self,
        name: &str,
        action: &'static str,
        error: impl Into<io::Error>,
    ) -> CacheProblem {
        failed(&self.path.join(name), action, error)
    }

    /// Returns the contents of a file of the program, if there is one and only the user can access
    /// it.
    pub(super) fn read(
        &self,
        name: &str,
        longest: usize,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, CacheProblem> {
        let file = match self.occupant(name)? {
            Occupant::Nothing => return Ok(None),
            Occupant::Stranger(problem) => return Err(self.problem(name, problem)),
            Occupant::Ours(file) => file,
        };
        let metadata = file.metadata();
        let metadata = metadata.map_err(|error| self.failed(name, "look at it", error))?;
        if let Some(problem) = fault(&metadata) {
            return Err(self.problem(name, problem));
        }
        match read_up_to(file, &metadata, longest + MAGIC.len()) {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) => Err(self.problem(name, Problem::Corrupt)),
            Err(error) => Err(self.failed(name, "read it", error)),
        }
    }

    /// Replaces a file of the program at once. A reader sees either the old file or the new one.
    /// The lock is not used. It only proves that the caller may use the temporary name.
    pub(super) fn replace(
        &self,
        _lock: &Lock,
        name: &str,
        temporary: &str,
        bytes: &[u8],
    ) -> Result<(), CacheProblem> {
        self.is_ours(name)?;
        // A writer that was killed may have left this file.
        self.remove(temporary)?;
        let put = self.put(name, temporary, bytes);
        put.map_err(|error| {
            // The warning is about the cause. The next writer removes what is left.
            let _ = self.remove(temporary);
            self.failed(name, "write it", error)
        })
    }

    fn put(&self, name: &str, temporary: &str, bytes: &[u8]) -> io::Result<()> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | PLAIN;
        let mut file = File::from(openat(&self.file, temporary, flags, OWN_FILE)?);
        file.write_all(MAGIC)?;
        file.write_all(bytes)?;
        // Without this, a crash of the machine could leave an empty file under the new name.
        file.sync_all()?;
        renameat(&self.file, temporary, &self.file, name)?;
        Ok(())
    }

    /// Removes a file of the program, and returns whether there was one.
    pub(super) fn remove(&self, name: &str) -> Result<bool, CacheProblem> {
        if !self.is_ours(name)? {
            return Ok(false);
        }
        match unlinkat(&self.file, name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(self.failed(name, "remove it", error)),
        }
    }

    /// Takes the lock of this name unless another process has it.
    pub(super) fn try_lock(&self, name: &str) -> Result<Option<Lock>, CacheProblem> {
        self.is_ours(name)?;
        self.lock(name)
            .map_err(|error| self.failed(name, "lock it", error))
    }

    fn lock(&self, name: &str) -> rustix::io::Result<Option<Lock>> {
        let flags = OFlags::CREATE | OFlags::RDWR | PLAIN;
        let file = File::from(openat(&self.file, name, flags, OWN_FILE)?);
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(error),
        }
        // A sweep may have removed the file between the two calls. Then the locked file is one that
        // nobody else can find.
        let held = fstat(&file)?;
        let is_there = match statat(&self.file, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(named) => (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino),
            Err(Errno::NOENT) => false,
            Err(error) => return Err(error),
        };
        Ok(is_there.then_some(Lock { _file: file }))
    }

    /// Returns the names of the files, as far as they can be read.
    pub(super) fn names(&self) -> impl Iterator<Item = OsString> + use<> {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten();
        entries.flatten().map(|entry| entry.file_name())
    }
}

/// Returns the path without what follows its last name. A link with a slash after it is always
/// followed.
fn without_end(path: &Path) -> PathBuf {
    path.components().collect()
}

/// Checks that the path is not a link. Opening it would refuse a link, too, but with a less helpful
/// error.
fn check_link(path: &Path) -> Result<(), CacheProblem> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => {
            Err(CacheProblem::new(path.to_owned(), Problem::Link))
        }
        _ => Ok(()),
    }
}

fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

/// Returns why others may have changed the file or directory, if they may.
fn fault(metadata: &Metadata) -> Option<Problem> {
    let mode = metadata.mode() & 0o7777;
    owner_fault(metadata).or_else(|| (mode & OTHERS != 0).then_some(Problem::Wide(mode)))
}

fn owner_fault(metadata: &Metadata) -> Option<Problem> {
    let is_of_another_user = metadata.uid() != rustix::process::geteuid().as_raw();
    is_of_another_user.then(|| Problem::OfAnotherUser(metadata.uid()))
}

/// Returns `None` if the file is longer than the limit. The buffer has its final size from the
/// start. A buffer that grows leaves copies behind.
fn read_up_to(
    file: File,
    metadata: &Metadata,
    longest: usize,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if size > longest {
        return Ok(None);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
    file.take(metadata.len()).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn failed(path: &Path, action: &'static str, error: impl Into<io::Error>) -> CacheProblem {
    CacheProblem::new(path.to_owned(), Problem::Failed(action, error.into()))
}
