//! What is read of a file.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

/// No key, secret or assertion is longer.
pub(crate) const LONGEST: usize = 65_536;

/// Reads a file through one handle, so that a file that is replaced meanwhile is read as it was.
pub(crate) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    read_all(File::open(path)?)
}

/// Reads to the end, into a buffer that does not grow: one that grows leaves copies behind.
pub(crate) fn read_all(source: impl io::Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let most = u64::try_from(LONGEST + 1).expect("it is a small constant");
    source.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > LONGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}
