//! Tells whether the files of a client certificate were replaced or written.

use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

use cxone_auth_core::transport::ClientCertificate;

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    number: u64,
}

/// Returns the stamps of certificate and key, or `None` if they are no files.
pub(super) fn of_files(certificate: &ClientCertificate) -> Option<[Option<Stamp>; 2]> {
    let (certificates, key) = certificate.files()?;
    Some([stamp(certificates), stamp(key)])
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(Stamp {
        modified: metadata.modified().ok(),
        length: metadata.len(),
        number: number(&metadata),
    })
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}
