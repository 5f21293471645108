//! The keys: their text, their files, their rotation, and what they seal.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[path = "keys/file.rs"]
mod file;
#[path = "keys/rotation.rs"]
mod rotation;
#[path = "keys/sealed.rs"]
mod sealed;
mod shared;
#[path = "keys/text.rs"]
mod text;

use cxone_auth_core::store::{EntryName, Seal as _, StoreError, StoreErrorKind};
use cxone_auth_store::StoreKeys;
use secrecy::ExposeSecret as _;

fn keys() -> StoreKeys {
    StoreKeys::generate().unwrap()
}

fn written(keys: &StoreKeys) -> String {
    keys.to_text().expose_secret().to_owned()
}

fn name(keys: &StoreKeys) -> EntryName {
    EntryName::new(keys.name(b"a request"))
}

fn seal(keys: &StoreKeys) -> Vec<u8> {
    keys.seal(&name(keys), b"the entry").unwrap()
}

/// Whether these keys open what they should.
fn opens(keys: &StoreKeys, sealed: &[u8]) -> bool {
    match keys.open(&name(keys), sealed) {
        Ok(entry) => entry.expose_secret() == b"the entry",
        Err(error) => {
            assert_eq!(error.kind(), StoreErrorKind::Damaged);
            false
        }
    }
}

fn refused(error: &StoreError) -> String {
    assert_eq!(error.kind(), StoreErrorKind::Configuration);
    error.to_string()
}
