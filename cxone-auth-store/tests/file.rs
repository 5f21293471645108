//! The store in a directory: entries, leases, other processes, other people's files.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[path = "file/entry.rs"]
mod entry;
#[path = "file/key_file.rs"]
mod key_file;
#[path = "file/lease.rs"]
mod lease;
#[cfg(unix)]
#[path = "shared/obstacle.rs"]
mod obstacle;
#[path = "file/other_process.rs"]
mod other_process;
#[cfg(unix)]
#[path = "file/permission.rs"]
mod permission;
#[cfg(unix)]
#[path = "file/place.rs"]
mod place;
#[path = "file/process.rs"]
mod process;
mod shared;
#[cfg(unix)]
#[path = "file/stopped.rs"]
mod stopped;
#[cfg(unix)]
#[path = "file/stranger.rs"]
mod stranger;
#[path = "file/sweep.rs"]
mod sweep;
#[cfg(windows)]
#[path = "file/windows.rs"]
mod windows;

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::{
    BlockingTokenStore as _, EntryName, Lease, LeaseId, Seal as _, StoreError, StoreErrorKind,
    StoreOutcome,
};
use cxone_auth_store::FileStore;
use shared::Folder;

const HOUR: Duration = Duration::from_secs(3_600);

/// How each file begins, except a lock.
const MAGIC: &str = "cxone-auth store ";

/// A directory that does not exist yet, and a store in it.
struct Fixture {
    folder: Folder,
    store: FileStore,
}

impl Fixture {
    fn new() -> Self {
        let folder = Folder::new();
        let store = FileStore::open(folder.path("store")).unwrap();
        Self { folder, store }
    }

    /// Another store in the same directory, as another process has it.
    fn another(&self) -> FileStore {
        FileStore::open(self.store.path()).unwrap()
    }

    fn name(&self, of: &str) -> EntryName {
        EntryName::new(self.store.keys().name(of.as_bytes()))
    }

    fn one(&self) -> EntryName {
        self.name("one")
    }

    /// Saves an entry under a lease of its own, which is given back.
    fn save(&self, name: &EntryName, entry: &'static str, keep: Duration) {
        save(&self.store, name, entry, keep);
    }

    fn load(&self, name: &EntryName) -> Result<Option<Vec<u8>>, StoreError> {
        let entry = self.another().load(name)?;
        Ok(entry.map(|entry| entry.bytes.to_vec()))
    }

    /// The files whose names end so.
    fn files(&self, ending: &str) -> Vec<PathBuf> {
        files(self.store.path())
            .into_iter()
            .filter(|path| path.to_str().unwrap().ends_with(ending))
            .collect()
    }

    /// The only file whose name ends so.
    fn file(&self, ending: &str) -> PathBuf {
        let mut files = self.files(ending);
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    }
}

fn save(store: &FileStore, name: &EntryName, entry: &'static str, keep: Duration) {
    let lease = lease(HOUR);
    assert_eq!(store.try_lease(name, &lease).unwrap(), StoreOutcome::Done);
    let saved = store.save(name, lease.id, Bytes::from_static(entry.as_bytes()), keep);
    assert_eq!(saved.unwrap(), StoreOutcome::Done);
    assert_eq!(store.release(name, lease.id).unwrap(), StoreOutcome::Done);
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// A lease with an id that nobody else has.
fn lease(span: Duration) -> Lease {
    let random = cxone_auth_store::StoreKeys::generate().unwrap().random();
    let id = LeaseId::new(random.unwrap());
    Lease { id, span }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    path.symlink_metadata().unwrap().mode() & 0o7777
}

#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn said<T>(result: Result<T, StoreError>, kind: StoreErrorKind) -> String {
    let Err(error) = result else {
        panic!("there is no error");
    };
    assert_eq!(error.kind(), kind, "{error}");
    error.to_string()
}
