//! A file that is read up to a limit: a device or a wrong path may have no end.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// What is in the file, if that is at most `longest` bytes.
pub(super) fn read(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    read_all(&open(path)?, longest)
}

/// Opens a file, and nothing that a reader would wait for, such as a pipe.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let file = without_waiting(path)?;
    let kind = file.metadata()?.file_type();
    // A folder cannot be read, and says so itself.
    if kind.is_file() || kind.is_dir() {
        return Ok(file);
    }
    Err(io::Error::other("it is not a regular file"))
}

/// What is in the open file, if that is at most `longest` bytes.
pub(super) fn read_all(file: &File, longest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(longest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        let limit = longest >> 20;
        let error = format!("it is longer than {limit} MiB, and not the file that is meant");
        return Err(io::Error::other(error));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn without_waiting(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    Ok(open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}
