//! Opens the store that is set, or that of the user.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
#[cfg(not(feature = "redis"))]
use cxone_auth_core::store::StoreErrorKind;
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreOutcome, StoredEntry,
};
use cxone_auth_store::{FileStore, StoreKeys};

use super::{Problem, Shared};
use crate::directory;
use crate::failure::Failure;
use crate::target::{Place, Server};

/// Why there is no store.
pub(crate) enum Trouble {
    /// The program goes on without it, and warns.
    Problem(Problem),
    /// A setting is wrong.
    Setting(&'static str, Problem),
    /// The password could not be read.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "a server has one"))]
    Failure(Failure),
}

impl Trouble {
    /// Returns the problem that is a warning, or the failure.
    pub(super) fn into_problem(self) -> Result<Problem, Failure> {
        match self {
            Self::Problem(problem) => Ok(problem),
            Self::Setting(name, problem) => Err(Failure::configuration(problem.text).about(name)),
            Self::Failure(failure) => Err(failure),
        }
    }
}

/// What a warning calls a folder.
const CACHE: &str = "token cache";

/// What a warning calls a server.
#[cfg(feature = "redis")]
const STORE: &str = "token store";

impl Shared {
    /// Opens the store. Makes a folder that does not exist.
    pub(super) fn open(place: &Place) -> Result<Self, Trouble> {
        let (store, keys) = match place {
            Place::Server(server) => return on_server(server),
            Place::OfUser => (FileStore::of_user(), None),
            Place::Folder { path, keys } => (FileStore::open(path), keys.as_deref()),
        };
        of_files(&store.map_err(|error| problem(&error))?, keys)
    }

    /// Opens the store if there is one.
    pub(super) fn find(place: &Place) -> Result<Option<Self>, Trouble> {
        let (store, keys) = match place {
            Place::Server(server) => return on_server(server).map(Some),
            // Where the environment names no place, there is nothing.
            Place::OfUser if !directory::has_cache() => return Ok(None),
            Place::OfUser => (FileStore::find_of_user(), None),
            Place::Folder { path, keys } => (FileStore::find(path), keys.as_deref()),
        };
        let store = store.map_err(|error| problem(&error))?;
        store.map(|store| of_files(&store, keys)).transpose()
    }
}

fn of_files(store: &FileStore, keys: Option<&Path>) -> Result<Shared, Trouble> {
    let keys = match keys {
        Some(path) => read_keys(path)?,
        None => store.keys(),
    };
    let shared = Shared::new(store.clone(), keys, CACHE);
    if let Some(error) = store.replaced_keys() {
        shared.note(error);
    }
    Ok(shared)
}

#[cfg(not(feature = "redis"))]
fn on_server(server: &Server) -> Result<Shared, Trouble> {
    let error = StoreError::new(
        StoreErrorKind::Configuration,
        "this program was built without the feature redis: give the path of a folder as --store",
    );
    let problem = Problem::of(&server.shown, &error);
    Err(Trouble::Setting("store", problem))
}

/// Connects when the store is first used.
#[cfg(feature = "redis")]
fn on_server(server: &Server) -> Result<Shared, Trouble> {
    use cxone_auth_store::{RedisOptions, RedisStore};
    use secrecy::ExposeSecret as _;

    let keys = read_keys(&server.keys)?;
    let mut options = RedisOptions::new();
    if let Some(password) = &server.password {
        options = options.with_password(password.read().map_err(Trouble::Failure)?);
    }
    if let Some(host) = &server.insecure_host {
        options = options.with_insecure_host(host);
    }
    if let Some(path) = &server.ca_file {
        options = options.with_ca_file(path);
    }
    let store = RedisStore::connect(server.url.expose_secret(), options);
    let store = store.map_err(|error| Trouble::Setting("store", Problem::of(STORE, &error)))?;
    Ok(Shared::new(store, keys, STORE))
}

/// Reads the keys that are set.
fn read_keys(path: &Path) -> Result<StoreKeys, Trouble> {
    let wrong = |error| Trouble::Setting("store-key-file", Problem::of("--store-key-file", &error));
    StoreKeys::from_file(path).map_err(wrong)
}

fn problem(error: &StoreError) -> Trouble {
    Trouble::Problem(Problem::of(CACHE, error))
}

/// A store behind a reference.
pub(super) struct Delegate(pub(super) Arc<dyn BlockingTokenStore>);

impl BlockingTokenStore for Delegate {
    fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        self.0.load(name)
    }

    fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        self.0.try_lease(name, lease)
    }

    fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        self.0.save(name, lease, entry, keep)
    }

    fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        self.0.release(name, lease)
    }

    fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        self.0.remove_if(name, entry)
    }
}
