//! A file that is read up to a limit: a device or a wrong path may have no end.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// What is in the file, if that is at most `longest` bytes.
pub(super) fn read(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(longest + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        let limit = longest >> 20;
        let error = format!("it is longer than {limit} MiB, and not the file that is meant");
        return Err(io::Error::other(error));
    }
    Ok(bytes)
}
