//! What is wrong with a store, by what its error says.

use crate::finding::Confidence::{Certain, Likely};
use crate::finding::catalogue::store as cause;
use crate::finding::{CatalogueEntry, Diagnosis};
use crate::store::{StoreError, StoreErrorKind};

/// The words of an error without its place, in lower case, and the cause that they mean. The first match counts.
const WORDS: [(&[&str], &CatalogueEntry); 6] = [
    (&["would get the password"], &cause::STORE_SOCKET_OF_OTHERS),
    (
        &["clear text", "without encryption"],
        &cause::STORE_PASSWORD_IN_CLEAR,
    ),
    (
        &[
            "open to other",
            "another user",
            "symbolic link",
            "others may",
            "others can",
        ],
        &cause::STORE_OPEN_TO_OTHERS,
    ),
    (
        &[
            "wrongpass",
            "noauth",
            "noperm",
            "invalid username-password",
            "password",
            "user may not do this",
        ],
        &cause::STORE_REFUSED,
    ),
    (
        &[
            "cannot write",
            "no space",
            "read-only",
            "readonly",
            "out of memory",
            "oom command",
            "memory is full",
            "is a replica",
            "too few replicas",
        ],
        &cause::STORE_NOT_WRITABLE,
    ),
    (
        &[
            "key file",
            "the key ",
            "keys of another version",
            "naming key",
            "sealing key",
        ],
        &cause::STORE_KEYS_UNUSABLE,
    ),
];

/// Returns why a store cannot be used, the most probable cause first. It is empty if the error says
/// nothing that is known.
///
/// ```
/// use cxone_auth_core::diagnosis::{FindingCode, diagnose_store};
/// use cxone_auth_core::store::{StoreError, StoreErrorKind};
///
/// let error = StoreError::new(StoreErrorKind::Unavailable, "connection refused");
/// assert!(diagnose_store(&error).contains(FindingCode::STORE_UNREACHABLE));
/// ```
#[must_use]
pub fn diagnose_store(error: &StoreError) -> Diagnosis {
    let text = error.to_string();
    let lower = error.message().to_lowercase();
    let says = |words: &&[&str]| words.iter().any(|word| lower.contains(word));
    let mut meant = WORDS.iter().filter(|(words, _)| says(words));
    let found = match (error.kind(), meant.next()) {
        (StoreErrorKind::Damaged, _) => cause::STORE_OF_OTHER_KEYS.found(Likely, text),
        (StoreErrorKind::Configuration, Some((_, entry))) => entry.found(Certain, text),
        (StoreErrorKind::Unavailable, Some((_, entry))) if is_of_a_server(entry) => {
            entry.found(Likely, text)
        }
        (StoreErrorKind::Unavailable, _) => cause::STORE_UNREACHABLE.found(Certain, text),
        (StoreErrorKind::Configuration, None) if is_of_a_key_file(error) => {
            cause::STORE_KEYS_UNUSABLE.found(Certain, text)
        }
        (StoreErrorKind::Configuration, None) => return Diagnosis::default(),
    };
    Diagnosis::ranked(vec![found])
}

/// Reports whether a server may say so at one time and not at another.
fn is_of_a_server(entry: &CatalogueEntry) -> bool {
    [&cause::STORE_REFUSED, &cause::STORE_NOT_WRITABLE].contains(&entry)
}

/// Reports whether the place is the key file that a setting names. A path may contain any word.
fn is_of_a_key_file(error: &StoreError) -> bool {
    error
        .place()
        .is_some_and(|place| place.starts_with("key file "))
}
