//! What keeps a store from reading and forging entries.

use secrecy::SecretSlice;

use super::{EntryName, StoreError};

/// The keys of everybody who shares entries. `StoreKeys` of `cxone-auth-store` implements it.
///
/// An implementation has one naming key, which never changes, and a ring of sealing keys. The first
/// sealing key seals, and each of them opens, so that a key can be replaced without losing entries.
pub trait Seal: Send + Sync {
    /// Returns the keyed hash (a MAC of 256 bits) of `input` with the naming key.
    fn name(&self, input: &[u8]) -> [u8; 32];

    /// Encrypts and authenticates `entry` (AEAD). The name and the version of the format are
    /// authenticated with it.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unavailable`](super::StoreErrorKind::Unavailable) if the system gives no
    /// random bytes.
    fn seal(&self, name: &EntryName, entry: &[u8]) -> Result<Vec<u8>, StoreError>;

    /// Decrypts what [`seal`](Self::seal) has returned for the same name.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Damaged`](super::StoreErrorKind::Damaged) if none of the keys opens it: it
    /// was changed, it belongs to another name, or it was sealed with a key that this process does
    /// not have.
    fn open(&self, name: &EntryName, sealed: &[u8]) -> Result<SecretSlice<u8>, StoreError>;

    /// Returns random bytes of the operating system, for the id of a lease.
    ///
    /// # Errors
    ///
    /// The errors of [`seal`](Self::seal).
    fn random(&self) -> Result<[u8; 16], StoreError>;
}
