//! A file of the program's token cache: it is read as it was written or not at all, and what was
//! read has a life that can be counted.
//!
//! An input is the lines of a file behind its hash. The program's own files are mounted below,
//! beside a hash that costs nothing.

#[path = "../../cxone-auth-cli/src/cache/entry.rs"]
#[expect(dead_code, reason = "the program makes entries of answers as well")]
mod entry;
#[path = "../../cxone-auth-cli/src/cache/record.rs"]
#[expect(dead_code, reason = "the program limits what it reads as well")]
mod file;
#[path = "../../cxone-auth-cli/src/cache/reading.rs"]
mod reading;

use std::time::Duration;

use entry::Entry;
use installation::Installation;
use reading::Reading;
use secrecy::ExposeSecret as _;

mod installation {
    /// What the hash begins with, in place of the installation's key.
    pub(super) struct Installation(pub(super) u64);

    impl Installation {
        /// As FNV-1a: another byte anywhere is another hash.
        pub(super) fn hash(&self, purpose: &str, parts: &[&[u8]]) -> String {
            let bytes = parts.iter().copied().flatten();
            let bytes = purpose.as_bytes().iter().chain(bytes);
            let hash = bytes.fold(self.0, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
            format!("{hash:016x}")
        }
    }
}

const HERE: Installation = Installation(7);

/// What a file is named by.
struct Key(String);

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let key = Key("a-target".to_owned());
    assert!(file::read(&HERE, &key, data).is_none_or(|entry| is_sound(&entry)));
    let hash = HERE.hash("entry", &[key.0.as_bytes(), data]);
    let sealed = [hash.as_bytes(), b"\n", data].concat();
    let Some(entry) = file::read(&HERE, &key, &sealed) else {
        return;
    };
    assert!(is_sound(&entry));
    check_again(&entry, &key);
    // A file that is changed, or is another target's or another installation's, is none.
    let mut other = sealed.clone();
    let last = other.len() - 1 - sealed.len() % data.len();
    other[last] ^= 1;
    assert!(file::read(&HERE, &key, &other).is_none());
    let other = Key("another-target".to_owned());
    assert!(file::read(&HERE, &other, &sealed).is_none());
    assert!(file::read(&Installation(8), &key, &sealed).is_none());
}

/// Checks that what was read is written and read again as the same.
fn check_again(entry: &Entry, key: &Key) {
    let bytes = file::write(&HERE, key, entry);
    let again = file::read(&HERE, key, &bytes).expect("what was written is read");
    let parts = |entry: &Entry| {
        (
            entry.token().expose_secret().to_owned(),
            entry.scope().map(str::to_owned),
            entry.sent.clone(),
            entry.received().clone(),
            (entry.lifetime(), entry.is_forced),
        )
    };
    assert_eq!(parts(&again), parts(entry));
}

/// Whether its life is no longer than it was granted, by whatever clock.
fn is_sound(entry: &Entry) -> bool {
    let end = entry.expires_at();
    let later = Reading {
        wall: entry.sent.wall.saturating_add(Duration::from_secs(1)),
        boot: None,
    };
    entry.remaining(entry.received()) <= entry.lifetime()
        && entry.remaining(&later) <= entry.lifetime()
        && end >= std::time::UNIX_EPOCH + entry.sent.wall
}
