//! File descriptors. A process can run out of them.

use std::fs::File;

use cxone_auth_core::transport::TransportError;

/// How many descriptors isahc opens for a client (seven on Linux), and some for a request.
const NEEDED: usize = 12;

/// Checks that a client can open what it needs.
///
/// Without the check, curl cannot be set up on the client's own thread, and that thread panics.
/// isahc still returns the client, which then panics when it is used or dropped.
pub(super) fn check() -> Result<(), TransportError> {
    let open = || File::open("/dev/null");
    let opened: Result<Vec<File>, _> = std::iter::repeat_with(open).take(NEEDED).collect();
    // A missing file says nothing about descriptors.
    let missing = opened.err().and_then(TransportError::out_of_descriptors);
    missing.map_or(Ok(()), Err)
}
