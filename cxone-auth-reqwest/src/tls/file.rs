//! Reads the files of a client certificate.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

use cxone_auth_core::transport::PemFile;

/// More than any chain of certificates has. It ends the reading of a device.
const MOST: usize = 1024 * 1024;

pub(super) fn read(path: &Path) -> io::Result<PemFile> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    let length = usize::try_from(metadata.len()).unwrap_or(MOST).min(MOST);
    // Room for all of it: a buffer that grows leaves a copy of a key behind.
    let mut content = Vec::with_capacity(length + 1);
    let limit = u64::try_from(MOST).unwrap_or(u64::MAX);
    (&mut file).take(limit).read_to_end(&mut content)?;
    Ok(PemFile::new(content).open_to_others(is_open_to_others(&metadata)))
}

/// The rule of ssh: a key of one's own may be open to nobody else. Who may read the key of another
/// user was let in on purpose, such as by a group for the pods of Kubernetes.
#[cfg(unix)]
fn is_open_to_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    is_own && metadata.mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}
