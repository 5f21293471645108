//! A sealed entry as bytes.
//!
//! ```text
//! version (1) · id of the key (4) · nonce (12) · encrypted entry · tag (16)
//! ```
//!
//! The version, the id and the full name of the entry are authenticated with it (AES-256-GCM). An
//! entry that is moved to another name is not opened.

use cxone_auth_core::store::{EntryName, StoreError, StoreErrorKind};
use secrecy::SecretSlice;
use zeroize::Zeroizing;

use super::backend::{self, NONCE, TAG};
use super::ring::{KeyId, Ring};

/// The version of this format, which is the first byte.
const VERSION: u8 = 1;
const HEAD: usize = 1 + KeyId::SIZE + NONCE;

pub(super) fn seal(ring: &Ring, name: &EntryName, entry: &[u8]) -> Result<Vec<u8>, StoreError> {
    let key = ring.first();
    let mut nonce = [0; NONCE];
    backend::fill(&mut nonce)?;
    let mut sealed = Vec::with_capacity(HEAD + entry.len() + TAG);
    sealed.push(VERSION);
    sealed.extend_from_slice(&key.id.0);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(entry);
    let associated = associated(key.id, name);
    let tag = key.cipher.seal(nonce, &associated, &mut sealed[HEAD..]);
    let Some(tag) = tag else {
        // The part that is not encrypted yet must not stay in memory.
        zeroize::Zeroize::zeroize(&mut sealed);
        return Err(damaged("the entry is too long to be sealed"));
    };
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

pub(super) fn open(
    ring: &Ring,
    name: &EntryName,
    sealed: &[u8],
) -> Result<SecretSlice<u8>, StoreError> {
    let (id, nonce, encrypted) = split(sealed)?;
    let associated = associated(id, name);
    let mut is_known = false;
    for key in ring.sealing().iter().filter(|key| key.id == id) {
        is_known = true;
        let mut buffer = Zeroizing::new(encrypted.to_vec());
        if let Some(entry) = key.cipher.open(nonce, &associated, &mut buffer) {
            // A box has no spare capacity: nothing is copied when it becomes a secret.
            return Ok(SecretSlice::from(entry.to_vec()));
        }
    }
    if is_known {
        return Err(damaged(
            "the entry was changed, or it belongs to another name",
        ));
    }
    Err(damaged(format!(
        "the entry was sealed with the key {id}, which this process does not have: give every \
         process the same key file"
    )))
}

type Parts<'a> = (KeyId, [u8; NONCE], &'a [u8]);

fn split(sealed: &[u8]) -> Result<Parts<'_>, StoreError> {
    let (&version, rest) = sealed
        .split_first()
        .ok_or_else(|| damaged("the entry is empty"))?;
    if version != VERSION {
        return Err(damaged(format!(
            "the entry has version {version}, and this program reads version {VERSION}: the \
             processes that share it run different versions of the library"
        )));
    }
    let parts = || {
        let (id, rest) = rest.split_first_chunk()?;
        let (nonce, encrypted) = rest.split_first_chunk()?;
        (encrypted.len() >= TAG).then_some((KeyId(*id), *nonce, encrypted))
    };
    parts().ok_or_else(|| damaged("the entry is incomplete"))
}

/// What is authenticated and not encrypted.
fn associated(id: KeyId, name: &EntryName) -> Vec<u8> {
    [
        b"cxone-auth entry",
        &[VERSION][..],
        &id.0,
        name.as_str().as_bytes(),
    ]
    .concat()
}

fn damaged(message: impl Into<String>) -> StoreError {
    StoreError::new(StoreErrorKind::Damaged, message)
}
