//! File descriptors, which a process can run out of.

use std::fs::File;

use cxone_auth_core::transport::TransportError;

/// What a client of isahc opens when it is built (seven on Linux), and some for a request.
const NEEDED: usize = 12;

/// Checks that a client can open what it needs.
///
/// Without it, curl cannot be set up on the client's own thread, and that thread panics. isahc
/// hands the client over nevertheless, and it panics where it is used and where it is dropped.
pub(super) fn check() -> Result<(), TransportError> {
    let open = || File::open("/dev/null");
    let opened: Result<Vec<File>, _> = std::iter::repeat_with(open).take(NEEDED).collect();
    // Where there is no such file, that says nothing.
    let missing = opened.err().and_then(TransportError::out_of_descriptors);
    missing.map_or(Ok(()), Err)
}
