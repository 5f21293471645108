//! A store in a directory.

mod directory;
mod key_file;
mod lease;
mod name;
mod operation;
mod place;
mod problem;
mod reading;
mod record;
mod sweep;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use cxone_auth_core::store::StoreError;

use self::directory::Directory;
use self::lease::Held;
use self::place::Place;
use self::sweep::Swept;
use crate::StoreKeys;
use crate::keys::Ring;

/// A store in a directory: the processes of one user on one machine share a token.
///
/// The directory has mode 0700, each file in it 0600. A file is replaced as a whole, so that who
/// reads it needs no lock. The processes of other users, symbolic links, and files that this library
/// did not write are refused, with an error that says what to do. Entries that have ended are
/// removed when another one is saved, at most every ten minutes.
///
/// The keys are in the same directory. Sealing keeps tokens out of searches and out of backups of
/// single files, but not from the same user, nor from root.
///
/// A process that ends gives its leases back in any case. One that is stopped keeps a lease until
/// its span has passed. Threads and clones are holders of their own. The times of an entry are right
/// after a sleep of the machine and after a change of its clock on Linux; on other systems, an entry
/// ends early if the clock is set back.
///
/// It needs a local file system. On macOS and Windows, the directory is as private as the user's
/// other folders for caches.
///
/// ```no_run
/// use cxone_auth_core::store::StoreOptions;
/// use cxone_auth_store::FileStore;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = FileStore::of_user()?;
/// let options = StoreOptions::new(store.keys());
/// # let _ = options;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct FileStore(Arc<Inner>);

struct Inner {
    place: Place,
    keys: StoreKeys,
    replaced: Option<StoreError>,
    held: Held,
    swept: Swept,
}

impl FileStore {
    /// Opens the store in this directory. Creates the directory and its keys if they do not exist.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] names the path and says what is wrong with it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::create(Place::new(path.as_ref())?)
    }

    /// Opens the store of this user, which the program `cxone-auth` uses as well, and creates it if
    /// it does not exist. `CXONE_AUTH_CACHE_DIR` names the directory. Otherwise it is `cxone-auth`
    /// in the user's folder for caches: `XDG_CACHE_HOME` or `~/.cache`; on macOS `~/Library/Caches`;
    /// on Windows `%LOCALAPPDATA%`.
    ///
    /// # Errors
    ///
    /// The errors of [`open`](Self::open), or the environment names no such place, or it names one
    /// in the home of another user, as `sudo` may.
    pub fn of_user() -> Result<Self, StoreError> {
        Self::create(Place::of_user()?)
    }

    /// Opens the store in this directory if there is one. Creates nothing.
    ///
    /// # Errors
    ///
    /// The errors of [`open`](Self::open).
    pub fn find(path: impl AsRef<Path>) -> Result<Option<Self>, StoreError> {
        Self::existing(Place::new(path.as_ref())?)
    }

    /// Opens the store of this user if there is one. Creates nothing.
    ///
    /// # Errors
    ///
    /// The errors of [`of_user`](Self::of_user).
    pub fn find_of_user() -> Result<Option<Self>, StoreError> {
        Self::existing(Place::of_user()?)
    }

    /// Returns the keys of the directory.
    #[must_use]
    pub fn keys(&self) -> StoreKeys {
        self.0.keys.clone()
    }

    /// Returns the path of the directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.place.path()
    }

    /// Returns what was wrong with the keys of the directory, if they were replaced when it was
    /// opened. What was stored before is lost.
    #[must_use]
    pub fn replaced_keys(&self) -> Option<&StoreError> {
        self.0.replaced.as_ref()
    }

    fn create(place: Place) -> Result<Self, StoreError> {
        let found = key_file::of(&Directory::create(&place)?)?;
        Ok(Self::new(place, found))
    }

    fn existing(place: Place) -> Result<Option<Self>, StoreError> {
        let found = match Directory::find(&place)? {
            Some(directory) => key_file::find(&directory)?,
            None => None,
        };
        Ok(found.map(|found| Self::new(place, found)))
    }

    fn new(place: Place, found: key_file::Found) -> Self {
        Self(Arc::new(Inner {
            place,
            keys: found.keys,
            replaced: found.replaced,
            held: Held::default(),
            swept: Swept::default(),
        }))
    }

    fn ring(&self) -> &Ring {
        self.0.keys.ring()
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore")
            .field("path", &self.path())
            .field("keys", &self.0.keys)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
