//! The directory on disk, and what is done in it.
//!
//! Each operation of the store opens the directory and checks who may use it. On Unix, everything
//! else is relative to that descriptor: nobody can exchange the directory in between. A symbolic
//! link instead of the directory is not followed. A file that this library did not write is neither
//! replaced nor removed.

#[cfg_attr(unix, path = "directory/unix.rs")]
#[cfg_attr(not(unix), path = "directory/windows.rs")]
mod system;

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use cxone_auth_core::store::StoreError;
use zeroize::Zeroizing;

use self::system::Handle;
pub(super) use self::system::Lock;
use super::place::Place;
use super::problem::Problem;

/// How each file begins, except a lock, which is empty.
pub(super) const MAGIC: &[u8] = b"cxone-auth store ";

/// Who has it is the only one that changes the directory.
const GUARD: &str = "cxone-auth.lock";

/// A change takes less than a millisecond. A process that takes longer has been stopped.
const MAX_WAIT: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_micros(200);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// A directory that only the user can access.
pub(super) struct Directory<'a> {
    place: &'a Place,
    handle: Handle,
}

/// What stands under a name.
enum Occupant {
    Nothing,
    /// A file of ours, whole or not.
    Ours(Opened),
    /// Something that this library did not write.
    Stranger(Problem),
}

/// A file of ours that is open.
struct Opened {
    /// It stands behind `start`.
    file: File,
    metadata: Metadata,
    /// As much of the magic as the file has.
    start: Vec<u8>,
}

/// What comes of an attempt to take a lock.
enum Attempt {
    Done(Lock),
    HeldByAnother,
    /// Something that this library did not write stands in its place.
    Stranger(Problem),
}

/// Whether a file survives a crash of the machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// It is on the disk before it gets its name.
    OnDisk,
    /// After a crash it may be empty.
    InMemory,
}

impl<'a> Directory<'a> {
    /// Opens the directory. Creates it for this user only if there is none.
    pub(super) fn create(place: &'a Place) -> Result<Self, StoreError> {
        if let Some(found) = Self::find(place)? {
            return Ok(found);
        }
        if place.is_of_the_system() {
            if let Some(problem) = system::stranger_above(place.path()) {
                return Err(place.problem(&problem));
            }
        }
        system::make(place.path()).map_err(|error| place.failed("make the directory", error))?;
        match Self::find(place)? {
            Some(made) => Ok(made),
            None => Err(place.failed(
                "open the directory",
                io::Error::from(io::ErrorKind::NotFound),
            )),
        }
    }

