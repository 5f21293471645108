//! A file of the program's token cache: it is read as it was written or not at all, and what was
//! read has a lifetime that can be counted.
//!
//! An input is the lines of a file behind its hash.

use std::time::Duration;

use cxone_auth::fuzzing::cache::{Kept, Seal};

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let seal = Seal::new(7, "a-target");
    assert!(seal.read(data).is_none_or(|kept| is_sound(&kept)));
    let file = seal.put_on(data);
    let Some(kept) = seal.read(&file) else {
        return;
    };
    assert!(is_sound(&kept));
    // What was read is written and read again as the same.
    let again = seal.read(&seal.write(&kept));
    let again = again.expect("what was written is read");
    assert_eq!(again.parts(), kept.parts());
    // A file that is changed, or is another target's or another installation's, is none.
    let mut other = file.clone();
    let last = other.len() - 1 - file.len() % data.len();
    other[last] ^= 1;
    assert!(seal.read(&other).is_none());
    assert!(Seal::new(7, "another-target").read(&file).is_none());
    assert!(Seal::new(8, "a-target").read(&file).is_none());
}

/// Whether its lifetime is no longer than it was granted, by whatever clock.
fn is_sound(kept: &Kept) -> bool {
    let later = kept.sent().saturating_add(Duration::from_secs(1));
    kept.remaining_when_received() <= kept.lifetime()
        && kept.remaining_at(later) <= kept.lifetime()
        && kept.expires_at() >= std::time::UNIX_EPOCH + kept.sent()
}
