//! The directory by its path. A user's folders are private by inheritance. A lock is a file that is
//! open and that nobody else can open.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use super::{Attempt, FIRST_PAUSE, LONGEST_PAUSE, MAX_WAIT, Occupant, Opened};
use crate::file::problem::Problem;

/// The path of a directory that exists.
pub(super) struct Handle(PathBuf);

/// A lock that is held. The system releases it when the file is closed.
pub(in crate::file) struct Lock {
    _file: File,
}

const ERROR_ACCESS_DENIED: i32 = 5;
const ERROR_SHARING_VIOLATION: i32 = 32;

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if !path.symlink_metadata()?.is_dir() {
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
        match look(&path)? {
            Found::Nothing => return Ok(Occupant::Nothing),
            Found::NotAFile => return Ok(Occupant::Stranger(Problem::NotAFile)),
            Found::File => {}
        }
        let file = match patiently(is_in_the_way, || File::open(&path)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupant::Nothing),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        Ok(match Opened::ours(file, metadata)? {
            Some(opened) => Occupant::Ours(opened),
            None => Occupant::Stranger(Problem::NotOurs),
        })
    }

    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).open(self.0.join(name))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (self.0.join(from), self.0.join(to));
        let is_passing = |error: &io::Error| is_in_the_way(error) || is_of_another(error);
        patiently(is_passing, || fs::rename(&from, &to))
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.0.join(name);
        patiently(is_in_the_way, || fs::remove_file(&path))
    }

    /// Opens the file for this process alone, before it looks at the contents: a look of its own
    /// would keep others out.
    pub(super) fn try_lock(&self, name: &str) -> io::Result<Attempt> {
        let path = self.0.join(name);
        if let Found::NotAFile = look(&path)? {
            return Ok(Attempt::Stranger(Problem::NotAFile));
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = match options.share_mode(0).open(path) {
            Ok(file) => file,
            Err(error) if is_of_another(&error) => return Ok(Attempt::HeldByAnother),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        Ok(match Opened::ours(file, metadata)? {
            Some(opened) => Attempt::Done(Lock { _file: opened.file }),
            None => Attempt::Stranger(Problem::NotOurs),
        })
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

/// What has a name, as far as can be seen without opening it.
enum Found {
    Nothing,
    File,
    NotAFile,
}

fn look(path: &Path) -> io::Result<Found> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => Ok(Found::File),
        Ok(_) => Ok(Found::NotAFile),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(error),
    }
}

/// Somebody has the file open, and shares it with nobody.
fn is_of_another(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ERROR_SHARING_VIOLATION)
}

/// The file is being removed, or somebody reads what is to be replaced.
fn is_in_the_way(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ERROR_ACCESS_DENIED)
}

/// Repeats an operation while it fails for a reason that may pass: readers close a file within
/// milliseconds. NTFS replaces a file that is open. Other file systems do not.
fn patiently<T>(
    may_pass: impl Fn(&io::Error) -> bool,
    operation: impl Fn() -> io::Result<T>,
) -> io::Result<T> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match operation() {
            Err(error) if may_pass(&error) && began.elapsed() < MAX_WAIT => {}
            result => return result,
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

pub(super) fn make(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// The folders of another user cannot be written.
pub(super) fn stranger_above(_: &Path) -> Option<Problem> {
    None
}

pub(super) fn file_fault(_: &Metadata) -> Option<Problem> {
    None
}