    /// Opens the directory if there is one.
    pub(super) fn find(place: &'a Place) -> Result<Option<Self>, StoreError> {
        let is_link = || {
            place
                .path()
                .symlink_metadata()
                .is_ok_and(|it| it.is_symlink())
        };
        let handle = match Handle::open(place.path()) {
            Ok(handle) => handle,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) if is_link() => return Err(place.problem(&Problem::Link)),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(place.problem(&Problem::NotADirectory));
            }
            Err(error) => return Err(place.failed("open the directory", error)),
        };
        match handle.fault() {
            Ok(None) => Ok(Some(Self { place, handle })),
            Ok(Some(problem)) => Err(place.problem(&problem)),
            Err(error) => Err(place.failed("look at it", error)),
        }
    }

    pub(super) fn problem(&self, name: &str, problem: &Problem) -> StoreError {
        self.place.problem_of(name, problem)
    }

    fn failed(&self, name: &str, action: &'static str, error: impl Into<io::Error>) -> StoreError {
        self.place.failed_of(name, action, error)
    }

    /// Waits until nobody else changes the directory. Dropping the lock lets the next one in. When
    /// the process ends in any way, the system does so.
    pub(super) fn guard(&self) -> Result<Lock, StoreError> {
        let lock = self.guard_unless(|| Ok(false))?;
        Ok(lock.expect("only the lock ends this wait"))
    }

    /// As [`guard`](Self::guard), for a change that another process may make needless. Returns
    /// `None` as soon as `is_needless` says so, also while somebody has the lock. Of many processes
    /// that want the same, one changes the directory. The others do not queue up behind it only to
    /// find that out.
    pub(super) fn guard_unless(
        &self,
        is_needless: impl Fn() -> Result<bool, StoreError>,
    ) -> Result<Option<Lock>, StoreError> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            if is_needless()? {
                return Ok(None);
            }
            if let Some(lock) = self.try_lock(GUARD)? {
                return Ok(Some(lock));
            }
            if began.elapsed() >= MAX_WAIT {
                return Err(self.problem(GUARD, &Problem::Busy(MAX_WAIT)));
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Returns the contents of a file of ours, if there is one.
    pub(super) fn read(
        &self,
        name: &str,
        longest: usize,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let opened = match self.occupant(name)? {
            Occupant::Nothing => return Ok(None),
            Occupant::Stranger(problem) => return Err(self.problem(name, &problem)),
            Occupant::Ours(opened) => opened,
        };
        if let Some(problem) = system::file_fault(&opened.metadata) {
            return Err(self.problem(name, &problem));
        }
        match opened.read_up_to(longest) {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) => Err(self.problem(name, &Problem::Corrupt)),
            Err(error) => Err(self.failed(name, "read it", error)),
        }
    }

    /// Writes a new file that only the user can read.
    pub(super) fn write(
        &self,
        name: &str,
        bytes: &[u8],
        durability: Durability,
    ) -> Result<(), StoreError> {
        // A writer that was killed may have left this file.
        self.remove(name)?;
        let put = || -> io::Result<()> {
            let mut file = self.handle.create(name)?;
            file.write_all(bytes)?;
            match durability {
                Durability::OnDisk => file.sync_all(),
                Durability::InMemory => Ok(()),
            }
        };
        put().map_err(|error| {
            // The error is about the cause. A sweep removes what is left.
            let _ = self.remove(name);
            self.failed(name, "write it", error)
        })
    }

    /// Gives a file of ours another name at once, in the place of a file of ours. A reader sees
    /// either the old file or the new one.
    pub(super) fn rename(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.is_ours(to)?;
        let renamed = self.handle.rename(from, to);
        renamed.map_err(|error| {
            let _ = self.remove(from);
            self.failed(to, "write it", error)
        })
    }

    /// Removes a file of ours, and returns whether there was one.
    pub(super) fn remove(&self, name: &str) -> Result<bool, StoreError> {
        if !self.is_ours(name)? {
            return Ok(false);
        }
        match self.handle.remove(name) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.failed(name, "remove it", error)),
        }
    }

    /// Takes the lock of this name unless another process has it, or another thread.
    pub(super) fn try_lock(&self, name: &str) -> Result<Option<Lock>, StoreError> {
        match self.handle.try_lock(name) {
            Ok(Attempt::Done(lock)) => Ok(Some(lock)),
            Ok(Attempt::HeldByAnother) => Ok(None),
            Ok(Attempt::Stranger(problem)) => Err(self.problem(name, &problem)),
            Err(error) => Err(self.failed(name, "lock it", error)),
        }
    }

    /// Reports whether somebody has the lock of this name.
    pub(super) fn is_locked(&self, name: &str) -> Result<bool, StoreError> {
        let is_locked = self.handle.is_locked(name);
        is_locked.map_err(|error| self.failed(name, "look at it", error))
    }

    /// Returns the names of the files, as far as they can be read.
    pub(super) fn names(&self) -> impl Iterator<Item = OsString> + use<> {
        let entries = std::fs::read_dir(self.place.path()).into_iter().flatten();
        entries.flatten().map(|entry| entry.file_name())
    }

    /// That nothing stands under this name but what this library wrote, and whether it does.
    fn is_ours(&self, name: &str) -> Result<bool, StoreError> {
        match self.occupant(name)? {
            Occupant::Nothing => Ok(false),
            Occupant::Ours(_) => Ok(true),
            Occupant::Stranger(problem) => Err(self.problem(name, &problem)),
        }
    }

    fn occupant(&self, name: &str) -> Result<Occupant, StoreError> {
        let occupant = self.handle.occupant(name);
        occupant.map_err(|error| self.failed(name, "open it", error))
    }
}

impl Opened {
    /// Returns `None` if the file does not begin as ours do. One that ends within the magic was cut
    /// short by a crash. An empty one is a lock, or holds nothing that could be lost.
    fn ours(file: File, metadata: Metadata) -> io::Result<Option<Self>> {
        let mut start = Vec::with_capacity(MAGIC.len());
        let most = u64::try_from(MAGIC.len()).expect("it is a small constant");
        (&file).take(most).read_to_end(&mut start)?;
        let opened = MAGIC.starts_with(&start).then_some(Self {
            file,
            metadata,
            start,
        });
        Ok(opened)
    }

    /// Returns `None` if the file is longer than the limit. The buffer has its final size from the
    /// start. A buffer that grows leaves copies behind.
    fn read_up_to(mut self, longest: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let size = usize::try_from(self.metadata.len()).unwrap_or(usize::MAX);
        if size > longest {
            return Ok(None);
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
        bytes.append(&mut self.start);
        let rest = size.saturating_sub(bytes.len());
        let rest = u64::try_from(rest).expect("it is part of a length");
        self.file.take(rest).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}
