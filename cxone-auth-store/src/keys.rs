//! The keys of everybody who shares a store.

mod backend;
mod file;
mod ring;
mod sealed;
mod text;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use cxone_auth_core::store::{EntryName, Seal, StoreError, StoreErrorKind};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

pub(crate) use self::ring::Ring;
pub(crate) use self::text::is_of_another_version;

/// The keys of everybody who shares a store: one that names entries, and a ring of keys that seal
/// them.
///
/// Cloning is cheap: the clones share the keys. `Debug` shows the ids of the sealing keys, which say
/// nothing about the keys.
///
/// # Rotation
///
/// The naming key stays: it gives the same request the same name everywhere. A sealing key is
/// replaced in two steps, so that at no time a process meets an entry that it cannot open:
///
/// 1. [`add`](Self::add) a key. It opens only. Give the file to every process, and wait until each
///    has read it.
/// 2. [`promote`](Self::promote) it: it seals, and the one before it opens only. Give the file to
///    every process.
///
/// Between two files that are one step apart, everything that one process seals the other one can
/// open. How often you rotate is up to you. A key that somebody may have seen also has to stop
/// opening: [`retire`](Self::retire) the old keys. If the naming key may have been seen too, make
/// new keys: every process then requests one token more.
///
/// ```
/// use cxone_auth_core::store::{EntryName, Seal};
/// use cxone_auth_store::StoreKeys;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let before = StoreKeys::generate()?;
/// let added = before.add()?;
/// let promoted = added.promote()?;
/// let name = EntryName::new(before.name(b"a request"));
/// let sealed = promoted.seal(&name, b"an entry")?;
/// assert!(added.open(&name, &sealed).is_ok());
/// assert!(before.open(&name, &sealed).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct StoreKeys(Arc<Ring>);

impl StoreKeys {
    /// Makes new keys: one that names, and one that seals.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unavailable`] if the operating system gives no random bytes.
    pub fn generate() -> Result<Self, StoreError> {
        Ring::generate().map(Self::of)
    }

    /// Reads the text of a key file, for example from a variable or a vault.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Configuration`] says which line is wrong, and what to do.
    pub fn from_text(text: &str) -> Result<Self, StoreError> {
        text::read(text).map(Self::of)
    }

    /// Reads a key file. On Unix it must be a file of this user's or of root's that nobody else can
    /// read: a symbolic link and wide permissions are refused, except in a mount of Kubernetes.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Configuration`] says what is wrong with the file, and what to do.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let read = || Self::from_text(&file::read(path)?);
        read().map_err(|error| error.within(file::place(path)))
    }

    /// Returns the text of a key file.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        text::write(&self.0)
    }

    /// Writes a new file that only this user can read. It overwrites nothing.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Configuration`] if there is something already, or if it cannot be written.
    pub fn create_file(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        let written = file::create(path, self.to_text().expose_secret().as_bytes());
        written.map_err(|error| error.within(file::place(path)))
    }

    /// Replaces a key file at once: a reader finds either the old keys or these.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Configuration`] if it cannot be written, or if it is not a key file that
    /// [`from_file`](Self::from_file) reads.
    pub fn replace_file(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        Self::from_file(path)?;
        let written = file::replace(path, self.to_text().expose_secret().as_bytes());
        written.map_err(|error| error.within(file::place(path)))
    }

    /// Adds a new sealing key, which opens only: the first step of a rotation.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Configuration`] if a key that was added before has not been promoted.
    /// [`StoreErrorKind::Unavailable`] if the operating system gives no random bytes.
    pub fn add(&self) -> Result<Self, StoreError> {
        self.0.add().map(Self::of)
    }

    /// Lets the key that was added seal: the second step of a rotation. The key that sealed before
    /// opens only. Keys that are older than that are dropped.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Configuration`] if no key was added.
    pub fn promote(&self) -> Result<Self, StoreError> {
        self.0.promote().map(Self::of)
    }

    /// Drops the keys that sealed before. Entries that they sealed cannot be opened then, and are
    /// replaced. A key that was added and does not seal yet stays.
    #[must_use]
    pub fn retire(&self) -> Self {
        Self::of(self.0.retire())
    }

    /// Returns the ids of the sealing keys, as a key file has them. The first one seals.
    #[must_use]
    pub fn key_ids(&self) -> Vec<String> {
        self.0.ids().map(|id| id.to_string()).collect()
    }

    /// Returns eight hex digits that are the same for all who share: the id of the naming key, as a
    /// key file has it. A rotation does not change it. It is derived one way, and says nothing about
    /// the keys.
    ///
    /// ```
    /// # fn main() -> Result<(), cxone_auth_core::store::StoreError> {
    /// use cxone_auth_store::StoreKeys;
    ///
    /// let keys = StoreKeys::generate()?;
    /// assert_eq!(keys.add()?.promote()?.fingerprint(), keys.fingerprint());
    /// assert_ne!(StoreKeys::generate()?.fingerprint(), keys.fingerprint());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> String {
        ring::KeyId::of(self.0.naming()).to_string()
    }

    pub(crate) fn ring(&self) -> &Ring {
        &self.0
    }

    fn of(ring: Ring) -> Self {
        Self(Arc::new(ring))
    }
}

impl Seal for StoreKeys {
    fn name(&self, input: &[u8]) -> [u8; 32] {
        self.0.hash("name", &[input])
    }

    fn seal(&self, name: &EntryName, entry: &[u8]) -> Result<Vec<u8>, StoreError> {
        sealed::seal(&self.0, name, entry)
    }

    fn open(&self, name: &EntryName, sealed: &[u8]) -> Result<SecretSlice<u8>, StoreError> {
        sealed::open(&self.0, name, sealed)
    }

    fn random(&self) -> Result<[u8; 16], StoreError> {
        let mut random = [0; 16];
        backend::fill(&mut random)?;
        Ok(random)
    }
}

impl fmt::Debug for StoreKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreKeys")
            .field("key_ids", &self.key_ids())
            .finish_non_exhaustive()
    }
}

fn configuration(message: impl Into<String>) -> StoreError {
    StoreError::new(StoreErrorKind::Configuration, message)
}
